"""How long `govcloud --help` takes, as a ratio against importing typer in the same run.

The promise: at most half again as much, for a person waits for it, and at every Tab.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15


def seconds(*arguments: str) -> float:
    """Wall seconds of one fresh interpreter."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Run both in turn, so that a machine that slows down slows both."""
    pairs = [(seconds("-c", "import typer"), seconds("-m", "govcloud", "--help")) for _ in range(ROUNDS)]
    typer, help_ = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"how long the command line takes to start, a Python process each, medians of {ROUNDS} in turn")
    print(f"import typer     {typer * 1000:6.0f} ms")
    print(f"govcloud --help  {help_ * 1000:6.0f} ms")
    print(f"ratio            {ratio:6.2f}  (promised: at most 1.5)\n")


if __name__ == "__main__":
    main()
