"""The store."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "leased": "{actor} is changing {name} ({command}, process {pid} on {host})",
    "leased.next": "try again when it has finished",
    "leased-by-someone": "another process took {name} just now",
    "leased-by-someone.next": "try again",
    "other-schema": "the store has schema {found}, this program needs {wanted}",
    "other-schema.next": "use the govcloud version that fits",
    "no-driver": "the driver for PostgreSQL cannot be loaded: {reason}",
    "no-driver.next": "pip install 'govcloud[postgresql]', and the system's libpq (Debian: apt-get install libpq5)",
    "unreachable": "{setting}: the database {url} does not do as it is asked: {reason}",
    "unreachable.next": "check the address, with where it comes from: govcloud config show --origin",
}
