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
    "unreachable": "cannot open the store {url}: {reason}",
    "unreachable.next": "check store in: govcloud config show",
}
