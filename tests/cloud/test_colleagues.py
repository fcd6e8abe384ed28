"""Several people and a pipeline run one cloud, each with an account of their own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def colleague(
    devcloud: Devcloud, operator: Cloud, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    """The same repository and records with an account of one's own, that has what the operator has, and no more."""
    name, password = f"test-{secrets.token_hex(4)}", secrets.token_hex(12)
    identity, project = operator.identity, operator.current_project_id
    user = identity.create_user(name=name, password=password, domain_id="default", default_project_id=project)
    identity.assign_project_role_to_user(project, user, identity.find_role("admin"))
    clouds = yaml.safe_load(Path(devcloud.variables["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))
    entry = clouds["clouds"]["devcloud"]
    own = {**entry, "auth": {**entry["auth"], "username": name, "password": password}}
    file = tmp_path_factory.mktemp("colleague") / "clouds.yaml"
    file.write_text(yaml.safe_dump({"clouds": {"devcloud": own}}), "utf-8")
    file.chmod(0o600)
    yield replace(workshop, environment={**workshop.environment, "OS_CLIENT_CONFIG_FILE": str(file)})
    identity.delete_user(user)


@pytest.fixture
def path(workshop: Workshop) -> Iterator[str]:
    written = workshop.write(f"shared-{secrets.token_hex(2)}.test", smallest())
    workshop.run("apply", written, "--yes")
    yield written
    (workshop.root / written).unlink()


def test_who_works_there_by_another_right_changes_nothing(workshop: Workshop, colleague: Workshop, path: str) -> None:
    name = yaml.safe_load(Path(colleague.environment["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))
    user = workshop.cloud.identity.find_user(name["clouds"]["devcloud"]["auth"]["username"], ignore_missing=False)
    member = workshop.cloud.identity.find_role("member", ignore_missing=False)
    given = f"/OS-INHERIT/domains/{workshop.domain_id}/users/{user.id}/roles/{member.id}/inherited_to_projects"
    assert workshop.cloud.identity.put(given).ok
    colleague.run("plan", path, "--detailed-exitcode")
    colleague.run("drift", path, "--detailed-exitcode")
    found = workshop.run("drift", path, "--detailed-exitcode", "-o", "json", code=2).data["differences"]
    assert [one["what"] for one in found] == [f"role member {user.name}@Default on domain {workshop.domain} and below"]
    workshop.edit("sites/main.yaml", staff=[f"{user.name}@Default"])
    workshop.run("drift", path, "--detailed-exitcode")
    saved = workshop.root / "colleague.plan"
    workshop.edit(path, iaas={"servers": {"web": {"cpu": 2, "memory": "4GiB", "os": "openeuler-24.03", "count": 2}}})
    workshop.run("plan", path, "--save", str(saved))
    colleague.run("apply", str(saved))
    workshop.run("plan", path, "--detailed-exitcode")
    colleague.run("destroy", path, "--yes")
    assert workshop.cloud.identity.delete(given).ok
    workshop.edit("sites/main.yaml", staff=None)


def test_who_has_no_right_there_takes_it_when_something_is_changed(
    workshop: Workshop, colleague: Workshop, path: str
) -> None:
    planned = colleague.run("plan", path, "-o", "json").data["steps"]
    assert [(step["op"], step["kind"], step["name"]) for step in planned] == [("replace", "role", "operator-iaas")]
    colleague.run("apply", path, "--yes")
    workshop.run("apply", path, "--yes")
    colleague.run("destroy", path, "--yes")


def test_who_may_not_look_cuts_nothing_off(workshop: Workshop, colleague: Workshop, path: str) -> None:
    """Neutron would list nothing for him, and say nothing: that must not pass for an isolation."""
    identity, tenancy = workshop.cloud.identity, workshop.tenancy(path)
    name, password = f"test-{secrets.token_hex(4)}", secrets.token_hex(12)
    own = identity.create_project(name=name, domain_id=workshop.domain_id)
    user = identity.create_user(name=name, password=password, domain_id=workshop.domain_id)
    manager = identity.find_role("manager", ignore_missing=False)
    identity.assign_domain_role_to_user(workshop.domain_id, user, manager)
    identity.assign_project_role_to_user(own, user, manager)
    clouds = yaml.safe_load(Path(colleague.environment["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))
    entry = clouds["clouds"]["devcloud"]
    unscoped = {key: value for key, value in entry["auth"].items() if key == "auth_url"}
    entry["auth"] = {**unscoped, "user_id": user.id, "password": password, "project_id": own.id}
    file = workshop.root.parent / "blind.yaml"
    file.write_text(yaml.safe_dump(clouds), "utf-8")
    file.chmod(0o600)
    blind = replace(workshop, environment={**workshop.environment, "OS_CLIENT_CONFIG_FILE": str(file)})
    isolate = ("isolate", tenancy, "--reason", "a test", "--yes")
    refused = blind.run(*isolate, code=None)
    identity.delete_user(user)
    identity.delete_project(own)
    assert "does not let us do that" in refused.err
    assert refused.code == 3
    assert workshop.run("show", path, "-o", "json").data["state"] == "active"
    assert "1 ports are down" in workshop.run(*isolate).out
    workshop.run("release", tenancy)
    workshop.run("destroy", path, "--yes")
