"""What list, show and history say of a tenancy."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import update

from govcloud.cloud.read.machines import Machine
from govcloud.errors import ResourceFailed
from govcloud.output.document import Document, Paragraph, Table, cell
from govcloud.output.formats import FORMATS, render
from govcloud.output.history import history_document
from govcloud.output.tenancy import handover_document, list_document, show_document
from govcloud.plan.look import Seen
from govcloud.store.isolations import Isolation
from govcloud.store.leases import history_as_it_is, lease
from govcloud.store.runs import KINDS, OUTCOMES, Run, begin, end, history, unended, why
from govcloud.store.store import Store, now
from govcloud.store.tables import runs
from govcloud.store.tenancies import Hold, Reservation, Tenancy
from govcloud.text import LANGUAGES, say, use_language
from tests.unit.ground import FERRY, fitted, given, tenancy

ACTIVE: Final = tenancy(given(fitted(FERRY), "t-ferry0"))
HELD: Final = replace(ACTIVE, hold=Hold("chenlan", "审计", "", "2026-11-24T00:00:00+00:00"))
ENDED: Final = replace(ACTIVE, stage="ended", allocation=None)


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


def _tables(document: Document) -> list[Table]:
    return [part for part in document.parts if isinstance(part, Table)]


def _cells(table: Table) -> list[list[str]]:
    return [[cell(value).text for value in row] for row in table.rows]


def _data(document: Document) -> Any:
    return json.loads(render(document, "json"))["data"]


@pytest.mark.parametrize(
    ("one", "word", "tone"),
    [
        (ACTIVE, "active", "good"),
        (replace(ACTIVE, stage="admitted"), "admitted", "plain"),
        (HELD, "held", "warn"),
        (replace(HELD, isolated=True), "isolated", "bad"),
        (replace(HELD, isolated=True, stage="ended"), "ended", "dim"),
    ],
)
def test_the_state_is_one_word_and_the_worst(one: Tenancy, word: str, tone: str) -> None:
    (table,) = _tables(list_document([one], [], {}, {}))
    assert cell(table.rows[0][6]).tone == tone
    assert cell(table.rows[0][6]).text.partition(",")[0] == word
    assert _data(list_document([one], [], {}, {}))[0]["state"] == word


CUT: Final = Isolation("zhouming", "疑似失陷", "2026-11-25T00:00:00+00:00")
HALF: Final = replace(CUT, broken=Run("r-9", "t-ferry0", "isolate", "zhouming"))


def test_what_is_held_and_isolated_is_told_as_both() -> None:
    """Who sees that traffic is cut must not overlook that somebody holds it as well."""
    both = replace(HELD, isolated=True)
    listed = list_document([both], [], {}, {both.id: CUT})
    assert cell(_tables(listed)[0].rows[0][6]).text == "isolated, held"
    assert (_data(listed)[0]["states"], _data(listed)[0]["complete"]) == (["isolated", "held"], True)
    shown = show_document(replace(_seen(both), isolation=CUT))
    head = dict(_cells(_tables(shown)[0]))
    assert (head["state"], head["held"], head["isolated"]) == (
        "isolated, held", "chenlan: 审计 (ticket -)", "zhouming: 疑似失陷",
    )  # fmt: skip
    assert (_data(shown)["hold"]["who"], _data(shown)["isolation"]["who"]) == ("chenlan", "zhouming")
    assert "hold" not in _data(handover_document(_seen(both), "x")), (
        "what an audit is about is no department's business"
    )


@pytest.mark.parametrize(
    ("kind", "at_work", "told"),
    [
        ("isolate", False, "complete it: govcloud isolate t-ferry0 --reason"),
        ("release", False, "complete it: govcloud release t-ferry0 --only isolation"),
        ("isolate", True, "t-ferry0 is being isolated (run r-9)"),
        ("release", True, "the isolation of t-ferry0 is being ended (run r-9)"),
    ],
)
def test_half_an_isolation_is_no_isolation(kind: str, at_work: bool, told: str) -> None:
    """The mark says what is wanted; whoever was killed in between left ports up."""
    one, half = replace(ACTIVE, isolated=True), replace(HALF, broken=replace(RUN, id="r-9", kind=kind), at_work=at_work)
    listed, shown = list_document([one], [], {}, {one.id: half}), show_document(replace(_seen(one), isolation=half))
    assert cell(_tables(listed)[0].rows[0][6]).text == "isolated (not complete)"
    for document in (listed, shown):
        assert told in render(document, "table")
    assert (_data(listed)[0]["complete"], _data(shown)["complete"]) == (False, False)


def test_a_destroy_that_did_not_end_is_told(store: Store) -> None:
    """Its tenancy is no plain active one: part of it may be gone."""
    begin(store, replace(RUN, id="r-8", kind="destroy", outcome="running", ended=""))
    half = unended(store)
    listed, shown = list_document([ACTIVE], [], {}, {}, half), show_document(replace(_seen(), unended=half["t-ferry0"]))
    assert cell(_tables(listed)[0].rows[0][6]).text == "active, destroy not complete"
    assert dict(_cells(_tables(shown)[0]))["state"] == "active, destroy not complete"
    for document in (listed, shown):
        told = render(document, "table")
        assert "(r-8) was begun by chenlan" in told
        assert "govcloud destroy t-ferry0; if it is to stay: govcloud apply" in told
    assert (_data(listed)[0]["unended"]["run"], _data(shown)["unended"]["run"]) == ("r-8", "r-8")
    end(store, "r-8", "failed", {})
    assert unended(store).keys() == {"t-ferry0"}
    begin(store, replace(RUN, id="r-9", outcome="running", ended=""))
    assert unended(store)["t-ferry0"].kind == "apply", "begun since, it says that the tenancy is to stay"


def test_an_apply_that_did_not_end_is_told(store: Store) -> None:
    """What was applied before may be half gone, and what was asked for half there."""
    begin(store, replace(RUN, id="r-8", outcome="running", ended=""))
    end(store, "r-8", "failed", {})
    half = unended(store)
    listed, shown = list_document([ACTIVE], [], {}, {}, half), show_document(replace(_seen(), unended=half["t-ferry0"]))
    for document, state in (
        (listed, cell(_tables(listed)[0].rows[0][6]).text),
        (shown, dict(_cells(_tables(shown)[0]))["state"]),
    ):
        assert state == "active, apply not complete"
        told = render(document, "table")
        assert "An apply of the tenancy (r-8) was begun by chenlan" in told
        assert f"once nobody is at work: govcloud apply {ACTIVE.path}" in told
    assert (_data(listed)[0]["unended"]["kind"], _data(shown)["unended"]["kind"]) == ("apply", "apply")
    begin(store, replace(RUN, id="r-9", outcome="running", ended=""))
    end(store, "r-9", "done", {})
    assert unended(store) == {}


def test_a_run_whose_process_died_is_lost_though_nobody_wrote_it_down(store: Store) -> None:
    begin(store, replace(RUN, outcome="running", ended=""))
    with lease(store, "t-ferry0", RUN.id, actor="chenlan", command="apply"):
        assert [run.outcome for run in history_as_it_is(store, "t-ferry0")] == ["running"]
    assert [run.outcome for run in history_as_it_is(store, "t-ferry0")] == ["lost"]
    assert [run.outcome for run in history(store, "t-ferry0")] == ["running"], "who looks writes nothing"


def test_an_isolation_whose_process_died_is_lost_too(store: Store) -> None:
    """It takes the right to interrupt just after it is on record; a minute later it has that, or is dead."""
    begin(store, replace(RUN, kind="isolate", outcome="running", ended=""))
    assert [run.outcome for run in history_as_it_is(store, "t-ferry0")] == ["running"]
    with store.engine.begin() as connection:
        connection.execute(update(runs).values(started=now() - dt.timedelta(minutes=2)))
    assert [run.outcome for run in history_as_it_is(store, "t-ferry0")] == ["lost"]
    with lease(store, "t-ferry0/interrupt", RUN.id, actor="chenlan", command="isolate"):
        assert [run.outcome for run in history_as_it_is(store, "t-ferry0")] == ["running"]


def test_a_list_names_departments_by_their_folder() -> None:
    (table,) = _tables(list_document([ACTIVE, ENDED], [], {ACTIVE.department: "dot"}, {}))
    assert _cells(table)[0] == [
        "t-ferry0", "dot", "DOT-007", "轮渡联网售票系统", "test", "main", "active", "2028-12-31",
    ]  # fmt: skip
    (unknown,) = _tables(list_document([ACTIVE], [], {}, {}))
    assert _cells(unknown)[0][1] == ACTIVE.department


def test_no_tenancies_are_said() -> None:
    document = list_document([], [], {}, {})
    assert document.parts == (Paragraph("No tenancies.", "dim"),)
    assert _data(document) == []


def test_what_is_only_reserved_is_listed_with_its_plan_its_end_and_its_amounts() -> None:
    until = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
    kept = Reservation("p-1", until, given(fitted(FERRY), "t-ferry1"))
    for standing in ([], [ACTIVE]):
        document = list_document(standing, [kept], {ACTIVE.department: "dot"}, {})
        assert _cells(_tables(document)[-1]) == [
            ["t-ferry1", "dot", "DOT-007", "test", "main", "p-1", "2026-11-27T08:00+00:00", "15", "28 GiB", "192 GiB",
             "600 GiB"],
        ]  # fmt: skip
        *others, row = _data(document)
        assert [one["state"] for one in others] == ["active"] * len(standing)
        assert {name: row[name] for name in ("tenancy", "state", "plan", "until", "cores", "memory_mib")} == {
            "tenancy": "t-ferry1", "state": "reserved", "plan": "p-1", "until": "2026-11-27T08:00:00+00:00",
            "cores": 15, "memory_mib": 29_492,
        }  # fmt: skip
        assert row.keys() > _data(list_document([ACTIVE], [], {}, {}))[0].keys()
        assert "govcloud release T-ID" in render(document, "table")


def test_of_a_tenancy_that_stands_only_what_is_kept_beyond_it_is_not_built() -> None:
    stands = ACTIVE.allocation
    assert stands is not None
    more = replace(stands, granted=replace(stands.granted, cores=stands.granted.cores + 4, memory=0))
    document = list_document([ACTIVE], [Reservation("p-2", dt.datetime(2026, 11, 27, tzinfo=dt.UTC), more)], {}, {})
    assert _cells(_tables(document)[-1])[0][-4:] == ["4", "0 GiB", "0 GiB", "0 GiB"]
    row = _data(document)[-1]
    assert [row[name] for name in ("cores", "memory_mib", "disk_gib", "volumes_gib")] == [4, 0, 0, 0]


MACHINE: Final = Machine(name="web-1", status="ACTIVE", address="198.18.1.2", public="198.18.255.7")


def _seen(one: Tenancy = ACTIVE) -> Seen:
    return Seen(one, {"web-1": MACHINE, "web-2": replace(MACHINE, name="web-2", status="ERROR", public="")})


def test_a_tenancy_in_full_says_how_each_machine_is() -> None:
    document = show_document(_seen())
    machines = {row[0]: row for row in _cells(_tables(document)[2])}
    assert machines["web-1"][1] == "ACTIVE"
    assert machines["web-1"][4:] == ["198.18.255.7", "2 CPU / 4 GiB / 40 GiB"]
    assert machines["web-2"][1] == "ERROR"
    assert machines["web-2"][4] == "-"
    assert machines["app-1"][1] == "not there"
    tones = {cell(row[0]).text: cell(row[1]).tone for row in _tables(document)[2].rows}
    assert (tones["web-1"], tones["web-2"], tones["app-1"]) == ("good", "warn", "bad")
    assert {one["name"] for one in _data(document)["machines"]} == {"web-1", "web-2"}


def test_a_machine_has_the_size_it_has_in_the_cloud() -> None:
    """After an apply that failed, what was given is not what stands."""
    larger = replace(MACHINE, cores=8, memory=32768, disk=80)
    document = show_document(Seen(ACTIVE, {"web-1": larger, "web-2": replace(MACHINE, name="web-2")}))
    machines = {row[0]: row[-1] for row in _cells(_tables(document)[2])}
    assert machines["web-1"] == "8 CPU / 32 GiB / 80 GiB"
    assert machines["web-2"] == "2 CPU / 4 GiB / 40 GiB", "a Nova that does not tell"
    assert machines["app-1"].endswith("GiB"), "what does not stand, as it was given"
    assert (_data(document)["machines"][0]["cores"], _data(document)["machines"][0]["memory"]) == (8, 32768)


def test_a_hold_is_told_with_who_and_why() -> None:
    told = render(show_document(_seen(HELD)), "table")
    assert "chenlan: 审计 (ticket -)" in told
    assert "ticket" not in render(show_document(_seen()), "table")


def test_what_ended_has_no_machines() -> None:
    document = show_document(Seen(ENDED, {}))
    assert len(_tables(document)) == 1
    assert "ended" in render(document, "table")


def test_the_handover_sheet_is_for_the_department() -> None:
    told = render(handover_document(_seen(), "某省交通运输厅"), "markdown")
    assert "某省交通运输厅" in told
    assert "2028-12-31" in told
    assert "198.18.255.7" in told
    assert all(address in told for address in ("198.18.0.2", "100.64.2.2"))
    assert "stand; their term" in told


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(replace(ACTIVE, stage="admitted"), {}), "admitted"),
        (Seen(replace(ACTIVE, isolated=True), {}, CUT), "isolated"),
        (Seen(ACTIVE, {}, None, Run("r-9", "t-ferry0", "destroy", "zhouming")), "active, destroy not complete"),
    ],
)
def test_what_does_not_stand_whole_is_not_handed_over(seen: Seen, state: str) -> None:
    told = render(handover_document(seen, "某省交通运输厅"), "markdown")
    assert f"are not ready to be handed over ({state})" in told
    assert "stand;" not in told


def test_what_has_ended_is_not_handed_over_at_all() -> None:
    told = render(handover_document(Seen(ENDED, {}), "某省交通运输厅"), "markdown")
    assert "have ended; nothing of them is left" in told
    assert "handed over" not in told


RUN: Final = Run(
    "r-1", "t-ferry0", "apply", "chenlan", "扩容", "p-1", "https://ci/7", "2026-11-24T01:00:00+00:00",
    "2026-11-24T01:05:00+00:00", "done", {"steps": [["iaas", "create", "server web-1"]]},
)  # fmt: skip


def test_history_says_who_did_what_when_and_why() -> None:
    running = replace(RUN, id="r-2", outcome="running", ended="", reason="", job="")
    (table,) = _tables(history_document("t-ferry0", [running, RUN]))
    assert _cells(table) == [
        ["r-2", "apply", "chenlan", "2026-11-24T01:00:00+00:00", "-", "running", "-"],
        ["r-1", "apply", "chenlan https://ci/7", RUN.started, RUN.ended, "done", "扩容"],
    ]
    assert _data(history_document("t-ferry0", [RUN]))[0]["record"]["steps"] == [["iaas", "create", "server web-1"]]


def test_history_says_why_a_run_failed() -> None:
    failed = replace(RUN, outcome="failed", record=why(ResourceFailed("plan.no-tenancy", tenancy="t-ferry0")))
    (table,) = _tables(history_document("t-ferry0", [failed]))
    assert _cells(table)[0][5] == f"failed\n{say('plan.no-tenancy', tenancy='t-ferry0')}"
    assert why(KeyboardInterrupt()) == {}


def test_no_history_is_said() -> None:
    document = history_document("t-ferry0", [])
    assert document.parts == (Paragraph("t-ferry0 has no runs.", "dim"),)
    assert _data(document) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_store_may_hold_can_be_said(language: Any) -> None:
    use_language(language)
    runs = [replace(RUN, kind=kind, outcome=outcome) for kind in KINDS for outcome in OUTCOMES]
    (table,) = _tables(history_document("t-ferry0", runs))
    assert len(table.rows) == len(KINDS) * len(OUTCOMES)
    tones = {cell(row[5]).text: cell(row[5]).tone for row in table.rows}
    if language == "en":
        assert (tones["done"], tones["failed"], tones["lost"]) == ("good", "bad", "bad")


@pytest.mark.parametrize("form", FORMATS)
def test_all_of_it_in_every_format(form: str) -> None:
    documents = [
        list_document([ACTIVE], [], {}, {}),
        show_document(_seen()),
        handover_document(_seen(), "某省交通运输厅"),
        history_document("t-ferry0", [RUN]),
    ]
    for language in LANGUAGES:
        use_language(language)
        assert all(render(document, form).strip() for document in documents)
