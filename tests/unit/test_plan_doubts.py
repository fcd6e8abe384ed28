"""What a plan says where what stands there and is not known may be somebody's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from govcloud.plan.compare import ATTACHMENT, PROJECT, Difference
from govcloud.plan.reality import Reality
from govcloud.plan.writing import Outlook, write
from govcloud.store.leases import Lease
from govcloud.store.notes import RESTORED, note
from govcloud.store.runs import Run, begin, end
from govcloud.store.store import Store, now
from tests.unit.drafting import context, drafted, planned, step
from tests.unit.ground import asked


def test_a_plan_beside_an_apply_says_who_is_at_work() -> None:
    moment = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    holder = Lease("t-ferry0", "r-9", "wangli", "apply", "ops1", 77, "b", "s", moment, dt.timedelta())
    told = {one.code: one.params for one in planned(drafted(asked()), working=holder).notes}
    assert told["plan.at-work"] == {"actor": "wangli", "command": "apply", "host": "ops1", "pid": 77}
    assert "plan.at-work" not in {one.code for one in planned(drafted(asked())).notes}


def test_what_somebody_at_work_has_just_made_is_not_said_to_be_other_records() -> None:
    moment = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    holder = Lease("t-ferry0", "r-9", "wangli", "apply", "ops1", 77, "b", "s", moment, dt.timedelta())
    draft, made = drafted(asked()), step("create", PROJECT, "iaas")
    there = Difference("unmanaged", "project iaas", token=PROJECT, id="p", mark=(f"{draft.identity.tenancy}-iaas", ""))
    for working, refused in ((None, True), (holder, False)):
        plan = planned(draft, made, reality=Reality({}, (there,)), working=working)
        assert ("plan.project-taken" in {one.code for one in plan.blocks}) is refused


def test_what_a_backup_calls_left_may_be_in_use(tmp_path: Path) -> None:
    """The command that the plan gives for it would pull it out."""
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    draft = drafted(asked(), store=store)
    left = Difference("unmanaged", "attachment web-1/files", token=ATTACHMENT, id="m/v")
    begin(store, Run("r-1", draft.identity.tenancy, "apply", "wangli"))
    end(store, "r-1", "lost", {})
    for restored, remains, told in ((False, (left,), False), (True, (), False), (True, (left,), True)):
        if restored:
            note(store, RESTORED, now().isoformat())
        plan = write(context(store=store), draft, Outlook(reality=Reality({}, remains=remains)), "operator")
        assert ("plan.copied" in {one.code for one in plan.notes}) is told
        assert plan.losses == ((left.what,) if told else ())
