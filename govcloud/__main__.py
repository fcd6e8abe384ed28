"""The way in: `govcloud` and `python -m govcloud`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    from govcloud.cli.run import run  # noqa: PLC0415 - the language is chosen before any help text is built

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
