"""What is installed is what was tested: the wheel, in an environment of its own, from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: str | Path, cwd: Path, code: int = 0) -> str:
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    environment |= {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "UV_", "SSL_"))}
    environment["LANG"] = "en_US.UTF-8"
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `govcloud` of a fresh environment that has nothing but the wheel and what it asks for."""
    room = tmp_path_factory.mktemp("wheel")
    bin_ = Path(sys.executable).parent
    _run(bin_ / "python", "-m", "hatchling", "build", "-t", "wheel", "-d", room, cwd=ROOT)
    (wheel,) = room.glob("*.whl")
    _run(bin_ / "python", "-m", "venv", room / "venv", cwd=room)
    python = room / "venv" / "bin" / "python"
    # the same versions as everywhere else; the lock has more than the wheel asks for, so it only constrains
    _run(bin_ / "uv", "pip", "install", "-q", "--python", python, "-c", _constraints(room), wheel, cwd=room)
    return room / "venv" / "bin" / "govcloud"


def _constraints(room: Path) -> Path:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    pins = [line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))]
    file = room / "constraints.txt"
    file.write_text("\n".join(pins), "utf-8")
    return file


def test_it_validates_from_another_folder(installed: Path, tmp_path: Path) -> None:
    told = _run(installed, "validate", ROOT / "examples" / "province", cwd=tmp_path)
    assert told.count(": valid") == 3


def test_everything_it_needs_is_inside(installed: Path, tmp_path: Path) -> None:
    code = (
        "import govcloud, govcloud.stacks.iaas, pathlib; home = pathlib.Path(govcloud.__file__).parent; "
        "assert (home / 'templates' / 'cloud-init' / 'server.yaml.j2').is_file(); "
        "assert (home / 'toolchain' / 'engine' / 'go.sum').is_file(); "
        "assert (home / 'devcloud' / 'requirements.lock').is_file(); "
        "others = {p.name for p in home.parent.iterdir()}; "
        "assert not others & {'stacks', 'templates', 'tests'}, others; print(home)"
    )
    told = _run(
        installed.parent / "python", "-W", "error", "-W", "ignore::DeprecationWarning", "-c", code, cwd=tmp_path
    )
    assert str(installed.parent.parent) in told


def test_the_command_line_answers(installed: Path, tmp_path: Path) -> None:
    assert "govcloud " in _run(installed, "version", cwd=tmp_path)
    assert "devcloud" in _run(installed, "--help", cwd=tmp_path)
