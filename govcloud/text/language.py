"""Which language to speak."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def preferred(environment: Mapping[str, str] = os.environ) -> Language:
    """The language the environment asks for; Chinese where it asks for none of ours.

    GOVCLOUD_LANG first, then the locale variables in the order POSIX gives them. `C`, `POSIX` and unknown
    languages count as silence.
    """
    for variable in ("GOVCLOUD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = environment.get(variable, "").replace("-", "_").partition("_")[0].lower()
        if wanted in LANGUAGES:
            return wanted
    return "zh"
