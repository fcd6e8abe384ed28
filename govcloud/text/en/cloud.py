"""The cloud."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "endless-pool": "the volume pool {pool} reports no finite capacity, so nothing can be reckoned with",
    "endless-pool.next": "the operator gives it a capacity in Cinder",
    "login": "cannot log in to the cloud {cloud}: {reason}",
    "login.next": "check user and password of {cloud} in clouds.yaml; for the devcloud: govcloud devcloud up",
    "needs-password": "the entry {cloud} of clouds.yaml does not log in by user and password, so it cannot enter other projects",
    "needs-password.next": "give govcloud a user with a password",
    "network-twice": "the cloud {cloud} has several external networks of one name: {names}",
    "network-twice.next": "the operator renames them",
    "bad-file": "{file} cannot be read: {reason}",
    "bad-file.next": "mend it, or name another with OS_CLIENT_CONFIG_FILE",
    "forbidden": "the cloud {cloud} does not let us do that: {reason}",
    "forbidden.next": "use the operator's entry in clouds.yaml; its rights: govcloud doctor --site",
    "no-file": "there is no clouds.yaml",
    "not-in": "it is not in {file}",
    "no-entry": "no credentials for the cloud {cloud}: {reason}",
    "no-entry.next": "add {cloud} to clouds.yaml; for the devcloud: govcloud devcloud up",
    "no-operator-domain": "the cloud {cloud} has no domain {domain}",
    "no-operator-domain.next": "the operator makes the domain, or mends operator_domain of sites/*.yaml",
    "owned": "the domain {domain} belongs to the store {owner}; this one is {store}",
    "owned.next": "work with that store, or make a domain for this one",
    "quota-exceeded": "Cinder counts more in the project {project} than may be there: {keys}",
    "quota-exceeded.next": "see what stands there that nobody here made: govcloud drift; if nothing does, Cinder has lost count: cinder-manage quota sync --project-id {project}, then apply again",
    "quota-not-taken": "the cloud did not take these quotas: {keys}",
    "quota-not-taken.next": "the operator looks with: govcloud doctor --site",
    "refused": "the cloud {cloud} refused: {reason}",
    "refused.next": "check rights and services: govcloud doctor --site",
    "unreachable": "cannot reach the cloud {cloud}: {reason}",
    "unreachable.next": "check the network and the services; for the devcloud: govcloud devcloud show",
    "silent": "the cloud {cloud} did not answer within {seconds} seconds",
    "silent.next": "look at the service, then run it again; `api_timeout` in clouds.yaml gives it longer",
    "not-gone": "{what} {id} will not go",
    "not-gone.next": "run it again in a while",
}
