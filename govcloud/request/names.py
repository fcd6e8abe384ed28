"""Names and codes."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import WithJsonSchema

from govcloud.request import uscc
from govcloud.request.scalar import matching, read, refuse, schema, text_like, told, up_to

LAST_PORT: Final = 65535
LONGEST: Final = 500  # characters of a line
KEY: Final = r"[a-z]([a-z0-9-]{0,29}[a-z0-9])?"
# as the platform gives them: the short name of a department in capitals, and a number
SYSTEM_CODE: Final = "[A-Z][A-Z0-9-]{0,30}-[A-Z0-9]{1,8}"
_LABEL: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
# for editors: what has no glyph, or only looks like a blank, among what people do type
_UNSEEN: Final = r"\x00-\x1f\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
LINE: Final = rf"(?! )(?!.* \n?$)[^{_UNSEEN}]+"  # with no blank before or after it
_SSH_KEY: Final = (
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}=*"
    rf"( {LINE})?"
)
read_key: Final = matching(KEY, "input.not-key")
read_system: Final = matching(SYSTEM_CODE, "input.not-system-code")


def is_key(text: str) -> bool:
    """May this be the name of something of ours?"""
    return re.fullmatch(KEY, text) is not None


def is_label(text: str) -> bool:
    """May this be the name of something of others: of an image, of an operating system?"""
    return re.fullmatch(_LABEL, text) is not None


def read_line(text: str) -> str:
    if not text:
        refuse("input.empty-value")
    if len(text) > LONGEST:
        refuse("input.too-long", length=len(text), limit=LONGEST)
    strange = next((c for c in text if not c.isprintable()), None)
    if strange is not None:
        refuse("input.not-printable", found=f"U+{ord(strange):04X}")
    if text != text.strip():
        refuse("input.blank-around")
    return text


def _block(text: str) -> str:
    """The text of a block (`|` or `>`): its last line break belongs to the block, not to what stands in it."""
    return text.removesuffix("\n")


def _credit_code(text: str) -> str:
    code = uscc.normalise(text)
    for fault in uscc.faults(code):
        refuse(fault.message, rule=fault.rule, **fault.params)
    return code


def _grade(text: str) -> str:
    match = re.fullmatch(r"([1-5])|S([1-5])A([1-5])(?:G([1-5]))?", text)
    if match is None:
        refuse("input.not-grade", value=text, rule="GC-LVL-001")
    _, service, availability, general = match.groups()
    if general and int(general) != max(int(service), int(availability)):
        refuse("input.grade-mismatch", value=text, maximum=max(service, availability), rule="GC-LVL-001")
    return text


def _ssh_key(text: str) -> str:
    if not re.fullmatch(_SSH_KEY, text) or not text.isprintable():
        refuse("input.not-ssh-key")
    return text


def _target(text: str) -> str:
    key, _, port = text.partition("/")
    if not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) > LAST_PORT:
        refuse("input.not-target", value=text)
    return f"{read_key(key)}/{port}"


def _data_source(text: str) -> str:
    return text if text == "self" else _credit_code(text)


# what a text may be to an editor, whose YAML guesses: `no: 20260077` is a number, `reason: true` a truth
_GUESSED: Final = ["string", "number", "boolean"]
Line = Annotated[
    str,
    read("text", read_line, _block),
    schema(_GUESSED, rf"^{LINE}\n?$", "input.expected-text", minLength=1, maxLength=LONGEST),
]
# all of its 18 characters may be digits; the first never is a 0
_CODE_NUMBER: Final = {"minimum": 10**17, "maximum": 10**18 - 1}
CreditCode = Annotated[
    str,
    read("text", _credit_code, str.strip),
    schema(["string", "integer"], f"^{uscc.PATTERN}$", "input.uscc-length", **_CODE_NUMBER),
]
GRADE_SCHEMA: Final = {
    "type": ["string", "integer"],
    **told(r"^([1-5]|S[1-5]A[1-5](G[1-5])?)$", "input.not-grade"),
    "minimum": 1,
    "maximum": 5,
}
Grade = Annotated[str, read("text", _grade), WithJsonSchema(GRADE_SCHEMA)]
Key = Annotated[str, *text_like(KEY, "input.not-key", ["string", "boolean"])]
Label = Annotated[str, *text_like(_LABEL, "input.not-label", _GUESSED, minimum=0)]
# a user or group of Keystone with its domain; a name may be a mail address
Account = Annotated[str, *text_like(rf"[^{_UNSEEN} ]+@[^{_UNSEEN} @]+", "input.not-account")]
TenancyId = Annotated[str, *text_like("t-[0-9a-z]{6}", "input.not-tenancy-id")]
SystemCode = Annotated[str, *text_like(SYSTEM_CODE, "input.not-system-code")]
Division = Annotated[
    str, *text_like("[1-9][0-9]{5}", "input.not-division", ["string", "integer"], minimum=100_000, maximum=999_999)
]
Country = Annotated[str, *text_like("[A-Z]{2}", "input.not-country")]
RuleId = Annotated[str, *text_like("GC-[A-Z]+-[0-9]{3}", "input.not-rule")]
SiteName = Annotated[str, *text_like(rf"\*|{KEY}", "input.not-key", ["string", "boolean"])]
SshKey = Annotated[str, read("text", _ssh_key), schema("string", f"^{_SSH_KEY}$", "input.not-ssh-key")]
TargetPort = Annotated[
    str, read("text", _target), schema("string", f"^{KEY}/({up_to(LAST_PORT)})$", "input.not-target")
]
DataSource = Annotated[
    str,
    read("text", _data_source, str.strip),
    schema(["string", "integer"], rf"^(\s*self\s*|{uscc.PATTERN})$", "input.uscc-length", **_CODE_NUMBER),
]
