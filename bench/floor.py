"""The floor: everything made by openstacksdk alone, with as many threads as help.

Each thing is made, tagged and read back once, as any client would that wants to know what it has; what takes its time
is looked at again every half second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

from openstack.config import OpenStackConfig
from openstack.connection import Connection
from openstack.exceptions import NotFoundException, raise_from_response
from requests.adapters import HTTPAdapter

from bench.things import Thing, filled
from govcloud.cloud.read.quotas import KEEPERS, Quotas

PAUSE: Final = 0.5
DEADLINE: Final = 300.0
# Neutron counts a resource and its reservation both for a moment: at an exact limit two creates refuse each other
ROOM: Final = 16
# by kind, where the oldest will not do: for the policy of a group in one word
VERSIONS: Final = {"server_group": "2.64"}


class Floor:
    """Makes things and takes them away; `quotas` are the limits of the project, `made` the ids by name."""

    def __init__(self, clouds: Path, quotas: Quotas, threads: int) -> None:
        self._quotas, self._threads = quotas, threads
        self._operator, self._layer = (_connect(clouds, name, threads) for name in ("operator", "layer"))
        self.made: dict[str, str] = {}

    def build(self, things: Iterable[Thing]) -> None:
        """Make everything, then set the limits to what they should be."""
        listed = {thing.name: thing for thing in things}
        self._work_off(listed, {name: set(thing.needs) for name, thing in listed.items()}, self._make)
        self._limit(self.made["project"], room=0)

    def tear_down(self, things: Iterable[Thing]) -> None:
        """Take everything away, in reverse."""
        listed = {thing.name: thing for thing in things}
        needed: dict[str, set[str]] = {name: set() for name in reversed(listed)}
        for thing in listed.values():
            for name in thing.needs:
                needed[name].add(thing.name)
        self._work_off(listed, needed, self._unmake)

    def _work_off(
        self, things: Mapping[str, Thing], needs: Mapping[str, set[str]], do: Callable[[Thing], None]
    ) -> None:
        """Do what can be done; of several, the first in the list."""
        left, done, running = dict(needs), set[str](), dict[Future[None], str]()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                while left or running:
                    for name in [name for name, before in left.items() if before <= done]:
                        del left[name]
                        running[pool.submit(do, things[name])] = name
                    for ended in wait(running, return_when=FIRST_COMPLETED).done:
                        ended.result()
                        done.add(running.pop(ended))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _make(self, thing: Thing) -> None:
        path, body = filled(thing.path, self.made), filled(thing.body, self.made)
        made = self.made
        match thing.way:
            case "grant":
                made[thing.name] = path
                self._call(thing, "PUT", path)
            case "limits":
                made[thing.name] = path
                self._limit(path, room=ROOM)
            case "leg":
                made[thing.name] = self._call(thing, "PUT", f"{path}/add_router_interface", body)["port_id"]
                self._call(thing, "GET", f"/ports/{made[thing.name]}")
            case "attach":
                collection, _, volume = path.rpartition("/")
                made[thing.name] = path
                self._call(thing, "POST", collection, {"volumeAttachment": {"volumeId": volume}})
                self._until(lambda: self._status(volume) == "in-use")
            case "create":
                made[thing.name] = self._create(thing, path, body)

    def _create(self, thing: Thing, path: str, body: dict[str, Any]) -> str:
        hints = {"os:scheduler_hints": {"group": body.pop("hint")}} if "hint" in body else {}
        id_ = str(self._call(thing, "POST", path, {thing.kind: body, **hints})[thing.kind]["id"])
        if thing.tags:
            self._call(thing, "PUT", f"{path}/{id_}/tags", {"tags": list(thing.tags)})
        self._until(
            lambda: (
                self._call(thing, "GET", f"{path}/{id_}")[thing.kind].get("status") == thing.ready or not thing.ready
            )
        )
        return id_

    def _unmake(self, thing: Thing) -> None:
        path, made = filled(thing.path, self.made), self.made[thing.name]
        match thing.way:
            case "grant":
                self._call(thing, "DELETE", path)
            case "leg":
                self._call(thing, "PUT", f"{path}/remove_router_interface", filled(thing.body, self.made))
            case "attach":
                self._call(thing, "DELETE", path)
                self._until(lambda: self._status(path.rpartition("/")[2]) == "available")
            case "create":
                if thing.name == "domain":
                    self._call(thing, "PATCH", f"{path}/{made}", {"project": {"enabled": False}})
                self._call(thing, "DELETE", f"{path}/{made}")
                if thing.ready:
                    self._until(lambda: self._gone(thing, f"{path}/{made}"))

    def _limit(self, project: str, *, room: int) -> None:
        for name, limits in self._quotas.items():
            keeper = KEEPERS[name]
            more = {key: limit + room if limit > 0 else limit for key, limit in limits.items()}
            wanted = {**(more if name == "network" else limits), **({} if name == "volume" else {"force": True})}
            proxy = getattr(self._operator, keeper.service)
            raise_from_response(proxy.put(keeper.path.format(project=project), json={keeper.key: wanted}))

    def _status(self, volume: str) -> str:
        answer = self._layer.block_storage.get(f"/volumes/{volume}")
        raise_from_response(answer)
        return str(answer.json()["volume"]["status"])

    def _gone(self, thing: Thing, path: str) -> bool:
        try:
            self._call(thing, "GET", path)
        except NotFoundException:
            return True
        return False

    def _call(self, thing: Thing, method: str, path: str, body: object = None) -> Any:
        login = self._layer if thing.service in {"compute", "block_storage"} else self._operator
        proxy = getattr(login, thing.service)
        answer = proxy.request(path, method, json=body, microversion=VERSIONS.get(thing.kind))
        raise_from_response(answer)
        return answer.json() if answer.content else {}

    @staticmethod
    def _until(so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE
        while not so():
            assert time.monotonic() < deadline, f"not so after {DEADLINE:.0f} s"
            time.sleep(PAUSE)


def _connect(clouds: Path, name: str, threads: int) -> Connection:
    region = OpenStackConfig(config_files=[str(clouds)], load_envvars=False).get_one(cloud=name)
    connection = Connection(config=region, app_name="floor")
    for scheme in ("http://", "https://"):
        connection.session.session.mount(scheme, HTTPAdapter(pool_maxsize=threads))
    return connection
