"""A draft is refused as soon as nothing that is still to be answered can save it, and no sooner."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from govcloud.compliance.foresee import Foresight, Refusal
from govcloud.errors import ExitCode
from govcloud.province.draft import Draft, open_draft
from tests.unit.ground import EXAMPLES

TODAY: Final = dt.date(2026, 11, 26)
ANSWERS: Final = {
    "department": "hrss",
    "environment": "production",
    "name": "政务公开",
    "slug": "open",
    "purpose": "公开",
    "mlps": "3",
    "classified": "false",
    "data": "important",
    "zone": "internet",
    "until": "2027-06-30",
    "report-no": "1",
    "report-date": "2026-03-02",
    "report-result": "三级",
    "report-by": "某厅",
    "reason": "办事",
}
INSURANCE: Final = "departments/hrss/insurance.production.yaml"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """A province that may be written to."""
    shutil.copytree(EXAMPLES, tmp_path / "province")
    return tmp_path / "province"


def _refusal(where: Path, answers: Mapping[str, str], pattern: str = "", file: Path | None = None) -> Refusal | None:
    draft = open_draft(where, where / pattern if pattern else None)
    assert draft.take(answers) == []
    return Foresight(TODAY, file).refusal(draft)


def _told(found: Refusal | None) -> set[str]:
    assert found is not None
    return {problem.code for problem in found.problems} | {verdict.rule.id for verdict in found.verdicts}


@pytest.mark.parametrize("length", range(len(ANSWERS) + 1))
def test_what_can_still_pass_is_not_refused(province: Path, length: int) -> None:
    assert _refusal(province, dict(itertools.islice(ANSWERS.items(), length))) is None
    assert _refusal(province, dict(itertools.islice(reversed(ANSWERS.items()), length))) is None
    assert _refusal(province.parent, {"os": "any"}) is None


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"until": "2026-11-25"}, {"plan.over"}),
        ({"mlps": "4"}, {"GC-LVL-004"}),
        ({"classified": "true"}, {"GC-LVL-004"}),
        ({"data": "core"}, {"GC-DAT-002"}),
        ({"mlps": "2", "data": "important"}, {"GC-DAT-002"}),
        ({"auditor": "hejing", "security-admin": "hejing"}, {"input.own-auditor"}),
        ({"department": "hrss", "name": "干部培训报名系统", "environment": "test"}, {"province.same-system"}),
        ({"department": "hrss", "slug": "training", "environment": "test"}, {"init.exists"}),
        ({"environment": "production", "mlps": "2", "report-date": "2026-11-27"}, {"GC-LVL-001"}),
    ],
    ids=str,
)
def test_what_nothing_can_save_is_refused_at_once(province: Path, answers: dict[str, str], told: set[str]) -> None:
    found = _refusal(province, answers)
    assert _told(found) == told
    assert found is not None
    assert found.exit_code == (ExitCode.INVALID if found.problems and told != {"plan.over"} else ExitCode.REFUSED)
    assert [problem.place for problem in found.problems if problem.place] == []


def test_what_another_answer_may_save_is_not(province: Path) -> None:
    for answers in (
        {"data": "important"},
        {"department": "hrss", "name": "干部培训报名系统"},
        {"department": "hrss", "slug": "training"},
        {"report-date": "2026-11-27"},
        {"until": str(TODAY)},
    ):
        assert _refusal(province, answers) is None, answers


def test_a_site_counts_as_soon_as_the_department_is_known(province: Path) -> None:
    site = province / "sites/main.yaml"
    site.write_text(site.read_text("utf-8").replace("mlps: 3", "mlps: 2"), "utf-8")
    assert _refusal(province, {"mlps": "3"}) is None
    assert _told(_refusal(province, {"mlps": "3", "department": "hrss"})) == {"GC-LVL-003"}


def test_another_request_may_be_the_pattern(province: Path) -> None:
    assert _refusal(province, {}, INSURANCE) is None
    assert _refusal(province, {"environment": "production"}, INSURANCE) is None
    same = {"environment": "production", "name": "社会保险公共服务平台"}
    assert _told(_refusal(province, same, INSURANCE)) == {"province.same-system"}


def test_a_file_that_is_there_is_not_asked_for(province: Path) -> None:
    there = province / INSURANCE
    assert _told(_refusal(province, {}, file=there)) == {"init.exists"}
    assert _refusal(province, {}, file=there.with_name("other.test.yaml")) is None


def test_the_draft_is_left_alone(province: Path) -> None:
    draft: Draft = open_draft(province, None)
    Foresight(TODAY).refusal(draft)
    assert draft.answers == {}
