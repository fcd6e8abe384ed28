"""What somebody likely meant who wrote a word that is none."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

LONGEST: Final = 100  # nobody's typing error is longer, and comparing takes the product of both lengths


def near(word: str, known: Collection[str], most: int = 2) -> list[str]:
    """The known words that are spelt alike, the likeliest first; whether letters are large or small does not count."""
    if len(word) > LONGEST:
        return []
    folded = {one.casefold(): one for one in known}
    return [folded[one] for one in difflib.get_close_matches(word.casefold(), folded, n=most)]


def offered(word: str, known: Collection[str], most: int = 2) -> str:
    """What to choose from instead of the word: what is near it, else all there is."""
    return ", ".join(near(word, known, most) or sorted(known))
