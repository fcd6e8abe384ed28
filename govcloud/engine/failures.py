"""From the engine's words to our errors."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from pulumi.automation.errors import CommandError, ConcurrentUpdateError
from pulumi.automation.events import DiagnosticEvent

from govcloud.engine.steps import KINDS, name_of
from govcloud.errors import AuthenticationFailed, GovcloudError, Locked, Problem, ResourceFailed

_COLOUR: Final = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
_AUTHENTICATION: Final = re.compile(r"\b401\b|Authentication failed|No suitable endpoint|Unable to authenticate", re.I)

# what the engine hears of a provider that is no more
_PROVIDER_GONE: Final = re.compile(r"error reading from server: EOF|error reading server preface|transport is closing")
_DISK_FULL: Final = re.compile(r"no space left on device|disk quota exceeded", re.I)
# how the provider tells of an answer it did not want
_ANSWER: Final = re.compile(r"Expected HTTP response code .*? but got (?P<status>\d+) instead: (?P<document>\{.*\})")


class ResourcesFailed(ResourceFailed):
    """One or more resources failed, each with the service's own reason."""

    def __init__(self, stack: str, problems: list[Problem]) -> None:
        super().__init__("engine.failed", stack=stack, count=len(problems))
        self.stack = stack
        self._problems = tuple(problems)

    def problems(self) -> tuple[Problem, ...]:
        """What failed, resource by resource."""
        return self._problems


@dataclass
class Diagnostics:
    """The errors an engine spoke of while it ran."""

    stack: str
    reasons: dict[str, str] = field(default_factory=dict)

    def take(self, event: DiagnosticEvent) -> None:
        """Keep an error event; the first one of a resource tells the reason."""
        text = _COLOUR.sub("", event.message).strip()
        if event.severity == "error" and text and text != "update failed":
            self.reasons.setdefault(event.urn or "", text)

    def error(self, failed: CommandError, *, interrupted: bool = False) -> GovcloudError:
        """The error for a command that ended with a failure."""
        if isinstance(failed, ConcurrentUpdateError):
            return Locked("engine.locked", stack=self.stack)
        by_resource = {urn: text for urn, text in self.reasons.items() if urn and not urn.endswith(f"::{self.stack}")}
        if any(_AUTHENTICATION.search(text) for text in self.reasons.values()):
            reason = next(text for text in self.reasons.values() if _AUTHENTICATION.search(text))
            return AuthenticationFailed("engine.authentication", stack=self.stack, reason=_short(reason))
        if by_resource and not interrupted:
            return ResourcesFailed(self.stack, [_problem(urn, text) for urn, text in by_resource.items()])
        reason = "; ".join(self.reasons.values()) or _words(failed)
        if _DISK_FULL.search(reason):
            return GovcloudError("engine.disk-full", stack=self.stack, reason=_short(reason))
        return ResourceFailed("engine.broken", stack=self.stack, reason=_short(reason))

    def unread(self, failed: CommandError) -> GovcloudError:
        """The error for a state that the engine was asked for and did not give."""
        if isinstance(failed, ConcurrentUpdateError):
            return Locked("engine.locked", stack=self.stack)
        return GovcloudError("engine.unread", stack=self.stack, reason=_short(_words(failed)))


def _words(failed: CommandError) -> str:
    """What a command that failed said of it, without the scaffolding of the SDK around its output."""
    told = _COLOUR.sub("", str(failed))
    said = told.partition("stderr:")[2].strip() or told
    return said.removeprefix("error: ")


def _problem(urn: str, text: str) -> Problem:
    kind = urn.split("::")[2].rpartition("$")[2]
    resource = f"{KINDS.get(kind, kind)} {name_of(urn)}"
    if _PROVIDER_GONE.search(text):
        return Problem("engine.provider-died", {"resource": resource})
    return Problem("engine.resource-failed", {"resource": resource, "reason": _short(text)})


def _said(answer: re.Match[str]) -> str:
    """A service's own words, out of the document that it answered with: `{"NeutronError": {"message": ...}}`."""
    try:
        said = next(iter(json.loads(answer["document"]).values()))
        return f"{answer['status']}: {said['message']}"
    except (ValueError, AttributeError, StopIteration, TypeError, KeyError):
        return answer[0]


def _short(text: str) -> str:
    """The reason without the scaffolding bridges put around it, at most 600 characters."""
    line = " ".join(text.partition("Traceback (most recent call last)")[0].split())
    line = re.sub(r"^(sdk-v2/provider2\.go:\d+: )?sdk\.helper_schema: ", "", line)
    line = re.sub(r",? ?last error: %!s\(<nil>\)", "", line)
    line = re.sub(r": provider=openstack@\S+$", "", line)
    line = _ANSWER.sub(_said, line)
    return line if len(line) <= 600 else line[:599] + "…"
