"""Settings."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "lang": "language of the interface: zh or en",
    "output": "default output format",
    "audience": "who reads the output: department or operator",
    "os-cloud": "name of a cloud in clouds.yaml, instead of the one in sites/*.yaml",
    "store": "address of the record store (SQLite or PostgreSQL)",
    "state": "where Pulumi keeps its state",
    "settings": "Settings",
    "folders": "Folders",
    "folder.config": "what you chose",
    "folder.cache": "what can be made again",
    "folder.data": "what is kept",
    "folder.state": "this machine's own: store, state of the engine, logs",
    "files": "The first that says something counts: option, environment variable, govcloud.toml (here or above; inside a repository at its root or above), {user}, default",
    "column.name": "name",
    "column.value": "value",
    "column.origin": "from",
    "column.meaning": "meaning",
    "default": "default",
    "unreadable": "the settings file is not TOML: {reason}",
    "unreadable.next": 'mend it as TOML, for example: lang = "en"',
    "unknown": "unknown setting {name}",
    "unknown.next": "known settings: {known}",
    "not-one-of": "{name} cannot be {value} (set in {origin})",
    "not-one-of.next": "one of: {known}",
    "bad-address": "the address in {name} cannot be read: {address}",
    "bad-address.next": "write postgresql://user:password@host:5432/database, with : @ / ? # in the password as %3A %40 %2F %3F %23; or sqlite:////absolute/path for the store, file:///absolute/path for the state",
    "no-home": "nobody says where your files are: HOME is not set, and this user has no entry in /etc/passwd",
    "no-home.next": "set HOME to a folder of your own",
    "no-folder": "the current folder is there no more",
    "no-folder.next": "go into one that is there: cd",
    "password-shared": "{name} holds a password, and everybody who reads the repository reads this file",
    "password-shared.next": "take it out; it belongs in ~/.pgpass, PGPASSFILE or PGPASSWORD (docs/records.md), and is to be changed where others have seen it",
    "not-text": "the value of {name} must be text in quotes",
    "not-text.next": 'write {name} = "..."',
}
