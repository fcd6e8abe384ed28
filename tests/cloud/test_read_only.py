"""Who looks changes nothing: not the cloud, not the store, not the engine's state, not the repository.

Recorded on the wire by a proxy in front of every service, which in the same way counts what an apply writes; and at
the services that say in their logs which user asked, so that nobody went another way.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cloud.chaos.catalogue import detour
from tests.cloud.chaos.proxy import Proxy, Recorded
from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.samples import smallest
from tests.cloud.secrets.canary import Canary, files, found, fresh
from tests.cloud.secrets.person import KEYHOLDER, log_in_as, person, put_passphrase, put_user_data
from tests.cloud.workshop import Workshop, open_workshop

# commands that look; {} is a request
ANYWHERE: Final = (
    "validate {}", "validate .", "explain iaas.servers", "config show --origin", "schema", "doctor", "toolchain show",
)  # fmt: skip
STORE: Final = ("list --for operator", "store check -o json", "doctor --site main")
TENANCY: Final = ("plan {}", "drift {} -o json", "show {}", "history {}")


@dataclass(frozen=True)
class Place:
    """A workshop whose commands go through a proxy, as a user of their own; `folder` holds all they may write to."""

    shop: Workshop
    proxy: Proxy
    folder: Path
    user: str
    devcloud: Devcloud
    canaries: Mapping[str, Canary]

    @property
    def elsewhere(self) -> Place:
        """The same, on a machine where nothing was ever done."""
        folder = self.folder / "elsewhere"
        return replace(self, shop=replace(self.shop, environment=_environment(self.shop.environment, folder)))


@pytest.fixture(scope="module")
def place(devcloud: Devcloud, operator: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("read-only")
    canaries = {slot: fresh(slot) for slot in ("password", "passphrase", "user-data")}
    password = canaries["password"].value
    with person(operator, password) as user, detour(devcloud, operator, folder) as way:
        entry = log_in_as(way.clouds, "devcloud", username=user.name, password=password)
        way.clouds.write_text(yaml.safe_dump({"clouds": {"devcloud": entry}}), "utf-8")
        with contextmanager(open_workshop)(devcloud, operator, folder, way.clouds) as shop:
            settled = replace(shop, environment=_environment(shop.environment, folder))
            put_passphrase(Path(settled.environment["XDG_STATE_HOME"]), canaries["passphrase"])
            put_user_data(settled, canaries["user-data"])
            yield Place(settled, way.proxy, folder, user.id, devcloud, canaries)


def _environment(environment: dict[str, str], folder: Path) -> dict[str, str]:
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    own = {"XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "TMPDIR": "tmp"}
    return environment | {name: str(folder / below) for name, below in own.items()}


@dataclass(frozen=True)
class Living:
    """A tenancy that was applied, and everything that went over the wire meanwhile."""

    path: str
    tenancy: str
    planned: Any
    requests: list[Recorded]


@pytest.fixture(scope="module")
def living(place: Place) -> Living:
    request = smallest(people={"technical": KEYHOLDER})
    request["iaas"]["servers"]["web"]["volumes"] = {"files": "1GiB"}
    path = place.shop.write("living.test", request)
    planned = place.shop.run("plan", path, "-o", "json").data
    with place.proxy.recording() as requests:
        place.shop.run("apply", path, "--yes")
    # Neutron made one with the first port: gone, it would be seen to come back
    project = place.shop.project(planned["tenancy"])
    network = place.shop.cloud.network
    for group in [g for g in network.security_groups() if g.project_id == project and g.name == "default"]:
        network.delete_security_group(group)
    return Living(path, planned["tenancy"], planned, requests)


@pytest.fixture
def drifted(place: Place, living: Living) -> Iterator[Living]:
    """Somebody gave a network another name, and a group another description."""
    network, project = place.shop.cloud.network, place.shop.project(living.tenancy)
    renamed = next(iter(network.networks(project_id=project)))
    group = next(g for g in network.security_groups() if g.project_id == project)
    name, description = renamed.name, group.description
    network.update_network(renamed.id, name="somebody's")
    network.update_security_group(group.id, description="somebody's")
    yield living
    network.update_security_group(group.id, description=description)
    network.update_network(renamed.id, name=name)


def _traces(place: Place) -> dict[str, tuple[str, int]]:
    """Every file where commands could write, with its digest and mode."""
    found = {}
    for file in place.folder.rglob("*"):
        if file.is_file():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            found[str(file.relative_to(place.folder))] = (digest, file.stat().st_mode)
    return found


def _groups(place: Place) -> set[tuple[str, str, str]]:
    """The rows of Neutron's security groups that are ours: listed without a filter, for that makes none of them.

    It makes the default group of whoever asks. The operator's own project has had one since somebody first looked.
    """
    cloud = place.shop.cloud
    own = {project.id for project in cloud.identity.projects(domain_id=place.shop.domain_id)}
    own.add(cloud.current_project_id)
    return {(g.id, g.project_id, g.name) for g in cloud.network.security_groups() if g.project_id in own}


def _look(place: Place, path: str, *commands: str) -> list[Recorded]:
    """Run commands that look, each of which must change nothing; returns the requests they made."""
    asked: list[Recorded] = []
    groups = _groups(place)
    for command in commands:
        before = _traces(place)
        with place.proxy.recording() as seen:
            place.shop.run(*command.replace("{}", path).split(), code=None)
        assert [one for one in seen if one.mutating] == [], command
        after = _traces(place)
        assert {name: mark for name, mark in after.items() if before.get(name) != mark} == {}
        assert before.keys() <= after.keys(), command
        asked += seen
    assert _groups(place) == groups
    return asked


def test_a_new_request_on_a_new_machine_leaves_nothing(place: Place) -> None:
    """No store and no state where there was none; whoever asks for a tenancy that is not there makes none either."""
    path = place.shop.write("new.test", smallest("新系统"))
    here = place.elsewhere
    asked = _look(here, path, *ANYWHERE, *STORE, *TENANCY)
    assert {"keystone", "nova", "neutron", "cinder", "glance", "placement"} <= {one.service for one in asked}
    state = Path(here.shop.environment["XDG_STATE_HOME"])
    # the folders that runs have of their own lie in here, and go with them
    assert {file.relative_to(state) for file in state.rglob("*")} <= {Path("govcloud"), Path("govcloud/runs")}
    (place.shop.root / path).unlink()


def test_a_living_tenancy_stays_as_it_is(place: Place, living: Living) -> None:
    asked = _look(place, living.path, *STORE, *TENANCY, "validate {}", "plan dot --events", "show {} -o handover")
    assert "sdk" in {one.client for one in asked}
    assert place.shop.run("drift", living.path, "-o", "json").data["clean"] is True


def test_a_new_request_beside_a_living_one_leaves_nothing(place: Place, living: Living) -> None:
    path = place.shop.write("beside.test", smallest("另一个系统"))
    _look(place, path, "plan {}", "drift {}")
    (place.shop.root / path).unlink()
    assert place.shop.tenancy(living.path) == living.tenancy


def test_what_drifted_stays_drifted(place: Place, drifted: Living) -> None:
    _look(place, drifted.path, *STORE, *TENANCY)
    found = place.shop.run("drift", drifted.path, "-o", "json").data
    assert found["clean"] is False
    assert place.shop.run("plan", drifted.path, "-o", "json").data["changes"] is True


def test_the_recorder_counts_the_writes_of_both_clients(living: Living) -> None:
    """The positive control: what was planned is what was seen to be made, and by whom."""
    writes = [one for one in living.requests if one.mutating]
    assert {one.client for one in writes} == {"sdk", "provider"}
    limits = Counter(one.service for one in writes if one.client == "sdk" and "quota" in one.path)
    assert limits.keys() == {"nova", "neutron", "cinder"}
    # what was refused made nothing: the provider asks for a soft policy in an older dialect first
    posts = [one for one in writes if one.client == "provider" and one.method == "POST" and one.status < 300]
    made = Counter(one.path.rpartition("/")[2] for one in posts)
    planned = Counter(step["kind"] for step in living.planned["steps"])
    for kind, word in {
        "server": "servers", "volume": "volumes", "network": "networks", "subnet": "subnets", "router": "routers",
        "port": "ports", "rule": "security-group-rules", "project": "projects", "anti-affinity": "os-server-groups",
    }.items():  # fmt: skip
        assert made[word] == planned[kind] > 0, kind


def test_nobody_went_past_the_recorder(place: Place, living: Living) -> None:
    """Nova writes down who asks: what it heard from our user is what the proxy saw on its way there."""
    log = place.devcloud.here.log("nova-api").read_text("utf-8", errors="replace")
    told = re.findall(rf'requestlog \[\S+ \S+ {place.user} .*?\] \S+ "([A-Z]+) (\S+)" status', log)
    seen = [(one.method, one.path) for one in place.proxy.requests if one.service == "nova"]
    heard = Counter((method, path.partition("?")[0]) for method, path in told)
    went_by = Counter((method, path.partition("?")[0]) for method, path in seen)
    # who asks for the version needs no login, and is told under the name of whoever the thread served before
    del heard["GET", "/v2.1"]
    assert heard["POST", "/v2.1/servers"] == Counter(step["kind"] for step in living.planned["steps"])["server"]
    assert heard - went_by == Counter()


def test_records_in_files_hold_secrets_only_where_they_are_kept(place: Place, living: Living) -> None:
    """The passphrase where an engine looks for it; the store keeps what machines were born with, the state does not."""
    assert place.shop.tenancy(living.path) == living.tenancy
    state = Path(place.shop.environment["XDG_STATE_HOME"])
    told = found(place.canaries.values(), files(state))
    kept = {slot: {Path(one.partition(" (")[0]).relative_to(state / "govcloud") for one in told[slot]} for slot in told}
    assert kept.pop("passphrase") == {Path("engine/passphrase")}
    assert {file.name.partition("-")[0] for file in kept.pop("user-data")} == {"store.sqlite"}
    assert kept == {}
    assert list(state.rglob("*.iaas.json")), "there is a state to look into"
