"""The way in: `govcloud` and `python -m govcloud`."""

from __future__ import annotations

import gc
import sys
from typing import Final

# Everything that is loaded stays: looking through it for garbage every 700 objects, and once more when all ends, took
# a third of the processor's time of a command that only looks.
GARBAGE: Final = 20_000


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(GARBAGE)
    from govcloud.cli.run import run  # noqa: PLC0415 - the language is chosen before any help text is built

    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
