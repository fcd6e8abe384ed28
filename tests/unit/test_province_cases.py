"""The operator's files, and how requests fit them, as data: tests/cases/province."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from govcloud.errors import InvalidInput
from govcloud.province.fit import fit
from govcloud.province.repository import load_repository
from govcloud.request.load import load_request

ROOT: Final = Path(__file__).parents[2]
CASES: Final = ROOT / "tests/cases/province"
TOLD: Final = {"code", "key"}


def _cases(name: str) -> list[Any]:
    return [pytest.param(c, id=c["name"]) for c in yaml.safe_load((CASES / name).read_text("utf-8"))]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples/province", tmp_path / "province")
    return tmp_path / "province"


def _change(file: Path, change: Mapping[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in change.items():
        assert text.count(old) == 1, f"{old!r} should stand once"
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize("case", _cases("files.yaml"))
def test_files(repository: Path, case: Mapping[str, Any]) -> None:
    if "file" in case:
        _change(repository / case["file"], case["change"])
    try:
        load_repository(repository)
        problems = []
    except InvalidInput as error:
        problems = list(error.problems())
    assert [(p.code, p.key) for p in problems] == [(p["code"], p["key"]) for p in case["problems"]]
    for problem, told in zip(problems, case["problems"], strict=True):
        assert problem.place is not None
        for name in set(told) - TOLD:
            assert problem.params[name] == told[name]


@pytest.mark.parametrize("case", _cases("fit.yaml"))
def test_fit(repository: Path, case: Mapping[str, Any]) -> None:
    _change(repository / "sites/main.yaml", case.get("site", {}))
    _change(repository / "province.yaml", case.get("province", {}))
    _change(repository / case["request"], case.get("change", {}))
    place = repository / case.get("rename", case["request"])
    place.parent.mkdir(exist_ok=True)
    request = (repository / case["request"]).rename(place)
    fitted, problems = fit(load_request(request), load_repository(repository))
    assert [problem.code for problem in problems] == case["codes"]
    assert (fitted is None) == bool(case["codes"])


@pytest.mark.parametrize("request_", sorted((ROOT / "examples/province/departments").glob("*/*.*.yaml")))
def test_the_examples_fit(request_: Path) -> None:
    fitted, problems = fit(load_request(request_), load_repository(ROOT / "examples/province"))
    assert problems == []
    assert fitted is not None
    assert fitted.short == request_.parent.name


@pytest.mark.parametrize("name", ["Hrss", "人社", "h rss", "-hrss", "h" * 32])
def test_a_departments_folder_is_its_short_name(repository: Path, name: str) -> None:
    (repository / "departments/hrss").rename(repository / "departments" / name)
    with pytest.raises(InvalidInput) as caught:
        load_repository(repository)
    assert [problem.code for problem in caught.value.problems()] == ["province.folder-name"]


def test_two_sites_for_a_division_must_be_told_apart(repository: Path) -> None:
    second = repository / "sites/second.yaml"
    second.write_text(
        (repository / "sites/main.yaml").read_text("utf-8").replace("name: main", "name: second"), "utf-8"
    )
    with pytest.raises(InvalidInput) as shared:
        load_repository(repository)
    assert [problem.code for problem in shared.value.problems()] == ["province.domain-shared", "province.cloud-shared"]
    _change(second, {"operator_domain: tenancies": "operator_domain: Tenancies", "cloud: devcloud": "cloud: second"})
    with pytest.raises(InvalidInput) as capitals:
        load_repository(repository)
    assert [problem.code for problem in capitals.value.problems()] == ["province.domain-shared"]
    _change(second, {"operator_domain: Tenancies": "operator_domain: tenancies-second"})
    load_repository(repository)
    _change(second, {"cloud: second": "cloud: devcloud\nregion: south"})
    with pytest.raises(InvalidInput) as unnamed:  # the other may be in the very same
        load_repository(repository)
    assert [problem.code for problem in unnamed.value.problems()] == ["province.cloud-shared"]
    _change(repository / "sites/main.yaml", {"cloud: devcloud": "cloud: devcloud\nregion: north"})
    request = repository / "departments/hrss/training.test.yaml"
    _, problems = fit(load_request(request), load_repository(repository))
    assert [problem.code for problem in problems] == ["province.which-site"]
    _change(request, {"data: general": "data: general\nsite: second"})
    fitted, problems = fit(load_request(request), load_repository(repository))
    assert problems == []
    assert fitted is not None
    assert fitted.site.name == "second"


@pytest.mark.parametrize(
    ("code", "giver"),
    [("DATA-001", "data"), ("DATA-LAB-001", "data-lab"), ("DATA-LABOR-1", "data"), ("DATABASE-1", None), ("X-1", None)],
)
def test_a_code_is_given_by_the_department_with_the_longest_name_before_it(
    repository: Path, code: str, giver: str | None
) -> None:
    (repository / "departments/hrss").rename(repository / "departments/data")
    (repository / "departments/dot").rename(repository / "departments/data-lab")
    assert load_repository(repository).giver(code) == giver


@pytest.mark.parametrize("code", ["DOT-007", "OLD-014"])
def test_a_department_may_write_its_own_codes_and_those_that_nobody_gives(repository: Path, code: str) -> None:
    request = repository / "departments/dot/ferry.test.yaml"
    was = load_request(request).request.system.code
    _change(request, {f"code: {was}": f"code: {code}"})
    fitted, problems = fit(load_request(request), load_repository(repository))
    assert problems == []
    assert fitted is not None


@pytest.mark.parametrize("suffix", ["yml", "YAML", "Yml"])
@pytest.mark.parametrize("name", ["sites/main", "departments/hrss/department", "waivers"])
def test_a_file_nobody_would_read_is_told(repository: Path, name: str, suffix: str) -> None:
    (repository / f"{name}.{suffix}").write_text("[]\n")
    (repository / "sites/plan.txt").write_text("[]\n")
    (repository / ".gitlab-ci.yml").write_text("[]\n")
    with pytest.raises(InvalidInput) as caught:
        load_repository(repository)
    (problem,) = caught.value.problems()
    assert (problem.code, problem.params) == ("province.wrong-suffix", {"right": f"{Path(name).name}.yaml"})


def test_a_province_without_sites_has_none_to_choose_from(repository: Path) -> None:
    (repository / "sites/main.yaml").unlink()
    request = load_request(repository / "departments/hrss/training.test.yaml")
    _, problems = fit(request, load_repository(repository))
    assert [problem.code for problem in problems] == ["province.no-sites"]


def test_an_empty_file_is_told_what_stands_in_it(repository: Path) -> None:
    (repository / "sites/main.yaml").write_text("# later\n")
    with pytest.raises(InvalidInput) as caught:
        load_repository(repository)
    told = {problem.code: dict(problem.params) for problem in caught.value.problems()}
    assert told["input.empty-file"] == {"topic": "site"}


@pytest.mark.parametrize("text", ["- {}", "a: b", "x", "- rule: GC-ZONE-005\n", "[" * 100, "\t"])
def test_a_waivers_file_that_is_none_is_told(repository: Path, text: str) -> None:
    (repository / "waivers.yaml").write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_repository(repository)
    assert all(problem.place and problem.place.file.endswith("waivers.yaml") for problem in caught.value.problems())


@pytest.mark.parametrize("text", ["[]\n", "", "# nobody needs one\n", "---\n"])
def test_a_waivers_file_may_hold_none(repository: Path, text: str) -> None:
    (repository / "waivers.yaml").write_text(text)
    assert load_repository(repository).waivers == ()


def test_two_zones_on_one_external_network_are_refused(repository: Path) -> None:
    _change(repository / "province.yaml", {"external_network: dedicated": "external_network: common"})
    with pytest.raises(InvalidInput) as shared:
        load_repository(repository)
    assert [problem.code for problem in shared.value.problems()] == ["province.network-shared"]


def test_who_is_in_a_hurry_minds_no_departments_slip(repository: Path) -> None:
    _change(repository / "departments/hrss/department.yaml", {"uscc:": "uscX:"})
    with pytest.raises(InvalidInput):
        load_repository(repository)
    assert set(load_repository(repository, hurried=True).departments) == {"dot"}
    _change(repository / "sites/main.yaml", {"operator_domain:": "operator_domainX:"})
    with pytest.raises(InvalidInput):
        load_repository(repository, hurried=True)
