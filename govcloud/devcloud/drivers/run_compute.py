"""nova-compute with the drivers of this folder.

Nova looks for `compute_driver` in the package nova.virt only, so this folder is made a part of it.
"""
# mypy: ignore-errors
# (runs under the services' own Python, where Nova is; it is not installed where mypy runs)

from __future__ import annotations

import sys
from pathlib import Path

import nova.virt

nova.virt.__path__.append(str(Path(__file__).parent))

from nova.cmd.compute import main  # noqa: E402 - after the path

sys.argv[0] = "nova-compute"
main()
