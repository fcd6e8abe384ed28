"""What drift says: changed, missing, not in the records."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

from govcloud.output.document import Branch, Document, Heading, Paragraph, Part
from govcloud.output.formats import FORMATS, render
from govcloud.plan.compare import Difference
from govcloud.plan.plan import QuotaChange
from govcloud.store.leases import Lease
from govcloud.store.runs import Run
from govcloud.store.tenancies import Hold
from govcloud.text import LANGUAGES, use_language
from tests.unit.ground import FERRY, fitted, given, tenancy

if TYPE_CHECKING:
    from govcloud.plan.drift import Drift

# the SDK warns of its own old names when it is imported
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_openstack")


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


def _drift(
    differences: tuple[Difference, ...] = (),
    quotas: tuple[QuotaChange, ...] = (),
    unfinished: Run | None = None,
    working: Lease | None = None,
    **more: Any,
) -> Drift:
    from govcloud.plan.drift import Drift  # noqa: PLC0415 - its warnings are ignored from here on

    left = more.pop("left", ())
    return Drift(tenancy(given(fitted(FERRY), "t-ferry0"), **more), differences, quotas, unfinished, working, left)


def _document(found: Drift) -> Document:
    from govcloud.output.drift import drift_document  # noqa: PLC0415

    return drift_document(found)


def _data(document: Document) -> Any:
    return json.loads(render(document, "json"))["data"]


CHANGED: Final = Difference("changed", "network main", "name", "a", "b")
EMPTIED: Final = Difference("changed", "port web-1", "adminStateUp", "True", "")
MISSING: Final = Difference("missing", "rule BASELINE/x")
STRAY: Final = Difference("unmanaged", "security-group stray", token="x", id="1")


def _lines(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Branch):
            yield part.label.text
            yield from _lines(part.branches)
        elif isinstance(part, Heading | Paragraph):
            yield part.text


def test_drift_tells_kind_by_kind_what_was_applied_and_what_is() -> None:
    found = _drift((CHANGED, EMPTIED, MISSING, STRAY), (QuotaChange("compute", "cores", 9, 4),))
    assert list(_lines(_document(found).parts)) == [
        "t-ferry0 DOT-007 轮渡联网售票系统",
        "changed outside",
        "~ network main: name a → b",
        "~ port web-1: adminStateUp True → -",
        "~ quota compute.cores: 4 → 9",
        "missing",
        "- rule BASELINE/x",
        "not in these records",
        "? security-group stray",
        "→ put it right: govcloud apply departments/dot/ferry.test.yaml",
        "→ take it away if nobody needs it, or have it declared in departments/dot/ferry.test.yaml",
    ]
    data = _data(_document(found))
    assert data["clean"] is False
    assert [one["how"] for one in data["differences"]] == ["changed", "changed", "missing", "unmanaged"]
    assert data["quotas"] == [{"service": "compute", "key": "cores", "applied": 4, "found": 9}]


def test_where_other_records_may_have_built_it_that_is_told_first() -> None:
    """Where they did, to put right what differs would be done by the wrong records."""
    known = Difference("unmanaged", "volume files", token="x", id="1", mark=("v", "", "tenancy=t-ferry0"))
    run = Run("r-1", "t-ferry0", "apply", "wangli", outcome="lost")
    for found in (_drift((CHANGED, known)), _drift((known,), unfinished=run)):
        first, second = [line for line in _lines(_document(found).parts) if line.startswith("→")]
        assert first.startswith("→ what bears the mark of t-ferry0 may have been built by govcloud")
        assert second.endswith("govcloud apply departments/dot/ferry.test.yaml")


def test_a_limit_that_is_not_there_is_no_none() -> None:
    """The project itself may be gone."""
    gone = _drift((), (QuotaChange("compute", "cores", None, 4),))
    assert "~ quota compute.cores: 4 → -" in list(_lines(_document(gone).parts))


def test_no_drift_is_said() -> None:
    clean = _drift((), ())
    assert clean.clean
    assert list(_lines(_document(clean).parts))[-1] == "No drift: the cloud is as it was applied."
    assert _data(_document(clean))["clean"] is True
    assert not _drift((STRAY,), ()).clean
    assert not _drift((), (QuotaChange("compute", "cores", 9, 4),)).clean


@pytest.mark.parametrize("form", FORMATS)
def test_it_has_every_format_in_every_language(form: str) -> None:
    for language in LANGUAGES:
        use_language(language)
        assert render(_document(_drift((CHANGED, MISSING, STRAY))), form).strip()


def test_reports_fail_for_every_difference_and_for_nothing_else() -> None:
    found = _document(_drift((CHANGED, MISSING, STRAY), (QuotaChange("compute", "cores", 9, 4),)))
    assert [(one.rule, one.status) for one in found.findings] == [
        ("drift.changed", "fail"),
        ("drift.missing", "fail"),
        ("drift.unmanaged", "fail"),
        ("drift.changed", "fail"),
    ]
    assert 'failures="4"' in render(found, "junit")
    assert len(json.loads(render(found, "sarif"))["runs"][0]["results"]) == 4
    clean = _document(_drift())
    assert [one.status for one in clean.findings] == ["pass"]
    assert 'tests="1" failures="0"' in render(clean, "junit")


def test_what_an_apply_left_undone_is_for_an_apply() -> None:
    found = _document(_drift(unfinished=Run("r-7", "t-ferry0", "apply", "wangli")))
    said, following = list(_lines(found.parts))[1:]
    assert said.startswith("An apply of the tenancy (r-7) was begun by wangli")
    assert following.startswith("→ once nobody is at work: govcloud apply ")
    assert [one.title for one in found.findings] == [said], "the run, not the tenancy"
    assert _data(found)["unfinished"] == "r-7"


def test_what_a_destroy_left_undone_is_for_a_destroy() -> None:
    """An apply would build the tenancy anew."""
    began = Run("r-8", "t-ferry0", "destroy", "wangli", started="2026-11-26T08:00:00+08:00")
    found = _document(_drift((MISSING, STRAY), unfinished=began))
    lines = list(_lines(found.parts))
    assert lines[1].startswith("A destroy of the tenancy (r-8) was begun by wangli at 2026-11-26T08:00:00+08:00")
    following = next(line for line in lines if line.startswith("→"))
    assert following.startswith("→ to end it: govcloud destroy t-ferry0; if it is to stay: govcloud apply ")
    assert _data(found)["unfinished"] == "r-8"
    assert [(one.rule, f"→ {one.remedy}" == following) for one in found.findings] == [
        ("drift.missing", True),
        ("drift.unmanaged", False),
        ("drift.unfinished", True),
    ]


def test_while_somebody_is_at_work_nothing_is_to_be_done_but_to_wait() -> None:
    """What he has just made is nobody else's, and must not be taken away."""
    moment = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    holder = Lease("t-ferry0", "r-9", "wangli", "apply", "ops1", 77, "b", "s", moment, dt.timedelta())
    drift = _drift((CHANGED, STRAY), working=holder)
    found = _document(drift)
    lines = list(_lines(found.parts))
    assert lines[1].startswith("wangli is at work on the tenancy (apply, process 77 on ops1)"), "before what differs"
    assert [line for line in lines if line.startswith("→")] == [
        "→ look again once it has ended: govcloud drift t-ferry0"
    ]
    assert {one.remedy for one in found.findings} == {"look again once it has ended: govcloud drift t-ferry0"}
    assert [one.rule for one in found.findings] == ["drift.changed", "drift.unmanaged", "drift.working"]
    assert _data(found)["working"] == "r-9"
    assert not _drift(working=holder).clean


