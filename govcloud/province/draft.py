"""A new request while it is being written: answers, what is still to be asked, and the whole at last."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from govcloud.errors import Problem
from govcloud.province.department import Department
from govcloud.province.kinds import find_keys
from govcloud.province.questions import QUESTIONS, Data, Question, at
from govcloud.province.repository import Repository, find_root, load_repository
from govcloud.request import fields
from govcloud.request.decode import decode, dotted
from govcloud.request.load import Loaded, load_request
from govcloud.request.model import Request
from govcloud.request.near import near
from govcloud.request.parse import parse
from govcloud.request.source import Path_, legible, plain
from govcloud.request.uscc import LENGTH, normalise
from govcloud.request.write import write
from govcloud.text import say

# what belongs to the system, and what to the department, of a request taken as a pattern
_OF_SYSTEM: Final = (("system",), ("attestations",))
_OF_DEPARTMENT: Final = (("people",), ("suppliers",))


@dataclass
class Draft:
    """Answers by the names of their questions, on top of a pattern.

    `repository` is the one it will stand in, `home` the department whose folder we are in.
    """

    repository: Repository | None
    home: str = ""
    pattern: Data = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The short name of the department, once it is known."""
        known = self.repository.department(self.now().get("department", "")) if self.repository else None
        return known[0] if known else ""

    def take(self, given: Mapping[str, str]) -> list[Problem]:
        """Take many answers at once; what is wrong with any of them."""
        questions = [question for question in QUESTIONS if question.name in given]
        return [problem for question in questions for problem in self.answer(question, given[question.name])]

    def settle(self) -> list[Question]:
        """Take the defaults of what is open; what still needs an answer."""
        while question := next((q for q in self.open() if self.default(q)), None):
            self.answers[question.name] = ""
            self.answer(question, self.default(question))
        return list(self.open())

    def open(self) -> Iterator[Question]:
        """The questions that are needed now and have no answer yet."""
        base, now = self._base(), self.now()
        for question in QUESTIONS:
            written = at(base, *map(str, question.group or question.path)) if question.path else None
            asked = question.fresh or not written
            if asked and question.name not in self.answers and question.needed(now):
                yield question

    def default(self, question: Question) -> str:
        """What an empty answer means, or an empty string where it means nothing."""
        if question.name == "name":
            return str(at(self.pattern, "system", "name") or "")
        if question.name == "department" and (self.home or len(self.choices(question)) == 1):
            return self.home or self.choices(question)[0]
        return question.default or next(iter(self.choices(question) if question.name == "os" else ()), "")

    def choices(self, question: Question) -> Sequence[str]:
        """What the operator's files offer for an answer; empty where anything of the right form will do."""
        if self.repository is None:
            return ()
        department: Department | None = self.repository.departments.get(self.short)
        offered: Mapping[str, Sequence[str]] = {
            "department": tuple(self.repository.departments),
            "zone": tuple(self.repository.province.zones),
            "os": tuple(self.repository.province.catalogue.os),
        }
        if question.path[:1] == ("people",):
            return tuple(department.people) if department else ()
        return offered.get(question.name, ())

    def known(self, question: Question) -> Sequence[str]:
        """The words that may be answered, where only some may."""
        spot = fields.spot(Request, question.path) if question.path else None
        return self.choices(question) or (spot.choices if spot else ())

    def meaning(self, question: Question) -> str:
        """What the key says that the answer is for."""
        key = next(iter(find_keys(dotted(question.path))), None) if question.path else None
        return say(key.sentence) if key else say(f"init.{question.name}")

    def answer(self, question: Question, text: str) -> Sequence[Problem]:
        """Take an answer, or say what is wrong with it, as reading the file would."""
        text = text.strip()
        if question.name == "department":
            text, problems = self._department(question, text)
        elif self.choices(question) and text not in self.choices(question):
            offered = ", ".join(self.choices(question))
            return [Problem("input.not-one-of", {"key": question.name, "value": legible(text), "near": offered})]
        else:
            problems = _problems(question, text)
        if not problems:
            self.answers[question.name] = text
        return problems

    def _department(self, question: Question, text: str) -> tuple[str, Sequence[Problem]]:
        """The credit code of a department that is said by its short name or its code, or what is wrong with that."""
        known = self.repository.departments if self.repository else {}
        if text in known:
            return known[text].uscc, ()
        code = normalise(text)
        if known and text and len(code) != LENGTH and not text[0].isdigit():  # no name begins with a digit
            params = {"name": legible(text), "known": ", ".join(known), "near": ", ".join(near(text, known))}
            return text, [Problem("province.near-department" if params["near"] else "province.no-department", params)]
        problems = _problems(question, text)
        if not problems and self.repository and self.repository.department(code) is None:
            problems = [Problem("province.no-such-department", {"code": code})]
        return code, problems

    def now(self) -> dict[str, Any]:
        """The request as far as it is known."""
        data = {**copy.deepcopy(self._base())}
        for question in QUESTIONS:
            if question.path and self.answers.get(question.name):
                _put(data, question.path, self.answers[question.name])
        return data

    def same_as_pattern(self) -> bool:
        """Is it the very tenancy that the pattern is of?"""
        places = (("department",), ("environment",), ("system", "name"))
        return bool(self.pattern) and all(at(self.now(), *path) == at(self.pattern, *path) for path in places)

    def finished(self, tenancy: str) -> dict[str, Any]:
        """The whole request, in the order of its model and in short forms where they say it all."""
        data = {**self.now(), "apiVersion": "govcloud/v1alpha1", "kind": "TenancyRequest", "tenancy": tenancy}
        if "ports" in self.answers:
            first = next(iter(data["iaas"]["servers"]))
            data["flows"] = [{"from": "zone/internet", "to": first, **flow} for flow in data["flows"]]
        if "backup" in self.answers:
            data["backup"]["offsite"] = "true"
        if set(data["system"]["mlps"]) == {"level"}:
            data["system"]["mlps"] = data["system"]["mlps"]["level"]
        if set(data["data"]) == {"data"} and set(data["data"]["data"]) == {"grade"}:
            data["data"] = data["data"]["data"]["grade"]
        return {key: data[key] for key in Request.model_fields if key in data}

    def _base(self) -> Data:
        """The pattern without what belongs to another tenancy, system or department alone."""
        gone: list[Path_] = [("tenancy",), ("start",)]
        name, code = self.answers.get("name"), self.answers.get("department")
        if name is not None and name != at(self.pattern, "system", "name"):
            gone += _OF_SYSTEM
        if code is not None and code != self.pattern.get("department"):
            gone += _OF_DEPARTMENT
        return {key: value for key, value in self.pattern.items() if (key,) not in gone}


