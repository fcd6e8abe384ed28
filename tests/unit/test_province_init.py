"""New requests: what is asked for is what the rules in force need, and what is written passes."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.cli.init import init
from govcloud.compliance import creation
from govcloud.compliance.creation import create_province, create_request, place_of
from govcloud.compliance.validation import validate
from govcloud.errors import ExitCode, UsageError
from govcloud.province.draft import Draft, open_draft
from govcloud.province.questions import QUESTIONS
from govcloud.province.repository import load_repository
from govcloud.request.load import load_request
from govcloud.request.parse import parse
from govcloud.request.source import plain
from govcloud.request.write import write
from govcloud.text import LANGUAGES, messages, next_step, say, use_language

EXAMPLE: Final = Path(__file__).parents[2] / "examples/province"
ALWAYS: Final = {
    "department": "hrss",
    "environment": "test",
    "name": "干部培训报名系统：二期 #1",
    "slug": "training2",
    "purpose": '"报名"与{查询}, *重要*',
    "mlps": "2",
    "classified": "false",
    "data": "general",
    "until": "2027-06-30",
}
REPORT: Final = {"report-no": "20260077", "report-date": "2026-03-02", "report-result": "三级", "report-by": "某厅"}
PEOPLE: Final = {
    "owner": "chenlan",
    "technical": "zhouming",
    "security": "wufang",
    "system-admin": "zhouming",
    "security-admin": "wufang",
    "auditor": "hejing",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that may be written to."""
    shutil.copytree(EXAMPLE, tmp_path / "province")
    return tmp_path / "province"


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    yield
    use_language("zh")


def _draft(where: Path, answers: Mapping[str, str], pattern: Path | None = None) -> Draft:
    draft = open_draft(where, pattern)
    assert draft.take(answers) == []
    return draft


def _open(draft: Draft) -> set[str]:
    return {question.name for question in draft.open() if not draft.default(question)}


def _cases() -> Iterator[tuple[str, str, str, str]]:
    environments, levels = ("production", "staging", "test"), ("1", "2", "3", "S3A2", "S2A3G3")
    for environment, level, zone in itertools.product(environments, levels, ("internet", "common", "dedicated")):
        yield environment, level, zone, "general"
        if "3" in level:
            yield environment, level, zone, "important"


@pytest.mark.parametrize(("environment", "level", "zone", "data"), list(_cases()))
def test_what_is_asked_is_what_it_takes(repository: Path, environment: str, level: str, zone: str, data: str) -> None:
    given = {**ALWAYS, "environment": environment, "mlps": level, "zone": zone, "data": data}
    draft = _draft(repository, given)
    expected = set(REPORT) if environment == "production" and level != "1" else set()
    expected |= {"reason"} if zone == "internet" else set()
    assert _open(draft) == expected
    assert draft.take({name: {**REPORT, "reason": "办事"}[name] for name in expected}) == []
    assert draft.settle() == []
    file = place_of(draft)
    found = create_request(draft, file)
    assert (found.exit_code, found.problems, found.refusing) == (ExitCode.OK, (), [])
    assert file == repository / f"departments/hrss/training2.{environment}.yaml"
    request = load_request(file).request
    assert (request.system.name, request.system.purpose) == (ALWAYS["name"], ALWAYS["purpose"])
    assert request.tenancy
    assert bool(request.flows) == (zone == "internet")
    assert data != "important" or (request.backup is not None and request.backup.offsite)


@pytest.mark.parametrize(
    ("given", "left_out", "rule"),
    [
        ({"environment": "production", **REPORT}, tuple(REPORT), "GC-LVL-001"),
        ({"mlps": "3", "data": "important"}, ("backup",), "GC-DAT-002"),
    ],
)
def test_what_is_asked_now_and_then_is_what_a_rule_demands(
    repository: Path, given: dict[str, str], left_out: tuple[str, ...], rule: str
) -> None:
    draft = _draft(repository, {**ALWAYS, **given})
    assert draft.settle() == []
    for name in left_out:
        del draft.answers[name]
    found = create_request(draft, place_of(draft))
    assert {verdict.rule.id for verdict in found.refusing} == {rule}


def test_what_nobody_is_asked_for_may_be_given(repository: Path) -> None:
    draft = _draft(repository, {**ALWAYS, "mlps": "3", **PEOPLE, "filing": "33000000001-26001"})
    assert draft.settle() == []
    assert create_request(draft, place_of(draft)).exit_code == ExitCode.OK
    request = load_request(place_of(draft)).request
    assert request.people.accounts() == {role.replace("-", "_"): account for role, account in PEOPLE.items()}
    assert request.system.mlps.filing == "33000000001-26001"


