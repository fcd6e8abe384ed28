"""The Pulumi engine and the OpenStack provider: found where they are installed, else built from Go modules.

`find` gives both or says what to type; `install` builds what is missing. How that works inside a closed network is
told in docs/toolchain.md.
"""

from __future__ import annotations

from govcloud.toolchain.home import Toolchain
from govcloud.toolchain.installation import install
from govcloud.toolchain.report import Detail, inspect
from govcloud.toolchain.sighting import Sighting, find, look
from govcloud.toolchain.tool import Tool

__all__ = ["Detail", "Sighting", "Tool", "Toolchain", "find", "inspect", "install", "look"]
