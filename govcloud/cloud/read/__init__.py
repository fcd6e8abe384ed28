"""Reading the cloud: nothing here changes anything, not even Neutron's default groups."""

from __future__ import annotations
