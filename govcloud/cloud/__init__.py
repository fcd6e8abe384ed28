"""The cloud: the only importer of openstack. `read` looks, `write` does the few things Pulumi cannot."""

from __future__ import annotations
