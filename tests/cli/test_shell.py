"""Help, language, colour, completion and usage errors, as a shell meets them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from govcloud.cli.app import PANELS
from tests.cli.conftest import ROOT, Shell

HEAVY: Final = ("pulumi", "openstack", "sqlalchemy", "grpc", "jinja2", "yaml")
COMMANDS: Final = [name for commands in PANELS.values() for name in commands]


# each command line of the arguments, run in one process that tells what it imported
MANY: Final = """
import json, sys
from govcloud.cli.run import run
for line in sys.argv[1:]:
    try:
        run(line.split())
    except SystemExit:
        pass
    print("-" * 9)
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def _imported(shell: Shell, *lines: str) -> set[str]:
    ended = shell.execute([sys.executable, "-c", MANY, *lines])
    return {module.partition(".")[0] for module in json.loads(ended.err.splitlines()[-1])}


def test_help_imports_nothing_heavy(shell: Shell) -> None:
    assert not _imported(shell, "--help") & {*HEAVY, "pydantic"}


def test_other_quick_answers_import_no_room(shell: Shell) -> None:
    # pydantic is Typer's own, as soon as it builds a command
    lines = ("version", "validate --help", "--show-completion bash", "nonsense")
    assert not _imported(shell, *lines) & set(HEAVY)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_speaks(shell: Shell, language: str) -> None:
    lines = ["--help", *(f"{command} --help" for command in COMMANDS)]
    ended = shell.execute([sys.executable, "-c", MANY, *lines], GOVCLOUD_LANG=language)
    pages = ended.out.split("-" * 9 + "\n")[:-1]
    assert len(pages) == len(lines)
    for line, page in zip(lines, pages, strict=True):
        assert bool(re.search("[\u4e00-\u9fff]", page)) == (language == "zh"), line
        english = ("Usage", "required", "default")
        assert not re.search("Show |Install ", page)
        assert language == "en" or not any(word in page for word in english), line


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({}, "显示版本"),
        ({"LANG": "en_US.UTF-8"}, "print the version"),
        ({"LANG": "zh_CN.UTF-8"}, "显示版本"),
        ({"GOVCLOUD_LANG": "en"}, "print the version"),
        ({"LANG": "en_US.UTF-8", "XDG_CONFIG_HOME": str(ROOT / "tests/cases/settings")}, "显示版本"),
        ({"GOVCLOUD_LANG": "en", "XDG_CONFIG_HOME": str(ROOT / "tests/cases/settings")}, "print the version"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "显示版本"),
    ],
)
def test_the_environment_chooses_the_language(shell: Shell, environment: dict[str, str], word: str) -> None:
    assert word in shell.run("--help", **environment).out


