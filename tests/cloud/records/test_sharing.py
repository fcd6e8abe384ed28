"""Two machines, one PostgreSQL: each sees what the other does, none goes against the other, the dead give way."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text

from govcloud.store.leases import SILENCE, interrupted
from govcloud.store.store import Store
from govcloud.store.tables import leases
from tests.cloud.conftest import until
from tests.cloud.records.machines import in_postgresql, machine, move, start_far_away
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture
from tests.postgresql import Server

pytestmark = pytest.mark.long
PASSPHRASE = "govcloud/engine/passphrase"
FAR = "operations-2"


@dataclass(frozen=True)
class Pair:
    """This machine, and another one, whose settings are in a file."""

    here: Workshop
    there: Workshop
    passwords: tuple[str, ...]

    @property
    def store(self) -> str:
        """The store's address."""
        return self.here.environment["GOVCLOUD_STORE"]


@pytest.fixture(scope="module")
def pair(workshop: Workshop, postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """This machine has the settings in its environment, the other in the file of its user."""
    settings = in_postgresql(postgresql)
    here = machine(workshop, tmp_path_factory.mktemp("here"), **settings)
    move(workshop, here)
    there = machine(workshop, tmp_path_factory.mktemp("there"))
    config = tmp_path_factory.mktemp("config")
    (config / "govcloud").mkdir()
    lines = (f'{name.removeprefix("GOVCLOUD_").lower()} = "{address}"\n' for name, address in settings.items())
    (config / "govcloud/config.toml").write_text("".join(lines), "utf-8")
    there = replace(there, environment={**there.environment, "XDG_CONFIG_HOME": str(config)})
    passwords = (postgresql.password, make_url(postgresql.address("x")).render_as_string(hide_password=False))
    return Pair(here, there, passwords)


@pytest.fixture(scope="module")
def path(pair: Pair) -> str:
    """A request with two machines and a volume each; the tests follow one another in its life."""
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 2, "volumes": {"files": "1GiB"}}
    return pair.here.write("shared.test", request)


def _copy_passphrase(pair: Pair) -> None:
    """What docs/records.md says of another machine."""
    old, new = (Path(one.environment["XDG_STATE_HOME"]) / PASSPHRASE for one in (pair.here, pair.there))
    new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(old, new)


