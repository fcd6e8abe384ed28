"""The unified social credit code: no single slip goes unnoticed."""

from __future__ import annotations

import pytest

from govcloud.request import uscc
from govcloud.request.uscc import ALPHABET, faults, normalise

CODES = ("11330000123456788K", "12330000876543210M", "13330000A1B2C3D48C", "113300000029384738", "91330000MA2ABCDEXB")


@pytest.mark.parametrize("code", CODES)
def test_right_codes(code: str) -> None:
    assert list(faults(code)) == []
    assert uscc.division(code) == "330000"


@pytest.mark.parametrize("code", CODES)
def test_every_single_substitution_is_caught(code: str) -> None:
    for position in range(len(code)):
        for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if other != code[position]:
                assert list(faults(code[:position] + other + code[position + 1 :])), (position, other)


@pytest.mark.parametrize("code", CODES)
def test_every_transposition_of_neighbours_is_caught(code: str) -> None:
    for position in range(len(code) - 1):
        first, second = code[position], code[position + 1]
        if first != second:
            assert list(faults(code[:position] + second + first + code[position + 2 :])), position


@pytest.mark.parametrize("code", CODES)
def test_every_missing_or_doubled_character_is_caught(code: str) -> None:
    for position in range(len(code)):
        assert [f.message for f in faults(code[:position] + code[position + 1 :])] == ["input.uscc-length"]
        assert [f.message for f in faults(code[:position] + code[position] + code[position:])] == ["input.uscc-length"]


def test_both_checks_are_told_apart() -> None:
    body = "1133000012345678"
    right = uscc.inner_check_character(body[8:])
    wrong = next(c for c in ALPHABET if c != right)
    code = body + wrong
    assert [f.rule for f in faults(code + uscc.check_character(code))] == [uscc.INNER_CHECK_RULE]
    code = body + right
    other = next(c for c in ALPHABET if c != uscc.check_character(code))
    assert [f.rule for f in faults(code + other)] == [uscc.CHECK_RULE]


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_the_code_never_uses_are_refused_and_not_repaired(letter: str) -> None:
    (fault,) = faults(f"1133000012345678{letter}K")
    assert (fault.rule, fault.params["found"]) == (uscc.FORMAT_RULE, letter)


def test_ways_of_writing_that_mean_the_same() -> None:
    assert normalise(" 1133-0000 12345678８k\n") == "11330000123456788K"
