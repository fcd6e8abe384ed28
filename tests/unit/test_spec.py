"""Specs: what is built, frozen, so that upgrading govcloud never changes what an existing tenancy's plan would do.

tests/cases/spec holds every spec of the examples, one thing a line, and their digests. A difference there means: with
this version each living tenancy would be changed, at its next apply, in just that way. Where that is meant, write the
files anew and say in the changelog what an apply will do to what stands:

    python -m tests.unit.test_spec
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from govcloud.spec import symbols
from govcloud.spec.canonical import canonical, data, digest
from govcloud.spec.department import department_spec
from govcloud.spec.iaas import IaasSpec, iaas_spec
from govcloud.spec.networks import network_specs, router_specs
from govcloud.spec.quotas import quota_spec
from govcloud.spec.site import Ground
from govcloud.spec.tags import as_list, tags
from govcloud.spec.tenancy import tenancy_spec
from govcloud.spec.volumes import volume_specs
from tests.unit.ground import CASES, FERRY, INSURANCE, TRAINING, asked, fitted, ground, repository, server

EXAMPLES: Final = {path.stem: path for path in (FERRY, TRAINING, INSURANCE)}
FROZEN: Final = CASES / "spec"


def specs(path: Path) -> dict[str, Any]:
    """All specs of an example on an empty cloud, by part of the plan."""
    where = ground(fitted(path))
    iaas = iaas_spec(where)
    return {
        "department": department_spec(where.allocation),
        "tenancy": tenancy_spec(where.fitted, where.allocation),
        "quota": quota_spec(where, iaas),
        "iaas": iaas,
    }


def _lines(path: Path) -> Iterator[str]:
    """Every thing of an example's specs on a line of its own."""
    for part, spec in specs(path).items():
        for name, value in data(spec).items():
            for one in value if isinstance(value, list) else [value]:
                yield f"{part}.{name} {canonical(one)}"
        yield f"{part} sha256 {digest(spec)}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_an_example_builds_is_frozen(name: str) -> None:
    frozen = (FROZEN / f"{name}.txt").read_text("utf-8").splitlines()
    assert list(_lines(EXAMPLES[name])) == frozen, __doc__


def test_nothing_else_is_frozen() -> None:
    assert {file.stem for file in FROZEN.glob("*.txt")} == set(EXAMPLES)


@dataclasses.dataclass(frozen=True)
class _Thing:
    name: str
    number: int
    address: IPv4Address
    inner: Any


def test_there_is_one_way_to_write_a_spec() -> None:
    thing = _Thing("名", 1, IPv4Address("10.0.0.1"), {"b": (True, None), "a": [1.5]})
    text = '{"address":"10.0.0.1","inner":{"a":[1.5],"b":[true,null]},"name":"名","number":1}'
    assert canonical(thing) == text
    assert digest(thing) == hashlib.sha256(text.encode()).hexdigest()
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})
    assert canonical([1, 2]) != canonical([2, 1])


def _turned(value: Any) -> Any:
    """The same content with all keys of all mappings in the opposite order."""
    if isinstance(value, dict):
        return {key: _turned(inner) for key, inner in reversed(value.items())}
    return [_turned(inner) for inner in value] if isinstance(value, list) else value


def _read(path: Path) -> dict[str, Any]:
    """A request as plain data; scalars stay text."""
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return content


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_order_in_which_a_request_is_written_changes_nothing(name: str) -> None:
    content = _read(EXAMPLES[name])
    content["flows"] = content.get("flows", [])[::-1]
    assert digest(iaas_spec(ground(fitted(_turned(content))))) == digest(iaas_spec(ground(fitted(EXAMPLES[name]))))


def test_names_come_from_keys_never_from_positions() -> None:
    """A server or network put before the others moves nothing of theirs."""
    content = _read(FERRY)
    before = iaas_spec(ground(fitted(content)))
    content["iaas"]["servers"] = {"aaa": server(network="app"), **content["iaas"]["servers"]}
    content["iaas"]["networks"] = {"aaa": {"zone": "common", "hosts": 4}, **content["iaas"]["networks"]}
    had = ground(fitted(FERRY)).allocation
    grown = iaas_spec(ground(fitted(content), had))
    for field in dataclasses.fields(IaasSpec):
        if field.name != "routers":  # a leg more
            assert set(map(canonical, getattr(before, field.name))) <= set(map(canonical, getattr(grown, field.name)))


def test_every_name_in_the_cloud_bears_the_tenancy_and_is_alone() -> None:
    iaas = iaas_spec(ground(fitted(FERRY)))
    for field in dataclasses.fields(IaasSpec):
        names = [one.name for one in getattr(iaas, field.name)]
        assert len(set(names)) == len(names)
        assert all(name.startswith("t-aaaaaa-") for name in names)


def test_attributes_are_tags_and_never_names() -> None:
    """The department's code, the system's name and code, people and level may change: nothing is replaced by that."""
    content = _read(FERRY)
    content["system"] |= {"code": "DOT-999", "name": "另一个名称", "purpose": "另一个用途", "mlps": "3"}
    content["people"] = {"owner": "zhangwei", "technical": "lihua"}
    content["environment"] = "production"
    before, after = (ground(fitted(c)) for c in (FERRY, content))
    bare = [_untagged(data(iaas_spec(where))) for where in (before, after)]
    assert bare[0] == bare[1]
    assert digest(iaas_spec(before)) != digest(iaas_spec(after))


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _untagged(inner) for key, inner in value.items() if key not in ("tags", "metadata")}
    return [_untagged(inner) for inner in value] if isinstance(value, list) else value


