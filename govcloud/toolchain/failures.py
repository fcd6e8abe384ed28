"""Why a build or a download failed, read from its log: the reason in one sentence and the next thing to type."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Final

from govcloud.errors import GovcloudError

# What Go, pip and uv say, most telling first: a full disk also breaks downloads.
REASONS: Final = (
    ("toolchain.disk-full", r"no space left on device|disk quota exceeded"),
    ("toolchain.checksum", r"checksum mismatch|SECURITY ERROR|do not match the hashes|hash mismatch"),
    ("toolchain.memory", r"signal: killed|cannot allocate memory|out of memory"),
    (
        "toolchain.unreachable",
        r"dial tcp|connection refused|connection reset|no such host|timeout|timed out|x509|proxyconnect"
        r"|: [45]\d\d [A-Z]|server response|no matching distribution|no solution found|failed to fetch"
        r"|module lookup disabled|insecure URL",
    ),
)
TAIL: Final = 12  # lines of the log that are shown


def explain(what: str, log: Path, *, source: str) -> GovcloudError:
    """The error for `what`, which was fetched from `source` and whose log is given."""
    text = without_passwords(log.read_text("utf-8", "replace"))
    code = next((code for code, sign in REASONS if re.search(sign, text, re.IGNORECASE)), "toolchain.failed")
    lines = [line[:300] for line in text.splitlines() if line.strip()][-TAIL:]
    tail = "\n".join(f"    | {line}" for line in lines)
    return GovcloudError(code, what=what, source=without_passwords(source), log=log, tail=tail)


def explain_os(what: str, error: OSError) -> GovcloudError | OSError:
    """The error to raise where we ourselves could not write: a full disk is told as such, all else as it is."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return error
    return GovcloudError("toolchain.disk-full", what=what, tail=f"    | {error}")


def without_passwords(text: str) -> str:
    """The text with credentials inside addresses blotted out."""
    return re.sub(r"(://)[^/@\s]+@", r"\1***@", text)
