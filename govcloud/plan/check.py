"""Are the records whole, and do they fit each other? Asked of a place, and of a backup's content alike."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from govcloud.cloud.read.fitness import Check
from govcloud.config import hidden
from govcloud.engine.engine import fingerprint_of
from govcloud.errors import Problem
from govcloud.plan.records import Records
from govcloud.store import texts
from govcloud.store.bucket import stack_of, unversioned
from govcloud.store.database import sqlite_file
from govcloud.store.isolations import isolations
from govcloud.store.leases import all_leases
from govcloud.store.notes import ENCRYPTED_WITH, noted
from govcloud.store.runs import CHANGES, Run, all_runs
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy, all_domains, all_tenancies, ledger
from govcloud.text import say

UNFINISHED: Final = "unfinished"
# what waits to be finished, or is a matter of the place: the records are whole with it, and can be backed up
_HARMLESS: Final = (UNFINISHED, "private")


@dataclass(frozen=True)
class Content:
    """What belongs together: the store, the state by its names in a bucket, the passphrase, and where that stands."""

    store: Store
    state: Mapping[str, bytes]
    passphrase: bytes | None
    where: str


def examine_records(records: Records) -> Iterator[Check]:
    """Every check of the records; reads only. Raises where the store itself cannot be read, which says all."""
    yield from examine(content_of(records))
    if records.store.exists:
        yield _named("private", _open_to_others(records))


def content_of(records: Records) -> Content:
    """What the records hold now."""
    passphrase = records.passphrase.read_bytes() if records.passphrase.exists() else None
    return Content(records.store, dict(records.state.read()), passphrase, str(records.passphrase))


def examine(content: Content) -> Iterator[Check]:
    """Every check of what belongs together, wherever it is. Raises where the store itself cannot be read."""
    store = content.store
    states = {stack_of(name): state for name, state in content.state.items() if stack_of(name)}
    if not store.exists:
        # nothing is not whole: the address may be a wrong one, and it is known to nobody else
        yield _named("store", states) if states else Check("none", False, {"names": hidden(store.url)})
        return
    living, did = [one for one in all_tenancies(store, ended=True) if one.stage != "ended"], all_runs(store)
    ledger(store)  # raises where a reservation cannot be read
    yield Check("store", True, {"names": store.id})
    yield _named("texts", _lost_texts(store, living))
    yield _passphrase(content)
    busy = {lease.name.removeprefix("department/") for lease in all_leases(store) if lease.alive}
    last = {run.tenancy: run for run in did if run.kind in CHANGES}
    standing = [one for one in living if one.stage == "active" and one.id not in busy and not _is_ending(one, last)]
    read = {stack: _latest(state) for stack, state in states.items()}
    # one that holds nothing is lost as well; which cannot be read is told below
    there = {stack for stack, latest in read.items() if latest is None or latest.get("resources")}
    yield _named("stacks", {stack for tenancy in standing for stack in _stacks(tenancy)} - there)
    known = {stack for tenancy in living for stack in _stacks(tenancy)}
    # a domain that people or projects are in outlives its last tenancy
    yield _named("strangers", states.keys() - known - all_domains(store))
    yield _named("version", unversioned(content.state))
    yield _named("readable", (stack for stack, latest in read.items() if latest is None))
    cut_off = [stack for stack, latest in read.items() if latest and latest.get("pending_operations")]
    left = [f"{run.tenancy} ({run.kind})" for run in last.values() if run.outcome != "done" and run.tenancy not in busy]
    cuts = [(id_, one.broken.kind) for id_, one in isolations(store, living).items() if one.broken and not one.at_work]
    left += [f"{tenancy} ({kind})" for tenancy, kind in cuts]
    # an engine that is at work has operations under way
    yield _named(UNFINISHED, [*left, *(stack for stack in cut_off if stack.partition(".")[0] not in busy)])


def faults(checks: Iterable[Check], code: str, **params: object) -> list[Problem]:
    """What makes records useless, each as a problem of this code: damage, and what does not fit the rest."""
    return [
        Problem(
            code, {**params, "check": say(f"records.{one.name}"), "found": say(f"records.{one.name}.bad", **one.params)}
        )
        for one in checks
        if not one.ok and one.name not in _HARMLESS
    ]


def _named(name: str, bad: Iterable[str]) -> Check:
    names = sorted(set(bad))
    return Check(name, not names, {"names": ", ".join(names) or "-"})


def _lost_texts(store: Store, living: Iterable[Tenancy]) -> set[str]:
    """The user-data that machines were born with and the store no longer has."""
    needed = {pin.user_data for one in living if one.allocation for pin in one.allocation.servers.values()}
    return needed - texts.fetch(store, needed).keys()


def _passphrase(content: Content) -> Check:
    known = noted(content.store, ENCRYPTED_WITH)
    mine = "" if content.passphrase is None else fingerprint_of(content.passphrase, content.store.id)
    return Check("passphrase", known in (None, mine), {"names": content.where})


def _is_ending(tenancy: Tenancy, last: Mapping[str, Run]) -> bool:
    """Was its end begun, so that some of its stacks are gone?"""
    return tenancy.id in last and last[tenancy.id].kind == "destroy"


def _stacks(tenancy: Tenancy) -> Iterator[str]:
    yield from (f"{tenancy.id}.tenancy", f"{tenancy.id}.iaas")
    if tenancy.allocation:
        yield tenancy.allocation.domain


def _latest(content: bytes) -> Mapping[str, Any] | None:
    """The newest state of a stack, or None where it cannot be read."""
    try:
        return json.loads(content)["checkpoint"].get("latest") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _open_to_others(records: Records) -> Iterator[str]:
    """The files that others on this machine may read."""
    for file in (sqlite_file(records.store.url), records.passphrase):
        if file is not None and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield str(file)
