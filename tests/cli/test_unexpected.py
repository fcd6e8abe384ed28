"""The last line of defence: what nobody expected is told in a sentence, and the rest stands in a log if it can."""

from __future__ import annotations

import stat
import sys
from typing import Final

import pytest

from tests.cli.conftest import ROOT, Shell

# something nobody expected, on a disk with room for so many bytes of each file
BROKEN: Final = """
import resource, sys
from govcloud.cli import app
from govcloud.cli.run import run

def build():
    raise RuntimeError("nobody expected \\udcff")

app.build = build
if sys.argv[1]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(run(["list"]))
"""


def test_the_log_holds_the_details(shell: Shell) -> None:
    ended = shell.execute([sys.executable, "-c", BROKEN, ""])
    assert ended.code == 1
    (log,) = shell.home.rglob("crash/*")
    assert str(log) in ended.err
    assert "Traceback" in log.read_text("utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize(("language", "told"), [("en", "no log of it could be written"), ("zh", "日志未能写入")])
@pytest.mark.parametrize(
    ("room", "state", "why"),
    [("0", "state", "File too large"), ("40", "state", "File too large"), ("", "file", "File exists")],
)
def test_where_no_log_can_be_written_that_is_told(
    shell: Shell, room: str, state: str, why: str, language: str, told: str
) -> None:
    (shell.home / "file").touch()
    where = {"XDG_STATE_HOME": str(shell.home / state / "below"), "GOVCLOUD_LANG": language}
    ended = shell.execute([sys.executable, "-c", BROKEN, room], **where)
    assert ended.code == 1
    for words in ("RuntimeError: nobody expected", told, why, str(shell.home / state / "below" / "govcloud" / "crash")):
        assert words in ended.err
    assert ".log" not in ended.err
    assert [file for file in shell.home.rglob("crash/*") if file.is_file()] == []


# a file where nobody may make one, not even root
REFUSED: Final = """
import sys
from govcloud.cli import app
from govcloud.cli.run import run

app.build = lambda: open("/sys/nowhere", "w")
sys.exit(run(["list"]))
"""


def test_a_folder_that_may_not_be_written_is_nothing_unexpected(shell: Shell) -> None:
    ended = shell.execute([sys.executable, "-c", REFUSED], GOVCLOUD_LANG="en")
    assert ended.code == 1
    assert "may not do that here: [Errno " in ended.err
    assert "    → see whose /sys is and whether it may be written" in ended.err
    assert not list(shell.home.rglob("crash/*"))


# somebody whom neither the environment nor the machine knows, as in a container with a number for its user
NOBODY: Final = """
import pwd, sys
from govcloud.cli import app
from govcloud.cli.run import run

def nobody(uid):
    raise KeyError(uid)

def build():
    raise RuntimeError("nobody expected")

pwd.getpwuid = nobody
if sys.argv[1] == "broken":
    app.build = build
sys.exit(run(sys.argv[2:]))
"""


def test_who_has_no_home_is_told(shell: Shell) -> None:
    del shell.environment["HOME"]
    shell.environment["GOVCLOUD_LANG"] = "en"
    ended = shell.execute([sys.executable, "-c", NOBODY, "", "config", "show"])
    assert (ended.code, ended.out) == (2, "")
    assert "HOME is not set" in ended.err
    assert shell.execute([sys.executable, "-c", NOBODY, "", "validate", "--help"]).code == 0
    unexpected = shell.execute([sys.executable, "-c", NOBODY, "broken", "config", "show"])
    assert unexpected.code == 1
    for words in ("RuntimeError: nobody expected", "no log of it could be written", "HOME is not set"):
        assert words in unexpected.err


def test_who_says_where_all_things_are_needs_no_home(shell: Shell) -> None:
    del shell.environment["HOME"]
    where = {f"XDG_{name}_HOME": str(shell.home / name) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
    assert (
        shell.execute([sys.executable, "-c", NOBODY, "", "validate", str(ROOT / "examples/province")], **where).code
        == 0
    )
