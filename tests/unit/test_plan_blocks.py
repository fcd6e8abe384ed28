"""What keeps a change from happening whatever the numbers and rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import update

from govcloud.cloud.read.live.compute import LOCK
from govcloud.engine.state import Held, State
from govcloud.engine.steps import Change, Step
from govcloud.errors import Refused
from govcloud.plan.blocks import blocks, obstacles, refuse_standstill, taken
from govcloud.plan.compare import ATTACHMENT, GROUP, INSTANCE, PROJECT, SERVER_GROUP, UNCONFIRMED, VOLUME, Difference
from govcloud.plan.context import CHINA, today
from govcloud.plan.draft import Draft
from govcloud.plan.evidence import evidence
from govcloud.plan.mending import mends
from govcloud.plan.plan import Missing
from govcloud.plan.reality import Reality
from govcloud.province.model import BaselineFlow, Freeze
from govcloud.province.repository import Repository
from govcloud.store.runs import Run, begin, note
from govcloud.store.store import Store, now
from govcloud.store.tables import runs
from govcloud.store.tenancies import Hold, set_hold
from govcloud.text import LANGUAGES, next_step, say, use_language
from tests.unit.drafting import applied, context, drafted, planned, step
from tests.unit.ground import asked, given, repository, server, tenancy

PATH: Final = "departments/dot/attendance.test.yaml"
DAY: Final = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _calm(*freezes: Freeze) -> Repository:
    """The example province, in which nothing but these freezes is on."""
    found = repository()
    return replace(found, province=found.province.model_copy(update={"freezes": freezes}))


def _found(draft: Draft, inside: Repository | None = None) -> list[Missing]:
    return list(blocks(context(inside or _calm()), draft))


def _codes(draft: Draft, inside: Repository | None = None) -> list[str]:
    return [one.code for one in _found(draft, inside)]


def _asked(**keys: Any) -> Draft:
    return drafted(asked(**keys), inside=_calm())


def test_nothing_is_in_the_way_of_the_smallest_request() -> None:
    assert _found(_asked()) == []
    assert planned(_asked(), inside=_calm()).admitted


def test_layers_that_are_not_built_yet_are_refused_with_their_keys() -> None:
    paas = {"db": {"service": "postgresql"}, "cache": {"service": "redis"}}
    saas = {"subscribe": ["sms"], "apps": {"forum": {"application": "forum"}}}
    found = _found(_asked(paas=paas, saas=saas))
    assert [(one.code, one.params, one.key) for one in found] == [
        ("plan.no-paas", {"keys": "db, cache"}, "paas"),
        ("plan.no-saas", {"keys": "sms, forum"}, "saas"),
    ]
    assert not planned(_asked(paas=paas), inside=_calm()).admitted
    assert _codes(_asked(saas={"apps": {}})) == []


def test_a_block_names_the_line_that_asks_for_it() -> None:
    (one,) = _found(_asked(saas={"subscribe": ["sms"]}))
    assert one.place is not None
    assert one.place.line > 1


@pytest.mark.parametrize(("later", "over"), [(-1, True), (0, False), (1, False)])
def test_the_last_day_of_the_term_is_part_of_it(later: int, over: bool) -> None:
    found = _found(_asked(until=str(today() + later * DAY)))
    assert [one.code for one in found] == (["plan.over"] if over else [])
    if over:
        assert (found[0].key, found[0].params) == ("until", {"until": str(today() - DAY)})


@pytest.mark.parametrize(
    ("first", "last", "frozen"),
    [(0, 0, True), (-1, 0, True), (0, 1, True), (1, 2, False), (-2, -1, False), (-9, 9, True)],
)
@pytest.mark.parametrize("site", ["*", "main", "elsewhere"])
def test_a_freeze_holds_its_site_from_its_first_day_to_its_last(site: str, first: int, last: int, frozen: bool) -> None:
    freeze = Freeze.model_validate(
        {"site": site, "from": today() + first * DAY, "to": today() + last * DAY, "reason": "重保"}
    )
    expected = [("plan.frozen", {"reason": "重保", "until": str(today() + last * DAY)})]
    found = [(one.code, one.params) for one in _found(_asked(), _calm(freeze))]
    assert found == (expected if frozen and site != "elsewhere" else [])


def test_days_are_days_in_china() -> None:
    moment = dt.datetime(2026, 12, 29, 16, 0, tzinfo=dt.UTC)
    assert moment.astimezone(CHINA).date() == dt.date(2026, 12, 30)
    before, now, after = dt.datetime.now(CHINA).date(), today(), dt.datetime.now(CHINA).date()
    assert before <= now <= after


@pytest.mark.parametrize(("ticket", "told"), [("T-1", "T-1"), ("", "-")])
def test_a_hold_is_told_with_who_and_why(ticket: str, told: str, store: Store) -> None:
    held = applied(asked(), store, PATH, hold=Hold("operator", "审计", ticket, "2026-01-01"))
    (one,) = _found(drafted(asked(), held, path=PATH, store=store))
    expected = {"tenancy": held.id, "who": "operator", "why": "审计", "ticket": told}
    assert (one.code, one.params) == ("plan.held", expected)
    assert f"govcloud release {held.id} --only hold" in next_step(one.code, **one.params)
    free = replace(held, hold=None)
    assert _found(drafted(asked(), free, path=PATH, store=store)) == []


def test_what_came_while_a_person_thought_still_stops_a_change(store: Store) -> None:
    """An apply or a destroy may wait at its question for hours."""
    held = applied(asked(), store, PATH)
    inside = context(_calm(), store)
    refuse_standstill(inside, held.id, held.site)
    set_hold(store, held.id, Hold("operator", "审计", "T-1", "2026-01-01"))
    with pytest.raises(Refused, match=r"plan\.held"):
        refuse_standstill(inside, held.id, held.site)
    set_hold(store, held.id, None)
    freeze = Freeze.model_validate({"site": held.site, "from": today(), "to": today(), "reason": "重保"})
    with pytest.raises(Refused, match=r"plan\.frozen"):
        refuse_standstill(context(_calm(freeze), store), held.id, held.site)


FLOW: Final = {"from": "web", "to": "system/MED-003", "ports": ["443/tcp"], "reason": "核验"}


def _peer(**keys: Any) -> Any:
    system = {"code": "MED-003", "name": "医保平台", "purpose": "参保核验", "mlps": 2, "classified": False}
    return tenancy(given(asked(system=system, **keys), "t-peer00"), "departments/dot/med.test.yaml", name="医保平台")


def test_a_flow_to_a_system_nobody_has_is_refused_at_its_end() -> None:
    inward = {"from": "system/MED-004", "to": "web", "ports": ["443/tcp"], "reason": "核验"}
    found = _found(drafted(asked(flows=[inward, FLOW]), _peer()))
    assert [(one.code, one.key, one.params) for one in found] == [
        ("plan.no-such-system", "flows[0].from", {"system": "MED-004", "environment": "test"})
    ]
    assert _codes(drafted(asked(flows=[inward, FLOW]))) == ["plan.no-such-system", "plan.no-such-system"]


def test_a_system_is_looked_for_in_the_same_environment() -> None:
    other = _peer(environment="staging")
    assert _codes(drafted(asked(flows=[FLOW]), other)) == ["plan.no-such-system"]
    assert _codes(drafted(asked(flows=[FLOW]), _peer())) == []


def test_every_block_can_be_said_with_its_next_step(store: Store) -> None:
    freeze = Freeze.model_validate({"site": "*", "from": today(), "to": today(), "reason": "重保"})
    held = applied(asked(), store, PATH, hold=Hold("operator", "审计", "", "2026-01-01"))
    everything = asked(
        until=str(today() - DAY), paas={"db": {"service": "postgresql"}}, saas={"subscribe": ["sms"]}, flows=[FLOW]
    )
    found = _found(drafted(everything, held, path=PATH, store=store), _calm(freeze))
    assert len({one.code for one in found}) == 6
    for language in LANGUAGES:
        use_language(language)
        for one in found:
            assert all(str(value) in say(one.code, **one.params) for value in one.params.values())
            assert next_step(one.code, **one.params)


def test_a_plan_is_written_for_what_cannot_be_given_too() -> None:
    short = planned(drafted(asked(iaas={"servers": {"web": server(cpu=3)}}), inside=_calm()), inside=_calm())
    assert (short.allocation, short.specs, short.steps) == (None, {}, ())
    assert [one.code for one in short.missing] == ["capacity.no-flavor"]
    assert not short.admitted


MACHINE: Final = Held("urn:pulumi:t-aaaaaa.iaas::govcloud::x::server/web-1", INSTANCE, "4d1e", {})


def _changed(name: str, found: str) -> Difference:
    return Difference("changed", "server web-1", name, "", found, INSTANCE, MACHINE.id, urn=MACHINE.urn)


def _in_the_way(reality: Reality, *steps: Step) -> list[tuple[str, str]]:
    """What is, and what to do about it."""
    use_language("en")
    return [(one.code, next_step(one.code, **one.params)) for one in obstacles("t-aaaaaa", reality, steps)]


def test_a_resize_that_a_run_of_ours_began_is_put_right_and_anybody_elses_is_his_to_confirm() -> None:
    waiting = _changed(UNCONFIRMED, "True")
    ours = Reality({}, (waiting,), begun=(waiting,))
    assert _in_the_way(ours) == []
    assert [(one.what, one.property) for one in mends(ours, ())] == [("server web-1", UNCONFIRMED)]
    theirs = Reality({}, (waiting,))
    ((code, advice),) = _in_the_way(theirs)
    assert code == "plan.server-resized"
    assert "openstack server resize confirm 4d1e" in advice
    assert "openstack server resize revert 4d1e" in advice
    assert list(mends(theirs, ())) == []


@pytest.mark.parametrize(
    ("state", "code"), [("resize", "plan.server-busy"), ("suspended", "plan.server-state"), ("shutoff", "")]
)
def test_what_is_over_by_itself_is_waited_for(state: str, code: str) -> None:
    found = _in_the_way(Reality({}, (_changed("powerState", state),)))
    assert [one for one, _ in found] == [code] * bool(code)


LOCKED: Final = Reality(
    {"iaas": State((MACHINE,), {}, ())}, (Difference("unmanaged", "lock t-web-1", token=LOCK, id=MACHINE.id),)
)


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ((), False),
        ((step("update", "networking/port:Port", "server/web-1"),), False),
        ((step("create", "compute/volumeAttach:VolumeAttach", "attachment/web-10/files"),), False),
        ((step("create", "compute/volumeAttach:VolumeAttach", "attachment/web-1/files"),), True),
        ((replace(step("update", "compute/instance:Instance", "server/web-1"), urn=MACHINE.urn),), True),
    ],
)
def test_a_lock_keeps_away_what_would_touch_the_machine(changes: tuple[Step, ...], *, touched: bool) -> None:
    advice = ("plan.server-locked", "find out why, then unlock it: openstack server unlock 4d1e")
    assert _in_the_way(LOCKED, *changes) == [advice] * touched


def test_a_project_that_stands_there_and_is_not_known_is_not_made_a_second_time() -> None:
    """Records from a backup may not know it; Keystone would refuse, half way."""
    use_language("en")
    where = drafted(asked()).where
    own = Difference("unmanaged", f"project {where.project}", token=PROJECT, id="77", mark=(where.project, ""))
    domain = replace(own, what=f"project {where.domain}", id="88", mark=(where.domain, ""))
    reality = Reality({}, (own, domain, replace(own, id="99", mark=("lab", ""))))
    # a domain may just be made by another tenancy
    for name, stack, ids in (("project/iaas", "tenancy", ["77"]), ("domain", "department", [])):
        made = step("create", "identity/project:Project", name, stack=stack)
        told = [(one.code, one.params["id"]) for one in taken(where.tenancy, reality, [made])]
        assert told == [("plan.project-taken", id_) for id_ in ids]
    assert list(taken(where.tenancy, reality, [])) == []


def test_what_other_records_built_is_not_built_a_second_time() -> None:
    """Older ones do not know it; whatever bears our mark, nobody else made."""
    use_language("en")
    mine = drafted(asked()).where.tenancy
    machine, volume, public = (
        "compute/instance:Instance",
        "blockstorage/volume:Volume",
        "networking/floatingIp:FloatingIp",
    )
    mark = (f"{mine}-web-1", "", f"tenancy={mine}")
    theirs = Difference("unmanaged", "server t-web-1", token=INSTANCE, id="77", mark=mark)
    by_hand = replace(theirs, what="server by hand", id="88", mark=mark[:2])
    disk = replace(theirs, what="volume t-web-1-files", token=VOLUME, mark=(f"{mine}-web-1-files", *mark[1:]))
    address = replace(theirs, what="floating-ip 198.18.0.7", token=f"openstack:{public}", mark=("", *mark[::2]))
    reality = Reality({}, (theirs, by_hand, disk, address, replace(theirs, what="server web-1", how="missing")))

    def told(*steps: Step) -> list[tuple[str, object]]:
        return [(one.code, one.params["what"]) for one in taken(mine, reality, steps)]

    assert told(step("create", machine, "server/web-1")) == [("plan.unrecorded", "server t-web-1")]
    both = step("create", volume, "volume/web-1/files"), step("create", public, "address/web-1")
    assert told(*both) == [("plan.unrecorded", "floating-ip 198.18.0.7, volume t-web-1-files")]
    group = replace(theirs, what="security-group t-server-web", token=GROUP, mark=(f"{mine}-server-web", *mark[1:]))
    apart = replace(theirs, what="anti-affinity t-web", token=SERVER_GROUP, mark=(f"{mine}-web", ""))
    for one, made in ((group, "group/web"), (apart, "server/web")):
        (again,) = taken(mine, Reality({}, (one,)), [step("create", one.token, made)])
        assert again.params["what"] == one.what
    # else it is let alone, as what anybody made: Cinder, say, gives a volume from a backup the mark it had
    for other in (
        ("create", volume, "volume/web-2/files"),
        ("create", machine, "s/web-2"),
        ("update", machine, "s/web-1"),
    ):
        assert told(step(*other)) == []
    plug = Difference("unmanaged", "attachment web-1/files", token=ATTACHMENT)
    reality = replace(reality, differences=(theirs, by_hand, *(replace(plug, id=f"{id_}/v") for id_ in ("77", "88"))))
    found = obstacles(mine, reality, [])
    assert [(one.code, one.params["server"]) for one in found] == [("plan.volume-elsewhere", "88")]
    assert told() == [("plan.unrecorded", "server t-web-1")], "it has one of our volumes"


def test_a_lock_keeps_away_what_we_put_right_ourselves() -> None:
    reality = replace(LOCKED, differences=(*LOCKED.differences, _changed("description", "by hand")))
    assert [code for code, _ in _in_the_way(reality)] == ["plan.server-locked"]


def test_of_an_isolated_tenancy_nothing_is_deleted_that_somebody_may_want_to_look_at(store: Store) -> None:
    resized, named = (Change(path, "a", "b") for path in ("flavorId", "name"))
    going = (
        step("delete", "compute/instance:Instance", "server/web-2"),
        step("replace", "blockstorage/volume:Volume", "volume/web-1/files"),
        replace(step("update", "compute/instance:Instance", "server/web-1"), changes=(resized, named)),
    )
    other = (
        step("delete", "networking/secGroupRule:SecGroupRule", "rule/web"),
        replace(step("update", "compute/instance:Instance", "server/web-3"), changes=(named,)),
    )
    known = applied(asked(), store, "departments/dot/new.test.yaml")
    draft = drafted(asked(), known, store=store)
    assert planned(draft, *going, inside=_calm()).blocks == ()
    cut = replace(draft, known=replace(known, isolated=True))
    found = planned(cut, *going, *other, inside=_calm()).blocks
    assert [(one.code, one.params["what"]) for one in found] == [
        ("plan.loses-evidence", "server web-2"),
        ("plan.loses-evidence", "volume web-1/files"),
        ("plan.stirs-evidence", "server web-1"),
    ]


@pytest.mark.parametrize("interrupted", ["", "r-2"])
def test_what_earlier_runs_left_of_an_isolated_tenancy_is_evidence_too(store: Store, interrupted: str) -> None:
    """But for what was just being made when it was cut off: that is in nobody's use, and the next apply makes it."""
    known = replace(applied(asked(), store, "departments/dot/new.test.yaml"), isolated=True)
    old = (now() - dt.timedelta(hours=2)).isoformat()
    new = (now() - dt.timedelta(seconds=20)).isoformat()
    left = [Difference("unmanaged", f"server {born}", token=INSTANCE, id="x", born=born) for born in (old, new)]
    begin(store, Run("r-2", known.id, "apply", "chenlan"))
    with store.engine.begin() as connection:
        connection.execute(update(runs).values(started=now() - dt.timedelta(minutes=1)))
    note(store, Run("r-3", known.id, "isolate", "zhouming", record={"down": [], "interrupted": {"run": interrupted}}))
    found = [one.params["what"] for one in evidence(store, known, (), left)]
    assert found == ([f"server {old}"] if interrupted else [f"server {old}", f"server {new}"])
    assert list(evidence(store, replace(known, isolated=False), (), left)) == []


