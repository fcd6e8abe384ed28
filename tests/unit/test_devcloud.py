"""The devcloud's table of services and its small decisions; the real thing is tested in tests/cloud."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from govcloud import devcloud
from govcloud.devcloud import credentials, packages, python, root, starting
from govcloud.devcloud.ini import ini
from govcloud.devcloud.installation import Installation, open_installation
from govcloud.devcloud.ports import BLOCK, DEFAULTS, FIRST, LAST, choose_base
from govcloud.devcloud.services import PORTS, components, services
from govcloud.devcloud.services.chassis import HOSTS
from govcloud.devcloud.services.mariadb import create_databases
from govcloud.devcloud.status import status
from govcloud.devcloud.supervisor import Supervisor
from govcloud.errors import GovcloudError


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """A devcloud of an empty home, never started, nothing installed."""
    return open_installation(PORTS, {"HOME": str(tmp_path)})


def test_every_home_has_its_own(tmp_path: Path) -> None:
    first, again, second = (
        open_installation(PORTS, {"HOME": "/nowhere", "XDG_DATA_HOME": str(tmp_path / name)})
        for name in ("a", "a", "b")
    )
    assert (first.id, first.ports, first.password("x")) == (again.id, again.ports, again.password("x"))
    assert first.id != second.id
    assert first.data != second.data
    assert first.password("x") != second.password("x") != second.password("y")
    assert stat.S_IMODE((first.home / "installation.json").stat().st_mode) == 0o600


def test_a_broken_identity_is_named(tmp_path: Path) -> None:
    here = open_installation(PORTS, {"HOME": str(tmp_path)})
    (here.home / "installation.json").write_text('{"base": "x"}')
    with pytest.raises(GovcloudError, match=r"devcloud\.identity-unreadable"):
        open_installation(PORTS, {"HOME": str(tmp_path)})


def test_ports_are_free_unclaimed_and_no_defaults() -> None:
    identity = "00000000"
    first = choose_base(identity, (), lambda _: True)
    assert FIRST <= first <= LAST
    assert not DEFAULTS & set(range(first, first + BLOCK))
    second = choose_base(identity, (first,), lambda _: True)
    assert second >= first + BLOCK
    busy = choose_base(identity, (), lambda port: port not in (first + 7, second + 3))
    assert busy not in (first, second)
    with pytest.raises(GovcloudError, match=r"devcloud\.no-ports"):
        choose_base(identity, (), lambda _: False)


def test_a_block_holds_all_ports() -> None:
    assert len(set(PORTS)) == len(PORTS) < BLOCK


def test_needs_are_known_and_come_first(here: Installation) -> None:
    table = services(components(here))
    order = [service.name for service in starting.in_order(table)]
    assert sorted(order) == sorted(table)
    for service in table.values():
        assert all(order.index(need) < order.index(service.name) for need in service.needs)
        if service.foundation:
            assert all(table[need].foundation for need in service.needs)


def test_two_services_never_share_a_port(here: Installation) -> None:
    taken = [service.port for service in services(components(here)).values() if service.port]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(here.ports.values())


def test_no_secret_on_a_command_line(here: Installation) -> None:
    secrets = re.compile(r"\b[0-9a-f]{40}\b")
    for part in components(here):
        commands = [service.command for service in part.services]
        commands += [task.command for task in (*part.prepare, *part.migrate)]
        assert not any(secrets.search(word) for command in commands for word in command)


def test_root_is_for_switches_only(here: Installation) -> None:
    as_root = {service.name for service in services(components(here)).values() if service.root}
    assert as_root == {f"{host.name}-vswitchd" for host in HOSTS}


def test_configuration_is_read_as_it_was_meant(here: Installation) -> None:
    files = {name: text for part in components(here) for name, text in part.files.items()}
    for name in ("nova/nova.conf", "neutron/neutron.conf", "cinder/cinder.conf", "keystone/keystone.conf"):
        parser = configparser.RawConfigParser(strict=True)
        parser.read_string(files[name])
        assert parser["oslo_policy"]["enforce_scope"] == parser["oslo_policy"]["enforce_new_defaults"] == "true"
    nova = configparser.RawConfigParser()
    nova.read_string(files["nova/nova.conf"])
    assert "database" not in nova  # nova-compute reads this file
    assert nova["quota"]["instances"] == "0"


def test_databases_have_one_user_per_service(here: Installation) -> None:
    sql = create_databases(here, ("nova", "nova_api", "cinder"))
    assert sql.count("CREATE DATABASE") == 3
    assert set(re.findall(r"TO '(\w+)'", sql)) == {"nova", "cinder"}


def test_clouds_yaml_is_private_and_complete(here: Installation) -> None:
    credentials.write_clouds(here)
    assert stat.S_IMODE(here.clouds_file.stat().st_mode) == 0o600
    text = here.clouds_file.read_text()
    assert all(f"{name}:" in text for name in ("devcloud", "devcloud-admin", "devcloud-system"))
    assert devcloud.variables(here)["OS_CLIENT_CONFIG_FILE"] == str(here.clouds_file)


def test_status_of_what_never_ran(here: Installation) -> None:
    now = status(here)
    assert not now.is_up
    assert {service.state for service in now.services} == {"stopped"}
    assert Supervisor(here).pid == 0


def test_ini() -> None:
    assert ini({"a": {"x": 1}}, {"a": {"x": True, "y": "z"}}) == "[a]\nx = true\ny = z\n"


def test_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert starting.tail(log) == ""
    log.write_bytes(b"\xff" + b"".join(b"line %d\n" % number for number in range(5000)))
    assert starting.tail(log, 2) == "    line 4998\n    line 4999"


def test_without_root_and_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(GovcloudError, match=r"devcloud\.no-root"):
        root.ask_for_root()
    assert root.as_root(("true",))[0] == "sudo"


def test_every_python_package_is_pinned_with_hashes() -> None:
    for lock in (python.LOCK, python.BUILD_LOCK):
        lines = lock.read_text("ascii").splitlines()
        pins = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert pins
        for number in pins:
            assert "==" in lines[number]
            assert lines[number + 1].lstrip().startswith("--hash=sha256:")
    wanted = {line.strip() for line in (python.HERE / "requirements.in").read_text().splitlines()}
    assert {"keystone==30.0.0", "nova==34.0.0", "neutron==29.0.0", "cinder==29.0.0", "glance==33.0.0"} <= wanted


def test_a_policy_that_stood_there_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(packages, "POLICY", policy)
    monkeypatch.setattr(packages, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(packages, "as_root", list)
    policy.write_text("theirs")
    with packages._nothing_starts():
        assert packages.policy_is_ours()
    assert policy.read_text() == "theirs"
    policy.rename(tmp_path / "kept")  # as an `up` leaves it that is killed in apt
    policy.write_text(packages.REFUSAL)
    packages.put_back_policy()
    assert policy.read_text() == "theirs"


def test_seed_speaks_of_known_hosts() -> None:
    import yaml  # noqa: PLC0415 - only here

    plan = yaml.safe_load((Path(devcloud.__file__).parent / "seed/cloud.yaml").read_text())
    zones = {zone["name"]: set(zone["hosts"]) for zone in plan["aggregates"]}
    assert zones == {zone: {host.name for host in HOSTS if host.zone == zone} for zone in ("az1", "az2")}
    assert len(HOSTS) >= 4
    assert json.dumps(plan)
