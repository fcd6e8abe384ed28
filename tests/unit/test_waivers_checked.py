"""What `validate` says of waivers.yaml: rules, people, tenancies and things there are not."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

import pytest

from govcloud.compliance.validation import Validating, waivers_in
from govcloud.errors import ExitCode

EXAMPLES: Final = Path(__file__).parents[2] / "examples/province"
TODAY: Final = dt.date(2026, 11, 24)
TRAINING: Final = "departments/hrss/training.test.yaml"
# each request of the examples with an id of its own
IDS: Final = {TRAINING: "t-3f9c2a", "departments/hrss/insurance.production.yaml": "t-aaaaaa"}
WAIVER: Final = {
    "rule": "GC-ZONE-005",
    "tenancy": "t-3f9c2a",
    "reason": "旧系统改造",
    "owner": "chenlan",
    "approver": "wufang",
    "until": "2027-03-31",
}
FLOW: Final = "flows: [{from: zone/internet, to: web, ports: [22/tcp], reason: 运维}]\nzone: internet"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """The examples, where a waiver may cover a request that needs one."""
    root = tmp_path / "province"
    shutil.copytree(EXAMPLES, root)
    (root / "departments/dot/ferry.test.yaml").unlink()
    for name, tenancy in IDS.items():
        more = f"{FLOW}\n" if name == TRAINING else ""
        (root / name).write_text(f"{(root / name).read_text('utf-8')}\ntenancy: {tenancy}\n{more}", "utf-8")
    file = root / "province.yaml"
    text = file.read_text("utf-8")
    assert "waivable: [medium, low]" in text
    file.write_text(text.replace("waivable: [medium, low]", "waivable: [high]"), "utf-8")
    return root


def _write(province: Path, **changes: str) -> None:
    entries = ", ".join(f'{key}: "{value}"' for key, value in (WAIVER | changes).items())
    (province / "waivers.yaml").write_text(f"# why\n- {{{entries}}}\n", "utf-8")


def _told(province: Path) -> list[tuple[str, str, object]]:
    validating = Validating(TODAY)
    validating.waivers(province)
    for problem in validating.operators():
        assert problem.place
        assert (Path(problem.place.file).name, problem.place.line) == ("waivers.yaml", 2)
    return [(one.code, one.key, one.params.get("near")) for one in validating.operators()]


def test_a_right_waiver_holds_and_nothing_is_said_of_it(province: Path) -> None:
    for changes in ({}, {"resource": "flows[0]"}, {"resource": "web-1"}, {"approver": "lihua"}):
        _write(province, **changes)
        assert _told(province) == []
    _write(province)
    assert Validating(TODAY).request(province / TRAINING).exit_code == ExitCode.OK


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rule": "GC-ZONE-999"}, ("no-such-rule", "rule", "GC-ZONE-006, GC-ZONE-005, GC-ZONE-003")),
        ({"approver": "wufan"}, ("no-such-account", "approver", "wufang")),
        ({"owner": "chenla"}, ("no-such-account", "owner", "chenlan")),
        ({"approver": "chenlan"}, ("self-approved", "approver", None)),
        ({"tenancy": "t-3f9c2b"}, ("no-such-tenancy", "tenancy", "t-3f9c2a")),
        ({"resource": "flows[7]"}, ("no-such-resource", "resource", "flows[0]")),
    ],
)
def test_what_there_is_not_is_told(province: Path, changes: dict[str, str], told: tuple[str, str, str]) -> None:
    _write(province, **changes)
    ((code, key, near),) = _told(province)
    assert (code, key, near) == (f"compliance.{told[0]}", f"[0].{told[1]}", told[2])
    # whoever approved it, whatever it names: it covers nothing
    assert Validating(TODAY).request(province / TRAINING).exit_code == ExitCode.REFUSED


def test_who_asks_is_of_the_department(province: Path) -> None:
    _write(province, owner="lihua")
    assert [code for code, *_ in _told(province)] == ["province.no-such-person"]
    (verdict,) = Validating(TODAY).request(province / TRAINING).refusing
    assert verdict.waiver_state == "no-owner"


def test_what_is_over_may_name_who_is_gone(province: Path) -> None:
    _write(province, owner="gone", tenancy="t-zzzzzz", until="2026-11-23")
    assert _told(province) == []


def test_nothing_is_said_of_a_tenancy_that_a_request_may_be(province: Path) -> None:
    _write(province, tenancy="t-zzzzzz")
    file = province / TRAINING
    text = file.read_text("utf-8")
    for other in (text.replace("tenancy: t-3f9c2a\n", ""), "kind: ["):
        file.write_text(other, "utf-8")
        assert _told(province) == []


def test_rules_and_people_are_told_to_whoever_asks(province: Path) -> None:
    _write(province, rule="GC-ZONE-999", approver="nobody")
    validating = Validating(TODAY)
    validating.repository(province)
    assert [problem.key for problem in validating.operators()] == ["[0].rule", "[0].approver"]


def test_the_repository_and_its_waivers_stand_for_waivers(province: Path) -> None:
    _write(province)
    assert waivers_in(province) == waivers_in(province.parent) == waivers_in(province / "waivers.yaml") == [province]
    assert waivers_in(province / "departments") == waivers_in(province / TRAINING) == []
