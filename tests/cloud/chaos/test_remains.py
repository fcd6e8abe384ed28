"""What a run that did not end well left: it is in the plan, goes after the yes alone, and nobody's own goes with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.cloud.chaos.faults import FAULTS
from tests.cloud.chaos.footprint import footprint
from tests.cloud.chaos.place import Place
from tests.cloud.chaos.point import whose
from tests.cloud.chaos.victims import fault
from tests.cloud.conftest import Devcloud, until
from tests.cloud.records.machines import machine, move

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("ended")]
USAGE, RESOURCE_FAILED, REFUSED, STALE, KILLED = 2, 4, 5, 6, -9


def _lost(place: Place, path: str, *permitted: str) -> None:
    """An apply fails that had a volume made: the answer was lost."""
    place.way.proxy.set(FAULTS["cut-after"], 1, "provider", "cinder")
    place.shop.run("apply", path, "--yes", *permitted, code=RESOURCE_FAILED)
    place.way.proxy.clear()


def _volumes(place: Place, path: str) -> set[str]:
    project = place.shop.project(place.shop.tenancy(path))
    listed = place.cloud.block_storage.volumes(details=True, all_projects=True, project_id=project)
    return {volume.name for volume in listed}


def test_it_goes_after_the_yes_and_is_on_record(devcloud: Devcloud, place: Place) -> None:
    path = place.request("remains")
    _lost(place, path)
    tenancy = place.shop.tenancy(path)
    orphan = f"{tenancy}-web-1-files"
    assert _volumes(place, path) == {orphan}
    _what_somebody_made_meanwhile_stays(devcloud, place, path, orphan)
    said = place.shop.run("plan", path, "-o", "json", "--detailed-exitcode", code=2).data
    assert said["remains"] == [f"volume {orphan}"]
    assert f"left by a run that did not end well, and goes first: volume {orphan}" in place.shop.run("plan", path).out
    drifted = place.shop.run("drift", path, "-o", "json").data["differences"]
    assert [one["what"] for one in drifted if one["how"] == "left"] == [f"volume {orphan}"]
    assert not [one for one in drifted if one["how"] == "unmanaged"], "nobody else made anything"
    assert "--yes" in place.shop.run("apply", path, code=USAGE).err, "nobody was there to say it"
    assert _volumes(place, path) == {orphan}
    place.shop.run("apply", path, "--yes")
    applied = place.shop.run("history", path, "-o", "json").data[0]
    assert applied["record"]["removed"] == [f"volume {orphan}"], json.dumps(applied)
    found = footprint(place.cloud, whose(place, path))
    assert [row[1] for row in found["volume"].elements()] == ["in-use"]
    assert place.shop.run("plan", path, "-o", "json", "--detailed-exitcode").data["remains"] == []
    _with_a_destroy_it_goes_too(place, path, tenancy)


def _what_somebody_made_meanwhile_stays(devcloud: Devcloud, place: Place, path: str, orphan: str) -> None:
    """A volume restored by hand, while the next apply is awaited, under a name like ours."""
    project, cloud = place.shop.project(place.shop.tenancy(path)), place.cloud
    cloud.block_storage.update_quota_set(project, volumes=10, volumes_plain=10, gigabytes=20, gigabytes_plain=20)
    inside = devcloud.connect_to(project)
    names = {f"{orphan}-restored", f"copy of {orphan}"}
    made = [inside.block_storage.create_volume(name=name, size=1, volume_type="plain") for name in sorted(names)]
    until(lambda: all(inside.block_storage.get_volume(one).status == "available" for one in made))
    assert place.shop.run("plan", path, "-o", "json").data["remains"] == [f"volume {orphan}"]
    refused = place.shop.run("destroy", path, "--yes", code=REFUSED)
    assert all(name in refused.err for name in names)
    assert _volumes(place, path) == {orphan, *names}, "a refusal changes nothing"
    for one in made:
        inside.block_storage.delete_volume(one)
    until(lambda: _volumes(place, path) == {orphan})


def _with_a_destroy_it_goes_too(place: Place, path: str, tenancy: str) -> None:
    iaas = yaml.safe_load((place.shop.root / path).read_text("utf-8"))["iaas"]
    iaas["servers"]["web"]["volumes"]["more"] = "1GiB"
    place.shop.edit(path, iaas=iaas)
    _lost(place, path)
    assert _volumes(place, path) == {f"{tenancy}-web-1-files", f"{tenancy}-web-1-more"}
    assert place.shop.run("plan", path, "-o", "json").data["remains"] == [f"volume {tenancy}-web-1-more"]
    place.shop.run("destroy", path, "--yes")


def test_a_plan_that_was_reviewed_without_it_is_stale(place: Place) -> None:
    path = place.request("reviewed")
    place.shop.run("plan", path, "--save", "reviewed.plan")
    place.way.proxy.set(FAULTS["cut-after"], 1, "provider", "keystone")
    place.shop.run("apply", path, "--yes", code=RESOURCE_FAILED)
    place.way.proxy.clear()
    refused = place.shop.run("apply", "reviewed.plan", "--yes", code=STALE)
    assert "was left by a run that did not end well; the review did not know of it" in refused.err


def test_a_plan_after_a_kill_writes_nothing_and_the_next_apply_writes_it_off(place: Place) -> None:
    path = place.request("killed")
    place.way.proxy.set(fault(place, "kill-all"), 1, "provider", "nova")
    place.shop.run("apply", path, "--yes", code=KILLED)
    place.way.proxy.clear()
    before = place.shop.run("history", path, "-o", "json").data[0]
    assert (before["outcome"], before["ended"]) == ("lost", ""), "nobody wrote that down yet"
    plan = place.shop.run("plan", path, "-o", "json").data
    assert plan["changes"] is True
    assert place.shop.run("history", path, "-o", "json").data[0] == before, "a plan writes nothing"
    place.shop.run("apply", path, "--yes")
    lost = place.shop.run("history", path, "-o", "json").data[1]
    assert lost["outcome"] == "lost"
    assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


def test_where_the_records_were_restored_it_goes_only_by_its_name(place: Place, tmp_path: Path) -> None:
    """Somebody may have gone on with the run where the backup was made, and use it."""
    path, file = place.request("restored"), tmp_path / "records.tar"
    _lost(place, path)
    (orphan,) = _volumes(place, path)
    for number in range(2):  # a copy of a copy knows no more
        place.shop.run("store", "backup", str(file))
        there = machine(place.shop, tmp_path / str(number))
        there.run("store", "restore", str(file))
        file.unlink()
        move(place.shop, there)
    permitted = ("--allow-data-loss", f"volume {orphan}")
    for left in ("by the run that the copy knows", "by one here: nobody can tell them apart until one is done"):
        planned = place.shop.run("plan", path, "-o", "json").data
        assert (planned["remains"], planned["losses"]) == ([f"volume {orphan}"], [f"volume {orphan}"]), left
        refused = place.shop.run("apply", path, "--yes", code=REFUSED)
        assert f'--allow-data-loss "volume {orphan}"' in refused.err
        assert _volumes(place, path) == {orphan}
        if left.startswith("by the run"):
            _lost(place, path, *permitted)
    place.shop.run("apply", path, "--yes", *permitted)
    assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True


def test_another_tenancy_of_the_department_gets_over_what_died_on_its_stack(place: Place) -> None:
    """A lock and a domain that belong to both: who meets them first finds out by a failure, and gets over it."""
    first, second = place.request("first"), place.request("second")
    place.way.proxy.set(fault(place, "kill-all"), 1, "provider", "keystone")
    place.shop.run("apply", first, "--yes", code=KILLED)
    place.way.proxy.clear()
    assert len(place.locks()) == 1
    failed = place.shop.run("apply", second, "--yes", code=RESOURCE_FAILED)
    assert "acting as domains with the same name" in failed.err
    assert place.locks() == []
    place.shop.run("apply", second, "--yes")
    place.shop.run("apply", first, "--yes")
    for path in (first, second):
        assert place.shop.run("drift", path, "-o", "json", "--detailed-exitcode").data["clean"] is True
