"""What is to be built: one frozen spec for each stack, computed from a request and its allocation. Pure.

A spec names nothing by position and knows no id that a lower stack makes: it refers to those by symbol
(`tenancy:project/iaas`), so that it can be computed, compared and approved before anything exists.
"""

from __future__ import annotations
