"""A tenancy through its life: saved plans, growth, loss, hold, isolation, drift, and its end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from govcloud.plan.plan import dump, load, with_id
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> Iterator[str]:
    """A request with one machine and one volume, applied from a saved plan."""
    request = smallest()
    request["iaas"]["servers"]["web"]["volumes"] = {"files": "10GiB"}
    written = workshop.write("life.test", request)
    workshop.run("plan", written, "--save", "life.plan")
    done = workshop.run("apply", "life.plan", "-o", "json").data
    assert done["changed"] is True
    yield written
    workshop.run("destroy", written, "--yes")
    assert workshop.run("list", "--for", "operator", "-o", "json").data == []


@pytest.mark.usefixtures("path")
def test_a_plan_that_was_applied_is_stale(workshop: Workshop) -> None:
    refused = workshop.run("apply", "life.plan", code=6)
    assert "it was applied by" in refused.err
    assert "nothing is left to do" in refused.err


def test_an_edited_request_makes_a_plan_stale(workshop: Workshop, path: str) -> None:
    workshop.run("plan", path, "--save", "edited.plan")
    system = smallest()["system"]
    workshop.edit(path, system={**system, "purpose": "改过"})
    refused = workshop.run("apply", "edited.plan", code=6)
    assert f"the request {path} changed after the review" in refused.err
    workshop.edit(path, system=system)


def test_edited_operators_files_make_a_plan_stale(workshop: Workshop, path: str) -> None:
    workshop.run("plan", path, "--save", "province.plan")
    province = (workshop.root / "province.yaml").read_text("utf-8")
    (workshop.root / "province.yaml").write_text(province.replace("reason: NTP", "reason: 对时"), "utf-8")
    refused = workshop.run("apply", "province.plan", code=6)
    assert "province.yaml or sites/*.yaml changed" in refused.err
    (workshop.root / "province.yaml").write_text(province, "utf-8")


def test_a_plan_lives_as_long_as_it_was_given_whatever_is_written_into_its_file(workshop: Workshop, path: str) -> None:
    file = workshop.root / "old.plan"
    workshop.run("plan", path, "--save", file.name)
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, "expires": "2036-01-01T00:00:00Z"}), "utf-8")
    assert "changed after it was made" in workshop.run("apply", file.name, code=6).err
    file.write_text(dump(with_id(load(file))), "utf-8")
    assert "knows no plan" in workshop.run("apply", file.name, code=6).err
    file.write_text(json.dumps(content), "utf-8")
    applied = workshop.run("apply", file.name, "-o", "json").data
    assert applied["plan"] == content["id"], "what was reviewed is what was done, by the same name"


def test_a_file_that_is_no_plan(workshop: Workshop) -> None:
    (workshop.root / "no.plan").write_text('{"kind": "Plan"}', "utf-8")
    assert "this is no plan" in workshop.run("apply", "no.plan", code=2).err


def test_growth_adds_and_keeps(workshop: Workshop, path: str) -> None:
    before = workshop.run("plan", path, "-o", "json").data["machines"]
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "20GiB"}}
    workshop.edit(path, iaas=request["iaas"])
    planned = workshop.run("plan", path, "-o", "json").data
    ops = {(step["kind"], step["name"]): step["op"] for step in planned["steps"]}
    assert ops["server", "web-2"] == "create"
    assert ops["volume", "web-1/files"] == "update"
    assert ("server", "web-1") not in ops
    assert planned["losses"] == []
    assert planned["machines"].items() >= before.items()
    workshop.run("apply", path, "--yes")
    assert workshop.run("plan", path, "-o", "json").data["changes"] is False


def test_losing_data_must_be_named(workshop: Workshop, path: str) -> None:
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 1, "volumes": {"files": "20GiB"}}
    workshop.edit(path, iaas=request["iaas"])
    planned = workshop.run("plan", path, "-o", "json").data
    assert planned["losses"] == ["server web-2", "volume web-2/files"]
    refused = workshop.run("apply", path, "--yes", code=5)
    assert "lose data: server web-2, volume web-2/files" in refused.err
    named = ["--allow-data-loss", "server web-2", "--allow-data-loss", "volume web-2/files"]
    workshop.run("apply", path, "--yes", *named)
    assert workshop.run("plan", path, "-o", "json").data["changes"] is False


def test_names_and_people_replace_nothing(workshop: Workshop, path: str) -> None:
    tenancy = workshop.tenancy(path)
    system = {**smallest()["system"], "name": "轮渡考勤系统二期", "mlps": 1}
    workshop.edit(path, tenancy=tenancy, system=system, people={"owner": "lihua", "technical": "zhangwei"})
    planned = workshop.run("plan", path, "-o", "json").data
    assert {step["op"] for step in planned["steps"]} == {"update"}
    assert all(
        {c["path"].split(".")[0].split("[")[0] for c in s["changes"]} <= {"tags", "metadata"} for s in planned["steps"]
    )
    assert planned["losses"] == []
    workshop.run("apply", path, "--yes")


def test_hold_keeps_changes_away(workshop: Workshop, path: str) -> None:
    workshop.run("hold", path, code=2)
    workshop.run("hold", path, "--reason", "审计", "--ticket", "T-1")
    refused = workshop.run("apply", path, "--yes", code=5)
    assert "held by govcloud-operator: 审计 (ticket T-1)" in refused.out
    kept = workshop.run("destroy", path, "--yes", code=5)
    assert "held by govcloud-operator: 审计 (ticket T-1)" in kept.err
    assert workshop.run("list", "--for", "operator", "-o", "json").data[0]["state"] == "held"
    workshop.run("release", path, "--reason", "审计结束")
    workshop.run("apply", path, "--yes")


def test_isolation_cuts_and_stays_cut(workshop: Workshop, path: str) -> None:
    project = workshop.project(workshop.tenancy(path))

    def up() -> list[bool]:
        ports = workshop.cloud.network.ports(project_id=project)
        return [p.is_admin_state_up for p in ports if p.device_owner.startswith("compute:")]

    assert up() == [True]
    workshop.run("isolate", path, "--reason", "疑似失陷", "--yes")
    assert up() == [False]
    workshop.run("apply", path, "--yes")
    assert up() == [False]
    assert workshop.run("list", "--for", "operator", "-o", "json").data[0]["state"] == "isolated"
    workshop.run("release", path, "--reason", "已处置")
    assert up() == [True]
    workshop.run("apply", path, "--yes")
    assert up() == [True]


def test_drift_names_all_three_kinds(workshop: Workshop, path: str) -> None:
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    project = workshop.project(workshop.tenancy(path))
    network = workshop.cloud.network
    own = next(n for n in network.networks(project_id=project))
    network.update_network(own, name="somebody-elses-name")
    rule = next(r for r in network.security_group_rules() if r.project_id == project and r.protocol == "udp")
    network.delete_security_group_rule(rule)
    network.update_quota(project, security_groups=9)
    stray = network.create_security_group(name="stray", project_id=project, description="")
    found = workshop.run("drift", path, "-o", "json", "--detailed-exitcode", code=2).data
    assert [quota["key"] for quota in found["quotas"]] == ["security_group"]
    kinds = {(one["how"], one["what"].partition("/")[0], one["property"]) for one in found["differences"]}
    assert kinds == {
        ("changed", "network main", "name"),
        ("missing", "rule BASELINE", ""),
        ("unmanaged", "security-group stray", ""),
    }
    refused = workshop.run("destroy", path, "--yes", code=5)
    assert "network: security-group stray" in refused.err
    network.delete_security_group(stray)
    workshop.run("apply", path, "--yes")
    assert workshop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


def test_every_change_is_on_record(workshop: Workshop, path: str) -> None:
    rows = workshop.run("history", path, "-o", "json").data
    assert {row["kind"] for row in rows} == {"plan", "apply", "hold", "release", "isolate"}
    assert {row["actor"] for row in rows} == {"govcloud-operator"}
    assert all(row["outcome"] in ("done", "failed") and row["ended"] for row in rows)
    assert next(row for row in rows if row["kind"] == "hold")["reason"] == "审计"