def test_tags_say_whose_a_thing_is_in_codes() -> None:
    request = fitted(FERRY)
    where = ground(request)
    assert tags(request.request, where.allocation, layer="iaas", zone="common") == {
        "tenancy": "t-aaaaaa",
        "department": "113300000029384738",
        "system": "DOT-007",
        "environment": "test",
        "mlps": "2",
        "layer": "iaas",
        "zone": "common",
    }
    assert tags(fitted(INSURANCE).request, where.allocation)["mlps"] == "3"
    assert as_list({"b": "2", "a": "1"}) == ("a=1", "b=2")


def test_everything_that_can_bear_tags_does() -> None:
    iaas = iaas_spec(ground(fitted(FERRY)))
    for field in dataclasses.fields(IaasSpec):
        for one in getattr(iaas, field.name):
            told = getattr(one, "tags", None) or getattr(one, "metadata", None)
            assert told or field.name == "server_groups"  # Nova's groups have neither
            if told:
                words = set(told) if isinstance(told, tuple) else {f"{k}={v}" for k, v in told.items()}
                assert {"tenancy=t-aaaaaa", "layer=iaas"} <= words


def test_symbols_are_frozen() -> None:
    """Outputs of living stacks are stored under these names."""
    assert symbols.operator_domain() == "site:operator-domain"
    assert symbols.operator_user() == "site:operator-user"
    assert symbols.role("reader") == "site:role/reader"
    assert symbols.domain() == "department:domain"
    assert symbols.project("iaas") == "tenancy:project/iaas"
    assert symbols.of("iaas", "network", "data") == "iaas:network/data"


def test_a_router_for_each_zone_with_all_networks_of_it() -> None:
    networks = {"a": {"hosts": 4}, "b": {"hosts": 4}, "c": {"hosts": 4, "zone": "internet"}}
    where = ground(asked(iaas={"networks": networks, "servers": {"web": server(network="a")}}))
    assert [(r.zone, r.name, r.external_network, r.snat, r.networks) for r in router_specs(where)] == [
        ("common", "t-aaaaaa-common", "id-common", False, ("a", "b")),
        ("internet", "t-aaaaaa-internet", "id-internet", True, ("c",)),
    ]


def test_a_network_is_nobodys_but_its_own() -> None:
    (one,) = network_specs(ground(asked()))
    assert (one.key, one.name, one.zone, one.cidr) == ("main", "t-aaaaaa-main", "common", "100.64.2.0/28")
    assert (one.gateway, one.first, one.last) == ("100.64.2.1", "100.64.2.13", "100.64.2.14")
    assert (one.shared, one.port_security) == (False, True)
    assert one.dns == ("100.64.0.53",)
    assert "zone=common" in one.tags


def test_volumes_belong_to_machines() -> None:
    volumes = {"b": "2GiB", "a": "1GiB"}
    found = list(volume_specs(ground(asked(iaas={"servers": {"web": server(count=2, volumes=volumes)}}))))
    assert [(v.key, v.machine, v.name, v.size, v.type, v.grade) for v in found] == [
        ("web-1/a", "web-1", "t-aaaaaa-web-1-a", 1, "plain", "general"),
        ("web-1/b", "web-1", "t-aaaaaa-web-1-b", 2, "plain", "general"),
        ("web-2/a", "web-2", "t-aaaaaa-web-2-a", 1, "plain", "general"),
        ("web-2/b", "web-2", "t-aaaaaa-web-2-b", 2, "plain", "general"),
    ]


@pytest.mark.parametrize(("self_service", "groups"), [(False, ["readers"]), (True, ["readers", "members"])])
def test_members_only_where_the_operator_lets_the_department_serve_itself(
    self_service: bool, groups: list[str]
) -> None:
    request = fitted(FERRY)
    department = request.department.model_copy(update={"self_service": self_service})
    where = ground(dataclasses.replace(request, department=department))
    spec = tenancy_spec(where.fitted, where.allocation)
    assert [group.key for group in spec.groups] == groups
    assert {group.role for group in spec.groups} == {key.removesuffix("s") for key in groups}
    assert [(p.layer, p.name, p.operator_role) for p in spec.projects] == [("iaas", "t-aaaaaa-iaas", "member")]
    assert spec.operator_domain == repository().sites["main"].operator_domain


def test_the_departments_domain_is_opaque() -> None:
    spec = department_spec(ground(fitted(FERRY)).allocation)
    assert (spec.domain, spec.managers) == ("d-dot00", "managers")
    assert spec.tags == ("department=113300000029384738",)


def test_the_ground_knows_the_ids_of_the_site() -> None:
    where: Ground = ground(asked())
    assert where.external_network_id("common") == "id-common"
    assert where.zone("dedicated").external_network == "dedicated"
    with pytest.raises(StopIteration):
        where.zone("moon")


if __name__ == "__main__":
    for stem, example in EXAMPLES.items():
        (FROZEN / f"{stem}.txt").write_text("\n".join(_lines(example)) + "\n", "utf-8")
