"""Texts by their sha256: kept once, given back as they were."""

from __future__ import annotations

import hashlib

import pytest

from govcloud.store import texts
from govcloud.store.store import Store


@pytest.mark.parametrize("text", ["", "#cloud-config\n", "中文\r\n\ttab", "x" * 100_000, "'; DROP TABLE texts; --"])
def test_a_text_comes_back_as_it_was(url: str, text: str) -> None:
    store = Store(url)
    texts.keep(store, [text, text])
    assert texts.digest(text) == hashlib.sha256(text.encode()).hexdigest()
    assert texts.fetch(Store(url), [texts.digest(text)]) == {texts.digest(text): text}


def test_only_what_was_asked_for(url: str) -> None:
    store = Store(url)
    texts.keep(store, ["a", "b"])
    texts.keep(store, ["b", "c"])
    assert set(texts.fetch(store, map(texts.digest, "bcd")).values()) == {"b", "c"}
    assert texts.fetch(store, []) == {}
    texts.keep(store, [])
