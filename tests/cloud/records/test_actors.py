"""Every record says who: the user of the token, and the CI job, where there is one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.cloud.samples import smallest
from tests.cloud.workshop import Workshop, workshop  # noqa: F401 - a fixture

OPERATOR, OTHER = "govcloud-operator", "admin"


def _in_job(shop: Workshop, **variables: str) -> Workshop:
    return replace(shop, environment={**shop.environment, **variables})


@pytest.fixture(scope="module")
def runs(workshop: Workshop) -> dict[str, Any]:
    """Everything that can be done with a tenancy, each by somebody and in a job of its own; the runs by job."""
    path = workshop.write("signed.test", smallest())
    plan = workshop.root / "signed.plan"

    def do(job: str, *arguments: str) -> None:
        _in_job(workshop, CI_JOB_URL=f"https://gitlab.example/jobs/{job}").run(*arguments)

    def save(job: str) -> Any:
        do(job, "plan", path, "--save", str(plan))
        saved = json.loads(plan.read_text("utf-8"))
        assert (saved["actor"], saved["job"]) == (OPERATOR, f"https://gitlab.example/jobs/{job}")
        return saved["id"]

    workshop.run("history", path, code=1)
    first = save("0")
    asked = workshop.run("history", path, "-o", "json").data
    assert [(run["kind"], run["plan"]) for run in asked] == [("plan", first)], "it is known before it is applied"
    workshop.run("apply", path, "--yes")
    second = save("1")
    do("2", "apply", str(plan), "--reason", "工单 7")
    github = {"SERVER_URL": "https://github.example", "REPOSITORY": "gov/cloud", "RUN_ID": "3"}
    _in_job(workshop, **{f"GITHUB_{name}": value for name, value in github.items()}).run(
        "hold", path, "--reason", "审计", "--os-cloud", "devcloud-admin"
    )
    do("4", "release", path, "--os-cloud", "devcloud-admin")
    do("5", "isolate", path, "--reason", "疑似失陷", "--yes", "--os-cloud", "devcloud-admin")
    do("6", "release", path, "--reason", "已排除")
    do("7", "unlock", path, "--os-cloud", "devcloud-admin")
    tenancy = workshop.tenancy(path)
    do("8", "destroy", path, "--yes", "--reason", "到期")
    workshop.run("destroy", tenancy, "--yes", code=5)
    found = workshop.run("history", tenancy, "-o", "json").data
    assert [run["plan"] for run in found if run["plan"] == second] == [second] * 2, "the run names what was reviewed"
    shown = workshop.run("history", tenancy).out
    assert "https://gitlab.example/jobs/8" in shown.replace("\n", "")
    return {run["job"].rpartition("/")[2]: run for run in found}


@pytest.mark.parametrize(
    ("job", "kind", "actor", "reason"),
    [
        ("0", "plan", OPERATOR, ""),
        ("1", "plan", OPERATOR, ""),
        ("2", "apply", OPERATOR, "工单 7"),
        ("3", "hold", OTHER, "审计"),
        ("4", "release", OTHER, ""),
        ("5", "isolate", OTHER, "疑似失陷"),
        ("6", "release", OPERATOR, "已排除"),
        ("7", "unlock", OTHER, ""),
        ("8", "destroy", OPERATOR, "到期"),
    ],
)
def test_every_record_says_who(runs: dict[str, Any], job: str, kind: str, actor: str, reason: str) -> None:
    run = runs[job]
    assert (run["kind"], run["actor"], run["reason"], run["outcome"]) == (kind, actor, reason, "done")
    server = "https://github.example/gov/cloud/actions/runs/3" if job == "3" else f"https://gitlab.example/jobs/{job}"
    assert run["job"] == server
    assert run["started"] <= run["ended"]


def test_nothing_else_is_on_record(runs: dict[str, Any]) -> None:
    assert sorted(runs) == ["", *"012345678"]
    assert (runs[""]["kind"], runs[""]["actor"]) == ("apply", OPERATOR), "a person has no job"
