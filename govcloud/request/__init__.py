"""The tenancy request: from a YAML file to frozen models, with file:line:column on every error.

`source` reads any YAML of ours into nodes that know their place, `decode` turns nodes into models by the
models' types, `model` and its neighbours are the request itself.
"""

from __future__ import annotations
