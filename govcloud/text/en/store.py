"""The store."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "interrupted": "{actor} interrupted what was being done with {name} ({command})",
    "interrupted.next": "see how it stands: govcloud show {name}",
    "leased": "{actor} is changing {name} ({command}, process {pid} on {host})",
    "leased.next": "try again when it has finished",
    "leased-elsewhere": "{actor} is changing {name} ({command}, process {pid} on {host}, last heard of {seconds} s ago)",
    "leased-elsewhere.next": "try again when it has finished; a process on another machine that is silent for {minutes} minutes is taken for dead, and its tenancy may then be taken over",
    "leased-by-someone": "another process took {name} just now",
    "leased-by-someone.next": "try again",
    "other-schema": "the store has schema {found}, this program needs {wanted}",
    "other-schema.next": "use the govcloud version that fits",
    "no-driver": "the driver for PostgreSQL cannot be loaded: {reason}",
    "no-driver.next": "pip install 'govcloud[postgresql]', and the system's libpq (Debian: apt-get install libpq5)",
    "unreachable": "{setting}: the database {url} does not do as it is asked: {reason}",
    "unreachable.next": "see whether the database is up and the address right: govcloud config show --origin; what was cut off goes on when the same command is run again",
    "full": "the disk of the store {url} is full: {reason}",
    "full.next": "make room there (df -h{where}), then run the same command again",
    "no-space": "only {left} MiB are free in {folder}, and writing down what is changed may take {needed} MiB; nothing was changed",
    "no-space.next": "make room there (df -h {folder}), then run the same command again",
    "busy": "the store {url} is busy: another process has been writing to it for more than {seconds} seconds",
    "busy.next": "try again; if it stays so, look for a govcloud that hangs",
    "damaged": "the store {url} is damaged, or none of ours: {reason}",
    "damaged.next": "see where it is with govcloud config show; move store, state and engine folder away, then: govcloud store restore FILE",
    "broken-row": "the store {url} holds something this program cannot read, in {table}, row {row}: {reason}",
    "broken-row.next": "use the govcloud version that wrote it; else move store, state and engine folder away, then: govcloud store restore FILE",
    "broken-copy": "a copy of the table {table} holds something that cannot be read: {reason}",
    "broken-copy.next": "use another backup",
    "lost-text": "the store {url} has lost the user-data {digest}, which a machine was built with",
    "lost-text.next": "move store, state and engine folder away, then: govcloud store restore FILE; without it the machine would be built anew",
    "state-elsewhere": "the engine's state is in {address}: only files and PostgreSQL can be checked and copied here",
    "state-elsewhere.next": "back it up by that service's own means, together with the store and the passphrase",
}