def test_the_auditor_is_no_other_administrator(repository: Path) -> None:
    draft = _draft(repository, {**ALWAYS, **PEOPLE, "auditor": "zhouming"})
    assert draft.settle() == []
    found = create_request(draft, place_of(draft))
    assert [(problem.code, problem.key) for problem in found.problems] == [("input.own-auditor", "people.auditor")]
    assert not place_of(draft).exists()


def test_the_editor_is_led_to_the_schema(repository: Path) -> None:
    draft = _draft(repository, ALWAYS)
    draft.settle()
    create_request(draft, place_of(draft))
    first = place_of(draft).read_text("utf-8").splitlines()[0]
    relative = first.partition("$schema=")[2]
    assert (place_of(draft).parent / relative).resolve() == repository / ".govcloud/request.schema.json"
    assert (repository / ".govcloud/request.schema.json").is_file()


def test_nothing_is_overwritten(repository: Path) -> None:
    draft = _draft(repository, {**ALWAYS, "slug": "training"})
    draft.settle()
    before = place_of(draft).read_bytes()
    with pytest.raises(UsageError) as caught:
        create_request(draft, place_of(draft))
    assert caught.value.code == "init.exists"
    assert place_of(draft).read_bytes() == before


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"classified": "true"}, ExitCode.REFUSED),
        ({"mlps": "4"}, ExitCode.REFUSED),
        ({"data": "core"}, ExitCode.REFUSED),
        ({"data": "important"}, ExitCode.REFUSED),
    ],
    ids=["classified", "level 4", "core data", "important data at level 2"],
)
def test_what_would_be_refused_is_not_written(repository: Path, answers: dict[str, str], code: ExitCode) -> None:
    draft = _draft(repository, {**ALWAYS, **answers})
    draft.settle()
    assert create_request(draft, place_of(draft)).exit_code == code
    assert not place_of(draft).exists()


