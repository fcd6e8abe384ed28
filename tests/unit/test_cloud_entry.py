"""Whose entry of which clouds.yaml is used: never another's because one could not be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from govcloud.cloud import clouds_yaml
from govcloud.cloud.connect import Cloud
from govcloud.errors import AuthenticationFailed, ExitCode
from govcloud.text import next_step, say, use_language

# the SDK warns whoever makes an entry of something that nobody asked for
pytestmark = pytest.mark.filterwarnings("ignore:Support for InfluxDB")

ENTRY: Final = (
    "clouds:\n  devcloud:\n    auth: {{auth_url: 'http://127.0.0.1:9/v3', username: {user}, password: pw-{user},"
    " project_name: p, user_domain_name: Default, project_domain_name: Default}}\n"
)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a person's clouds.yaml is; the devcloud's own has an entry too."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    devcloud = tmp_path / "data/govcloud/devcloud/clouds.yaml"
    devcloud.parent.mkdir(parents=True)
    devcloud.write_text(ENTRY.format(user="operator"))
    own = tmp_path / "own.yaml"
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(own))
    return own


def _user() -> str:
    return str(Cloud("devcloud").entry()["auth"]["username"])


def test_ones_own_entry_goes_before_the_devclouds(own: Path) -> None:
    own.write_text(ENTRY.format(user="chenlan"))
    assert _user() == "chenlan"


def test_the_devclouds_is_used_where_there_is_none(own: Path) -> None:
    own.write_text("clouds: {elsewhere: {auth: {}}}\n")
    assert _user() == "operator"


def _missing(own: Path) -> None:
    assert not own.exists()


def _broken(own: Path) -> None:
    own.write_text("clouds: {devcloud: {auth: {password: s3cret-canary\n")


def _folder(own: Path) -> None:
    own.mkdir()


@pytest.mark.parametrize("spoil", [_missing, _broken, _folder])
def test_what_cannot_be_read_makes_nobody_somebody_else(own: Path, spoil: Callable[[Path], None]) -> None:
    spoil(own)
    with pytest.raises(AuthenticationFailed) as refused:
        _user()
    assert refused.value.code == "cloud.bad-file"
    assert refused.value.params["file"] == own
    assert "canary" not in str(refused.value.params)


def test_a_cloud_that_nobody_has_an_entry_of(own: Path) -> None:
    own.write_text("clouds: {}\n")
    with pytest.raises(AuthenticationFailed) as refused:
        Cloud("nowhere").entry()
    assert refused.value.code == "cloud.no-entry"
    assert str(own) in str(refused.value.params["reason"])


@pytest.fixture
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


URL: Final = "auth_url: 'http://127.0.0.1:9/v3'"
USER: Final = f"{URL}, username: u, password: s3cret-canary, user_domain_name: Default"
BELOW: Final = "should have `key: value` below it"
KEYS: Final = [
    (f"auth: {{{URL}, username: u}}", "needs-password", "does not log in by user and password"),
    (f"auth: {{{URL}, username: u, password: }}", "needs-password", "does not log in by user and password"),
    (f"auth: {{{URL}, password: s3cret-canary}}", "needs-password", "does not log in by user and password"),
    (f"auth: {{{URL}}}", "needs-password", "does not log in by user and password"),
    ("auth_type: none, auth: {endpoint: x}", "needs-password", "does not log in by user and password"),
    (f"auth_type: none, auth: {{{URL}}}", "bad-file", "unexpected keyword argument 'auth_url'"),
    (f"auth_type: s3cret, auth: {{{USER}}}", "bad-file", "could not be found"),
    (f"auth_type: v3token, auth: {{{URL}}}", "bad-file", "'token'"),
    ("auth: {username: u, password: s3cret-canary}", "bad-file", "not given: auth_url"),
    (f"auth: {{{USER}, colour: red}}", "bad-file", "'colour'"),
    ("auth: foo", "bad-file", f"clouds.devcloud.auth {BELOW}"),
    ("auth: [a]", "bad-file", f"clouds.devcloud.auth {BELOW}"),
    ("auth: ", "bad-file", f"clouds.devcloud.auth {BELOW}"),
    (f"auth: {{{URL}, username: u, password: [s3cret-canary]}}", "bad-file", "auth.password should be text"),
    *[
        (f"api_timeout: {value}, auth: {{{USER}}}", "bad-file", "api_timeout should be a number of seconds")
        for value in ("soon", "0", "-1", "", "true", ".inf", ".nan", "1e300", "[1]")
    ],
    *[
        (f"{key}: {value}, auth: {{{USER}}}", "bad-file", f"{key} names no file")
        for key, value in (("cacert", "/nonexist"), ("cert", "/nonexist"), ("cert", "~nobody-here/x"), ("key", "[a]"))
    ],
    # what openstacksdk says of this has all that stands there in it
    (f"regions: [{{values: {{auth: {{password: s3cret-canary}}}}}}], auth: {{{USER}}}", "bad-file", "ConfigException"),
]


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(("keys", "code", "said"), KEYS)
def test_an_entry_that_cannot_be_used(own: Path, keys: str, code: str, said: str) -> None:
    own.write_text(f"clouds: {{devcloud: {{{keys}}}}}\n")
    _refused(own, code, said, "devcloud")


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("clouds: foo", f"clouds {BELOW}"),
        ("clouds: [a]", f"clouds {BELOW}"),
        ("foo", f"clouds {BELOW}"),
        ("clouds: {devcloud: foo}", f"clouds.devcloud {BELOW}"),
        ("clouds: {devcloud: }", f"clouds.devcloud {BELOW}"),
        ("clouds:\n  devcloud:\n    password: a: s3cret-canary", "line 3, column 16: no colon can stand here"),
        ("clouds:\n  devcloud:\n    password: 's3cret-canary", "line 3, column 15: a quote is never closed"),
        ("clouds:\n  devcloud:\n    password: !s3cret-canary", "line 3, column 15: this is not YAML"),
        ("clouds:\n  devcloud:\n    password: *s3cret-canary", "line 3, column 15: this is not YAML"),
        ("clouds: {devcloud: {auth: {password: 2024-13-45}}}", "ValueError"),
    ],
)
def test_a_file_that_cannot_be_used(own: Path, content: str, said: str) -> None:
    own.write_text(content)
    _refused(own, "bad-file", said)


def _refused(own: Path, code: str, *said: str) -> None:
    """Both ways into a cloud are closed: the file is named, why, what to do; and nothing of what it holds."""
    for ask in (lambda: Cloud("devcloud").user_name(), lambda: Cloud("devcloud").entry()):
        with pytest.raises(AuthenticationFailed) as refused:
            ask()
        error = refused.value
        assert (error.code, error.exit_code) == (f"cloud.{code}", ExitCode.AUTHENTICATION)
        words = f"{say(error.code, **error.params)}\n{next_step(error.code, **error.params)}"
        assert all(part in words for part in (str(own), *said)), words
        assert "canary" not in words + str(error.params)


@pytest.mark.parametrize("content", ["", "clouds:\n", "{}"])
def test_a_file_without_entries_is_one(own: Path, content: str) -> None:
    own.write_text(content)
    assert _user() == "operator"


@pytest.mark.parametrize("seconds", ["30", "0.5", "'30'"])
def test_a_service_has_the_seconds_that_an_entry_gives_it(own: Path, seconds: str) -> None:
    own.write_text(f"clouds: {{devcloud: {{api_timeout: {seconds}, cacert: {own}, auth: {{{USER}}}}}}}")
    assert Cloud("devcloud").patience == float(seconds.strip("'"))


def test_a_secure_yaml_of_others_is_passed_over(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that may not be read is some program's of the machine; one that may is ours, and must be right."""
    own.write_text(ENTRY.format(user="chenlan"))
    secure = tmp_path / "secure.yaml"
    secure.write_text("clouds: [")
    monkeypatch.setattr(clouds_yaml, "SECURE_FILES", [str(secure)])
    with pytest.raises(AuthenticationFailed):
        _user()
    monkeypatch.setattr(os, "access", lambda path, _: str(path) != str(secure))
    assert _user() == "chenlan"
