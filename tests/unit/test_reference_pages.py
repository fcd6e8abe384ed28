"""The reference pages are what the program says today."""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode
from govcloud.events import Event
from govcloud.output.progress import watch
from govcloud.output.topics import error_codes, recorded_keys
from govcloud.province.kinds import KINDS, every_key
from govcloud.text import messages

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ROOT / "docs/reference"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as they would be written now."""
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run([sys.executable, ROOT / "scripts/reference.py", folder], check=True)
    return folder


@pytest.mark.parametrize("language", [".", "zh"])
def test_no_page_is_stale(fresh: Path, language: str) -> None:
    found = filecmp.dircmp(fresh / language, PAGES / language)
    assert (found.left_only, found.right_only) == ([], []), "make docs"
    _, differ, errors = filecmp.cmpfiles(fresh / language, PAGES / language, found.common_files, shallow=False)
    assert differ + errors == [], "make docs"


@pytest.mark.parametrize("folder", [PAGES, PAGES / "zh"])
def test_pages_hold_everything(folder: Path) -> None:
    def page(name: str) -> str:
        return (folder / f"{name}.md").read_text("utf-8")

    assert all(code in page("errors") for code in error_codes())
    assert all(rule in page("rules") for rule in RULES)
    assert all(f"| {int(code)} |" in page("exit-codes") for code in ExitCode)
    names = [key.name.replace("<", "&lt;") for kind in KINDS for key in every_key(kind)]
    assert all(f"| {name} |" in page("keys") for name in names)
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page("recorded").splitlines() if line.startswith("| ")]
    assert rows[2:] == [key.name.replace("<", "&lt;") for key in recorded_keys()]


def test_events_are_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with watch(events=True) as notify:
        notify(Event("a/b", "done", "text", 1.0, 2.0, "create"))
    record = json.loads(capsys.readouterr().out)
    documented = {name.removeprefix("event.") for name in messages("reference", "en") if name.startswith("event.")}
    assert set(record) == documented


def _modelines() -> list[Any]:
    files = [file for file in (ROOT / "examples").rglob("*.yaml") if "$schema=" in file.read_text("utf-8")]
    return [pytest.param(file, id=str(file.relative_to(ROOT))) for file in files]


@pytest.mark.parametrize("file", _modelines())
def test_examples_lead_editors_to_their_schema(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    schema = json.loads((file.parent / first.partition("$schema=")[2]).read_text("utf-8"))
    assert f"\nkind: {schema['properties']['kind']['const']}\n" in file.read_text("utf-8")
