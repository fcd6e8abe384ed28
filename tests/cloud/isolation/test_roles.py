"""What the people of a department may call, row by row of tests/cases/roles.yaml, with tokens of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import pytest
import requests
import yaml

from tests.cloud.isolation import people
from tests.cloud.isolation.conftest import Neighbour
from tests.cloud.isolation.people import ROLES, Caller, log_in

TABLE: list[Mapping[str, Any]] = yaml.safe_load((Path(__file__).parents[2] / "cases" / "roles.yaml").read_text("utf-8"))
CASES = [pytest.param(row, role, id=f"{role}: {row['call']}") for row in TABLE for role in ROLES]
ROOMY = [
    pytest.param({**row, "as": row["room"]}, role, id=f"{role}: {row['call']}")
    for row in TABLE
    if "room" in row
    for role in ROLES
]
ROOM = ("networks", "ports", "rbac_policies", "security_group_rules", "floating_ips")


@dataclass(frozen=True)
class Town:
    """Everybody who calls, and everything that can be named."""

    callers: Mapping[str, Caller]
    operator: Caller
    names: Mapping[str, str]
    foreign: Mapping[str, str]
    home: Neighbour

    def send(self, caller: Caller, line: str, names: Mapping[str, str], body: Any = None) -> requests.Response:
        """Send a line of the table."""
        method, service, path = line.split(" ", 2)
        return caller.send(method, service, _fill(path, names), _fill(body, names))


def _fill(what: Any, names: Mapping[str, str]) -> Any:
    if isinstance(what, str):
        return Template(what).substitute(names)
    if isinstance(what, Mapping):
        return {key: _fill(value, names) for key, value in what.items()}
    return [_fill(one, names) for one in what] if isinstance(what, list) else what


@pytest.fixture(scope="module")
def town(neighbours: tuple[Neighbour, ...]) -> Iterator[Town]:
    one, other = neighbours
    cloud = one.shop.cloud
    with people.staff(one) as staff, people.staff(other) as others, people.image(other):
        ours = people.things(one)
        foreign = {f"other_{name}": id_ for name, id_ in {**people.things(other), **others}.items()}
        scopes = {role: {"project": {"id": one.project}} for role in ROLES}
        scopes["manager"] = {"domain": {"id": ours["domain"]}}
        callers = {role: log_in(cloud, staff[role], scopes[role]) for role in ROLES}
        names = {**people.surroundings(one), **ours, **staff, **foreign}
        yield Town(callers, people.operator(cloud), names, foreign, one)


@pytest.fixture
def room(neighbours: tuple[Neighbour, ...]) -> Iterator[None]:
    """Quotas that would let more be made: what is refused now is refused by the role."""
    network, project = neighbours[0].shop.cloud.network, neighbours[0].project
    before = network.get_quota(project)
    network.update_quota(project, **dict.fromkeys(ROOM, 99))
    yield
    network.update_quota(project, **{name: before[name] for name in ROOM})


def _check(town: Town, row: Mapping[str, Any], role: str) -> None:
    caller, body = town.callers[role], row.get("body")
    names = {**town.names, "me": town.names[role], "token": caller.token}
    answer = town.send(caller, row["send"], names, body)
    try:
        seen = f"{'allowed' if answer.ok else 'refused'} {answer.status_code}"
        assert seen == row["as"][role], answer.text
        if not row.get("shows"):
            asked = _fill(row["send"], names) + str(_fill(body, names))
            told = [name for name, id_ in town.foreign.items() if id_ in answer.text and id_ not in asked]
            assert told == [], "it tells of the other department"
        if answer.ok and row.get("empty"):
            assert _items(answer) == []
    finally:
        if answer.ok and "undo" in row:
            _undo(town, row["undo"], {**names, "id": _made(answer)})


def _items(answer: requests.Response) -> list[Any]:
    """The list in an answer; links and the like are none."""
    (items,) = [value for value in answer.json().values() if isinstance(value, list)]
    return items


def _made(answer: requests.Response) -> str:
    """The id of what was made; an image stands in its answer alone, others under their name."""
    made = answer.json() if answer.content else {}
    inner = next(iter(made.values())) if len(made) == 1 else made
    return str(inner.get("id", ""))


def _undo(town: Town, line: str, names: Mapping[str, str]) -> None:
    line, _, body = line.partition(" {")
    done = town.send(town.operator, line, names, yaml.safe_load("{" + body) if body else None)
    assert done.ok, done.text


@pytest.mark.parametrize(("row", "role"), CASES)
def test_a_call_is_allowed_or_refused(town: Town, row: Mapping[str, Any], role: str) -> None:
    _check(town, row, role)


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(("row", "role"), ROOMY)
def test_not_by_the_quota_alone(town: Town, row: Mapping[str, Any], role: str) -> None:
    _check(town, row, role)


@pytest.mark.parametrize("row", [pytest.param(r, id=r["call"]) for r in TABLE if r["send"].startswith("GET ")])
def test_the_operator_is_answered(town: Town, row: Mapping[str, Any]) -> None:
    """The twin of every question that is refused or answered with nothing: there is an answer."""
    answer = town.send(town.operator, row["send"], {**town.names, "me": town.names["operator"]})
    assert answer.ok, answer.text
    if row.get("empty"):
        assert _items(answer) != []


def test_what_is_not_found_is_there(town: Town) -> None:
    """The twin of every 404: things of the other department, under the very ids that were asked for."""
    for kind, path in {
        "server": "compute /servers/", "volume": "block-storage /volumes/", "network": "network /v2.0/networks/",
        "router": "network /v2.0/routers/", "group": "network /v2.0/security-groups/",
        "rule": "network /v2.0/security-group-rules/", "floating": "network /v2.0/floatingips/",
    }.items():  # fmt: skip
        assert town.send(town.operator, f"GET {path}$other_{kind}", town.names).ok, kind


def test_whatever_was_refused_left_nothing_behind(town: Town) -> None:
    home = town.home
    assert home.shop.run("drift", home.path, "-o", "json", "--detailed-exitcode").data["differences"] == []


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 40
    assert len({row["call"] for row in TABLE}) == len(TABLE)
    # each role is allowed something, and of each kind of service something is refused
    assert all(any(row["as"][role].startswith("allowed") for row in TABLE) for role in ROLES)
