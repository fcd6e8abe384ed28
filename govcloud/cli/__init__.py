"""The command line: one file per command; parse, call, print, exit code.

Importing this package imports neither pulumi nor openstack nor pydantic: commands import what they call
inside their function, so that `--help` and Tab answer at once.
"""

from __future__ import annotations
