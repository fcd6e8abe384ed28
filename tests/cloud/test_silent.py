"""Of two sites one does not answer: what stands on the other is cut off at once all the same."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from govcloud.store.store import Store
from govcloud.store.tenancies import all_tenancies, save
from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("standing")]


@pytest.fixture(scope="module")
def standing(workshop: Workshop) -> None:
    """What stands on the site that answers."""
    workshop.run("apply", workshop.write("near.test", smallest("应答站点的系统")), "--yes")


@pytest.mark.parametrize("hangs", [False, True])
def test_a_site_that_does_not_answer_keeps_nobody_on_another_waiting(
    workshop: Workshop, tmp_path: Path, hangs: bool
) -> None:
    """What is cut off in an emergency is cut off at once where that can be done, and tried for a while elsewhere."""
    deaf = socket.create_server(("127.0.0.1", 0))  # takes connections and answers none
    port = deaf.getsockname()[1]
    if not hangs:
        deaf.close()
    entries = yaml.safe_load(Path(workshop.environment["OS_CLIENT_CONFIG_FILE"]).read_text("utf-8"))["clouds"]
    auth = {**entries["devcloud"]["auth"], "auth_url": f"http://127.0.0.1:{port}/v3"}
    silent = {**entries["devcloud"], "auth": auth, "api_timeout": 10}
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text(
        yaml.safe_dump({"clouds": {**entries, "silent": silent}}),
        "utf-8",
    )
    site = yaml.safe_load((workshop.root / "sites/main.yaml").read_text("utf-8"))
    site |= {"name": "south", "cloud": "silent", "operator_domain": f"{workshop.domain}-south"}
    south = workshop.root / "sites/south.yaml"
    store = Store(f"sqlite:///{workshop.records}")
    near = [one for one in all_tenancies(store) if one.stage == "active"]
    far = replace(near[0], id="t-000000", site="south", path="departments/dot/south.test.yaml")
    try:
        south.write_text(yaml.safe_dump(site, allow_unicode=True), "utf-8")
        save(store, far)
        said = subprocess.run(
            [sys.executable, "-m", "govcloud", "isolate", "dot", "--reason", "疑似失陷", "--yes"], cwd=workshop.root,
            env={**workshop.environment, "OS_CLIENT_CONFIG_FILE": str(clouds)}, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        )  # fmt: skip
    finally:
        deaf.close()
        save(store, replace(far, stage="ended", allocation=None))
        south.unlink()
    assert said.returncode == (9 if hangs else 1), said.stdout
    first, *lines = said.stdout.splitlines()
    assert first.startswith("no answer that will do within 5 seconds (why is told below) from: south;")
    assert [line.split()[0] for line in lines[: len(near)]] == [one.id for one in near]
    assert all("is isolated: " in line for line in lines[: len(near)])
    if hangs:
        assert "t-000000: the cloud silent did not answer within 10 seconds" in said.stdout
    else:
        assert "asked again for another" in lines[len(near)]
        assert "t-000000: cannot reach the cloud" in said.stdout
    assert "nothing of t-000000 has been cut: its traffic still flows" in said.stdout
    workshop.run("release", "dot", "--reason", "已排除")
