"""A real OpenStack control plane on loopback, to try govcloud and to test it.

    up(notify)      install, build, start; does nothing when it is up
    down(notify)    stop everything, keep the cloud's state
    reset(notify)   back to the state after the seed
    remove(notify)  stop everything and take the service data away
    installation()  its folders, ports and files
    status(here)    what runs, and what died of what
    variables(here) the environment that leads clients to it
    inside(here, host)  the beginning of a command that runs in a fake host's network

How it works, file by file:

    installation, ports         which devcloud this is: folders, ports, secrets
    root, packages, python      what is installed, and what needs root for it
    service, services/          the table: one file per project, its configuration as data
    drivers/, seed/             what runs under the services' own Python
    layout, supervisor          files written before a start; who keeps the processes
    starting, build, snapshot   starting in order; making a new cloud; keeping its state
    lifecycle, status           the commands
    credentials, inside         clouds.yaml and the environment; a way into the hosts' networks
"""

from __future__ import annotations

from govcloud.devcloud.credentials import variables
from govcloud.devcloud.inside import inside
from govcloud.devcloud.lifecycle import down, installation, remove, reset, up
from govcloud.devcloud.status import status

__all__ = ["down", "inside", "installation", "remove", "reset", "status", "up", "variables"]
