"""The unified social credit code (统一社会信用代码) of a legal body, GB 32100-2015.

18 characters: registering authority, kind of body, division of the registering office (6 digits, GB/T 2260),
organisation code (9 characters, GB 11714, the last its own check), check character. All of it is checked: both
check characters together catch every single mistyped character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_FORM: Final = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
# what `normalise` makes a code of, as far as people write it: either case, full width, blanks and hyphens between
_LETTERS: Final = "A-HJ-NP-RTUWXYa-hj-np-rtuwxyＡ-ＨＪ-ＮＰ-ＲＴＵＷＸＹａ-ｈｊ-ｎｐ-ｒｔｕｗｘｙ"
_DIGITS: Final = "0-9０-９"
_BETWEEN: Final = r"[-－\s]*"
_DIGIT: Final = f"[{_DIGITS}]{_BETWEEN}"
_CHARACTER: Final = f"[{_DIGITS}{_LETTERS}]{_BETWEEN}"
PATTERN: Final = f"{_BETWEEN}({_CHARACTER}){{2}}({_DIGIT}){{6}}({_CHARACTER}){{10}}"
# weight of position i (from 0): 3^i mod 31
_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_INNER_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

FORMAT_RULE: Final = "GC-MDM-001"
CHECK_RULE: Final = "GC-MDM-002"
INNER_CHECK_RULE: Final = "GC-MDM-003"
DIVISION_RULE: Final = "GC-MDM-005"

# prefix -> what it says of the body; the text catalogue has the words as uscc.<kind>
PUBLIC_BODIES: Final = frozenset({"11", "12", "13", "19"})


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a code: the rule it breaks and the message that says so."""

    rule: str
    message: str
    params: dict[str, object] = field(default_factory=dict)


def normalise(text: str) -> str:
    """The code as written by the rules: full-width letters made narrow, blanks and hyphens out, upper case.

    Letters that the code never uses (I, O, S, V, Z) are kept for `faults` to refuse: repairing them would be
    guessing.
    """
    narrow = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s-]", "", narrow).upper()


def check_character(body: str) -> str:
    """The check character (position 18) of the first 17 characters."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def inner_check_character(organisation: str) -> str:
    """The check character (position 17) of the organisation code's first 8 characters; letters A=10 .. Z=35."""
    total = sum(int(c, 36) * w for c, w in zip(organisation, _INNER_WEIGHTS, strict=True))
    return "0123456789X"[(11 - total % 11) % 11]


def faults(code: str) -> Iterator[Fault]:
    """Everything wrong with a normalised code; nothing for a right one."""
    if len(code) != LENGTH:
        yield Fault(FORMAT_RULE, "input.uscc-length", {"length": len(code)})
        return
    strange = sorted({c for c in code if c not in ALPHABET})
    if strange:
        found = " ".join(c if c.isascii() else f"{c} (U+{ord(c):04X})" for c in strange)
        yield Fault(FORMAT_RULE, "input.uscc-characters", {"found": found})
        return
    if not _FORM.fullmatch(code):
        yield Fault(FORMAT_RULE, "input.uscc-division", {"found": code[2:8]})
        return
    inner = inner_check_character(code[8:16])
    if code[16] != inner:
        yield Fault(INNER_CHECK_RULE, "input.uscc-inner-check", {"found": code[16]})
    if code[17] != check_character(code[:17]):
        yield Fault(CHECK_RULE, "input.uscc-check", {"found": code[17]})


def division(code: str) -> str:
    """The division code (GB/T 2260) of the registering office, 6 digits."""
    return code[2:8]
