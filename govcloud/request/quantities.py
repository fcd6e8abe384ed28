"""Numbers, sizes, dates and flags."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from govcloud.request.scalar import read, refuse, schema, told, up_to

MOST: Final = 999_999_999  # nothing that is counted here comes near
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
DAY_PATTERN: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def whole(first: Literal[0, 1], last: int = MOST) -> tuple[PlainValidator, WithJsonSchema]:
    """The metadata of a whole number from `first` to `last`."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"0|-?[1-9][0-9]*", text):
            refuse("input.not-whole", value=text)
        if text.startswith("-") or int(text[:1]) < first:
            refuse("input.not-positive" if first else "input.negative", value=text)
        # by its length first: Python does not read a number of a million digits
        if len(text) > len(str(last)) or int(text) > last:
            refuse("input.too-large", maximum=last)
        return int(text)

    pattern = up_to(last) if first else f"0|{up_to(last)}"
    return read("whole", parse), schema(
        ["integer", "string"], f"^({pattern})$", "input.not-whole", minimum=first, maximum=last
    )


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        refuse("input.not-flag", value=text)
    return text == "true"


def _day(text: str) -> dt.date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        refuse("input.not-day", value=text)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        refuse("input.no-such-day", value=text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        # 9999-12-31 is how people write "for ever": nothing is, and a day later there is no date at all
        refuse("input.day-range", value=text, first=FIRST_YEAR, last=LAST_YEAR)
    return day


# binary units only: GB and GiB differ by 7 per cent, which is where quotas go wrong
_SIZES: Final = {"MiB": 1, "GiB": 1024, "TiB": 1024 * 1024}


def _size(text: str) -> int:
    """Size in MiB."""
    match = re.fullmatch(r"([1-9][0-9]{0,8}) *([A-Za-z]*)", text)
    if match is None:
        refuse("input.not-size", value=text)
    number, unit = match.groups()
    if not unit:
        refuse("input.no-unit", value=text)
    if unit not in _SIZES:
        near = next((u for u in _SIZES if u[0] == unit[0].upper()), None)
        if near is None:
            refuse("input.not-size", value=text)
        refuse("input.wrong-unit", value=text, near=f"{number}{near}")
    return int(number) * _SIZES[unit]


def _storage(text: str) -> int:
    """Storage in GiB."""
    size = _size(text)
    if size % 1024:
        refuse("input.not-whole-gib", value=text)
    return size // 1024


def _percent(text: str) -> int:
    match = re.fullmatch(r"(0|[1-9][0-9]{0,2}) *%", text)
    if match is None:
        refuse("input.not-percent", value=text)
    if int(match[1]) > 100:
        refuse("input.too-large", maximum="100%")
    return int(match[1])


def _bandwidth(text: str) -> int:
    """Bandwidth in Mbit/s."""
    match = re.fullmatch(r"([1-9][0-9]{0,6}) *(Mbps|Gbps)", text)
    if match is None:
        refuse("input.not-bandwidth", value=text)
    return int(match[1]) * (1000 if match[2] == "Gbps" else 1)


Whole = Annotated[int, *whole(0)]
Positive = Annotated[int, *whole(1)]
Flag = Annotated[bool, read("flag", _flag), schema(["boolean", "string"], "^(true|false)$", "input.not-flag")]
Day = Annotated[
    dt.date,
    read("day", _day),
    schema("string", DAY_PATTERN, "input.not-day", format="date"),
    PlainSerializer(str, return_type=str),
]
STORAGE_SCHEMA: Final = {"type": "string", **told(r"^[1-9][0-9]{0,8} *(MiB|GiB|TiB)$", "input.not-size")}
Memory = Annotated[int, read("size", _size), WithJsonSchema(STORAGE_SCHEMA)]
Storage = Annotated[int, read("size", _storage), WithJsonSchema(STORAGE_SCHEMA)]
Percent = Annotated[int, read("percent", _percent), schema("string", f"^(0|{up_to(100)}) *%$", "input.not-percent")]
Bandwidth = Annotated[
    int, read("bandwidth", _bandwidth), schema("string", r"^[1-9][0-9]{0,6} *(Mbps|Gbps)$", "input.not-bandwidth")
]
