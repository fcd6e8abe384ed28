"""What a new request will be refused for, whatever is answered to the questions that are still open."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from govcloud.compliance.creation import place_of
from govcloud.compliance.judge import Verdict
from govcloud.compliance.validation import Validating, Validation
from govcloud.errors import ExitCode, Problem
from govcloud.province.draft import Draft
from govcloud.province.questions import Question, at
from govcloud.request.load import shown
from govcloud.request.parse import parse
from govcloud.request.write import write

T = TypeVar("T")
# answers on which others depend: each is tried
_TRIED: Final[Mapping[str, Sequence[str]]] = {
    "environment": ("test", "staging", "production"),
    "mlps": ("3", "2", "1"),
    "zone": ("common", "internet", "dedicated"),
}
# of the others one is tried that no rule minds; the code is made up
_HARMLESS: Final = {"department": "11330000123456788K", "classified": "false", "data": "general"}
_DAYS: Final = ("until", "report-date")
_TEXT: Final = "x"


@dataclass(frozen=True)
class Refusal:
    """Everything that a request will be refused for: problems with its form or its place, and rules it breaks."""

    problems: Sequence[Problem]
    verdicts: Sequence[Verdict]
    exit_code: ExitCode


class Foresight:
    """Judges a draft by the same rules as `validate`, as soon as it can be."""

    def __init__(self, today: dt.date, file: Path | None = None) -> None:
        """`file` is where it will stand, unless it goes to its usual place."""
        self._today, self._file = today, file
        self._validating = Validating(today)

    def refusal(self, draft: Draft) -> Refusal | None:
        """What is wrong with every request that the answers so far can become; None where nothing is."""
        place = self._place(draft)
        if place is not None and place.exists():
            return Refusal([Problem("init.exists", {"file": shown(place)})], (), ExitCode.INVALID)
        found: Validation | None = None
        for whole in _completions(draft, self._today):
            one = self._validate(whole)
            found = one if found is None else _common(found, one)
            if found.exit_code == ExitCode.OK:
                return None
        assert found is not None  # there is always a way to go on
        problems = [*found.problems, *found.blocked]
        return Refusal([replace(one, place=None) for one in problems], found.refusing, found.exit_code)

    def _place(self, draft: Draft) -> Path | None:
        """Where it will stand, once that is known."""
        named = {"environment", "slug"} <= draft.answers.keys() and (draft.short or draft.repository is None)
        return self._file or (place_of(draft) if named else None)

    def _validate(self, whole: Draft) -> Validation:
        place = self._file or place_of(whole)
        source = parse(write(whole.finished("t-000000")), shown(place))
        return self._validating.text(place, source, whole.repository.root if whole.repository else None)


def _completions(draft: Draft, today: dt.date) -> Iterator[Draft]:
    """The draft with every open question answered, in every way that matters."""
    # another system has other papers than the pattern's
    names = tuple(filter(None, dict.fromkeys([at(draft.pattern, "system", "name"), _TEXT])))
    tried = {name: words for name, words in {**_TRIED, "name": names}.items() if name not in draft.answers}
    for words in itertools.product(*tried.values()):
        # while nobody knows whose it is, nothing is known of the site either
        repository = draft.repository if draft.short else None
        whole = replace(draft, repository=repository, answers={**draft.answers})
        chosen = dict(zip(tried, words, strict=True))
        while question := next(whole.open(), None):
            whole.answers[question.name] = chosen.get(question.name) or _harmless(whole, question, today)
        yield whole


def _harmless(draft: Draft, question: Question, today: dt.date) -> str:
    if question.name in _DAYS:
        return str(today)
    if question.name in _HARMLESS:
        return _HARMLESS[question.name]
    return draft.default(question) or _TEXT


def _common(one: Validation, other: Validation) -> Validation:
    """What is wrong with both."""
    return replace(
        one,
        problems=_both(one.problems, other.problems),
        refusing=_both(one.refusing, other.refusing),
        blocked=_both(one.blocked, other.blocked),
    )


def _both(ours: Sequence[T], theirs: Sequence[T]) -> list[T]:
    """What stands in both lists; where in the file it stands does not count."""
    known = [_what(one) for one in theirs]
    return [one for one in ours if _what(one) in known]


def _what(one: object) -> object:
    return replace(one, place=None) if isinstance(one, Problem) else one