def test_a_crash_leaves_nothing_behind(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(creation, "validate", crash)
    draft = _draft(repository, ALWAYS)
    draft.settle()
    with pytest.raises(KeyboardInterrupt):
        create_request(draft, place_of(draft))
    assert not place_of(draft).exists()


@pytest.mark.parametrize(
    ("name", "wrong", "code"),
    [
        ("department", "11330000123456789K", "input.uscc-inner-check"),
        ("department", "1133", "input.uscc-length"),
        ("department", "11330000OIJ456789K", "input.uscc-characters"),
        ("department", "113300007654321049", "province.no-such-department"),
        ("department", "nobody", "province.no-department"),
        ("department", "hrs", "province.near-department"),
        ("department", " ", "input.uscc-length"),
        ("environment", "prod", "input.not-one-of"),
        ("name", " ", "input.empty-value"),
        ("name", "a\nb", "input.not-printable"),
        ("slug", "培训", "input.not-key"),
        ("slug", "../../etc/x", "input.not-key"),
        ("mlps", "6", "input.not-grade"),
        ("classified", "no", "input.not-flag"),
        ("until", "2027-02-30", "input.no-such-day"),
        ("os", "windows", "input.not-one-of"),
        ("cpu", "0", "input.not-positive"),
        ("count", "501", "input.too-large"),
        ("memory", "4GB", "input.wrong-unit"),
        ("ports", "443", "input.not-port"),
        ("owner", "nobody", "input.not-one-of"),
        ("data", "secret", "input.not-one-of"),
        ("report-date", "03/02/2026", "input.not-day"),
        ("purpose", "\ud800", "input.escape"),
    ],
)
def test_a_wrong_answer_is_told_as_the_file_would_tell_it(repository: Path, name: str, wrong: str, code: str) -> None:
    draft = _draft(repository, {"department": "hrss"})
    (question,) = (q for q in QUESTIONS if q.name == name)
    problems = draft.answer(question, wrong)
    assert [problem.code for problem in problems] == [code]
    assert draft.answers.keys() == {"department"}
    assert say(code, **problems[0].params)
    assert next_step(code, **problems[0].params)


def test_another_environment_of_the_pattern_keeps_its_papers(repository: Path) -> None:
    pattern = repository / "departments/hrss/insurance.production.yaml"
    draft = _draft(repository, {"environment": "staging", "slug": "insurance", "until": "2027-12-31"}, pattern)
    assert _open(draft) == set(), "the name is the pattern's"
    draft.settle()
    assert not draft.same_as_pattern()
    assert create_request(draft, place_of(draft)).exit_code == ExitCode.OK
    made, old = load_request(place_of(draft)).request, load_request(pattern).request
    assert made.tenancy != old.tenancy
    assert (made.attestations, made.iaas, made.flows, made.system) == (
        old.attestations,
        old.iaas,
        old.flows,
        old.system,
    )
    assert made.start is None


def test_another_system_of_the_pattern_brings_its_own_papers(repository: Path) -> None:
    pattern = repository / "departments/hrss/insurance.production.yaml"
    draft = _draft(repository, {"name": "另一个系统"}, pattern)
    assert {"environment", "slug", "purpose", "mlps", "classified", "until"} <= _open(draft)
    assert draft.take({"mlps": "3", "environment": "production"}) == []
    assert set(REPORT) <= _open(draft)


def test_the_pattern_itself_is_recognised(repository: Path) -> None:
    pattern = repository / "departments/hrss/training.test.yaml"
    draft = _draft(repository, {"environment": "test", "slug": "again", "until": "2027-12-31"}, pattern)
    draft.settle()
    assert draft.same_as_pattern()


def test_another_department_of_the_pattern_brings_its_own_people(repository: Path) -> None:
    pattern = repository / "departments/hrss/insurance.production.yaml"
    given = {"department": "dot", "environment": "test", "slug": "x", "until": "2027-12-31"}
    draft = _draft(repository, given, pattern)
    draft.settle()
    assert "people" not in draft.finished("t-aaaaaa")


def test_the_department_whose_folder_we_are_in_is_meant(repository: Path) -> None:
    draft = open_draft(repository / "departments/dot", None)
    assert draft.settle()
    assert draft.short == "dot"


@pytest.mark.parametrize(
    "code", ["11330000123456788k", "11330000-12345678-8K", " １１３３００００１２３４５６７８８Ｋ "]
)
def test_a_credit_code_is_known_however_it_is_written(repository: Path, code: str) -> None:
    draft = _draft(repository, {**ALWAYS, "department": code})
    assert draft.settle() == []
    assert place_of(draft) == repository / "departments/hrss/training2.test.yaml"
    assert create_request(draft, place_of(draft)).exit_code == ExitCode.OK
    assert "department: 11330000123456788K\n" in place_of(draft).read_text("utf-8")


def test_a_credit_code_of_a_pattern_is_known_however_it_is_written(repository: Path) -> None:
    pattern = repository / "departments/hrss/insurance.production.yaml"
    pattern.write_text(pattern.read_text("utf-8").replace("11330000123456788K ", "11330000123456788k "), "utf-8")
    draft = _draft(repository, {"environment": "test", "slug": "x", "until": "2027-12-31"}, pattern)
    assert place_of(draft) == repository / "departments/hrss/x.test.yaml"
    assert _draft(repository, {"department": "hrss"}, pattern).now()["people"], "it is the same department"


def test_alone_a_credit_code_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    draft = _draft(tmp_path, {**ALWAYS, "department": "11330000123456788K", "os": "openeuler-24.03"})
    assert draft.settle() == []
    found = create_request(draft, place_of(draft))
    assert (found.exit_code, found.alone) == (ExitCode.OK, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".govcloud", "training2.test.yaml"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_province_works(tmp_path: Path, language: object) -> None:
    use_language("zh" if language == "zh" else "en")
    create_province(tmp_path / "new")
    assert load_repository(tmp_path / "new").departments
    draft = _draft(tmp_path / "new", ALWAYS)
    assert draft.settle() == []
    assert create_request(draft, place_of(draft)).exit_code == ExitCode.OK
    assert validate(place_of(draft), dt.date(2026, 11, 24)).exit_code == ExitCode.OK
    with pytest.raises(UsageError):
        create_province(tmp_path / "new")


def test_every_question_is_an_option_and_a_sentence() -> None:
    names = {question.name for question in QUESTIONS}
    assert names <= set(messages("init", "zh"))
    options = {name.replace("_", "-") for name in init.__annotations__}
    assert names <= options
    assert options - names == {"context", "folder", "province", "pattern", "file", "lang", "return"}


TRICKY: Final = (
    *("plain", "a: b", "# x", "- x", "*x", "&x", "!x", "'", '"', "null", "~", "", "true", "1e3", "0x1", "{a}", "[a"),
    *(
        "：",
        "%x",
        "@x",
        "`x",
        "x #y",
        " x ",
        "a\nb",
        "\t",
        "\u200b",
        "\x85",
        "\ufeff",
        "😀",
        "x" * 600,
        "?",
        "? x",
        ":",
    ),
)


@pytest.mark.parametrize("text", TRICKY)
def test_what_is_written_is_what_is_read(text: str) -> None:
    data: dict[str, Any] = {"key": text, "list": [text, text], "map": {"in": {"a": text}, "other": {"b": [text]}}}
    source = parse(write(data), "x")
    assert source.root is not None
    assert source.problems == ()
    assert plain(source.root) == data
