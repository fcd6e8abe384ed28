"""A folder of requests, one of them broken; a saved plan that lies where a pipeline put it; one who stops reading."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture


def test_a_folder_is_planned_whatever_one_of_its_files_says(workshop: Workshop) -> None:
    workshop.write("bad.test", {**smallest(), "environment": "nowhere"})
    good = workshop.write("good.test", smallest("合规系统"))
    told = workshop.run("plan", "departments/dot", "-o", "json", "--detailed-exitcode", code=64)
    rows = json.loads(told.out)["data"]
    assert sorted(row["kind"] for row in rows) == ["Error", "Plan"]
    error = next(row["data"] for row in rows if row["kind"] == "Error")
    assert error["file"].endswith("bad.test.yaml")
    assert error["problems"][0]["line"]
    assert next(row["data"]["admitted"] for row in rows if row["kind"] == "Plan") is True
    report = workshop.run("plan", "departments/dot", "-o", "junit", code=2).out
    assert report.count("<testsuites") == 1
    assert "bad.test.yaml" in report
    (workshop.root / "departments/dot/bad.test.yaml").unlink()
    assert workshop.run("plan", good, "-o", "json").data["admitted"] is True


def test_two_files_for_one_tenancy_have_no_plan(workshop: Workshop) -> None:
    files = [workshop.write(f"{name}.test", smallest("两份申请")) for name in ("one", "two")]
    told = workshop.run("plan", "departments/dot", "-o", "json", code=2)
    errors = [row["data"] for row in json.loads(told.out)["data"] if row["kind"] == "Error"]
    assert [error["problems"][0]["code"] for error in errors] == ["province.same-system"] * 2
    for file in files:
        assert "the request of the same system" in workshop.run("apply", file, "--yes", code=2).err
    for file in files:
        (workshop.root / file).unlink()


def test_a_saved_plan_may_lie_anywhere_and_is_applied_once(workshop: Workshop, tmp_path: Path) -> None:
    path = workshop.write("far.test", smallest("远处的方案"))
    saved = tmp_path / "far.plan"
    workshop.run("plan", path, "--save", str(saved))
    assert saved.stat().st_mode & 0o077 == 0
    workshop.run("plan", path, "--save", str(saved))
    done = workshop.run("apply", str(saved), "-o", "json")
    assert done.data["changed"] is True
    again = workshop.run("apply", str(saved), code=6)
    assert again.err.startswith("it was applied by ")
    assert "nothing is left to do" in again.err


def test_an_apply_that_nobody_reads_any_more_comes_to_its_end(workshop: Workshop, tmp_path: Path) -> None:
    path = workshop.write("unread.test", smallest("无人观看的系统"))
    told = tmp_path / "told"
    line = f"{sys.executable} -m govcloud apply {path} --yes --events 2>{told} | head -3; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=workshop.root, env=workshop.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, told.read_text("utf-8")
    assert len(done.stdout.splitlines()) == 3
    for word in ("warn", "Errno", "Traceback"):
        assert word not in told.read_text("utf-8")
    rows = workshop.run("history", "departments/dot", "-o", "json").data
    (run,) = next(row["data"] for row in rows if row["data"][0]["tenancy"] == workshop.tenancy(path))
    assert (run["kind"], run["outcome"]) == ("apply", "done")


def test_of_a_folder_all_that_stands_is_looked_at(workshop: Workshop) -> None:
    paths = [row["path"] for row in workshop.run("list", "--for", "operator", "-o", "json").data]
    assert len(paths) > 1
    for folder in ("departments", "departments/dot", "."):
        for command, kind in (("drift", "Drift"), ("show", "Tenancy")):
            rows = workshop.run(command, folder, "-o", "json").data
            assert [row["kind"] for row in rows] == [kind] * len(paths)
    (machine,) = workshop.run("show", paths[0], "-o", "json").data["machines"]
    assert (machine["cores"], machine["memory"], machine["disk"]) == (2, 4096, 40), "as the cloud says"
    refused = workshop.run("destroy", "departments", "--yes", code=2)
    assert "departments is no file, no tenancy's id and no department" in refused.err


def test_what_goes_wrong_with_one_tenancy_of_a_department_keeps_nobody_from_the_others(workshop: Workshop) -> None:
    living = workshop.run("list", "--for", "operator", "-o", "json").data
    first = living[0]["tenancy"]
    workshop.run("hold", first, "--reason", "审计")
    told = workshop.run("hold", "dot", "--reason", "等保测评", code=5)
    assert told.err.startswith(f"{first} is held already")
    assert len(told.out.splitlines()) == len(living) - 1
    ended = workshop.run("destroy", "dot", "--yes", code=5)
    assert "nothing was destroyed" in ended.err
    assert all(row["tenancy"] in ended.err for row in living)
    states = {row["state"] for row in workshop.run("list", "--for", "operator", "-o", "json").data}
    assert states == {"held"}
    workshop.run("release", "dot")
