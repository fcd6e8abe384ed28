"""Who gets onto the machines that stand, held against who should. Pure.

Accounts and keys are told to a machine at its first boot and never again: people change, and no machine is made anew
for that. So the plan of such a change is empty, and must say that it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from govcloud.plan.draft import Draft
from govcloud.plan.plan import Missing
from govcloud.spec.cloud_init import ROLES, Account, accounts_in, user_data


def logins(draft: Draft) -> Iterator[Missing]:
    """The accounts that machines do not know as they would if they were made now, each with its machines."""
    pins = draft.allocation.servers if draft.allocation else {}
    # name servers have no say in it
    wanted = accounts_in(user_data(draft.fitted, ()))
    differing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for server, pin in sorted(pins.items()):
        told = accounts_in(draft.texts[pin.user_data])
        if told is not None and wanted is not None:
            for one in _differing(wanted, told):
                differing[one].append(server)
    loaded, roles = draft.fitted.loaded, draft.fitted.request.people.accounts()
    for (code, name), servers in sorted(differing.items()):
        key = next((f"people.{role}" for role in ROLES if roles.get(role) == name), "people")
        yield Missing(code, {"account": name, "servers": ", ".join(servers)}, key, loaded.place_of(key))


def _differing(wanted: Mapping[str, Account], told: Mapping[str, Account]) -> Iterator[tuple[str, str]]:
    for name in wanted.keys() | told.keys():
        if name not in told:
            yield "plan.login-missing", name
        elif name not in wanted:
            yield "plan.login-left", name
        elif wanted[name] != told[name]:
            yield "plan.login-changed", name