@pytest.mark.parametrize(
    ("arguments", "code", "zh", "en"),
    [
        (["valdate"], 2, "相近的：validate", "Near it: validate"),
        (["validate"], 2, "缺少参数 PATH", "the argument PATH is missing"),
        (["validate", "x", "--outptu", "json"], 2, "相近的：--output", "Near it: --output"),
        (["validate", "x", "-o", "xml"], 2, "未知的格式 xml", "unknown format xml"),
        (["validate", "x", "--lang", "fr"], 2, "未知的语言 fr", "unknown language fr"),
        (["explain", "a", "b"], 2, "多出了参数 b", "one argument too many: b"),
        (["init", "--cpu"], 2, "选项 --cpu 后面要写值", "the option --cpu needs a value"),
        (["apply", "x", "--allow-delete", "y"], 2, "应当是整数", "whole number"),
        (["plan", "x", "--no"], 2, "没有选项 --no", "no option --no"),
        (["plan", "x", "--no", "--detailed-exitcode"], 64, "没有选项 --no", "no option --no"),
        (["--lang", "fr", "version"], 2, "未知的语言 fr", "unknown language fr"),
        (["--version"], 2, "相近的：version", "Near it: version"),
        (["nonsense"], 2, "没有命令 nonsense\n", "no command nonsense\n"),
        (["config", "shwo"], 2, "相近的：show", "Near it: show"),
    ],
)
def test_usage_errors(shell: Shell, arguments: list[str], code: int, zh: str, en: str) -> None:
    for language, words in (("zh", zh), ("en", en)):
        ended = shell.run(*arguments, GOVCLOUD_LANG=language)
        assert (ended.code, ended.out) == (code, "")
        assert words in ended.err
        assert "--help" in ended.err


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    "arguments",
    [
        *(f"{command} TARGET" for command in ("validate", "plan", "apply", "destroy", "show", "drift", "history")),
        *(f"{command} TARGET" for command in ("hold", "release", "isolate", "unlock", "store backup")),
        "validate . TARGET",
        "plan departments/hrss --save TARGET",
        *(f"init {option} TARGET" for option in ("--from", "--file", "--province")),
    ],
)
def test_an_empty_target_is_no_folder(shell: Shell, arguments: str) -> None:
    """A variable that nobody set, in a pipeline."""
    ended = shell.run(*(word.replace("TARGET", "") for word in arguments.split()), "--lang", "en")
    assert (ended.code, ended.out) == (2, "")
    assert "it is empty" in ended.err


def test_where_the_current_folder_is_gone_that_is_told(shell: Shell) -> None:
    commands = ("validate x", "version", "config show", "list", "init", "destroy t-aaaaaa", "plan x -o json")
    for command in commands:
        gone = f"mkdir gone && cd gone && rmdir ../gone && govcloud {command} --lang en"
        ended = shell.execute(["sh", "-c", gone])
        assert (ended.code, ended.out) == (2, ""), command
        assert ended.err.startswith("the current folder is there no more"), command
    assert shell.execute(["sh", "-c", "mkdir gone && cd gone && rmdir ../gone && govcloud validate --help"]).code == 0


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_language_that_is_set_wrong_is_told(shell: Shell, where: str) -> None:
    environment = {"GOVCLOUD_LANG": "xx"} if where == "environment" else {}
    if where == "file":
        (shell.home / "govcloud.toml").write_text('lang = "xx"\n')
    for command in ("version", "config show", "validate ."):
        ended = shell.run(*command.split(), LANG="en_US.UTF-8", **environment)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("lang cannot be xx (set in ")
    for command in ("version --lang en", "--lang en version", "validate --help"):
        assert shell.run(*command.split(), **environment).code == 0, command


@pytest.mark.usefixtures("province")
def test_an_invalid_request_is_no_change(shell: Shell) -> None:
    broken = str(ROOT / "examples/broken/training.test.yaml")
    assert shell.run("plan", "nowhere").code == 2
    assert shell.run("plan", "nowhere", "--detailed-exitcode").code == 64
    (shell.here / "departments/dot/broken.test.yaml").write_text(Path(broken).read_text("utf-8"), "utf-8")
    assert shell.run("plan", "departments/dot/broken.test.yaml", "--detailed-exitcode").code == 64


def _on_terminal(shell: Shell, arguments: list[str], *talk: tuple[str, str], **environment: str) -> tuple[int, str]:
    """Run on a terminal of its own; `talk` is what to wait for, and what to type then.

    A Ctrl-C that is not answered is typed again, as people do: one that comes between the prompt and the wait for
    a key stays unheard until the next key.
    """
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(shell.here)
        os.execvpe("govcloud", ["govcloud", *arguments], shell.environment | {"TERM": "xterm"} | environment)
    seen, waiting, answered, typed = b"", list(talk), 0, b""
    patience = iter(range(12))
    while True:
        if waiting and waiting[0][0].encode() in seen[answered:]:
            typed = waiting.pop(0)[1].encode()
            os.write(terminal, typed)
            answered = len(seen)
        if not select.select([terminal], [], [], 5)[0]:
            if next(patience, None) is None:
                os.kill(child, signal.SIGKILL)
            elif typed == b"\x03":
                os.write(terminal, typed)
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side has closed
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode()


