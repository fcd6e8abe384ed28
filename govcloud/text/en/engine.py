"""The engine."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "authentication": "login failed in {stack}: {reason}",
    "authentication.next": "check clouds.yaml, then run it again",
    "unread": "the state of {stack} cannot be read: {reason}",
    "unread.next": "see what is wrong with it, and what to do: govcloud store check",
    "broken": "{stack} did not finish: {reason}",
    "broken.next": "remove the cause and run it again; what is done is not done twice",
    "disk-full": "{stack} did not finish, for the disk is full: {reason}",
    "disk-full.next": "make room (df -h), then run the same command again: it goes on from the last state that was written whole",
    "disk-short": "stopped while the state can still be written: only {left} MiB are left in {folder}",
    "disk-short.next": "make room there (df -h {folder}), then run the same command again; what is done is not done twice",
    "draining": "stopping: what is in flight ends and the state is saved; please do not kill it",
    "still-draining": "still stopping; pressing again makes it no faster",
    "failed": "{count} resources failed in {stack}",
    "failed.next": "remove the cause and run it again; what is done is not done twice",
    "killed": "the engine was killed in the middle of its work ({signal})",
    "killed.next": "see who did that (short of memory?), then run it again; what is done is not done twice",
    "provider-died": "{resource} is unfinished: the provider ended in the middle of its work",
    "provider-died.next": "see who killed it (short of memory?), then run it again; what is done is not done twice",
    "interrupted": "stopped as asked; the state is saved",
    "interrupted.next": "run the same command again to go on; if that was to apply a saved plan, go on with its request, which shows what is left",
    "locked": "another process is changing {stack}",
    "locked.next": "wait for it; if it is gone: govcloud unlock",
    "no-answer": "{resource}: the service did not answer in time",
    "no-answer.next": "look at the service, then run it again; what is done is not done twice",
    "other-passphrase": "the state of the store {store} is encrypted with another passphrase than that in {file}",
    "other-passphrase.next": "copy engine/passphrase from a machine that works with this store over {file} (chmod 600); docs/records.md tells more",
    "no-passphrase": "the state of the store {store} is encrypted, and this machine has no passphrase: {file} is missing or empty",
    "no-passphrase.next": "copy engine/passphrase from a machine that works with this store to {file} (chmod 600), or from a backup; docs/records.md tells more",
    "resource-failed": "{resource} failed: {reason}",
}
