"""Every sentence a person reads, by id, in Chinese and English.

An id is `topic.name`; the topic is a module in each language's package (`zh/input.py`, `en/input.py`),
imported when the first of its messages is needed, so that `govcloud --help` reads one small file.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from govcloud.text.language import LANGUAGES, Language, preferred

# of the whole process: threads that read the cloud speak too
_chosen: Language | None = None

__all__ = ["LANGUAGES", "Language", "is_chosen", "language", "messages", "say", "says", "use_language", "visible"]


def use_language(language: Language) -> None:
    """Speak this language from now on."""
    global _chosen  # noqa: PLW0603 - a command is told once, before anything is said
    _chosen = language


def language() -> Language:
    """The language spoken now: the one chosen, else the environment's."""
    return _chosen or preferred()


def messages(topic: str, lang: Language) -> Mapping[str, str]:
    """All messages of a topic in one language, by name without the topic."""
    module = importlib.import_module(f"govcloud.text.{lang}.{topic}")
    found: Mapping[str, str] = module.MESSAGES
    return found


def is_chosen() -> bool:
    """Did a person choose the language, by an option or in the settings?"""
    return _chosen is not None


def say(message: str, /, **params: object) -> str:
    """The sentence with this id, filled with `params`; an unknown id is a programming error (KeyError)."""
    topic, _, name = message.partition(".")
    text = messages(topic, language())[name]
    return text.format_map(params)


def says(message: str) -> bool:
    """Is there a sentence with this id?"""
    topic, _, name = message.partition(".")
    try:
        return name in messages(topic, language())
    except ModuleNotFoundError:
        return False


def visible(text: str) -> str:
    """The text with what would steer a terminal or hide in it written out (`\\x1b`); lines and tabs stay.

    Names of things in a cloud, and reasons, are anybody's.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


def next_step(message: str, /, **params: object) -> str:
    """What to type next after the problem `message`, or an empty string."""
    hint = f"{message}.next"
    return say(hint, **params) if says(hint) else ""


def topics() -> Iterator[str]:
    """The topics, in alphabetical order."""
    import pkgutil  # noqa: PLC0415 - only tests and the reference pages walk the catalogue

    package = importlib.import_module("govcloud.text.zh")
    yield from sorted(module.name for module in pkgutil.iter_modules(package.__path__))
