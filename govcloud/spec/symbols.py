"""Names for what a stack makes, known before it exists: `<stack>:<kind>/<key>`."""

from __future__ import annotations

from typing import Literal

Layer = Literal["iaas", "paas", "saas"]
Stack = Literal["department", "tenancy", "iaas", "paas", "saas"]


def operator_domain() -> str:
    """The domain that holds the projects of all tenancies of the site."""
    return "site:operator-domain"


def operator_user() -> str:
    """The user govcloud works as."""
    return "site:operator-user"


def role(name: str) -> str:
    """A role of the site's Keystone."""
    return f"site:role/{name}"


def domain() -> str:
    """The department's domain."""
    return "department:domain"


def project(layer: Layer) -> str:
    """A layer's project."""
    return f"tenancy:project/{layer}"


def of(layer: Layer, kind: str, key: str) -> str:
    """A resource of a layer, as in iaas:network/data."""
    return f"{layer}:{kind}/{key}"
