"""What is only said of a tenancy, and what only stands for something else, changes nothing that stands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cloud.samples import DEPARTMENT, smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

HERE = Path(__file__).parents[2]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQk3q0m2vq8v5Zb1m7l0Hc9mQ0b3Q9mC7w1u6m0e4aK somebody"
PROVINCE, SITE, BODY, REQUEST = "province.yaml", "sites/main.yaml", "departments/dot/department.yaml", ""
# a code with both check digits right
RENAMED = "113300007654321049"
Content = dict[str, Any]


def _start() -> Content:
    """Machines in two zones, a public address, a plain volume and an encrypted one."""
    disks = {"files": {"size": "1GiB", "holds": ["records"]}, "cards": {"size": "1GiB", "holds": ["cards"]}}
    size = {"cpu": 2, "memory": "4GiB"}
    return {
        **smallest("属性系统"),
        "people": {"owner": "lihua", "technical": "zhangwei"},
        "data": {"records": {"grade": "general"}, "cards": {"grade": "general", "personal": "general"}},
        "iaas": {
            "networks": {"front": {"zone": "internet", "hosts": 4}, "app": {"zone": "common", "hosts": 6}},
            "servers": {
                "web": {**size, "os": "openeuler-24.03", "network": "front"},
                "app": {**size, "os": "kylin-v10", "network": "app", "volumes": disks},
            },
        },
        "flows": [{"from": "zone/internet", "to": "web", "ports": ["443/tcp"], "reason": "公众访问"}],
    }


@pytest.fixture(scope="module")
def path(workshop: Workshop) -> str:
    written = workshop.write("said.test", _start())
    workshop.run("apply", written, "--yes")
    return written


@contextmanager
def _edited(workshop: Workshop, *edits: tuple[str, Callable[[Content], object]]) -> Iterator[None]:
    """Some files with their content changed, put back in the end."""
    files = {workshop.root / name: (workshop.root / name).read_text("utf-8") for name, _ in edits}
    try:
        for name, edit in edits:
            file = workshop.root / name
            content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
            edit(content)
            file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
        yield
    finally:
        for file, text in files.items():
            file.write_text(text, "utf-8")


@dataclass(frozen=True)
class Said:
    """Something that is said, where, and how it is said otherwise; is it told in the cloud, by tags?"""

    name: str
    edits: tuple[tuple[str, Callable[[Content], object]], ...]
    told: bool = False

    def __str__(self) -> str:
        return self.name


def said(name: str, file: str, edit: Callable[[Content], object], *, told: bool = False) -> Said:
    """One thing said in one file."""
    return Said(name, ((file, edit),), told)


SUPPLIER = {"91330000MA2ABCDEXB": {"name": "某软件有限公司", "scope": "开发", "until": "2027-11-30"}}
PAPER = {"no": "DJ2026-0077", "date": "2026-03-02", "result": "二级", "by": "某厅"}
ATTRIBUTES = (
    said("system-name", REQUEST, lambda r: r["system"].update(name="改名后的系统")),
    said("system-purpose", REQUEST, lambda r: r["system"].update(purpose="另一用途")),
    said("system-functions", REQUEST, lambda r: r["system"].update(functions=["查询"])),
    said("project", REQUEST, lambda r: r["system"].update(project={"code": "2611-330000-04-05-102938"})),
    said("mlps-filing", REQUEST, lambda r: r["system"].update(mlps={"level": "2", "filing": "33000000001-26001"})),
    said("mlps-level", REQUEST, lambda r: r["system"].update(mlps="1"), told=True),
    said("people-of-the-request", REQUEST, lambda r: r.update(people={"owner": "zhangwei", "system_admin": "lihua"})),
    said("suppliers", REQUEST, lambda r: r.update(suppliers=SUPPLIER)),
    said("until", REQUEST, lambda r: r.update(until="2030-01-31")),
    said("start", REQUEST, lambda r: r.update(start="2026-11-01")),
    said("backup", REQUEST, lambda r: r.update(backup={"policy": "daily-30d"})),
    said("attestations", REQUEST, lambda r: r.update(attestations={"grading_report": PAPER})),
    said("names-of-data", REQUEST, lambda r: r["data"]["records"].update(name="办件信息")),
    said("reasons", REQUEST, lambda r: r["flows"][0].update(reason="另一理由")),
    said("growth", REQUEST, lambda r: r["iaas"].update(growth="50%")),
    said("department-name", BODY, lambda d: d.update(name="改名后的厅")),
    said("allowance", BODY, lambda d: d["allowance"].update(cores="80")),
    said("suppliers-of-the-department", BODY, lambda d: d.update(suppliers=SUPPLIER)),
    said("names-of-people", BODY, lambda d: d["people"]["zhangwei"].update(name="改名")),
    said("keys-of-people", BODY, lambda d: d["people"]["zhangwei"].update(ssh_keys=[KEY])),
    said("a-new-colleague", BODY, lambda d: d["people"].update(wangfang={"name": "王某", "ssh_keys": [KEY]})),
    Said(
        "another-code-of-the-same-body",
        (
            (BODY, lambda d: d.update(uscc=RENAMED, former=[DEPARTMENT])),
            (REQUEST, lambda r: r.update(department=RENAMED)),
        ),
        told=True,
    ),
    said("operator-of-the-site", SITE, lambda s: s.update(operator="另一云管中心")),
)


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=str)
def test_an_attribute_replaces_nothing(workshop: Workshop, path: str, attribute: Said) -> None:
    tenancy = workshop.tenancy(path)
    with _edited(workshop, *((name or path, edit) for name, edit in attribute.edits)):
        # by name alone a renamed system without a code would be another: its id is written, as an apply says
        workshop.edit(path, tenancy=tenancy)
        planned = workshop.run("plan", path, "-o", "json").data
    changed = {change["path"].partition("[")[0].partition(".")[0] for s in planned["steps"] for change in s["changes"]}
    assert planned["tenancy"] == tenancy
    assert {step["op"] for step in planned["steps"]} == ({"update"} if attribute.told else set())
    assert changed <= {"tags", "metadata"}
    assert (planned["losses"], planned["quotas"]) == ([], [])


def test_the_line_of_its_id_changes_nothing(workshop: Workshop, path: str) -> None:
    tenancy = workshop.tenancy(path)
    with _edited(workshop, (path, lambda r: r.update(tenancy=tenancy))):
        assert workshop.run("plan", path, "-o", "json").data["changes"] is False
    assert workshop.run("plan", path, "-o", "json").data["changes"] is False


def _aliases(province: Content) -> None:
    """Every word of the catalogue stands for something else, and the policy is another."""
    systems, kinds = province["catalogue"]["os"], province["catalogue"]["volumes"]
    images = [one["image"] for one in systems.values()]
    for one, image in zip(systems.values(), reversed(images), strict=True):
        one["image"] = image
    province["catalogue"]["flavors"] = ["g1.large", "g1.medium"]
    kinds["plain"], kinds["encrypted"] = kinds["encrypted"], kinds["plain"]
    province["policy"].update(anti_affinity="strict", delete_cap="1", refuse_at="critical", waivable=["low"])
    province["name"] = "改名的省"
    province["divisions"] = {**province["divisions"], "330200": "又一市"}
    province["freezes"] = []
    for flow in province["baseline"]:
        flow["reason"] += "（改）"


def test_no_alias_and_no_template_changes_what_stands(workshop: Workshop, path: str, tmp_path: Path) -> None:
    """All aliases at once, and a program whose every template has a line more."""
    for folder in ("govcloud", "stacks", "templates"):
        shutil.copytree(HERE / folder, tmp_path / folder, symlinks=True)
    templates = [file for file in (tmp_path / "templates").rglob("*") if file.is_file()]
    assert templates
    for file in templates:
        file.write_text(f"\n{file.read_text('utf-8')} \n\n", "utf-8")
    other = replace(workshop, environment={**workshop.environment, "PYTHONPATH": str(tmp_path)})
    asked = [sys.executable, "-c", "import govcloud.spec.cloud_init as room; print(room.__file__)"]
    told = subprocess.run(asked, cwd=workshop.root, env=other.environment, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()).is_relative_to(tmp_path)
    with _edited(workshop, (PROVINCE, _aliases), (SITE, lambda s: s.update(operator="另一云管中心", hold_back={}))):
        planned = other.run("plan", path, "-o", "json").data
        assert (planned["changes"], planned["steps"], planned["quotas"]) == (False, [], [])
        # a new server is born with what the words mean now: the same change is seen where it counts
        grown = _start()
        grown["iaas"]["servers"]["more"] = {"cpu": 4, "memory": "8GiB", "os": "kylin-v10", "network": "app"}
        with _edited(workshop, (path, lambda r: r.update(iaas=grown["iaas"]))):
            other.run("plan", path, "--save", "grown.plan")
        servers = yaml.safe_load((workshop.root / "grown.plan").read_text("utf-8"))["allocation"]["servers"]
    workshop.run("plan", path, "--save", "kept.plan")
    before = yaml.safe_load((workshop.root / "kept.plan").read_text("utf-8"))["allocation"]["servers"]
    assert {key: servers[key] for key in before} == before
    assert servers["more"]["image"] == before["web"]["image"]
    assert servers["more"]["apart"] == "anti-affinity"
    assert servers["more"]["user_data"] not in {one["user_data"] for one in before.values()}
