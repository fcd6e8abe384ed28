"""What a plan says of what was before: a tenancy that was destroyed, ranges that rules name for nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from govcloud.output.formats import render
from govcloud.output.plan import plan_document
from govcloud.plan.context import CHINA
from govcloud.plan.past import past
from govcloud.store import tenancies, texts
from govcloud.store.runs import Run, begin, history
from govcloud.store.store import Store
from govcloud.store.tenancies import Tenancy
from govcloud.text import next_step
from tests.unit.drafting import applied, context, drafted, planned
from tests.unit.ground import asked, given, server, tenancy

PATH: Final = "departments/dot/new.test.yaml"
FLOW: Final = {"from": "system/MED-003", "to": "web", "ports": ["443/tcp"], "reason": "核验"}


def _peer(**keys: Any) -> Tenancy:
    system = {"code": "MED-003", "name": "医保平台", "purpose": "参保核验", "mlps": 2, "classified": False}
    return tenancy(given(asked(system=system, **keys), "t-peer00"), "departments/dot/med.test.yaml", name="医保平台")


def _applied(store: Store, peer: Tenancy) -> Tenancy:
    """Ours, as an apply left it that could see the peer."""
    draft = drafted(asked(flows=[FLOW]), peer, path=PATH)
    assert draft.allocation is not None
    texts.keep(store, draft.texts.values())
    return tenancy(draft.allocation, PATH, name="轮渡考勤系统")


def _told(store: Store, *living: Tenancy, flows: Any = (FLOW,)) -> list[tuple[str, str, Any]]:
    draft = drafted(asked(flows=list(flows)), *living, path=PATH, store=store)
    return [(one.code, one.key, one.params) for one in past(context(store=store), draft)]


def test_rules_that_name_a_system_as_it_was_are_told(store: Store) -> None:
    peer = _peer()
    mine = _applied(store, peer)
    assert _told(store, mine, peer) == []
    params = {"system": "MED-003", "ranges": "100.64.2.0/28"}
    assert _told(store, mine) == [("plan.peer-left", "flows[0].from", params)]
    moved = _peer(iaas={"networks": {"other": {"hosts": 40}}, "servers": {"web": server()}})
    assert _told(store, mine, moved) == [("plan.peer-left", "flows[0].from", params)]
    # the flow is taken out: the rule stands until that is applied
    assert _told(store, mine, flows=()) == [("plan.peer-left", "flows", params)]


def test_a_flow_to_a_system_that_is_gone_says_what_to_write(store: Store) -> None:
    mine = _applied(store, _peer())
    plan = planned(drafted(asked(flows=[FLOW]), mine, path=PATH, store=store))
    (block,) = (one for one in plan.blocks if one.code == "plan.no-such-system")
    assert "删去这条访问关系" in str(next_step(block.code, **block.params))
    assert "MED-003 已不再使用 100.64.2.0/28" in render(plan_document(plan, audience="department"), "markdown")
    closing = planned(drafted(asked(), mine, path=PATH, store=store))
    assert "plan.no-such-system" not in {one.code for one in closing.blocks}


def test_what_was_destroyed_is_not_built_anew_without_a_word(store: Store) -> None:
    before = applied(asked(), store, PATH)
    begin(store, Run("r-1", before.id, "destroy", "chenlan", reason="下线"))
    tenancies.end(store, before.id, "r-1", {})
    draft = drafted(asked(tenancy=before.id), path=PATH, store=store)
    (one,) = past(context(store=store), draft)
    (run,) = history(store, before.id)
    assert (one.code, one.params["who"], one.params["tenancy"]) == ("plan.destroyed-before", "chenlan", before.id)
    assert one.params["day"] == str(dt.datetime.fromisoformat(run.ended).astimezone(CHINA).date())
    again = applied(asked(tenancy=before.id), store, PATH)
    assert list(past(context(store=store), drafted(asked(), again, path=PATH, store=store))) == []
