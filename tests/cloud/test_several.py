"""A folder of requests, one of them broken; and a saved plan that lies where a pipeline put it."""

from __future__ import annotations

import json
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


def test_a_saved_plan_may_lie_anywhere_and_is_applied_once(workshop: Workshop, tmp_path: Path) -> None:
    path = workshop.write("far.test", smallest("远处的方案"))
    saved = tmp_path / "far.plan"
    workshop.run("plan", path, "--save", str(saved))
    assert saved.stat().st_mode & 0o077 == 0
    workshop.run("plan", path, "--save", str(saved))
    done = workshop.run("apply", str(saved), "-o", "json")
    assert done.data["changed"] is True
    again = workshop.run("apply", str(saved), code=6)
    assert "no longer holds" in again.err
    assert f"plan again and have that reviewed: govcloud plan {path}" in again.err
