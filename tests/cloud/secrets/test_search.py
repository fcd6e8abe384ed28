"""What looks for canaries finds them: in every shape, in files, names, processes and environments."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cloud.conftest import until
from tests.cloud.secrets.canary import Canary, files, found, fresh
from tests.cloud.secrets.witness import witness

CANARY = fresh("test", marks=":p@ss/w?rd#%+ü")
Shape = Callable[[bytes], bytes]
SHAPES: dict[str, Shape] = {
    "raw": lambda raw: raw,
    "url": lambda raw: quote(raw, safe="").encode(),
    "hex": lambda raw: raw.hex().encode(),
    "base64+0": base64.b64encode,
    "base64+1": lambda raw: base64.b64encode(b"x" + raw + b"tail"),
    "base64+2": lambda raw: base64.urlsafe_b64encode(b"xy" + raw + b"ta"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_found_and_told(tmp_path: Path, shape: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"before " + SHAPES[shape](CANARY.value.encode()) + b" after")
    (tmp_path / "other").write_bytes(SHAPES[shape](fresh("another").value.encode()))
    told = found([CANARY], files(tmp_path))
    assert told == {"test": {f"{tmp_path / 'deep' / 'file'} ({shape})"}}
    assert found([CANARY], files(tmp_path / "deep" / "file")) == told


@pytest.mark.parametrize("length", range(20, 26))
def test_base64_is_found_wherever_it_stands(length: int) -> None:
    canary = Canary("test", "n~?" * 10 + "x" * (length - 20))
    for before in range(6):
        for after in range(4):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                content = encode(b"?" * before + canary.value.encode() + b"~" * after)
                assert f"base64+{before % 3}" in canary.shapes_in(content), (before, after)


def test_a_files_name_counts(tmp_path: Path) -> None:
    (tmp_path / f"{CANARY.value.replace('/', '')}").touch()
    assert found([Canary("name", CANARY.value.replace("/", ""))], files(tmp_path))


def test_processes_and_passing_files_are_seen(tmp_path: Path) -> None:
    told, kept, passing = fresh("argument"), fresh("environment"), fresh("passing")
    with witness(tmp_path) as seen:
        process = subprocess.Popen(["sleep", "60"], env={"SECRET": kept.value})
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", told.value])
        (tmp_path / "there").write_text(passing.value)
        try:
            until(lambda: {"sleep", Path(sys.executable).name} <= seen.names() and bool(seen.files))
            (tmp_path / "there").unlink()
        finally:
            for one in (process, other):
                one.kill()
                one.wait()
    looks = [(one.command, one.environment) for one in seen.processes]
    assert found([told], [("command", command) for command, _ in looks]) == {"argument": {"command (raw)"}}
    assert found([kept], [("environment", environment) for _, environment in looks]) == {
        "environment": {"environment (raw)"}
    }
    assert found([passing], seen.files) == {"passing": {f"{tmp_path / 'there'} (raw)"}}
