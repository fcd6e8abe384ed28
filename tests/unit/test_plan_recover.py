"""What a run that died or failed may have left behind, told from what is somebody's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import insert

from govcloud.cloud.write.orphans import NAMELESS, REMOVALS, UNDATED
from govcloud.plan.compare import INSTANCE, VOLUME, Difference
from govcloud.plan.reality import Whereabouts
from govcloud.plan.recover import is_begun, is_orphan, remains_of
from govcloud.store import leases, tables
from govcloud.store.presence import presence
from govcloud.store.runs import COPIED_AT, Run, begin
from govcloud.store.store import Store, now
from tests.unit.drafting import NO_ENGINE, NOWHERE
from tests.unit.ground import repository

NETWORK = "openstack:networking/network:Network"
RULE = "openstack:networking/secGroupRule:SecGroupRule"
SHARE = "openstack:networking/rbacPolicyV2:RbacPolicyV2"
PROJECT = "openstack:identity/project:Project"
DIED = Run(
    "r-1", "t-aaaaaa", "apply", "chenlan", started="2026-11-25T09:00:00+00:00", ended="2026-11-25T09:05:00+00:00"
)
LATER = Run(
    "r-2", "t-aaaaaa", "apply", "chenlan", started="2026-11-26T09:00:00+00:00", ended="2026-11-26T09:01:00+00:00"
)


@dataclass(frozen=True)
class Where:
    """As much of a tenancy's whereabouts as matters here."""

    tenancy: str = "t-aaaaaa"
    domain: str = "d-bbbbbb"
    project: str = "t-aaaaaa-iaas"


def _is_orphan(token: str, born: str = "", *mark: str, shared: bool = False) -> bool:
    found = Difference("unmanaged", "network front", token=token, id="1", born=born, mark=(*mark, "", ""))
    return is_orphan(found, [LATER, DIED], Where(), shared=shared)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "born", ["2026-11-25T09:02:00Z", "2026-11-25T08:59:50", "2026-11-25T09:05:10", "2026-11-26T09:00:30Z"]
)
def test_what_came_while_such_a_run_was_at_work_is_one(born: str) -> None:
    assert _is_orphan(NETWORK, born, "t-aaaaaa-front")
    assert _is_orphan(RULE, born)


@pytest.mark.parametrize(
    "born", ["2026-11-25T08:59:00Z", "2026-11-25T09:06:00", "2026-11-26T08:00:00Z", "2026-11-27T09:00:00Z"]
)
def test_what_came_before_between_or_after_is_somebodys(born: str) -> None:
    assert not _is_orphan(NETWORK, born, "t-aaaaaa-front")
    assert not _is_orphan(RULE, born)


def test_what_came_after_its_record_was_copied_is_somebodys() -> None:
    """Where the run was begun somebody went on with it at once, and what he built stands."""
    copied = replace(DIED, record={COPIED_AT: "2026-11-25T17:05:03+08:00"})
    stray = Difference("unmanaged", "rule x", token=RULE, id="1", mark=("", ""))
    for born, ours in (("2026-11-25T09:05:02Z", True), ("2026-11-25T09:05:04", False)):
        found = replace(stray, born=born)
        assert is_orphan(found, [copied], Where()) is ours  # type: ignore[arg-type]
        assert is_orphan(found, [DIED], Where())  # type: ignore[arg-type]
        assert is_begun(born, [copied]) is ours


@pytest.mark.parametrize(
    "name", ["the-members-own", "copy of t-aaaaaa-front", "t-aaaaaab-front", "t-aaaaaa", "backup t-aaaaaa-front"]
)
def test_what_bears_another_name_is_somebodys(name: str) -> None:
    assert not _is_orphan(NETWORK, "2026-11-25T09:02:00Z", name)