def test_colour_is_for_terminals_and_can_be_refused(shell: Shell) -> None:
    broken = ["validate", str(ROOT / "examples/broken")]
    assert "\x1b[" in _on_terminal(shell, broken)[1]
    assert "\x1b[" not in _on_terminal(shell, broken, NO_COLOR="1")[1]
    assert "\x1b[" not in shell.run(*broken).out
    assert "\x1b[" in shell.run(*broken, FORCE_COLOR="1").out
    assert "\x1b[" not in shell.run(*broken, FORCE_COLOR="1", NO_COLOR="1").out


def test_a_terminal_that_cannot_say_it_all_gets_an_answer(shell: Shell) -> None:
    ended = shell.run("explain", "system", PYTHONIOENCODING="ascii")
    assert ended.code == 0
    assert "\\u" in ended.out


def test_init_asks_until_the_answer_is_right(shell: Shell, province: Path) -> None:
    given = ["--department", "hrss", "--name", "公开", "--slug", "open", "--purpose", "公开", "--mlps", "2"]
    given += ["--data", "general", "--classified", "false", "--zone", "common", "--os", "openeuler-24.03"]
    given += ["--count", "1", "--cpu", "2", "--memory", "4GiB"]
    asked = "环境（production, staging, test）: "
    talk = [(asked, "prod\n"), (asked, "?\n"), (asked, "test\n"), ("2027-06-30: ", "2027-06-30\n")]
    code, seen = _on_terminal(shell, ["init", *given], *talk)
    assert code == 0, seen
    assert "不能是 prod" in seen
    assert "一个环境一份申请单" in seen
    assert (province / "departments/hrss/open.test.yaml").is_file()


GIVEN: Final = ["--department", "hrss", "--environment", "test", "--name", "公开", "--slug", "open", "--mlps", "2"]


def test_init_asks_again_for_what_would_be_refused(shell: Shell, province: Path) -> None:
    """Each answer is judged at once, with what is known by then; at the end it is too late."""
    (province / "departments/hrss/taken.test.yaml").touch()
    given = [*GIVEN[:4], "--lang", "en", "--purpose", "x", "--count", "1", "--cpu", "2", "--memory", "4GiB"]
    given += ["--report-no", "1", "--report-date", "2026-03-02", "--report-result", "x", "--report-by", "x"]
    talk = [
        ("name of the system: ", "干部培训报名系统\n"),
        ("name of the system: ", "公开\n"),
        ("as in training: ", "taken\n"),
        ("as in training: ", "open\n"),
        ("S3A2: ", "4\n"),
        ("S3A2: ", "2\n"),
        ("true or false: ", "true\n"),
        ("true or false: ", "false\n"),
        ("grade of the data (core, important, general): ", "important\n"),
        ("grade of the data (core, important, general): ", "general\n"),
        ("[common]: ", "\n"),
        ("2027-06-30: ", "2020-01-01\n"),
        ("2027-06-30: ", "2099-12-31\n"),
        ("]: ", "\n"),
    ]
    code, seen = _on_terminal(shell, ["init", *given], *talk)
    assert code == 0, seen
    for word in (
        "training.test.yaml",
        "taken.test.yaml is there",
        "GC-LVL-004",
        "GC-DAT-002",
        "over (2020-01-01)",
    ):
        assert word in seen
    assert seen.count("GC-LVL-004") == 2
    assert "To go on" not in seen
    assert (province / "departments/hrss/open.test.yaml").is_file()


