"""Where things are kept, and the few settings a person may choose.

Credentials of clouds stay in clouds.yaml, found as openstacksdk finds it. The one secret a setting may hold is the
password inside a database's address: whatever shows an address shows it through `hidden`.
"""

from __future__ import annotations

import fcntl
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from govcloud.errors import InvalidInput, Place, Problem, UsageError

PROJECT_FILE: Final = "govcloud.toml"
# the file at the root of an operator's repository
PROVINCE_FILE: Final = "province.yaml"


@dataclass(frozen=True)
class Folders:
    """The XDG folders of govcloud: chosen by people, rebuildable, kept, and kept by this machine alone."""

    config: Path
    cache: Path
    data: Path
    state: Path


def folders(environment: Mapping[str, str] = os.environ) -> Folders:
    """The folders of this user, by the XDG base directory specification; nothing is made."""

    def base(variable: str, fallback: str) -> Path:
        given = environment.get(variable, "")
        # the specification: a relative path is invalid and must be ignored
        return (Path(given) if given.startswith("/") else home(environment) / fallback) / "govcloud"

    return Folders(
        config=base("XDG_CONFIG_HOME", ".config"),
        cache=base("XDG_CACHE_HOME", ".cache"),
        data=base("XDG_DATA_HOME", ".local/share"),
        state=base("XDG_STATE_HOME", ".local/state"),
    )


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """This user's own folder; raises UsageError for one who has none, as in a container that knows him by number."""
    try:
        return Path(environment.get("HOME") or Path.home())
    except RuntimeError as error:
        raise UsageError("config.no-home") from error


def here() -> Path:
    """The current folder; raises UsageError where somebody removed it."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("config.no-folder") from error


def private(folder: Path) -> Path:
    """The folder, made where it is missing, with all that is missing above it, for this user's eyes only."""
    for one in (*reversed(folder.parents), folder):
        # mkdir(parents=True) would give those above the usual mode
        one.mkdir(mode=0o700, exist_ok=True)
    return folder


def space(folder: Path) -> int | None:
    """How many bytes may still be written where a folder is, or will be; None where its file system does not say."""
    found = os.statvfs(next(one for one in (folder, *folder.absolute().parents) if one.exists()))
    return found.f_bavail * found.f_frsize if found.f_blocks else None


@contextmanager
def whole(file: Path, *, over: bool = True) -> Iterator[IO[bytes]]:
    """A file to be written that appears whole or not at all, for this user's eyes only.

    Unless it may be written `over`, what is there already stays, and FileExistsError is raised. Whoever is killed
    meanwhile leaves a draft, which may hold a secret: the next who writes the same file takes it away.
    """
    folder = file.absolute().parent
    _sweep(folder, file.name)
    handle, draft = _draft(folder, file.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            # in its place before it is closed, for then nobody knows any more that its writer lives
            if over:
                draft.replace(file)
            else:
                os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    # a name is an entry of its folder, and is lost with the power until that is on the disk too
    with _where_possible():
        entries = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entries)
        finally:
            os.close(entries)


_DRAFT: Final = ".draft"


def _where_possible() -> suppress:
    """For what only makes a file safer: some folders may not be listed, some file systems know no locks."""
    return suppress(OSError)


def _draft(folder: Path, name: str) -> tuple[int, Path]:
    """A new draft, locked as long as it is open: so a living writer's is told from a dead one's."""
    while True:
        handle, path = mkstemp(prefix=f".{name}.", suffix=_DRAFT, dir=folder)
        with _where_possible():
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, Path(path)
        os.close(handle)  # it was swept away in the moment before it was locked


def _sweep(folder: Path, name: str) -> None:
    """Take away the drafts of a file whose writers are dead."""
    found: list[Path] = []
    with _where_possible():
        found = list(folder.iterdir())
    for draft in found:
        if re.fullmatch(rf"\.{re.escape(name)}\.[a-z0-9_]{{8}}{re.escape(_DRAFT)}", draft.name):
            # another may have swept it, or be writing it; another user's is not ours to take
            with _where_possible(), draft.open("r+b") as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                draft.unlink()


def hidden(address: str) -> str:
    """An address as it may be shown, without its passwords: postgresql://me:***@host/db.

    Of one whose parts cannot be told apart only the kind is shown, for any of them may be a password.
    """
    if _FILES.match(address):
        return address
    if not _ADDRESS.fullmatch(address):
        kind = _KIND.match(address)
        return f"{kind[0] if kind else ''}***"
    masked = re.sub(r"(://[^:/@]*:)[^@/]*@", r"\1***@", address)
    return _SECRET.sub(lambda found: found[0] if _NAMED.fullmatch(found[0]) else f"{found[1]}***", masked)


