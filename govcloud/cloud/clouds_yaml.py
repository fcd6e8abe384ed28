"""A clouds.yaml and the entry of it that we rely on: what is wrong there is told before openstacksdk trips over it.

Of what stands in the file only keys are told: any value may be a password, also one in the wrong place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import TIMEOUT_MAX
from typing import Any, Final

import yaml
from openstack.config.loader import CONFIG_FILES, SECURE_FILES

from govcloud.errors import AuthenticationFailed
from govcloud.request.syntax import syntax_problem
from govcloud.text import say

# keys of an entry that name files
_FILES: Final = ("cacert", "cert", "key")
# words of a YAML parser may quote what it read: a tag, an alias
_QUOTED: Final = re.compile(r"(['\"]).*\1", re.DOTALL)


def own_file() -> Path | None:
    """The person's clouds.yaml: what OS_CLIENT_CONFIG_FILE names, else the first that openstacksdk looks for."""
    given = os.environ.get("OS_CLIENT_CONFIG_FILE")
    return Path(given) if given else _first(CONFIG_FILES)


def has_entry(file: Path, cloud: str) -> bool:
    """Is there an entry of this cloud in a clouds.yaml, or in the secure.yaml that openstacksdk lays over each?

    Raises AuthenticationFailed where one of the files is not of that form, or the entry. The SDK passes over a file
    that it cannot read, and would go on as somebody else, by the next one's entry.
    """
    # what we may not read there is no part of ours, to the SDK either; /etc has one for programs of the system
    secure = next((Path(one) for one in SECURE_FILES if os.access(one, os.R_OK)), None)
    files = [one for one in (file, secure) if one is not None]
    # all are looked at, also where the first has one
    return True in [_has_entry(one, cloud) for one in files]


def check_entry(file: Path, cloud: str, entry: Mapping[str, Any]) -> None:
    """Raise AuthenticationFailed where an entry, as openstacksdk understood it, has a value that would fail later."""
    if not _is_patience(entry.get("api_timeout")):
        raise wrong_entry(file, cloud, say("cloud.entry-seconds", key="api_timeout"))
    for key in _FILES:
        named = entry.get(key)
        # as openstacksdk finds it: Path.expanduser raises where there is no such home
        if named and not (isinstance(named, str) and os.access(os.path.expanduser(named), os.R_OK)):  # noqa: PTH111
            raise wrong_entry(file, cloud, say("cloud.entry-file", key=key))
    for key, value in entry["auth"].items():
        if not isinstance(value, str | bool | None):
            raise wrong_entry(file, cloud, say("cloud.entry-text", key=f"auth.{key}"))


def wrong_entry(file: Path, cloud: str, reason: str) -> AuthenticationFailed:
    """The error for an entry that cannot be used as it is."""
    return _unusable(file, say("cloud.entry", cloud=cloud, reason=reason))


def _unusable(file: Path, reason: str) -> AuthenticationFailed:
    return AuthenticationFailed("cloud.bad-file", file=file, reason=reason)


def _first(searched: Sequence[str]) -> Path | None:
    return next((file for file in map(Path, searched) if file.exists()), None)


def _has_entry(file: Path, cloud: str) -> bool:
    content = _content(file)
    clouds = {} if content is None else _mapping(file, "clouds", content).get("clouds")
    # a file without entries, or with all of them commented out
    if clouds is None or cloud not in _mapping(file, "clouds", clouds):
        return False
    entry = _mapping(file, f"clouds.{cloud}", clouds[cloud])
    _mapping(file, f"clouds.{cloud}.auth", entry.get("auth", {}))
    return True


def _mapping(file: Path, key: str, found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise _unusable(file, say("cloud.no-mapping", key=key))
    return found


def _content(file: Path) -> object:
    """What a file holds, as YAML; raises AuthenticationFailed, with the place and without a word of what is there."""
    text = ""
    try:
        text = file.read_text("utf-8")
        return yaml.safe_load(text)
    except OSError as error:
        raise _unusable(file, error.strerror or type(error).__name__) from None
    except yaml.YAMLError as error:
        raise _unusable(file, _syntax(text, error)) from None
    except UnicodeDecodeError:
        raise _unusable(file, say("input.not-utf8")) from None
    except (ValueError, RecursionError) as error:  # a number or a day that there is not; too deep
        raise _unusable(file, type(error).__name__) from None


def _syntax(text: str, error: yaml.YAMLError) -> str:
    problem = syntax_problem("", text, error)
    told = {name: _QUOTED.sub("...", str(value)) for name, value in problem.params.items()}
    assert problem.place is not None
    where = {"line": problem.place.line, "column": problem.place.column}
    return say("cloud.syntax", **where, reason=say(problem.code, **told))


def _is_patience(value: object) -> bool:
    """A number of seconds, as a number or in quotes, that a process can wait for."""
    try:
        return not isinstance(value, bool) and 0 < float(value) <= TIMEOUT_MAX  # type: ignore[arg-type] # anything may stand there
    except (TypeError, ValueError, OverflowError):
        return False
