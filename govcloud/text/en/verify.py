"""Proof after an apply."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "missing": "{what} is not there",
    "no-port": "the server {server} is not on its port",
    "server-status": "the server {server} is {status}: {reason}",
    "unbound-port": "the port of the server {server} is not bound ({state})",
    "volume-failed": "the volume {volume} is in {status}: {reason}",
    "volume-size": "the volume {volume} has {size} GiB and not {wanted}: {reason}",
    "volume-status": "the volume {volume} is {status} and not attached to its server",
    "wrong-address": "the server {server} has another address than planned",
}