# what of a person's environment may hold a secret that is meant for us, or for an engine that we lead
_SECRETIVE: Final = ("OS_", "PG", "PULUMI_", "GOVCLOUD_")


def harmless(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for programs that know no secret of ours: compilers, and whoever is asked for a version."""
    return {name: value for name, value in environment.items() if not name.startswith(_SECRETIVE)}


# user and password may hold none of : @ / ? # unless percent-encoded; a sloppy address would put half of the password
# into the name of a host or a database, and so into error messages
_PAIR: Final = r"[\w.-]+=[^\s@#&;]*"
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9]*(\+[a-z0-9]+)?://"
    r"([^\s:@/?#;=]*(:[^:@/?#]*)?@)?(\[[\w:.%]+\]|[\w.,%~-]*)(:\d{0,5})?"
    rf"(/[^\s@?#;&=]*)?(\?({_PAIR}(&{_PAIR})*)?)?"
)
# a parameter that may be one, unless it plainly names the file that has it
_SECRET: Final = re.compile(r"(?i)([?&][^=&]*(?:pass|pwd|secret|token|key|sig|credential)[^=&]*=)[^&]*")
_NAMED: Final = re.compile(r"[?&](passfile|sslkey)=(/|\./|\.\./)[^&]*")
# the parameters of a PostgreSQL's address that name files, as libpq does
_NAMING: Final = re.compile(r"(?<=[?&])((?:passfile|sslcert|sslkey|sslrootcert|sslcrl)=)([^&]+)")
# the parameters of a PostgreSQL's address that are one
_PASSWORDS: Final = {"password", "sslpassword"}
# what holds no password, and what may be said of an address that cannot be read
_FILES: Final = re.compile(r"sqlite:///|file://[/.~]")
# a path that is not absolute, nor from somebody's home
_RELATIVE: Final = re.compile(r"(sqlite:///|file://)([^/~].*)", re.DOTALL)
_KIND: Final = re.compile(r"(sqlite|file|postgres(ql)?(\+[a-z0-9]+)?|mysql|s3|gs|azblob|https?)://")


def address(name: str, text: str) -> str:
    """An address, set under `name`; raises UsageError where its parts cannot be told apart."""
    if not _ADDRESS.fullmatch(text):
        raise bad_address(name, text)
    return text


def bad_address(name: str, text: str) -> UsageError:
    """The error for an address, set under `name`, that is none of ours: like any setting it has the wrong form."""
    return UsageError("config.bad-address", name=name, address=hidden(text))


def encrypted(address: str) -> str:
    """A PostgreSQL's address that says whether connections are encrypted: all but those to this very machine.

    Where nobody says it, the store's driver takes what it gets and the engine's refuses what is not encrypted: with
    one address only one of them would work.
    """
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    if "sslmode" in asked or os.environ.get("PGSSLMODE"):
        return address
    host = parts.hostname or asked.get("host", [os.environ.get("PGHOST", "")])[0]
    near = host in ("", "localhost", "127.0.0.1", "::1") or host.startswith("/")
    return f"{address}{'&' if parts.query else '?'}sslmode={'disable' if near else 'require'}"


@dataclass(frozen=True)
class Value:
    """A setting's value and where it came from, for `govcloud config show`."""

    text: str
    origin: str


SETTINGS: Final[Mapping[str, str]] = {
    # name -> environment variable; the meaning of each stands in the text catalogue as config.<name>
    "lang": "GOVCLOUD_LANG",
    "output": "GOVCLOUD_OUTPUT",
    "audience": "GOVCLOUD_FOR",
    "os-cloud": "OS_CLOUD",
    "store": "GOVCLOUD_STORE",
    "state": "GOVCLOUD_STATE",
}


# those that are addresses, and may hold a password
ADDRESSES: Final = ("store", "state")


def defaults(environment: Mapping[str, str] = os.environ) -> Mapping[str, str]:
    """What each setting is where nobody chose."""
    state = folders(environment).state
    return {
        "lang": "",
        "output": "table",
        "audience": "",
        "os-cloud": "",
        "store": f"sqlite:///{state / 'store.sqlite'}",
        "state": f"file://{state / 'pulumi'}",
    }


def _read(file: Path) -> Mapping[str, str]:
    """What a settings file says; raises InvalidInput with everything wrong with it."""
    try:
        text = file.read_text("utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InvalidInput([Problem("input.unreadable", {"reason": error.strerror}, Place(str(file), 1, 1))]) from error
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem("input.not-utf8", {}, Place(str(file), 1, 1))]) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput([_not_toml(str(file), text, str(error))]) from error
    wrong = {name: "config.not-text" for name, value in content.items() if not isinstance(value, str)}
    wrong |= {name: "config.unknown" for name in content if name not in SETTINGS}
    if wrong:
        known = ", ".join(SETTINGS)
        places = {name: _place(str(file), text, name) for name in wrong}
        raise InvalidInput(
            [Problem(wrong[n], {"name": n, "known": known}, places[n], n) for n in content if n in wrong]
        )
    return content


