"""What `validate` looks at, and that it tells everything at once and each thing once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

import pytest
import yaml

from govcloud.allocation.allocate import opaque
from govcloud.compliance.validation import Validating, Validation, requests_in, roots_in, validate, waivers_in
from govcloud.errors import ExitCode
from govcloud.output.formats import render
from govcloud.output.validation import validation_document
from govcloud.text import say

EXAMPLES: Final = Path(__file__).parents[2] / "examples/province"
TODAY: Final = dt.date(2026, 11, 24)
TRAINING: Final = "departments/hrss/training.test.yaml"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """A repository that may be written to, with files that are nobody's request."""
    root = tmp_path / "province"
    shutil.copytree(EXAMPLES, root)
    for name in (".gitlab-ci.yml", ".forge/flow.yaml", "mkdocs.yml", "departments/.hidden/x.yaml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("a: b\n")
    return root


def _change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def _codes(found: Validation) -> list[str]:
    return [problem.code for problem in found.problems]


def test_the_form_and_the_fit_are_told_at_once(province: Path) -> None:
    file = province / TRAINING
    _change(file, ("cpu: 2", "cpu: two"), ("openeuler-24.03", "openeuler-22.03"))
    _change(file, ("data: general", "data: general\npeople: {owner: lihua}\nflows: [{from: web, to: db}]"))
    assert _codes(validate(file, TODAY)) == [
        "province.no-such-person",
        "input.missing",
        "input.missing",
        "input.no-such-key",
        "input.not-whole",
        "province.no-such-os",
    ]


def test_a_term_that_is_over_is_refused_as_a_plan_would(province: Path) -> None:
    file = province / TRAINING
    last = dt.date(2027, 6, 30)
    assert validate(file, last).exit_code == ExitCode.OK
    found = validate(file, last + dt.timedelta(days=1))
    (over,) = found.blocked
    assert (found.exit_code, found.problems, over.code) == (ExitCode.REFUSED, (), "plan.over")
    assert str(over.place).endswith(f"{TRAINING}:6:8")
    alone = province.parent / "alone.yaml"
    shutil.copy(file, alone)
    assert validate(alone, last + dt.timedelta(days=1)).exit_code == ExitCode.REFUSED


def test_a_flow_that_opens_nothing_is_refused_as_a_plan_would_whatever_is_waived(province: Path) -> None:
    file = province / "departments/dot/ferry.test.yaml"
    _change(file, (", via: exchange", ""))
    found = validate(file, TODAY)
    assert [(verdict.rule.id, verdict.on) for verdict in found.refusing] == [("GC-ZONE-006", "flows[1]")]
    assert (found.exit_code, found.blocked) == (ExitCode.REFUSED, []), "one refusal for one flow"
    _change(province / "province.yaml", ("refuse_at: high", "refuse_at: critical"))
    found = validate(file, TODAY)
    assert (found.exit_code, found.refusing) == (ExitCode.REFUSED, [])
    (idle,) = found.blocked
    assert (idle.code, idle.key) == ("plan.flow-across", "flows[1]")
    assert str(idle.place).endswith("ferry.test.yaml:35:5")
    shown = render(validation_document([found]), "markdown")
    assert all(text in shown for text in (say(idle.code, **idle.params), say(f"{idle.code}.next")))


def test_a_waiver_covers_a_request_that_writes_no_id_yet(province: Path) -> None:
    """It names the id that plans give it."""
    file = province / TRAINING
    flow = "  - {from: zone/internet, to: web, ports: [8443/tcp], reason: 试}\n"
    _change(file, ("data: general\n", f"data: general\nflows:\n{flow}"))
    assert "GC-ZONE-005" in {verdict.rule.id for verdict in validate(file, TODAY).refusing}
    _change(province / "province.yaml", ("waivable: [medium, low]", "waivable: [critical, high]"))
    waived = {
        "rule": "GC-ZONE-005", "tenancy": opaque("t", "tenancies", TRAINING), "resource": "flows[0]", "reason": "试用",
        "owner": "chenlan", "approver": "zhangwei", "until": str(TODAY + dt.timedelta(days=1)),
    }  # fmt: skip
    (province / "waivers.yaml").write_text(yaml.safe_dump([waived], allow_unicode=True), "utf-8")
    found = validate(file, TODAY)
    assert "GC-ZONE-005" not in {verdict.rule.id for verdict in found.refusing}
    assert "waived" in {verdict.status for verdict in found.verdicts if verdict.rule.id == "GC-ZONE-005"}


def test_the_internet_piece_by_piece_is_refused_before_anything_is_planned(province: Path) -> None:
    file = province / TRAINING
    flows = [f"  - {{from: cidr/{first}.0.0.0/8, to: web, ports: [3306/tcp], reason: 试}}\n" for first in (8, 9)]
    _change(file, ("data: general\n", "data: general\nflows:\n" + "".join(flows)))
    found = validate(file, TODAY)
    assert {(v.rule.id, v.on, v.key) for v in found.refusing} == {
        ("GC-ZONE-003", "web", "flows[0]"),
        ("GC-ZONE-005", "web", "flows[0]"),
    }
    line = file.read_text("utf-8").splitlines().index(flows[0].rstrip()) + 1
    shown = render(validation_document([found]), "markdown")
    assert f"{file.name}:{line}:" in shown
    assert f"{file.name}:1:1" not in shown


@pytest.mark.parametrize(
    ("offsite", "line"),
    [("backup: {policy: daily-30d}", "backup: "), ("", "  insured: ")],
    ids=["kept on the site", "not kept at all"],
)
def test_important_data_is_kept_twice_before_anything_is_planned(province: Path, offsite: str, line: str) -> None:
    file = province / "departments/hrss/insurance.production.yaml"
    _change(file, ("backup: {policy: daily-30d, offsite: true}", offsite))
    found = validate(file, TODAY)
    assert found.exit_code == ExitCode.REFUSED
    (refused,) = found.refusing
    assert (refused.rule.id, refused.on, refused.reason) == ("GC-DAT-002", "backup", "backup")
    assert found.loaded
    place = found.loaded.place_of(refused.key)
    assert file.read_text("utf-8").splitlines()[place.line - 1].startswith(line)


def test_a_division_of_another_province_is_refused_at_once(province: Path) -> None:
    _change(province / "province.yaml", ('"330000": 省本级, ', ""))
    _change(province / "sites/main.yaml", ('divisions: ["330000"]', 'divisions: ["330100"]'))
    for more in ("", "\nsite: main"):
        _change(province / TRAINING, ("data: general", f"data: general{more}"))
        found = validate(province / TRAINING, TODAY)
        assert (found.exit_code, _codes(found)) == (ExitCode.REFUSED, [])
        assert [(one.rule.id, one.reason) for one in found.refusing] == [("GC-MDM-005", "elsewhere")]


def test_whoever_is_let_in_all_the_same_names_a_site(province: Path) -> None:
    _change(province / "province.yaml", ('"330000": 省本级, ', ""), ("refuse_at: high", "refuse_at: critical"))
    _change(province / "sites/main.yaml", ('divisions: ["330000"]', 'divisions: ["330100"]'))
    found = validate(province / TRAINING, TODAY)
    assert (found.exit_code, _codes(found)) == (ExitCode.INVALID, ["province.foreign-division"])
    _change(province / TRAINING, ("data: general", "data: general\nsite: main"))
    assert validate(province / TRAINING, TODAY).exit_code == ExitCode.OK


def test_a_wrong_credit_code_is_told_once(province: Path) -> None:
    file = province / TRAINING
    _change(file, ("11330000123456788K", "11330000123456789K"))
    assert _codes(validate(file, TODAY)) == ["input.uscc-inner-check"]


def test_files_of_the_operator_are_no_requests(province: Path) -> None:
    requests = {*(province / "departments").glob("*/*.*.yaml")}
    assert {*requests_in(province)} == {*requests_in(province.parent)} == requests
    assert requests_in(province / "sites") == requests_in(province / "waivers.yaml") == []
    for operators in ("province.yaml", "sites/main.yaml", "departments/dot/department.yaml", "sites", "departments"):
        assert roots_in(province / operators) == [province]
    assert roots_in(province.parent) == [province]


@pytest.mark.parametrize("suffix", ["yml", "YAML", "YML"])
def test_a_request_that_plans_do_not_take_is_told(province: Path, suffix: str) -> None:
    wrong = province / f"departments/hrss/training.test.{suffix}"
    (province / TRAINING).rename(wrong)
    assert wrong in requests_in(province)
    assert _codes(validate(wrong, TODAY)) == ["province.wrong-suffix"]


def test_files_of_the_operator_without_their_province_are_held_to_their_own_form(province: Path) -> None:
    (province / "province.yaml").unlink()
    (province / "waivers.yaml").write_text("# none\n")
    named = [file for name in ("departments", "sites", "waivers.yaml") for file in requests_in(province / name)]
    found = {str(file.relative_to(province)): validate(file, TODAY) for file in named}
    assert {"sites/main.yaml", "departments/hrss/department.yaml", "waivers.yaml", TRAINING} <= set(found)
    assert {one.exit_code for one in found.values()} == {ExitCode.OK}
    said = render(validation_document(list(found.values())), "markdown")
    assert said.count(say("output.validate.form")) == 4
    _change(province / "sites/main.yaml", ("country: CN", "country: China"))
    assert _codes(validate(province / "sites/main.yaml", TODAY)) == ["input.not-country"]


@pytest.mark.parametrize(
    ("staff", "codes"), [("li@Default", []), ("li@dot.example@Default", []), ("li", ["input.not-account"])]
)
def test_the_staff_of_a_site_are_named_with_their_domain(province: Path, staff: str, codes: list[str]) -> None:
    site = province / "sites/main.yaml"
    site.write_text(f"{site.read_text('utf-8')}\nstaff: [{staff}]\n", "utf-8")
    validating = Validating(TODAY)
    validating.request(province / TRAINING)
    assert [problem.code for problem in validating.operators()] == codes


def test_a_department_may_be_called_sites(province: Path) -> None:
    shutil.copytree(province / "departments/dot", province / "departments/sites")
    assert len(requests_in(province / "departments/sites")) == 1


def test_wrong_files_of_the_operator_are_told_once(province: Path) -> None:
    (province / "sites/main.yaml").write_text("kind: Site\n")
    validating = Validating(TODAY)
    found = [validating.request(file) for file in requests_in(province)]
    assert len(found) == 3
    assert all(one.problems == [] and not one.judged and one.exit_code == ExitCode.INVALID for one in found)
    assert {problem.code for problem in validating.operators()} == {"input.missing"}
    assert len({problem.key for problem in validating.operators()}) == len(validating.operators())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ((), ["province.same-system"]),
        ((("data: general", "data: general\ntenancy: t-3f9c2a"),), ["province.same-id"]),
        ((("name: 干部培训报名系统", "name: 干部考试报名系统"),), []),
        ((("environment: test", "environment: staging"),), []),
        ((("name: 干部", "code: HRSS-1, name: 干部"),), ["province.same-system"]),
    ],
    ids=["a copy", "a copy with its id", "another name", "another environment", "only one has a code"],
)
def test_one_system_has_one_request(province: Path, changes: tuple[tuple[str, str], ...], code: list[str]) -> None:
    first, second = province / TRAINING, province / "departments/hrss/second.test.yaml"
    if code == ["province.same-id"]:
        _change(first, *changes)
    shutil.copy(first, second)
    if code != ["province.same-id"]:
        _change(second, *changes)
    found = validate(second, TODAY)
    assert _codes(found) == code
    assert all(str(problem.params["other"]).endswith(TRAINING) for problem in found.problems)
    assert _codes(validate(first, TODAY)) == code
    _change(second, ("mlps: 2", "mlps: 9"))
    assert sorted(_codes(validate(second, TODAY))) == sorted(["input.not-grade", *code])
    assert _codes(validate(first, TODAY)) == code, "both ask for it, whatever else is wrong"
    second.write_text("kind: [")
    assert _codes(validate(first, TODAY)) == []