def test_no_answer_is_lost(shell: Shell, province: Path) -> None:
    """Whoever gives up, or is refused in the end, is told how to go on from the same answers."""
    given = ["--department", "hrss", "--environment", "test", "--slug", "open", "--lang", "en"]
    talk = (("name of the system: ", "it's open\n"), ("in one sentence: ", "\x03"))
    code, seen = _on_terminal(shell, ["init", *given], *talk)
    assert code == 130
    again = "govcloud init --department 11330000123456788K --environment test --slug open --name 'it'\"'\"'s open'"
    assert again in seen
    code, seen = _on_terminal(shell, [*shlex.split(again)[1:], "--lang", "en"], ("in one sentence: ", "\x03"))
    assert (code, "name of the system" in seen) == (130, False)
    pattern = (province / "departments/hrss/insurance.production.yaml").rename(shell.home / "pattern.yaml")
    shell.here = shell.home
    same = ["--from", str(pattern), "--environment", "production", "--name", "社会保险公共服务平台", "--lang", "en"]
    code, seen = _on_terminal(shell, ["init", *same], ("as in training: ", "si\n"), ("2027-06-30: ", "2099-12-31\n"))
    assert (code, "this is the same system" in seen) == (2, True)
    assert "--slug si --until 2099-12-31\r\n" in seen


def test_giving_up_writes_nothing(shell: Shell, province: Path) -> None:
    code, seen = _on_terminal(shell, ["init"], ("使用单位", "\x03"))
    assert code == 130
    assert "已放弃" in seen
    assert not list(province.rglob("*.test.yaml.*"))


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_can_be_shown(shell: Shell, name: str) -> None:
    ended = shell.run("--show-completion", name, SHELL=f"/bin/{name}")
    assert ended.code == 0
    assert "_GOVCLOUD_COMPLETE" in ended.out
    assert not re.search(r"typer|click", ended.out, re.IGNORECASE)


def test_completion_can_be_installed_and_completes(shell: Shell) -> None:
    ended = shell.run("--install-completion", "bash", SHELL="/bin/bash")
    assert ended.code == 0
    assert "govcloud" in (shell.home / ".bashrc").read_text()
    words = {"_GOVCLOUD_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    assert shell.run(**words, COMP_WORDS="govcloud va").out.split() == ["validate"]
    words["COMP_CWORD"] = "2"
    assert "--from" in shell.run(**words, COMP_WORDS="govcloud init --").out


def test_the_reader_may_leave_early(shell: Shell) -> None:
    """And that changes no exit code: scripts with pipefail would fail for it."""
    ended = shell.execute(["bash", "-c", "govcloud explain errors | head -1; exit ${PIPESTATUS[0]}"])
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.out.splitlines()) == 1


WORK: Final = """
import sys
from govcloud.cli.streams import outlast_readers
from govcloud.events import Event
from govcloud.output.progress import watch
outlast_readers()
with watch(events=True) as notify:
    for number in range(20_000):
        notify(Event(f"iaas/server {number}", "done"))
open("done", "w").close()
sys.exit(5)
"""


@pytest.mark.parametrize("pipe", ["2>told | head -1", "2>&1 | head -1", "2>&1 >&- | head -1", "2>&- | head -1"])
def test_work_that_nobody_watches_any_more_comes_to_its_end(shell: Shell, pipe: str) -> None:
    (shell.home / "work.py").write_text(WORK)
    ended = shell.execute(["bash", "-c", f"{sys.executable} work.py {pipe}; exit ${{PIPESTATUS[0]}}"])
    assert (ended.code, ended.err) == (5, "")
    assert len(ended.out.splitlines()) == 1
    assert (shell.home / "done").exists()
    if "told" in pipe:
        told = (shell.home / "told").read_text().splitlines()
        assert told == [f"✔ iaas/server {number}" for number in range(20_000)]


def test_a_closed_stdout_is_one_that_nobody_reads(shell: Shell) -> None:
    for command in ("explain exit-codes -o json", "config show"):
        assert shell.execute(["sh", "-c", f"govcloud {command} >&-"]).code == 0