def _not_toml(file: str, text: str, reason: str) -> Problem:
    """Python says where in words: at line 3, column 5; or at end of document."""
    words, _, where = reason.partition(" (at ")
    line, column = (int(number) for number in re.findall(r"\d+", where) or (text.count("\n") + 1, 1))
    return Problem("config.unreadable", {"reason": words}, Place(file, line, column))


def _place(file: str, text: str, name: str) -> Place:
    """The line that sets a name."""
    lines = text.splitlines()
    found = (n for n, line in enumerate(lines, 1) if re.match(rf"[\s\"'\[]*{re.escape(name)}", line))
    return Place(file, next(found, 1), 1)


def project_file(start: Path) -> Path | None:
    """The nearest govcloud.toml in `start` or above it; inside an operator's repository that of its root, or above.

    What a department writes into its own folder leads nobody to another database.
    """
    folders = (start, *start.parents)
    roots = [at for at, folder in enumerate(folders) if (folder / PROVINCE_FILE).is_file()]
    for folder in folders[max(roots, default=0) :]:
        if (folder / PROJECT_FILE).is_file():
            return folder / PROJECT_FILE
    return None


def settings(
    given: Mapping[str, str] | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    start: Path | None = None,
) -> Mapping[str, Value]:
    """Every setting with its origin: flag, then environment, project file, user file, default.

    `given` holds what flags said, empty strings counting as silence; `start` is where the search for
    the project file begins (the current folder).
    """
    user = folders(environment).config / "config.toml"
    project = project_file((start or here()).resolve())
    sources: list[tuple[str, Mapping[str, str]]] = [("flag", given or {})]
    sources += [(f"env {variable}", {name: environment.get(variable, "")}) for name, variable in SETTINGS.items()]
    for file in filter(None, (project, user)):
        said = _read(file)
        if file == project:
            _refuse_passwords(file, said)
        sources.append((str(file), _anchored(said, file.parent)))
    sources += [("default", defaults(environment))]
    found: dict[str, Value] = {}
    for name in SETTINGS:
        origin, values = next((s for s in sources if s[1].get(name)), sources[-1])
        found[name] = Value(values[name], origin)
    return found


def _refuse_passwords(file: Path, said: Mapping[str, str]) -> None:
    """Raise InvalidInput where a file that is shared with everybody who reads the repository holds a password."""
    found = [name for name in ADDRESSES if _has_password(said.get(name, ""))]
    if found:
        lines = file.read_text("utf-8")
        places = [(name, _place(str(file), lines, name)) for name in found]
        raise InvalidInput([Problem("config.password-shared", {"name": n}, place, n) for n, place in places])


def _has_password(address: str) -> bool:
    """Does an address whose parts can be told apart hold a password? A file that has one is none."""
    parts = urlsplit(address) if _ADDRESS.fullmatch(address) else urlsplit("")
    return bool(parts.password) or bool(parse_qs(parts.query).keys() & _PASSWORDS)


def _anchored(values: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """What a settings file says, with relative paths in its addresses counted from its folder, wherever we are run.

    From another folder the same words would mean another store, an empty one, and all would be built a second time.
    """
    return {**values, **{name: _anchor(values[name], folder) for name in ADDRESSES if name in values}}


def _anchor(address: str, folder: Path) -> str:
    if to := _RELATIVE.fullmatch(address):
        return f"{to[1]}{folder / to[2]}"

    def named(found: re.Match[str]) -> str:
        file = unquote(found[2])
        # `system` is libpq's word for the certificates of this machine
        counts = not file.startswith(("/", "~")) and (found[1], file) != ("sslrootcert=", "system")
        return f"{found[1]}{quote(str(folder / file))}" if counts else found[0]

    return _NAMING.sub(named, address) if address.startswith("postgres") else address


def choice(name: str, known: Sequence[str]) -> str:
    """What a person set, one of the words that are known, or nothing; raises UsageError for any other word."""
    chosen = settings()[name]
    if chosen.text and chosen.text not in known:
        origin = chosen.origin.removeprefix("env ")
        raise UsageError("config.not-one-of", name=name, value=chosen.text, origin=origin, known=", ".join(known))
    return chosen.text
