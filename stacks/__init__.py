"""How a spec is built: Pulumi components, one subject per file, with the same file names as in `spec/`.

Type tokens and logical names are frozen by a test: to change one is to replace living resources.
"""

from __future__ import annotations