def test_what_cannot_be_read_is_nobodys_twin(province: Path) -> None:
    """A link that leads to itself, what is no mapping, what is no text."""
    folder = province / TRAINING
    (folder.parent / "loop.yaml").symlink_to("loop.yaml")
    (folder.parent / "list.yaml").write_text("- environment: test")
    (folder.parent / "bytes.yaml").write_bytes(b"\xff\x00")
    assert _codes(validate(folder, TODAY)) == []
    assert _codes(validate(folder.parent / "loop.yaml", TODAY)) == ["input.unreadable"]
    assert waivers_in(folder.parent / "loop.yaml") == []


def test_requests_of_two_departments_name_no_one_tenancy(province: Path) -> None:
    """One of them would take the other's over."""
    first, second = province / TRAINING, province / "departments/dot/ferry.test.yaml"
    _change(first, ("data: general", "data: general\ntenancy: t-3f9c2a"))
    assert _codes(validate(first, TODAY)) == []
    second.write_text(second.read_text("utf-8") + "tenancy: t-3f9c2a\n", "utf-8")
    for one, other in ((first, second), (second, first)):
        (problem,) = validate(one, TODAY).problems
        assert (problem.code, problem.key) == ("province.anothers-id", "tenancy")
        assert str(problem.params["other"]).endswith(str(other.relative_to(province)))
    _change(second, ("tenancy: t-3f9c2a", "# not t-3f9c2a"))
    assert _codes(validate(first, TODAY)) == []


def test_two_codes_are_two_systems_of_one_name(province: Path) -> None:
    first, second = province / TRAINING, province / "departments/hrss/second.test.yaml"
    shutil.copy(first, second)
    for number, file in enumerate((first, second)):
        _change(file, ("name: 干部", f"code: HRSS-{number}, name: 干部"))
    assert _codes(validate(first, TODAY)) == _codes(validate(second, TODAY)) == []
