"""A store that cannot be read ends a command with a sentence, not with a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize("command", [("list",), ("history", "t-aaaaaa"), ("show", "t-aaaaaa")])
def test_a_file_that_is_no_store(shell: Shell, province: Path, command: tuple[str, ...]) -> None:
    other = shell.home / "letter.txt"
    other.write_text("I am a letter to the operator.\n" * 50, "utf-8")
    ended = shell.run(*command, GOVCLOUD_STORE=f"sqlite:///{other}", LANG="en_US.UTF-8")
    assert ended.code == 1
    assert f"the store sqlite:///{other} is damaged, or none of ours: file is not a database" in ended.err
    assert "→ see where it is with govcloud config show" in ended.err
    assert not list(shell.home.rglob("crash"))
    assert province.exists()
