"""The way in: `govcloud` and `python -m govcloud`."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from typing import Final

from govcloud.errors import ExitCode

# Everything that is loaded stays: looking through it for garbage every 700 objects, and once more when all ends, took
# a third of the processor's time of a command that only looks.
GARBAGE: Final = 20_000


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(GARBAGE)
    # it would look through everything that is installed for code that sees what is validated: slow, and not ours
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        from govcloud.cli.run import run  # noqa: PLC0415 - the language is chosen before any help text is built

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before anything was begun
        code = int(ExitCode.INTERRUPTED)
    # all is done: who presses Ctrl-C now does not wait for a request that is still on its way
    signal.signal(signal.SIGINT, lambda *_: os._exit(code))
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # then no handler is left, and it would be a kill
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