def open_draft(start: Path, pattern: Path | None) -> Draft:
    """A draft for the repository around `start`, if there is one, after the pattern, if one is given."""
    root = find_root(start)
    repository = load_repository(root) if root else None
    home = start.resolve().name if root and start.resolve().parent == root / "departments" else ""
    return Draft(repository, home, _pattern(load_request(pattern)) if pattern else {})


def _pattern(loaded: Loaded) -> Data:
    """Another request as plain data, its short forms written out."""
    assert loaded.source.root is not None  # it was read
    data: Any = plain(loaded.source.root)
    data["department"] = loaded.request.department
    if isinstance(data["system"]["mlps"], str):
        data["system"]["mlps"] = {"level": data["system"]["mlps"]}
    if isinstance(data["data"], str):
        data["data"] = {"data": {"grade": data["data"]}}
    return {**data}


def _problems(question: Question, text: str) -> Sequence[Problem]:
    """What reading a file with this answer in it finds wrong there."""
    data: dict[str, Any] = {}
    path = question.path or ("people", "owner")  # a file's name is a key like an account
    _put(data, path, text)
    source = parse(write(data), question.name)
    _, problems = decode(source, Request)
    return [
        Problem(problem.code, {**problem.params, "key": f"--{question.name}"}, rule=problem.rule)
        for problem in problems
        if problem.key == dotted(path) or source.root is None
    ]


def _put(data: Any, path: Path_, text: str) -> None:
    """Write `text` at `path`; what is on the way is made."""
    *steps, last = path
    for step, following in zip(steps, path[1:], strict=True):
        made: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            data.extend([made] * (step + 1 - len(data)))
            data = data[step]
        else:
            data = data.setdefault(step, made)
    if isinstance(last, int):
        data.append(text)
    else:
        data[last] = text
