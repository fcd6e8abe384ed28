"""What admission refuses, with the limit, what is missing and what would fit; nothing is built for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


def _refuse(workshop: Workshop, name: str, **more: object) -> str:
    path = workshop.write(f"{name}.test", smallest(f"系统{name}", **more))
    projects = {p.id for p in workshop.cloud.identity.projects(domain_id=workshop.domain_id)}
    refused = workshop.run("plan", path, code=5)
    again = workshop.run("apply", path, "--yes", "--events", code=5)
    assert {p.id for p in workshop.cloud.identity.projects(domain_id=workshop.domain_id)} == projects
    (workshop.root / path).unlink()
    assert "Not admitted" in again.err
    reasons = [one["text"] for one in map(json.loads, again.out.splitlines()) if one["what"] == "error"]
    assert reasons, "machines are told each reason"
    assert not [reason for reason in reasons if reason.startswith("not admitted")]
    return refused.out


def _server(**more: object) -> dict[str, object]:
    return {"servers": {"web": {"cpu": 2, "memory": "4GiB", "os": "openeuler-24.03", **more}}}


def test_no_such_flavour_offers_the_two_nearest(workshop: Workshop) -> None:
    told = _refuse(workshop, "flavour", iaas=_server(cpu=6, memory="16GiB"))
    assert "there is no flavour with 6 cores and 16 GiB" in told
    assert "g1.medium {cpu: 4, memory: 8GiB}; g1.large {cpu: 8, memory: 32GiB}" in told
    assert "departments/dot/flavour.test.yaml:" in told


def test_an_external_network_that_the_cloud_does_not_have(workshop: Workshop) -> None:
    file = workshop.root / "province.yaml"
    before = file.read_text("utf-8")
    zones = yaml.safe_load(before)["zones"]
    zones["common"]["external_network"] = "nowhere"
    workshop.edit("province.yaml", zones=zones)
    told = _refuse(workshop, "outside")
    checks = workshop.run("doctor", "--site", "main", "-o", "json", code=1).data
    file.write_text(before, "utf-8")
    assert "the cloud has no external network nowhere, which the zone common leads to" in told
    assert "zones.common.external_network of province.yaml" in told
    assert [one["check"] for one in checks if not one["ok"]] == ["external-network"]


def test_more_than_the_departments_allowance(workshop: Workshop) -> None:
    told = _refuse(workshop, "allowance", iaas=_server(count=40))
    assert "allowance of cores is too small: 80 wanted, 64 left, 16 missing" in told
    assert "allowance of memory" not in told


def test_allowance_counts_what_others_of_the_department_hold(workshop: Workshop) -> None:
    first = workshop.write("first.test", smallest("先来的系统", iaas={**_server(count=2), "growth": "50%"}))
    workshop.run("plan", first, "--save", "first.plan")
    told = _refuse(workshop, "second", iaas=_server(count=30))
    assert "60 wanted, 58 left, 2 missing; saved plans and running changes of others keep 6 " in told
    # whoever lost the plan and its request has what it keeps given back
    (workshop.root / "first.plan").unlink()
    (workshop.root / first).unlink()
    (kept,) = [row for row in workshop.run("list", "dot", "-o", "json").data if row["state"] == "reserved"]
    assert "--yes" in workshop.run("release", kept["tenancy"], code=2).err
    done = workshop.run("release", kept["tenancy"], "--yes", "--reason", "lost")
    assert f"what the plan {kept['plan']} had reserved for {kept['tenancy']} is free again" in done.out
    run = workshop.run("history", kept["tenancy"], "-o", "json").data[0]
    assert (run["kind"], run["plan"], run["reason"], run["outcome"]) == ("release", kept["plan"], "lost", "done")
    assert run["actor"]
    assert "was planned and never applied" in workshop.run("release", kept["tenancy"], "--yes", code=1).err
    second = workshop.write("second.test", smallest("后来的系统", iaas=_server(count=30)))
    workshop.run("plan", second)
    (workshop.root / second).unlink()


def test_more_than_the_site_really_has(workshop: Workshop) -> None:
    department = workshop.root / "departments" / "dot" / "department.yaml"
    before = department.read_text("utf-8")
    content = yaml.safe_load(before)
    content["uscc"] = str(content["uscc"])
    content["allowance"] = {"cores": 99999, "memory": "9999TiB", "disk": "9999TiB", "addresses": 999}
    department.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    told = _refuse(workshop, "site", iaas=_server(cpu=8, memory="32GiB", count=60))
    assert "has too little memory" in told
    assert "no host of the zone" in told
    told = _refuse(workshop, "volumes", iaas=_server(volumes={"big": "40TiB"}))
    assert "40960 GiB wanted" in told
    # two pools have room for both together, and neither for both
    told = _refuse(workshop, "pools", iaas=_server(count=2, volumes={"d": "12TiB"}))
    assert "no volume pool has 12288 GiB left for the volume d of web-2" in told
    published = {"networks": {"front": {"zone": "internet", "hosts": 300}}, **_server(count=250)}
    flows = [{"from": "zone/internet", "to": "web", "ports": ["443/tcp"], "reason": "公众"}]
    told = _refuse(workshop, "addresses", iaas=published, flows=flows)
    assert "the external network internet has too few addresses" in told
    department.write_text(before, "utf-8")


def test_layers_that_cannot_be_built_yet(workshop: Workshop) -> None:
    told = _refuse(
        workshop,
        "paas",
        paas={"db": {"service": "postgresql", "size": "small", "storage": "10GiB"}},
        saas={"subscribe": ["sms"]},
    )
    assert "services of the paas layer cannot be provisioned yet: db" in told
    assert "the saas layer cannot be provisioned yet: sms" in told


def test_a_rule_refuses_with_line_clause_and_remedy(workshop: Workshop) -> None:
    networks = {"front": {"zone": "internet", "hosts": 4}}
    flows = [{"from": "zone/internet", "to": "web", "ports": ["22/tcp"], "reason": "远程维护"}]
    told = _refuse(workshop, "ssh", iaas={"networks": networks, **_server()}, flows=flows)
    assert "GC-SG-002" in told
    assert "8.1.4.4 b), c)" in told
    assert "GC-ZONE-005" in told


def test_a_flow_to_a_system_nobody_has(workshop: Workshop) -> None:
    flows = [{"from": "web", "to": "system/MED-003", "ports": ["443/tcp"], "reason": "核验"}]
    assert "the cloud has no test of the system MED-003" in _refuse(workshop, "peer", flows=flows)


def test_a_term_that_is_over(workshop: Workshop) -> None:
    assert "its term is over (2026-01-31)" in _refuse(workshop, "over", until="2026-01-31")


def test_a_wrong_form_is_exit_2_before_any_cloud(workshop: Workshop) -> None:
    path = workshop.write("wrong.test", smallest(zone="moon"))
    assert "wrong.test.yaml:" in workshop.run("plan", path, "--os-cloud", "nowhere", code=2).err
    (workshop.root / path).unlink()


def test_an_unknown_cloud(workshop: Workshop) -> None:
    path = workshop.write("login.test", smallest())
    assert "no credentials for the cloud nowhere" in workshop.run("plan", path, "--os-cloud", "nowhere", code=3).err
    (workshop.root / path).unlink()


@pytest.mark.parametrize(
    ("entry", "auth", "said", "check"),
    [
        ({}, {"password": "wrong"}, "cannot log in to the cloud devcloud", "login"),
        ({}, {"user_domain_name": None}, "cannot log in to the cloud devcloud", "login"),
        ({"region_name": "Nowhere"}, {}, "the cloud has no Keystone of version 3 there", "facts"),
        ({"interface": "nowhere"}, {}, "the cloud has no Keystone of version 3 there", "facts"),
    ],
)
def test_an_entry_that_a_cloud_refuses(
    workshop: Workshop, entry: dict[str, str], auth: dict[str, str | None], said: str, check: str
) -> None:
    clouds = yaml.safe_load(Path(workshop.environment["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))
    own = clouds["clouds"]["devcloud"]
    own |= {**entry, "auth": own["auth"] | auth}
    other = workshop.root.parent / "wrong.yaml"
    other.write_text(yaml.safe_dump(clouds), "utf-8")
    there = replace(workshop, environment=workshop.environment | {"OS_CLIENT_CONFIG_FILE": str(other)})
    path = workshop.write("login.test", smallest())
    refused = there.run("plan", path, code=3).err
    assert said in refused
    assert str(other) in refused, "whose entry it is"
    checks = there.run("doctor", "--site", "main", "-o", "json", code=1).data
    assert [one["check"] for one in checks if not one["ok"]] == [check], "a row, and the last"
    assert said in checks[-1]["message"]
    (workshop.root / path).unlink()


def test_staff_whom_nobody_knows(workshop: Workshop) -> None:
    """The name would let in whoever is given it later."""
    site = workshop.root / "sites" / "main.yaml"
    before = site.read_text("utf-8")
    site.write_text(f"{before}staff: [govcloud-operator@Default, nobody@Default, lost@Nowhere]\n", "utf-8")
    checks = workshop.run("doctor", "--site", "main", "-o", "json", code=1).data
    (bad,) = [one for one in checks if not one["ok"]]
    assert (bad["check"], "nobody@Default, lost@Nowhere" in bad["message"]) == ("staff", True), bad
    site.write_text(before, "utf-8")


@pytest.mark.parametrize("command", ["plan", "apply", "show", "destroy", "drift", "history"])
def test_targets_that_are_nothing(workshop: Workshop, command: str) -> None:
    refused = workshop.run(command, "nobody", code=2)
    assert "nobody is no file, no tenancy's id and no department" in refused.err
    assert "the store knows no t-000000" in workshop.run(command, "t-000000", code=1).err
