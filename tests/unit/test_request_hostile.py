"""Files that mean harm, or come from a disk that lost its mind: a problem each, never an exception, never a wait."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from govcloud.province.repository import find_root
from govcloud.request.load import examine, shown
from govcloud.text import next_step, say

EXAMPLES: Final = Path(__file__).parents[2] / "examples/province/departments"
SMALL: Final = (EXAMPLES / "hrss/training.test.yaml").read_bytes()
FULL: Final = (EXAMPLES / "hrss/insurance.production.yaml").read_bytes()
# what mutations put in: YAML's own characters, and what breaks readers
PIECES: Final = [
    *(bytes([byte]) for byte in b"\"'[]{}:,-?|>#&*!%@`~\\\t \n\r\0\x1b\x7f\x85\xa0\xc3\xe2\xef\xff<="),
    *(
        text.encode()
        for text in ("：", "，", "\u200b", "\u2028", "\ufeff", "𠮷", "null", "true", "---\n", "...\n", "<<: ")
    ),
    *(b"9999999999999999999999", b"0x1f", b"1e9", b"-1", b"2027-13-45", b"GiB", b"%", b"/", b"cidr/", b"&a ", b"*a"),
    *(
        b"!!int ",
        b"!!binary ",
        b"? ",
        b"- ",
        b": ",
        b"{a: b}",
        b"[a, b]",
        b"kind: Province\n",
        b"flows:\n",
        b"data: {}\n",
    ),
]


def _codes(path: Path) -> list[str]:
    _, problems = examine(path)
    return [problem.code.removeprefix("input.") for problem in problems]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: " + b"[" * 100_000, "too-deep"),
        (b"a: " + b"{b: " * 100_000, "too-deep"),
        (b"- " * 100_000, "too-deep"),
        (b"flows: [" + b"a," * 60_000 + b"]", "too-many"),
        (b"a: " + b"x" * 1_048_576, "too-big"),
        (SMALL.decode().encode("gbk"), "not-utf8"),
        (SMALL.decode().encode("utf-16"), "not-utf8"),
        (SMALL + b"x: \xed\xa0\x80\n", "not-utf8"),
        (SMALL + b"\0", "bad-character"),
        (SMALL + b"\x1b[2J", "bad-character"),
        (b"? " + b"k" * 900_000 + b"\n: 1\n" + SMALL, "other-key"),
        (b"k" * 2_000 + b": 1\n" + SMALL, "long-key"),
        (SMALL.replace("干部培训报名系统".encode(), b"x" * 900_000), "too-long"),
        (SMALL.replace(b"cpu: 2", b"cpu: " + b"9" * 900_000), "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_too_much(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "request.yaml"
    file.write_bytes(content)
    assert _codes(file) == [code]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_where_it_stops_being_utf8_is_told_in_characters(tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "request.yaml"
    file.write_bytes(start + "# 甲乙\r\nname: 丙丁".encode() + b"\xff\n")
    _, (problem,) = examine(file)
    assert (problem.code, str(problem.place).removeprefix(str(file))) == ("input.not-utf8", ":2:9")


def test_a_billion_laughs_are_refused_unexpanded(tmp_path: Path) -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    file = tmp_path / "request.yaml"
    file.write_text("\n".join(lines))
    codes = _codes(file)
    assert codes.count("anchor") == 10
    assert codes.count("alias") == 81


@pytest.mark.parametrize(
    "change", [b"\xef\xbb\xbf%s", b"%s...\n", b"%%YAML 1.2\n---\n%s"], ids=["BOM", "end", "directive"]
)
def test_harmless_oddities(tmp_path: Path, change: bytes) -> None:
    file = tmp_path / "request.yaml"
    file.write_bytes(change % SMALL)
    assert _codes(file) == []
    file.write_bytes((change % SMALL).replace(b"\n", b"\r\n"))
    assert _codes(file) == []


def test_many_problems_are_cut_and_said_quickly(tmp_path: Path) -> None:
    file = tmp_path / "request.yaml"
    file.write_bytes(SMALL + b"".join(b"k%d: 1\n" % n for n in range(6_000)))
    since = time.monotonic()
    codes = _codes(file)
    assert codes == ["other-key"] * 200 + ["more"]
    assert time.monotonic() - since < 5


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.mkdir(), "not-a-file"),
        (os.mkfifo, "not-a-file"),
        (lambda path: path.symlink_to("/dev/zero"), "not-a-file"),
        (lambda path: path.symlink_to(path), "unreadable"),
        (lambda path: path.symlink_to("nowhere"), "no-such-file"),
    ],
    ids=["folder", "pipe", "device", "loop", "dangling"],
)
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None], code: str) -> None:
    path = tmp_path / "request.yaml"
    make(path)
    assert _codes(path) == [code]


def test_a_file_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("govcloud.request.parse.os.open", refuse)  # the tests may run as root, who may read all
    assert _codes(tmp_path / "request.yaml") == ["no-permission"]


def test_a_path_through_a_loop_has_no_repository(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert find_root(tmp_path / "loop/departments") is None


def test_strange_names_are_shown_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a b.yaml", "a\nb.yaml", "\x1b[2Ja.yaml", os.fsdecode(b"\xff.yaml"), "申请.yaml"):
        Path(name).write_bytes(SMALL)
        assert _codes(Path(name)) == []
        assert shown(Path(name)).isprintable()
    assert shown(Path("a b.yaml")) == "a b.yaml"
    assert shown(Path("../x.yaml")) == "../x.yaml"


def _mutated(chance: random.Random) -> bytes:
    content = bytearray(chance.choice((SMALL, FULL)))
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(content) + 1)
        length = chance.choice((0, 0, 1, 1, 2, 5, 40))
        match chance.randrange(3):
            case 0:
                content[start : start + length] = chance.choice(PIECES)
            case 1:
                del content[start : start + length]
            case _:
                content[start:start] = content[start : start + length] * chance.randint(1, 3)
    return bytes(content)


@pytest.mark.parametrize("seed", range(4))
def test_mutations_never_raise(tmp_path: Path, seed: int) -> None:
    """A thousand seeded mutations of two good requests; `FUZZ=100000` runs more."""
    chance = random.Random(seed)
    file = tmp_path / "request.yaml"
    right = 0
    for _ in range(int(os.environ.get("FUZZ", "1000"))):
        content = _mutated(chance)
        file.write_bytes(content)
        loaded, problems = examine(file)
        right += loaded is not None and not problems
        assert loaded or problems, content
        for problem in problems:
            assert problem.place, content
            said = say(problem.code, **problem.params) + next_step(problem.code, **problem.params) + problem.key
            assert said.isprintable(), content
    assert right > 0