@pytest.mark.parametrize("token", [VOLUME, INSTANCE])
def test_what_may_hold_data_must_bear_the_mark_it_is_born_with(token: str) -> None:
    """Somebody who restores a volume while an apply fails gives it a name like ours."""
    born = "2026-11-25T09:02:00Z"
    assert _is_orphan(token, born, "t-aaaaaa-app-1-orders", "", "tenancy=t-aaaaaa")
    assert not _is_orphan(token, born, "t-aaaaaa-app-1-orders")
    assert not _is_orphan(token, born, "restored", "", "tenancy=t-aaaaaa")
    assert not _is_orphan(token, "2026-11-25T09:30:00Z", "t-aaaaaa-app-1-orders", "", "tenancy=t-aaaaaa")


def test_what_was_changed_or_is_missing_is_none() -> None:
    changed = Difference("changed", "network front", token=NETWORK, id="1", mark=("t-aaaaaa-front",), born=DIED.started)
    assert not is_orphan(changed, [DIED], Where())  # type: ignore[arg-type]


def test_a_kind_we_never_make_is_none() -> None:
    assert not _is_orphan("snapshot", "2026-11-25T09:02:00Z")


def test_keystone_tells_no_times_but_names() -> None:
    assert _is_orphan(PROJECT, "", "t-aaaaaa-iaas")
    assert _is_orphan(PROJECT, "", "d-bbbbbb")
    for name in ("somebody", "t-aaaaaa-lab", "d-bbbbbb-lab"):
        assert not _is_orphan(PROJECT, "", name, "a project of t-aaaaaa, d-bbbbbb")


def test_what_tenancies_share_is_left_to_the_one_that_is_at_work_on_it() -> None:
    assert not _is_orphan(PROJECT, "", "d-bbbbbb", shared=True)
    assert _is_orphan(PROJECT, "", "t-aaaaaa-iaas", shared=True)


def test_what_has_neither_name_nor_time_holds_nothing() -> None:
    assert _is_orphan(SHARE)
    assert UNDATED & NAMELESS < UNDATED
    assert REMOVALS.keys() >= UNDATED | NAMELESS


@pytest.mark.parametrize(
    ("began", "ours"),
    [
        ("2026-11-25T09:02:00Z", True),
        ("2026-11-26T09:00:30", True),
        ("2026-11-25T09:06:00Z", False),
        ("2026-11-27T09:00:00Z", False),
        ("", False),
    ],
)
def test_a_resize_is_ended_by_who_began_it(began: str, *, ours: bool) -> None:
    """What somebody else began he may still want to take back; and an operator who moves a machine began no resize."""
    assert is_begun(began, [LATER, DIED]) is ours


@pytest.mark.parametrize("refused", [False, True])
def test_who_died_made_nothing_since_whoever_took_the_lease_in_between(store: Store, *, refused: bool) -> None:
    """An apply that was refused before it saw to the dead one has taken its lease, and what that told."""
    where = Whereabouts(NOWHERE, repository().sites["main"], "t-aaaaaa", "d-bbbbbb", NO_ENGINE, None)
    began, died = now() - dt.timedelta(hours=3), now() - dt.timedelta(hours=2)
    begin(store, replace(DIED, started="", ended=""))
    lease = {"name": "t-aaaaaa", "run": DIED.id, "actor": "chenlan", "command": "apply", "host": "here", "pid": 1}
    times = {"since": began, "renewed": died}
    with store.engine.begin() as connection:
        connection.execute(tables.runs.update().values(started=began))
        connection.execute(insert(tables.leases).values(**lease, **times, born=f"{presence()}0"))
    if refused:
        with leases.lease(store, "t-aaaaaa", "r-2", actor="lihua", command="apply") as dead:
            assert dead is not None
    is_left = remains_of(store, where)
    found = Difference("unmanaged", "rule", token=RULE, id="1", mark=("", ""))
    assert is_left(replace(found, born=died.isoformat()))
    assert not is_left(replace(found, born=(died + dt.timedelta(hours=1)).isoformat()))
