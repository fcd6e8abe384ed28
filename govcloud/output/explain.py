"""The explanation of a topic, whatever it is the name of."""

from __future__ import annotations

from govcloud.compliance.rules import RULES
from govcloud.errors import ExitCode, UsageError
from govcloud.output import topics
from govcloud.output.document import Document, Heading, Paragraph, Table
from govcloud.province.kinds import KINDS, every_key, find_keys
from govcloud.request.near import near
from govcloud.request.source import legible
from govcloud.text import say

ALL = {
    "rules": topics.rules_document,
    "errors": topics.errors_document,
    "exit-codes": topics.exits_document,
    "recorded": topics.recorded_document,
}


def explain_document(topic: str) -> Document:
    """What a topic is: all there is where none is given, UsageError where there is no such thing."""
    wanted = topic.strip().strip("[]`'\"")
    found = _overview() if not wanted else _named(wanted) or _key_or_kind(wanted) or _errors(wanted)
    if found is None:
        likely = _near(wanted)
        if not likely:
            raise UsageError("explain.no-such-topic", topic=legible(topic))
        raise UsageError("explain.unknown-topic", topic=legible(topic), near=", ".join(likely))
    return found


def _overview() -> Document:
    examples = {
        "example.key": ("iaas.servers.cpu", "flows[0].ports", "Province.zones.pool"),
        "example.kind": tuple(KINDS),
        "example.rule": ("GC-ZONE-005",),
        "example.rules": ("rules",),
        "example.error": ("unknown-key",),
        "example.errors": ("errors",),
        "example.exit": (str(int(ExitCode.REFUSED)),),
        "example.exits": ("exit-codes",),
        "example.recorded": ("recorded",),
    }
    columns = (say("explain.column.topic"), say("explain.column.what"))
    rows = tuple((", ".join(names), say(f"explain.{what}")) for what, names in examples.items())
    data = [topic for names in examples.values() for topic in names]
    return Document("TopicList", data, (Paragraph(say("explain.intro")), Table(columns, rows)))


def _named(topic: str) -> Document | None:
    """A rule, an exit code, or a list of all."""
    if topic.lower() in ALL:
        return ALL[topic.lower()]()
    if topic.upper() in RULES:
        return topics.rule_document(RULES[topic.upper()])
    exits = {str(int(code)): code for code in ExitCode}
    return topics.exit_document(exits[topic]) if topic in exits else None


def _key_or_kind(topic: str) -> Document | None:
    keys = find_keys(topic)
    kind = topic.lower().removeprefix("tenancy")
    parts = tuple(part for key in keys for part in topics.key_parts(key))
    data = [topics.key_data(key) for key in keys]
    if kind in KINDS:  # `site` is a key of a request, and a kind of file too
        whole = kind_document(kind)
        return Document("KeyList", [*data, *(topics.key_data(key) for key in every_key(kind))], (*parts, *whole.parts))
    return Document("KeyList", data, parts) if keys else None


def _errors(topic: str) -> Document | None:
    codes = [code for code in topics.error_codes() if topic.lower() in (code, code.partition(".")[2])]
    documents = [topics.error_document(code) for code in codes]
    parts = tuple(part for document in documents for part in document.parts)
    return Document("ErrorList", [document.data for document in documents], parts) if codes else None


def kind_document(kind: str) -> Document:
    """Every key of a kind of file."""
    keys = list(every_key(kind))
    title = Heading(f"{say(f'explain.kind.{kind}')} {say(f'explain.file.{kind}')}")
    return Document("KeyList", [topics.key_data(key) for key in keys], (title, topics.keys_table(keys)))


def _near(topic: str) -> list[str]:
    """Keys that end like the topic, then whatever is spelt like it or begins so; a number can only be an exit code."""
    if topic.isdecimal():
        return ["exit-codes"]
    keys = {key.short: key for kind in KINDS for key in every_key(kind)}
    last = topic.rpartition(".")[2].lower()
    ends = [name for name, key in keys.items() if key.path[-1].lower() == last]
    codes = list(topics.error_codes())
    known = [*keys, *codes, *(code.partition(".")[2] for code in codes), *RULES, *KINDS, *ALL]
    begun = [name for name in known if name.lower().startswith(topic.lower())]
    lists = ["rules"] if RULES.keys() & begun else []
    return list(dict.fromkeys([*ends, *near(topic, known, 3), *lists, *begun]))[:4]
