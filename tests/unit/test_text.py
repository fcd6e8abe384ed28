"""Every sentence exists in every language and asks for the same values."""

from __future__ import annotations

import string
from concurrent.futures import ThreadPoolExecutor

import pytest

from govcloud.text import LANGUAGES, messages, say, topics, use_language
from govcloud.text.language import preferred


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("topic", list(topics()))
def test_languages_agree(topic: str) -> None:
    first, *others = LANGUAGES
    reference = messages(topic, first)
    for other in others:
        assert messages(topic, other).keys() == reference.keys()
        for name, text in reference.items():
            assert _fields(messages(topic, other)[name]) == _fields(text), f"{topic}.{name}"
            assert text.strip(), f"{topic}.{name} is empty"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "GOVCLOUD_LANG": "zh"}, "zh"),
        ({"GOVCLOUD_LANG": "EN"}, "en"),
    ],
)
def test_language_of_an_environment(environment: dict[str, str], expected: str) -> None:
    assert preferred(environment) == expected


def test_say_speaks_the_chosen_language() -> None:
    try:
        use_language("en")
        assert say("cli.version") == "print the version"
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(say, "cli.version").result() == "print the version", "in every thread"
        use_language("zh")
        assert say("cli.version") == "显示版本"
    finally:
        use_language("zh")
