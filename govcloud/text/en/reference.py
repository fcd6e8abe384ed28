"""Words of the reference pages."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "made": "*This page is written by `make docs`; do not edit it. [中文]({other})*",
    "title.cli": "Commands",
    "title.keys": "Keys of declared files",
    "title.errors": "Error codes",
    "title.exit-codes": "Exit codes",
    "title.rules": "Rules",
    "title.recorded": "Keys that are only recorded",
    "title.events": "Progress events",
    "intro.cli": "Every command with its options. The same everywhere: `-o` is the format, `--lang` the language, `--for` who reads it, `--events` progress as NDJSON.",
    "intro.keys": "Every key of every kind of file; where `<name>` stands, the name is yours. The same on the screen: `govcloud explain KEY`. JSON Schemas for editors are in this folder.",
    "intro.errors": "Codes are never translated, scripts may go by them; `<...>` is filled in. The same on the screen: `govcloud explain CODE`.",
    "intro.exit-codes": "Exit codes are a promise to scripts and change with a major version only.",
    "intro.rules": "The rules in force. One of them in full: `govcloud explain GC-ZONE-005`.",
    "intro.recorded": "What stands under these keys of a request is checked and kept, for people and for what is built later. No plan, no verdict and nothing in the cloud depends on it today; every other key changes the plan of a new tenancy, or something refuses. A test changes every value of every sample to make sure of both. The same on the screen: `govcloud explain recorded`.",
    "intro.events": "With `--events`, one JSON object a line on standard output; text for people goes to standard error. With `-o` and another format than `table` the answer goes there instead, alone. A field without a value is left out.",
    "event.time": "when it happened, in seconds since 1970-01-01 UTC",
    "event.what": "which step, / between its levels; `error` says why the command failed, one for each reason",
    "event.state": "how it stands, see below",
    "event.op": "what happens to a resource: create, update, delete, replace and so on",
    "event.text": "a sentence in the language of the interface",
    "event.seconds": "how many seconds it took, once it ended",
    "event.estimate": "how many seconds it is expected to take, when it starts",
    "state.started": "it began",
    "state.done": "it is done",
    "state.unchanged": "nothing had to be done",
    "state.failed": "it failed",
    "state.note": "a remark",
    "formats": "The format of the result itself is chosen with `-o`: {known}.",
}
