"""What a machine is told at its first boot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from govcloud.province.fit import Fitted

# the roles of a request whose accounts get onto its machines, and whether they administer them
ROLES: Final = {"technical": False, "system_admin": True}


@dataclass(frozen=True)
class Account:
    """Somebody who may log in by key."""

    name: str
    keys: tuple[str, ...]
    administrator: bool


def accounts(fitted: Fitted) -> tuple[Account, ...]:
    """The people with a technical role and a public key in department.yaml; no key, no account."""
    roles = fitted.request.people.accounts()
    administrators = {roles[role] for role, may in ROLES.items() if may and role in roles}
    names = sorted({roles[role] for role in ROLES if role in roles})
    people = fitted.department.people
    return tuple(
        Account(name, tuple(people[name].ssh_keys), name in administrators) for name in names if people[name].ssh_keys
    )


def user_data(fitted: Fitted, dns: Sequence[str]) -> str:
    """The cloud-init text of every machine of a request; `dns` are the zone's name servers."""
    return _templates().get_template("cloud-init/server.yaml.j2").render(accounts=accounts(fitted), dns=list(dns))


def accounts_in(text: str) -> Mapping[str, Account] | None:
    """The accounts in a text that a machine was told, by name; None where its template had them in another form."""
    try:
        content: Any = yaml.safe_load(text)
        return {
            one["name"]: Account(one["name"], tuple(one["ssh_authorized_keys"]), bool(one["sudo"]))
            for one in content["users"]
        }
    except (yaml.YAMLError, TypeError, KeyError):
        return None


@cache
def _templates() -> Environment:
    return Environment(  # noqa: S701 - YAML is written, not HTML; values go through tojson
        loader=PackageLoader("govcloud", "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
