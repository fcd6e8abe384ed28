"""validate, explain, schema, init and config as processes: output, exit code, language."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.cli.conftest import ROOT, Shell

BROKEN = ROOT / "examples/broken/training.test.yaml"
ANSWERS = {
    "--department": "hrss",
    "--environment": "test",
    "--name": "政务公开 '系统'",
    "--slug": "open",
    "--purpose": "公开",
    "--mlps": "2",
    "--classified": "false",
    "--data": "general",
    "--until": "2027-06-30",
}


def _options(**changes: str) -> list[str]:
    answers = ANSWERS | {f"--{name}": value for name, value in changes.items()}
    return [word for pair in answers.items() for word in pair]


def test_nothing_is_lost_unasked(shell: Shell) -> None:
    """Where there is nobody to ask, --yes says it."""
    for command in (("down", "--remove"), ("reset",)):
        ended = shell.run("devcloud", *command, "--lang", "en")
        assert (ended.code, ended.out) == (2, "")
        assert (
            ended.err.endswith("?\n    → say yes: add --yes\n") or "is lost.\n    → say yes: add --yes\n" in ended.err
        )


@pytest.mark.usefixtures("province")
def test_right_files_are_valid(shell: Shell) -> None:
    ended = shell.run("validate", ".")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("通过") == 3


def test_wrong_forms_end_with_2_and_name_place_reason_and_remedy(shell: Shell) -> None:
    shell.here = ROOT
    ended = shell.run("validate", "examples/broken", "--lang", "en")
    assert ended.code == 2
    assert "examples/broken/training.test.yaml:7:8: there is no day 2027-06-31\n    → mend the date" in ended.out
    assert "did you mean: environment" in ended.out
    assert "\x1b" not in ended.out


def test_a_broken_rule_ends_with_5(shell: Shell, province: Path) -> None:
    file = province / "departments/hrss/training.test.yaml"
    file.write_text(file.read_text("utf-8").replace("classified: false", "classified: true"), "utf-8")
    ended = shell.run("validate", "departments/hrss/training.test.yaml")
    assert ended.code == 5
    assert "GC-LVL-004" in ended.out
    file.write_text(file.read_text("utf-8").replace("mlps: 2", "mlps: 二"), "utf-8")
    assert shell.run("validate", ".").code == 2, "a wrong form is graver than a broken rule"


def test_a_wrong_file_of_the_operator_ends_with_2(shell: Shell, province: Path) -> None:
    (province / "sites/main.yaml").write_text("kind: Site\n", "utf-8")
    ended = shell.run("validate", ".")
    assert ended.code == 2
    assert "sites/main.yaml:1:1" in ended.out


@pytest.mark.usefixtures("province")
def test_the_operator_gives_what_he_changed(shell: Shell) -> None:
    ended = shell.run(
        "validate", "province.yaml", "sites/main.yaml", "departments/dot", "departments/dot/ferry.test.yaml"
    )
    assert ended.code == 0
    assert ended.out.count("通过") == 1


def test_a_request_may_be_piped_in(shell: Shell, province: Path) -> None:
    file = province / "departments/dot/ferry.test.yaml"
    ended = shell.execute(["sh", "-c", f"sed 's/mlps: 2/mlps: 二/' {file} | govcloud validate - --lang en"])
    assert ended.code == 2
    assert "-:11:9: the protection level" in ended.out
    assert shell.execute(["sh", "-c", f"govcloud validate - < {file}"]).code == 0


def test_nothing_to_validate_is_no_success(shell: Shell) -> None:
    (shell.home / "empty").mkdir()
    assert shell.run("validate", "empty").code == 2
    assert shell.run("validate", "nowhere").code == 2


def test_a_name_with_blanks_and_a_line_break(shell: Shell) -> None:
    (shell.home / "a b\nc.yaml").write_bytes(BROKEN.read_bytes())
    ended = shell.run("validate", "a b\nc.yaml", "-o", "json")
    assert ended.code == 2
    assert json.loads(ended.out)["data"]["files"][0]["file"] == "a b\\nc.yaml"


@pytest.mark.parametrize("form", ["json", "yaml", "sarif", "junit", "html", "markdown"])
def test_formats_can_be_read_by_their_readers(shell: Shell, form: str) -> None:
    ended = shell.run("validate", BROKEN, "-o", form)
    assert ended.code == 2
    match form:
        case "json":
            assert json.loads(ended.out)["kind"] == "Validation"
        case "yaml":
            assert yaml.safe_load(ended.out)["kind"] == "Validation"
        case "sarif":
            assert len(json.loads(ended.out)["runs"][0]["results"]) == 13
        case "junit":
            assert ET.fromstring(ended.out).attrib["failures"] == "13"
        case "html":
            assert ended.out.startswith("<!DOCTYPE html>")
        case _:
            assert ended.out.startswith("### ")


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]])
@pytest.mark.parametrize("form", ["json", "yaml", "sarif", "junit", "html", "markdown"])
def test_a_wrong_request_is_told_in_every_format(shell: Shell, province: Path, command: list[str], form: str) -> None:
    """Whoever reads the report alone must not think that all is well."""
    (province / "departments/dot/broken.test.yaml").write_bytes(BROKEN.read_bytes())
    ended = shell.run(*command, "departments/dot/broken.test.yaml", "-o", form, "--lang", "en")
    assert ended.code == 2
    assert "broken.test.yaml:7:8: there is no day 2027-06-31" in ended.err
    assert "there is no day 2027-06-31" in ended.out
    assert "mend the date" in ended.out, "what to do"
    match form:
        case "json":
            (day,) = (one for one in json.loads(ended.out)["data"]["problems"] if "2027-06-31" in one["message"])
            assert (day["file"], day["line"], day["column"]) == ("departments/dot/broken.test.yaml", 7, 8)
        case "sarif":
            assert len(json.loads(ended.out)["runs"][0]["results"]) == 13
        case "junit":
            assert ET.fromstring(ended.out).attrib["failures"] == "13"


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("command", ["plan nobody", "drift nobody", "show nobody", "history nobody", "list nobody"])
def test_what_is_nothing_is_an_answer_too(shell: Shell, command: str) -> None:
    ended = shell.run(*command.split(), "-o", "json", "--lang", "en")
    told = json.loads(ended.out)
    assert (ended.code, told["kind"], told["data"]["exit_code"]) == (2, "Error", 2)
    assert "nobody is no file" in told["data"]["problems"][0]["message"]
    assert shell.run(*command.split(), "-o", "table").out == ""


def test_explain(shell: Shell) -> None:
    assert "CPU 核数" in shell.run("explain", "iaas.servers.web.cpu").out
    assert "CPU cores" in shell.run("explain", "iaas.servers.web.cpu", "--lang", "en").out
    assert shell.run("explain").code == 0
    unknown = shell.run("explain", "iaas.server.cpu", "--lang", "en")
    assert unknown.code == 2
    assert "near it: iaas.servers.cpu" in unknown.err


def test_schema(shell: Shell) -> None:
    for kind in ((), ("province",), ("site",), ("department",), ("waivers",)):
        assert json.loads(shell.run("schema", *kind).out)["$schema"].endswith("draft-07/schema#")
    assert shell.run("schema", "cluster").code == 2


def test_init_writes_what_validates(shell: Shell, province: Path) -> None:
    ended = shell.run("init", *_options())
    assert (ended.code, ended.err) == (0, "")
    file = province / "departments/hrss/open.test.yaml"
    assert yaml.safe_load(file.read_text("utf-8"))["system"]["name"] == ANSWERS["--name"]
    assert shell.run("validate", file).code == 0
    again = shell.run("init", *_options())
    assert again.code == 2
    assert "已经存在" in again.err


@pytest.mark.usefixtures("province")
def test_init_without_a_terminal_lists_all_that_is_missing(shell: Shell) -> None:
    ended = shell.run("init", "--environment", "production", "--mlps", "3", "--zone", "internet", "--lang", "en")
    assert ended.code == 2
    for option in ("--name", "--until", "--report-no", "--reason"):
        assert f"\n    {option}  " in ended.err
    for option in ("--cpu", "--filing", "--auditor"):
        assert option not in ended.err, "there is a default, or no rule demands it"
    assert "report-no" not in shell.run("init", "--environment", "test").err


def test_init_refuses_what_would_be_refused(shell: Shell, province: Path) -> None:
    wrong = shell.run("init", *_options(until="2027-02-30", cpu="two"))
    assert wrong.code == 2
    assert "2027-02-30" in wrong.err
    assert "two" in wrong.err
    refused = shell.run("init", *_options(classified="true"))
    assert refused.code == 5
    assert "GC-LVL-004" in refused.err
    assert not (province / "departments/hrss/open.test.yaml").exists()


@pytest.mark.usefixtures("province")
def test_init_after_a_pattern_and_into_a_file(shell: Shell) -> None:
    pattern = "departments/hrss/insurance.production.yaml"
    options = ("--environment", "staging", "--until", "2027-12-31", "--file", "departments/hrss/si.staging.yaml")
    assert shell.run("init", "--from", pattern, *options).code == 0
    assert shell.run("validate", "departments/hrss/si.staging.yaml").code == 0
    same = shell.run("init", "--from", pattern, "--environment", "production", *options[2:4], "--slug", "x")
    assert same.code == 2
    assert "同一个" in same.err


def test_init_of_a_province_is_the_way_in(shell: Shell) -> None:
    assert shell.run("init", "--province", "new").code == 0
    shell.here = shell.home / "new"
    assert shell.run("validate", ".").code == 0
    assert shell.run("init", *_options()).code == 0
    assert shell.run("validate", ".").code == 0
    assert shell.run("init", "--province").code == 2
    assert shell.run("init", "elsewhere").code == 2


def test_init_refuses_what_would_be_passed_over(shell: Shell, province: Path) -> None:
    strange = ("--name", "x", "--from", "departments/hrss/training.test.yaml", "--lang", "en")
    ended = shell.run("init", "--province", *strange, "y")
    assert (ended.code, ended.out) == (2, "")
    assert "say nothing: --from, --name" in ended.err
    assert not (province / "y").exists()
    ended = shell.run("init", *_options(), "--file", "departments/hrss/si.staging.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert "--slug" in ended.err


@pytest.mark.usefixtures("province")
def test_init_is_told_a_department_by_short_name_or_code(shell: Shell) -> None:
    ended = shell.run("init", *_options(department="nobody"), "--lang", "en")
    assert ended.code == 2
    assert ended.err.startswith("there is no department nobody; there are: dot, hrss")
    assert "did you mean hrss?" in shell.run("init", *_options(department="HRS"), "--lang", "en").err


def test_settings_files_that_are_wrong_are_told_with_their_places(shell: Shell) -> None:
    file = shell.home / "govcloud.toml"
    for text, places in (
        ('colour = "x"\nlang = 3\n', ("1:1", "2:1")),
        ("output = json\n", ("1:10",)),
        ("lang = [", ("1:1",)),
    ):
        file.write_text(text)
        ended = shell.run("config", "show")
        assert ended.code == 2
        assert all(f"govcloud.toml:{place}: " in ended.err for place in places)
        assert shell.run("version").code == 0, "what needs no setting works"
        for command in (("config", "show"), ("validate", "."), ("explain", "kind")):
            refused = shell.run(*command, "-o", "json")
            told = json.loads(refused.out)["data"]["problems"]
            assert refused.code == 2
            assert [Path(one["file"]).name for one in told] == ["govcloud.toml"] * len(places)
    file.write_bytes(b"\xff")
    assert "UTF-8" in shell.run("explain").err


def test_settings_are_words_we_know(shell: Shell, province: Path) -> None:
    (province / "govcloud.toml").write_text('output = "xml"\nlang = "en"\naudience = "boss"\n')
    ended = shell.run("explain", "kind")
    assert (ended.code, ended.out) == (2, "")
    assert "output cannot be xml" in ended.err
    assert "govcloud.toml" in ended.err
    assert "audience cannot be boss" in shell.run("list", GOVCLOUD_OUTPUT="json").err
    assert "来自 GOVCLOUD_FOR" in shell.run("list", "-o", "json", GOVCLOUD_FOR="x", GOVCLOUD_LANG="zh").err


@pytest.mark.usefixtures("province")
def test_the_department_reads_its_formats_however_they_were_chosen(shell: Shell) -> None:
    for environment in ({"GOVCLOUD_OUTPUT": "markdown"}, {"CI": "true"}, {"GOVCLOUD_FOR": "department"}):
        assert shell.run("list", **environment).code == 2, "a list of all is not for a department"
    assert shell.run("list").code == 0


def test_config_shows_where_values_come_from(shell: Shell) -> None:
    (shell.home / "govcloud.toml").write_text('lang = "en"\n')
    found = json.loads(shell.run("config", "show", "-o", "json", GOVCLOUD_STORE="sqlite:///x").out)["data"]["settings"]
    assert found["store"] == {"value": "sqlite:///x", "origin": "env GOVCLOUD_STORE"}
    assert found["lang"]["origin"].endswith("govcloud.toml")
    assert "GOVCLOUD_STORE" in shell.run("config", "show", "--origin", GOVCLOUD_STORE="sqlite:///x").out
    assert not (shell.home / ".local").exists(), "looking makes nothing"


@pytest.mark.usefixtures("province")
def test_a_plan_overwrites_nothing_but_a_plan(shell: Shell, province: Path) -> None:
    request = province / "departments/dot/ferry.test.yaml"
    before = request.read_bytes()
    ended = shell.run("plan", request, "--save", request, "--lang", "en")
    assert ended.code == 2
    assert "is no saved plan and is not overwritten" in ended.err
    assert request.read_bytes() == before


@pytest.mark.parametrize("command", [["list"], ["config", "show"], ["explain"], ["store", "backup", "x"]])
@pytest.mark.parametrize("form", ["sarif", "junit"])
@pytest.mark.usefixtures("province")
def test_what_judges_nothing_offers_no_report(shell: Shell, command: list[str], form: str) -> None:
    """An empty report says that all is well."""
    ended = shell.run(*command, "-o", form)
    assert ended.code == 2
    assert form in ended.err
    assert not (shell.here / "x").exists()


@pytest.mark.usefixtures("province")
def test_a_reason_is_one_legible_line(shell: Shell) -> None:
    for evil in ("a\x1b[31mb", "a\nb"):
        for option in ("--reason", "--ticket"):
            ended = shell.run("hold", "t-abcdef", "--reason", "x", option, evil, "--lang", "en")
            assert ended.code == 2, option
            assert "invisible characters" in ended.err
            assert "\x1b" not in ended.err


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("target", ["nope.yaml", "departments/dot", "departments/dot/ferry.test.yaml"])
def test_beside_events_an_answer_for_machines_stands_alone(shell: Shell, target: str) -> None:
    """No engine is here, so that no plan is made; each stream can be read by a machine all the same."""
    ended = shell.run("plan", target, "--events", "-o", "json", "--lang", "en")
    assert ended.code
    answer = json.loads(ended.err)
    assert answer["kind"] in ("Error", "ErrorList")
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert [event["what"] for event in events if event["state"] == "failed"] == (
        [] if target == "nope.yaml" else ["plan", "error"]
    )
