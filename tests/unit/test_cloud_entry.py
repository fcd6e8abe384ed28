"""Whose entry of which clouds.yaml is used: never another's because one could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from govcloud.cloud.connect import Cloud
from govcloud.errors import AuthenticationFailed

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