def test_what_bears_our_mark_and_is_not_known_is_not_simply_taken_away() -> None:
    """Other records may know it."""
    built = Difference("unmanaged", "server t-ferry0-app-1", token="s", id="7", mark=("", "", "tenancy=t-ferry0"))
    for drift, advised in ((_drift((STRAY, built)), True), (_drift((STRAY,)), False)):
        (following,) = [line for line in _lines(_document(drift).parts) if line.startswith("→")]
        assert ("go on where they came from, and apply nothing here" in following) is advised


def test_what_an_apply_left_is_nobody_elses_and_has_one_next_step() -> None:
    orphan = Difference("unmanaged", "server t-ferry0-web-2", token="s", id="7")
    dead = [Difference("changed", "server web-3", name, "a", "b", "s", "8") for name in ("flavorId", "powerState")]
    run = Run("r-7", "t-ferry0", "apply", "wangli")
    found = _document(_drift((CHANGED, STRAY), unfinished=run, left=(*dead, orphan)))
    assert list(_lines(found.parts))[2:] == [
        "not as it was applied",
        "~ network main: name a → b",
        "left by what did not come to its end",
        "! server web-3",
        "! server t-ferry0-web-2",
        "not in these records",
        "? security-group stray",
        "→ once nobody is at work: govcloud apply departments/dot/ferry.test.yaml",
        "→ take it away if nobody needs it, or have it declared in departments/dot/ferry.test.yaml",
    ]
    assert [one["how"] for one in _data(found)["differences"]] == ["changed", "unmanaged", "left", "left"]
    assert [one.rule for one in found.findings].count("drift.left") == 2


def test_what_is_held_is_not_to_be_applied() -> None:
    held = Hold("wangli", "audit", "", "2026-11-27T08:00:00+08:00")
    (_, following) = [line for line in _lines(_document(_drift((CHANGED,), hold=held)).parts) if "→" in line]
    assert following.startswith("→ it is held; once it may be changed: govcloud release t-ferry0 --only hold")


def test_ports_of_an_isolated_tenancy_are_down_without_a_drift() -> None:
    found = _document(_drift(isolated=True))
    assert list(_lines(found.parts))[1] == "t-ferry0 is isolated: that all its ports are down is no drift."
    assert (_data(found)["isolated"], _data(found)["clean"]) == (True, True)