def _fall_silent(store: str, tenancy: str) -> None:
    """Let it be long ago that the holder was heard of: the database's clock, which leases go by, is put forward.

    What the holder did keeps its time, as it does when one really waits.
    """
    engine = create_engine(make_url(store).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    later = f"$$ SELECT pg_catalog.now() + interval '{SILENCE.total_seconds() * 2} seconds' $$"
    with engine.connect() as connection:
        assert connection.execute(select(leases.c.host).where(leases.c.name == tenancy)).scalar_one() == FAR
        connection.execute(text(f"CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql AS {later}"))
        connection.execute(text(f'ALTER DATABASE "{engine.url.database}" SET search_path = public, pg_catalog'))
    engine.dispose()


def test_one_works_and_the_other_is_told_and_can_cut_it_off(pair: Pair, path: str) -> None:
    here, there = pair.here, pair.there
    passphrase = Path(there.environment["XDG_STATE_HOME"]) / PASSPHRASE
    first = start_far_away(here, FAR, "apply", path, "--yes")
    first.wait_for("iaas/network")
    first.stop()
    with ThreadPoolExecutor(1) as pool:
        try:
            missing = there.run("plan", path, code=1)
            assert f"{passphrase} is missing" in missing.err
            assert not passphrase.exists(), "none is made where there must be a certain one"
            _copy_passphrase(pair)
            tenancy = there.tenancy(path)
            refused = there.run("apply", path, "--yes", code=10)
            assert f"govcloud-operator is changing {tenancy} (apply, process " in refused.err
            assert f" on {FAR}" in refused.err
            assert FAR in there.run("unlock", path, code=10).err
            cutting = pool.submit(there.run, "isolate", path, "--reason", "疑似失陷", "--yes")
            until(lambda: interrupted(Store(pair.store), tenancy) is not None)
        finally:
            first.go_on()  # so that it has most of its work before it when it is told to stop
        isolated = cutting.result()
    assert first.end() == 130, first.told
    assert "isolate" in first.told
    assert "apply" in isolated.out
    ports = here.cloud.network.ports(project_id=here.project(tenancy))
    assert not [port.id for port in ports if port.is_admin_state_up and "network:" not in port.device_owner]


def test_what_one_began_the_other_finishes_and_both_see_it(pair: Pair, path: str) -> None:
    here, there = pair.here, pair.there
    there.run("release", path, "--reason", "已排除")
    there.run("apply", path, "--yes")
    here.run("plan", path, "--detailed-exitcode")
    assert here.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    here.run("store", "check")
    found = here.run("history", path, "-o", "json").data
    assert [(run["kind"], run["outcome"]) for run in found] == [
        ("apply", "done"), ("release", "done"), ("isolate", "done"), ("apply", "interrupted"),
    ]  # fmt: skip


def test_another_passphrase_is_refused_by_whatever_needs_it(pair: Pair, path: str) -> None:
    file = Path(pair.there.environment["XDG_STATE_HOME"]) / PASSPHRASE
    right = file.read_text("utf-8")
    file.write_text("another")
    for verb in ("plan", "apply", "drift", "destroy"):
        refused = pair.there.run(verb, path, code=1)
        assert f"copy engine/passphrase from a machine that works with this store over {file}" in refused.err
        assert right not in refused.err
    assert _bad(pair.there) == _bad(pair.there, "doctor") == ["passphrase"]
    file.write_text(right)
    assert _bad(pair.there) == _bad(pair.there, "doctor") == []


def _bad(shop: Workshop, *command: str) -> list[str]:
    found = shop.run(*(command or ("store", "check")), "-o", "json", code=None).data
    return [check["check"] for check in found if not check["ok"]]


def test_a_machine_that_lost_its_power_is_taken_over(pair: Pair, path: str) -> None:
    """It cannot say that it is off: its silence does, and then the other finishes its work."""
    here, there = pair.here, pair.there
    request = smallest()
    request["iaas"]["servers"]["web"] |= {"count": 3, "volumes": {"files": "1GiB", "more": "1GiB"}}
    here.edit(path, iaas=request["iaas"])
    second = start_far_away(there, FAR, "apply", path, "--yes")
    second.wait_for("iaas/volume")
    second.lose_power()
    assert FAR in here.run("apply", path, "--yes", code=10).err
    _fall_silent(pair.store, here.tenancy(path))
    assert _bad(here) == ["unfinished"]
    here.run("apply", path, "--yes")
    assert [run["outcome"] for run in there.run("history", path, "-o", "json").data][:2] == ["done", "lost"]
    there.run("plan", path, "--detailed-exitcode")
    assert there.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
    assert _bad(there) == []


def test_the_other_ends_it_and_nothing_is_kept_beside_the_database(pair: Pair, path: str) -> None:
    pair.there.run("destroy", path, "--yes")
    assert pair.here.run("list", "--for", "operator", "-o", "json").data == []
    assert _bad(pair.here) == []
    homes = [Path(one.environment["XDG_STATE_HOME"]) for one in (pair.here, pair.there)]
    assert [file for home in homes for file in home.rglob("*") if file.name in ("store.sqlite", ".pulumi")] == []


def test_where_the_records_are_is_shown_without_passwords(pair: Pair) -> None:
    for one, origin in ((pair.here, "GOVCLOUD_STORE"), (pair.there, "config.toml")):
        shown = one.run("config", "show", "--origin")
        assert origin in shown.out
        assert "postgresql://govcloud:***@127.0.0.1" in shown.out
        assert not any(password in shown.out for password in pair.passwords)
