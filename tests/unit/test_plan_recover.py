"""What a run that died or failed may have left behind, told from what is somebody's."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from govcloud.cloud.write.orphans import NAMELESS, REMOVALS, UNDATED
from govcloud.plan.compare import INSTANCE, VOLUME, Difference
from govcloud.plan.recover import is_orphan
from govcloud.store.runs import Run

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
