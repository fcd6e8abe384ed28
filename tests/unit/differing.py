"""What is written to try an editor and the loader, and where the two may part: nowhere else.

An editor reads YAML 1.2, guesses what a scalar is, and holds it against the JSON Schema; the loader holds the text
against the key's type. Both get their limits and patterns from the same place. What one of them cannot say is listed
here with its reason.

The editor here is tests/unit/editor.py. yaml-language-server 1.25.0 was shown the same 65,000 documents once: it gave
the same verdicts, but that it looks past keys that are null, and counts a rare character (𠮷) twice in a long text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from govcloud.request.source import Node, Scalar

_SSH: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQk3q0m2vq8v5Zb1m7l0Hc9mQ0b3Q9mC7w1u6m0e4aK"

# as they stand after `- `; every line is one kind of thing, right and wrong
HOSTILE: Final[Sequence[str]] = (
    *("0", "1", "2", "5", "6", "-1", "-0", "+2", "00", "007", "0x10", "0o7", "1.0", "2.5", "1e3", "1E+5", ".5", "-.5"),
    *("1e400", ".inf", "-.inf", ".nan", "1_000", "22:30", "22.10", "5" * 64, "5" * 501),
    *("99", "100", "500", "501", "1024", "1025", "16000", "16001", "65535", "65536", "330000", "330100", "033000"),
    *("12306", "20260077", "33000000001", "999999999", "1000000000", "9" * 20, "330000.0", "0x50910", "3e17"),
    *("true", "True", "TRUE", "false", "False", "FALSE", "yes", "No", "on", "OFF", "y", "NO"),
    *("~", "null", "Null", "NULL", "", '"~"', '"null"', '""', "''", '" "', '"\\t"', '"\\n"', '"\\u3000"'),
    *('"2"', "'5'", '"500"', '"501"', '"1024"', '"65536"', '"007"', '"1.0"', '"-1"', '"330000"', '"20%"'),
    *('"true"', '"false"', '"True"', '"no"'),
    *('" 2"', '"2 "', '"x "', '" x"', '"\\tx"', '"x\\n"', '"x\\n\\n"', '"a\\nb"', '"true "', '" common"', '"4GiB "'),
    *("|\n  文字\n", ">\n  两行\n  文字\n", "|+\n  文字\n\n", "|-\n  文字\n", "|\n  web\n", ">\n  2\n", "两行\n  文字"),
    *("x", "web", "Web", "web-", "-web", "we b", "9web", "web_1", "web.1", "ab-c9", "中文", "wеb", "ｗｅｂ", "é"),
    *("a" * 31, "a" * 32, "a" * 63, "a" * 64, "长" * 500, "长" * 501, "𠮷" * 500),
    *(
        '"甲\\u3000乙"',
        '"甲\\u200b乙"',
        '"甲\\u00a0乙"',
        '"\\u202e甲"',
        '"甲\\e乙"',
        '"甲\\0"',
        '"\\ufeff甲"',
        '"甲\\u2028乙"',
    ),
    *('"甲\\ue000"', '"甲\\u0378"', '"甲\\u0600"', '"甲\\U000e0041"'),
    *("4GiB", "4 GiB", "4  GiB", '"4\\tGiB"', "4GB", "4gib", "4KiB", "4.5GiB", "0GiB", "04GiB", "1536MiB", "1024MiB"),
    *("1TiB", "999999999GiB", "9999999999GiB"),
    *("20%", "0%", "100%", "101%", "200%", "007%", "20 %", '"20\\t%"', "-5%", "0.2", "2.5%"),
    *("200Mbps", "200 Mbps", '"200\\tMbps"', "1Gbps", "0Mbps", "200MB/s", "12345678Mbps"),
    *("2027-06-30", "2100-01-01", "1999-12-31", "2099-12-31", "2000-01-01", "2027-02-30", "2028-02-29", "2027-02-29"),
    *("2027-13-01", "2027-00-10", "2027-06-00", "2027-06-32", "2027-6-30", "27-06-30", "2027-06-30T00:00:00Z"),
    *("443/tcp", "65535/tcp", "65536/tcp", "70000/tcp", "0/tcp", "0443/tcp", "1-65535/udp", "9-3/tcp", "0-3/tcp"),
    *("443/TCP", "443/sctp", "tcp/443", "443/icmp", "icmp", "ICMP", "443-/tcp"),
    *("zone/internet", "zone/dmz", "zone/", "network/app", "network/App", "system/MED-003", "system/", '"system/ x"'),
    *('"system/x "', f"system/{'长' * 500}", f"system/{'长' * 501}", "host/web", "a/b/c", "/web", "web/"),
    *("cidr/10.0.0.0/8", "cidr/10.0.0.1/8", "cidr/10.0.0.0", "cidr/256.0.0.0/8", "cidr/10.0.0.0/33", "cidr/0.0.0.0/0"),
    *("cidr/10.0.0.0/08", "cidr/010.0.0.0/8", "cidr/10.0.0/8", "cidr/fd00::/8", "cidr/10.0.0.0/255.0.0.0", "cidr/"),
    *("10.0.0.0/8", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.1", "10.0.0.256", "010.0.0.1", "10.0.0", "1.2.3.4.5"),
    *("web/8443", "web/0", "web/65535", "web/65536", "web/08443", "web:8443", "Web/80", "web/"),
    *(
        "11330000123456788K",
        "11330000123456789K",
        "113300001234567880",
        "113300000029384738",
        "1133-0000 12345６788k",
        "1133－000012345678－8k",
    ),
    *('" 11330000123456788K "', "-11330000123456788K-", "①1330000123456788K", "1133000012345678OK", "1133000012345678"),
    *("1133０００012345678８Ｋ", "11A30000123456788K", "113300001234567ⅧK", '"1133\\u30000000123456788K"'),
    *("3", "S3A3", "S3A2G3", "S3A2G2", "S6A1", "s3a3", "二级", "S3"),
    *("t-3f9c2a", "t-XYZ", "t-3f9c2", "GC-ZONE-005", "gc-zone-005", "GC-ZONE-5", "CN", "cn", "CHN", '"*"', '"**"'),
    *(
        "HRSS-014",
        "DATA-LAB-1",
        "A-0",
        "hrss-014",
        "HRSS",
        "HRSS-",
        "HRSS-14-",
        "-1",
        "HRSS_014",
        "ＨＲＳＳ-014",
        "НRSS-014",
    ),
    *(f"{'A' * 31}-001", f"{'A' * 32}-001", "A-12345678", "A-123456789", "system/A-1", "system/a-1", "system/a/b,c"),
    *(_SSH, f"{_SSH} 某人", f'"{_SSH} "', f'"{_SSH}\\nevil: true"', f'"{_SSH} a\\u200bb"', "ssh-dss AAAA"),
    *("common", "internet", "commmon", "Common", "production", "general", "core", "none", "soft", "high", "exchange"),
    *("aarch64", "front", "self", '" self"', "TenancyRequest", "Province", "govcloud/v1alpha1", "govcloud/v2"),
    *("[]", "{}", "[a]", "[~]", "[[a]]", "{a: b}", "{a: {}}", "{1: 2}", "[2]"),
)


@dataclass(frozen=True)
class Apart:
    """Something on which the two may part: what the loader says, and which values are meant.

    Where the loader says nothing, it is the editor that refuses.
    """

    reason: str
    says: frozenset[str]
    when: Callable[[str, object], bool] = lambda text, value: True  # noqa: ARG005

    def covers(self, node: Node, value: object, codes: frozenset[str]) -> bool:
        """Is this what happens to a node, which an editor takes for `value`, and of which the loader says `codes`?"""
        said = codes <= self.says and bool(codes) is bool(self.says)
        return said and isinstance(node, Scalar) and self.when(node.text, value)


def _input(*ids: str) -> frozenset[str]:
    return frozenset(f"input.{one}" for one in ids)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_rewritten(text: str, value: object) -> bool:
    """A number that is written otherwise than numbers are, or was one with a fraction of nothing."""
    return _is_number(value) and (isinstance(value, float) or str(value) != text)


def _is_backwards(text: str, _: object) -> bool:
    first, last = map(int, re.findall(r"[0-9]+", text))
    return first > last


def _is_rarely_unseen(text: str, _: object) -> bool:
    return {unicodedata.category(c) for c in text if not c.isprintable()} <= {"Co", "Cn", "Cf"}


APART: Final = (
    Apart(
        "007, 0x10, 1.0 and 1e3 are numbers before the schema sees them, and how they were written is gone; the loader"
        " refuses what readers of YAML read in different ways",
        _input("not-whole", "not-grade", "not-label", "not-division", "uscc-length", "uscc-characters"),
        _is_rewritten,
    ),
    Apart(
        "True and FALSE are true and false before the schema sees them; the loader has one way of writing each",
        _input("not-flag", "not-key"),
        lambda text, value: isinstance(value, bool) and text not in ("true", "false"),
    ),
    Apart(
        "JSON has no key null: some editors make a word of it, some look past it",
        _input("not-key", "not-label"),
        lambda _, value: value is None,
    ),
    Apart(
        "a number has no length in JSON Schema",
        _input("not-label", "too-long"),
        lambda text, value: _is_number(value) and len(text) > 63,
    ),
    Apart("check characters are sums", _input("uscc-check", "uscc-inner-check")),
    Apart("a pattern does not compare the two ends of a range", _input("port-range"), _is_backwards),
    Apart(
        "a pattern does not know the lengths of months and which years are leap years",
        _input("no-such-day"),
        lambda text, _: int(text[-2:]) in (29, 30, 31),
    ),
    Apart(
        "a pattern does not know which bits of an address are the host's",
        _input("not-network"),
        lambda text, _: "10.0.0.1/8" in text,
    ),
    Apart("a pattern does not compare G with S and A", _input("grade-mismatch")),
    Apart("a pattern does not divide MiB by 1024", _input("not-whole-gib"), lambda text, _: text.endswith("MiB")),
    Apart(
        "editors' patterns know no classes of Unicode: the common characters without a glyph are listed in the pattern,"
        " not those for private use, those not assigned, and those of far scripts",
        _input("not-printable", "not-ssh-key"),
        _is_rarely_unseen,
    ),
    Apart(
        "of the compatibility forms that normalising a credit code makes plain (NFKC) the pattern knows the wide ones",
        frozenset(),
        lambda text, _: any(c.isnumeric() and not c.isdecimal() for c in text),
    ),
)
