"""Everything that can go wrong, each with the exit code the process ends with.

A message is not written here: `code` names it in the text catalogue (`govcloud/text`), where it stands
in every language, with `<code>.next` for the next thing to type. Codes are never translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """What a process ends with; frozen by a test, explained by `govcloud explain exit-codes`."""

    OK = 0
    ERROR = 1
    INVALID = 2
    AUTHENTICATION = 3
    RESOURCE = 4
    REFUSED = 5
    STALE = 6
    CANCELLED = 8
    TIMEOUT = 9
    LOCKED = 10
    USAGE = 64  # a usage error of `plan` and `drift` with --detailed-exitcode, where 2 means "changes"
    INTERRUPTED = 130


# of several that went differently, the first of these tells how it went
GRAVEST: Final = (
    ExitCode.INTERRUPTED, ExitCode.ERROR, ExitCode.AUTHENTICATION, ExitCode.TIMEOUT, ExitCode.LOCKED, ExitCode.RESOURCE,
    ExitCode.USAGE, ExitCode.INVALID, ExitCode.STALE, ExitCode.REFUSED, ExitCode.CANCELLED, ExitCode.OK,
)  # fmt: skip


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """How several things went as a whole; OK where there were none."""
    return min(codes, key=GRAVEST.index, default=ExitCode.OK)


@dataclass(frozen=True, order=True)
class Place:
    """A point in a file, to be looked at by a person: line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input.

    `code` is the id of its message in the text catalogue, `params` fill it, `key` is the path inside the
    document (`iaas.servers.web.cpu`), `rule` the compliance rule that demands the form, where one does.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    place: Place | None = None
    key: str = ""
    rule: str | None = None


class GovcloudError(Exception):
    """Something expected went wrong; `code` and `params` name the message in the text catalogue.

    `answered` is set once it stands in what the command prints for machines, `told` where stderr is to say
    no more of it.
    """

    exit_code = ExitCode.ERROR
    answered = False
    told = False

    def __init__(self, code: str, *, place: Place | None = None, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.place = place

    def problems(self) -> Sequence[Problem]:
        """The single problems behind this error, all of them at once."""
        return (Problem(self.code, self.params, self.place),)


class InvalidInput(GovcloudError):
    """A file or an argument has the wrong form; nothing was changed."""

    exit_code = ExitCode.INVALID

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("input.invalid", count=len(problems))
        self._problems = tuple(problems)

    def problems(self) -> Sequence[Problem]:
        return self._problems


class UsageError(GovcloudError):
    """The command line does not fit together."""

    exit_code = ExitCode.INVALID


class AuthenticationFailed(GovcloudError):
    """The cloud did not accept who we are, or we found no credentials for it."""

    exit_code = ExitCode.AUTHENTICATION


class ResourceFailed(GovcloudError):
    """A service refused or failed to build a resource."""

    exit_code = ExitCode.RESOURCE


class Refused(GovcloudError):
    """Admission said no."""

    exit_code = ExitCode.REFUSED


class PlanStale(GovcloudError):
    """What was reviewed is no longer what would happen."""

    exit_code = ExitCode.STALE


class Cancelled(GovcloudError):
    """The person said no at the prompt."""

    exit_code = ExitCode.CANCELLED


class TimedOut(GovcloudError):
    """Something did not become ready in its time."""

    exit_code = ExitCode.TIMEOUT


class Locked(GovcloudError):
    """Someone else is changing this, or another store owns it."""

    exit_code = ExitCode.LOCKED


class Interrupted(GovcloudError):
    """Ctrl-C, after what was in flight ended; what is half done is said."""

    exit_code = ExitCode.INTERRUPTED
