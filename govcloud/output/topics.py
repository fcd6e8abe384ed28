"""What can be explained: keys, rules, error codes, exit codes; each as a document or a table of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, get_args

from govcloud.compliance import words
from govcloud.compliance.rule import Rule, Stage
from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode
from govcloud.output.document import Data, Document, Heading, Paragraph, Part, Table
from govcloud.province.kinds import Key, every_key
from govcloud.text import Language, language, messages, say, topics

# what ends a command, with nothing to type next
_ENDINGS: Final = {"plan.cancelled", "plan.not-settled", "engine.resource-failed"}
_ENDINGS_TOO: Final = {"devcloud.cancelled", "devcloud.no-debian"}


class _Blanks(dict[str, object]):
    """Fills a sentence with the names of what it would be filled with."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


def error_codes() -> Mapping[str, tuple[str, str]]:
    """Every error code with its message and the next step, the blanks of both named."""
    return _error_codes(language())


@cache
def _error_codes(spoken: Language) -> Mapping[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for topic in topics():
        known = messages(topic, spoken)
        for name, text in known.items():
            code = f"{topic}.{name}"
            if f"{name}.next" in known or topic == "verify" or code in _ENDINGS | _ENDINGS_TOO:
                found[code] = (text.format_map(_Blanks()), known.get(f"{name}.next", "").format_map(_Blanks()))
    return found


def stages(rule: Rule) -> tuple[Stage, ...]:
    """The stages a rule is judged at."""
    return tuple(stage for stage in get_args(Stage) if rule.check(stage))


def facts(pairs: Sequence[tuple[str, str]]) -> Paragraph:
    """Names and what they are, a line each; what is empty is left out."""
    lines = (say("explain.fact", name=say(f"explain.fact.{name}"), text=text) for name, text in pairs if text)
    return Paragraph("\n".join(lines))


def key_data(key: Key) -> Mapping[str, Data]:
    """A key for machines."""
    return {
        "file": key.kind,
        "key": key.name,
        "required": bool(key.spot.field and key.spot.field.is_required()),
        "choices": list(key.spot.choices),
        "rule": key.spot.rule,
        "recorded": key.spot.recorded,
        "text": say(key.sentence),
    }


def key_parts(key: Key) -> Iterator[Part]:
    """A key and the keys below it."""
    yield Heading(say("explain.title.key", kind=say(f"explain.kind.{key.kind}"), key=key.name))
    yield Paragraph(say(key.sentence))
    rule = RULES.get(key.spot.rule or "")
    yield facts(
        [
            ("needed", say("explain.yes" if key.spot.field and key.spot.field.is_required() else "explain.no")),
            ("choices", ", ".join(key.spot.choices)),
            ("rule", f"{rule.id} {words.title(rule)}" if rule else ""),
            ("effect", say("explain.only-recorded") if key.spot.recorded else ""),
            ("file", say(f"explain.file.{key.kind}")),
        ]
    )
    below = [
        one for one in every_key(key.kind) if len(one.path) > len(key.path) and one.path[: len(key.path)] == key.path
    ]
    if below:
        yield Heading(say("explain.keys-below"))
        yield keys_table(below)


def keys_table(keys: Sequence[Key]) -> Table:
    """Keys with their sentences."""
    columns = ("key", "needed", "meaning")
    rows = tuple(
        (key.name, "✔" if key.spot.field and key.spot.field.is_required() else "", say(key.sentence)) for key in keys
    )
    return Table(tuple(say(f"explain.column.{name}") for name in columns), rows)


def recorded_keys() -> Sequence[Key]:
    """The keys of a request that are only kept: no plan, no verdict and nothing in the cloud depends on them."""
    return [key for key in every_key("request") if key.spot.recorded]


def recorded_document() -> Document:
    """All keys that are only kept."""
    keys = recorded_keys()
    return Document(
        "KeyList", [key_data(key) for key in keys], (Heading(say("explain.title.recorded")), keys_table(keys))
    )


def rule_document(rule: Rule) -> Document:
    """A rule in full."""
    pairs = [
        ("clause", words.clause(rule)),
        ("obligation", say(f"explain.obligation.{rule.obligation}")),
        ("severity", say(f"compliance.severity.{rule.severity}")),
        ("stages", ", ".join(say(f"explain.stage.{stage}") for stage in stages(rule))),
        ("levels", _levels(rule)),
        ("mapping", say(f"explain.mapping.{rule.mapping}")),
        ("remedy", words.remedy(rule)),
    ]
    data: Data = {
        "rule": rule.id,
        "title": words.title(rule),
        "clause": words.clause(rule),
        "obligation": rule.obligation,
        "mapping": rule.mapping,
        "severity": rule.severity,
        "stages": list(stages(rule)),
        "levels": list(rule.levels),
        "every_level": rule.isolates or not rule.levels,
        "remedy": words.remedy(rule),
    }
    return Document("Rule", data, (Heading(f"{rule.id} {words.title(rule)}"), facts(pairs)))


def _levels(rule: Rule) -> str:
    named = ", ".join(map(str, rule.levels))
    if rule.isolates:
        return say("explain.isolating-levels", levels=named)
    return named or say("explain.every-level")


def rules_document() -> Document:
    """All rules in force."""
    columns = (
        say("output.column.rule"),
        say("explain.column.meaning"),
        say("output.column.severity"),
        say("explain.column.stages"),
        say("explain.column.clause"),
    )
    rows = tuple(
        (
            rule.id,
            words.title(rule),
            say(f"compliance.severity.{rule.severity}"),
            ", ".join(say(f"explain.stage.{stage}") for stage in stages(rule)),
            words.clause(rule),
        )
        for rule in RULES.values()
    )
    data: Data = [rule_document(rule).data for rule in RULES.values()]
    return Document("RuleList", data, (Heading(say("explain.title.rules")), Table(columns, rows)))


def errors_document() -> Document:
    """All error codes."""
    columns = tuple(say(f"explain.column.{name}") for name in ("code", "meaning", "next"))
    known = error_codes()
    rows = tuple((code, text, following) for code, (text, following) in known.items())
    data: Data = [{"code": code, "message": text, "next": following} for code, (text, following) in known.items()]
    return Document("ErrorList", data, (Heading(say("explain.title.errors")), Table(columns, rows)))


def error_document(code: str) -> Document:
    """One error code."""
    text, following = error_codes()[code]
    parts = (Heading(say("explain.title.error", code=code)), facts([("message", text), ("next", following)]))
    return Document("Error", {"code": code, "message": text, "next": following}, parts)


def exits_document() -> Document:
    """All exit codes."""
    columns = tuple(say(f"explain.column.{name}") for name in ("code", "meaning"))
    rows = tuple((str(int(code)), say(f"explain.exit.{int(code)}")) for code in ExitCode)
    data: Data = {str(int(code)): say(f"explain.exit.{int(code)}") for code in ExitCode}
    return Document("ExitCodeList", data, (Heading(say("explain.title.exits")), Table(columns, rows)))


def exit_document(code: int) -> Document:
    """One exit code."""
    text = say(f"explain.exit.{code}")
    parts = (Heading(say("explain.title.exit", code=code)), Paragraph(text))
    return Document("ExitCode", {"code": code, "text": text}, parts)