def test_where_nobody_knows_since_when_a_tenancy_is_isolated_all_is_evidence(store: Store) -> None:
    known = replace(applied(asked(), store, "departments/dot/new.test.yaml"), isolated=True)
    born = (now() - dt.timedelta(seconds=20)).isoformat()
    left = Difference("unmanaged", "server x", token=INSTANCE, id="x", born=born)
    assert [one.code for one in evidence(store, known, (), [left])] == ["plan.loses-evidence"]


def test_a_plan_tells_whom_a_baseline_flow_meets() -> None:
    """Every server lets him in, of whichever department; it is meant where a bastion is a tenancy itself."""
    living = tenancy(given(asked(), "t-living"), "departments/dot/living.test.yaml")
    assert living.allocation is not None
    cidr = living.allocation.networks["main"].cidr
    flow = BaselineFlow.model_validate({"from": f"cidr/{cidr}", "ports": ["443/tcp"], "reason": "巡检"})
    wide = _calm()
    wide = replace(wide, province=wide.province.model_copy(update={"baseline": (*wide.province.baseline, flow)}))
    request = asked(system={"name": "另一个", "purpose": "测试", "mlps": 2, "classified": False})
    for inside, told in ((_calm(), []), (wide, [("plan.baseline-meets", "t-living")])):
        plan = planned(drafted(request, living, inside=inside), inside=inside)
        assert [(one.code, one.params["tenancy"]) for one in plan.notes] == told
        assert plan.admitted
