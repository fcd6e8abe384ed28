"""A plan in words: what it would do, why it may not, what it loses; and nothing that is not the reader's business."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from govcloud.output.document import Branch, Document, Fold, Heading, Paragraph, Part, Table, cell
from govcloud.output.formats import FORMATS, render
from govcloud.output.plan import SYMBOLS, plan_document
from govcloud.plan.plan import Missing, Plan, QuotaChange
from govcloud.province.waivers import Waiver
from govcloud.text import LANGUAGES, use_language
from tests.unit.drafting import drafted, planned, step
from tests.unit.ground import FERRY, INSURANCE, TRAINING, asked, fitted, repository, server

CREATE: Final = step("create", "compute/instance:Instance", "server/web-1", changes={"name": ("", '"web"')})
UPDATE: Final = step("update", "networking/port:Port", "server/web-2", changes={"adminStateUp": ("false", "true")})
DELETE: Final = step("delete", "blockstorage/volume:Volume", "volume/web-2/files")
REPLACE: Final = step("replace", "compute/instance:Instance", "server/web-3")
PROJECT: Final = step("create", "identity/project:Project", "project/iaas", stack="tenancy")
SCAFFOLD: Final = step("create", "govcloud:iaas:Server", "server/web-1")
STEPS: Final = (CREATE, UPDATE, DELETE, REPLACE, PROJECT, SCAFFOLD)
QUOTAS: Final = (QuotaChange("compute", "cores", None, 4), QuotaChange("network", "rbac_policy", None, 0))


@pytest.fixture(autouse=True)
def _speak() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh")


def _plan(*steps: Any, **outlook: Any) -> Plan:
    return planned(drafted(asked()), *steps, **outlook)


def _texts(document: Document) -> list[str]:
    return list(_words(document.parts))


def _words(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        match part:
            case Heading(text) | Paragraph(text):
                yield text
            case Table(columns, rows):
                yield from columns
                yield from (cell(value).text for row in rows for value in row)
            case Branch(label, branches):
                yield label.text
                yield from _words(branches)
            case Fold(summary, inner):
                yield summary
                yield from _words(inner)


def _shown(plan: Plan, audience: str = "operator", *, asking: bool = False) -> str:
    return "\n".join(_texts(plan_document(plan, audience=audience, asking=asking)))


def test_where_only_limits_change_nothing_else_is_counted() -> None:
    assert "2 quota limits change" in _texts(plan_document(_plan(SCAFFOLD, quotas=QUOTAS), audience="operator"))


def test_what_would_happen_is_counted_and_listed_without_scaffolding() -> None:
    told = _shown(_plan(*STEPS, quotas=QUOTAS))
    assert "create 2, change 1, delete 1, replace 1; 2 quota limits change" in told
    lines = told.splitlines()
    for line in ("+ server web-1", "~ port web-2", "- volume web-2/files", "± server web-3", "+ project iaas"):
        assert lines.count(line) == 1
    assert "iaas layer: 4 resources" in lines
    assert "projects and roles: 1 resources" in lines


def test_a_saved_plan_is_applied_from_its_file() -> None:
    plan = _plan(*STEPS)
    permits = '--allow-data-loss "server web-3" --allow-data-loss "volume web-2/files"'
    assert f"next: govcloud apply {plan.path} {permits}" in _texts(plan_document(plan, audience="operator"))
    saved = _texts(plan_document(plan, audience="operator", source=Path("out/a.plan")))
    assert f"next: govcloud apply out/a.plan {permits}" in saved
    far = _texts(plan_document(plan, audience="operator", source=Path("/tmp/a b.plan"), root=Path("/srv/op's")))
    assert f"""next: cd '/srv/op'"'"'s' && govcloud apply '/tmp/a b.plan' {permits}""" in far


def test_more_deletions_than_the_cap_are_told_with_their_flag() -> None:
    many = tuple(step("delete", "networking/port:Port", f"server/web-{number}") for number in range(6))
    few, much = (_plan(*many[:count], PROJECT, SCAFFOLD) for count in (5, 6))
    assert f"next: govcloud apply {few.path}" in _texts(plan_document(few, audience="operator"))
    told = _texts(plan_document(much, audience="operator"))
    assert "the plan deletes or replaces 6 resources, more than the cap of 5" in told
    assert f"next: govcloud apply {much.path} --allow-delete 6" in told
    both = plan_document(_plan(*many, DELETE), audience="operator", source=Path("a.plan"))
    assert 'next: govcloud apply a.plan --allow-data-loss "volume web-2/files" --allow-delete 7' in _texts(both)


def test_what_remains_and_may_have_data_counts_among_the_deletions() -> None:
    names = [f"server t-aaaaaa-web-{number}" for number in range(6)]
    plan = replace(_plan(), remains=(*names, "port t-aaaaaa-web-9"), losses=tuple(names), delete_cap=5)
    assert plan.deletions == 6
    told = _texts(plan_document(plan, audience="operator"))
    assert "the plan deletes or replaces 6 resources, more than the cap of 5" in told


def test_changes_are_shown_of_what_stands_only() -> None:
    lines = _shown(_plan(*STEPS)).splitlines()
    assert "adminStateUp: false → true" in lines
    assert not any(line.startswith("name:") for line in lines), "everything of a new thing is new"


def test_a_long_value_is_cut() -> None:
    long = step("update", "networking/port:Port", "server/web-1", changes={"tags": ('"' + "x" * 500 + '"', '"short"')})
    line = next(line for line in _shown(_plan(long)).splitlines() if line.startswith("tags:"))
    assert len(line) < 110
    assert line.endswith('… → "short"')


def test_what_loses_data_stands_out_before_everything_else() -> None:
    document = plan_document(_plan(*STEPS), audience="department")
    losses = [part for part in document.parts if isinstance(part, Paragraph) and part.text.startswith("!!!")]
    assert [part.text for part in losses] == [
        "!!! loses data: server web-3",
        "!!! loses data: volume web-2/files",
    ]
    assert {part.tone for part in losses} == {"bad"}
    tables = [index for index, part in enumerate(document.parts) if isinstance(part, Table)]
    assert document.parts.index(losses[-1]) < tables[0]


def test_of_a_new_projects_limits_those_that_give_something_are_told() -> None:
    told = _shown(_plan(CREATE, quotas=QUOTAS))
    assert "Quotas: 2 limits" in told
    assert "the other 1 are 0" in told
    assert "rbac_policy" not in told
    cut = _shown(_plan(CREATE, quotas=(QuotaChange("compute", "cores", 4, 0),)))
    assert "cores" in cut.splitlines()
    assert "the other" not in cut
    assert "Quotas" not in _shown(_plan(CREATE, quotas=QUOTAS[1:]))


def test_nothing_to_do_is_said() -> None:
    told = _shown(_plan(SCAFFOLD))
    assert "No changes: the cloud is as the request says." in told
    assert "next: govcloud apply" not in told


def test_how_to_apply_is_told_where_it_may_be_and_nobody_is_asked() -> None:
    plan = _plan(CREATE)
    assert f"next: govcloud apply {plan.path}" in _shown(plan)
    assert "next: govcloud apply" not in _shown(plan, asking=True)
    refused = planned(drafted(fitted(INSURANCE)), CREATE)
    assert "next: govcloud apply" not in _shown(refused)


def test_every_reason_of_a_refusal_is_told_with_its_line_and_what_to_do() -> None:
    refused = planned(drafted(fitted(INSURANCE)))
    told = _shown(refused)
    reasons = len(refused.blocks) + len(refused.missing) + len(refused.refusing)
    assert reasons > 2
    assert f"Not admitted; reasons: {reasons}" in told
    assert told.rstrip().endswith("the reasons stand at the top of this plan."), (
        "who reads the end alone is told as well"
    )
    assert sum(text.startswith("✘") for text in _texts(plan_document(refused, audience="department"))) == reasons
    assert "insurance.production.yaml:" in told
    assert "→ leave out paas and ask for iaas only" in told


def _over_its_allowance() -> Plan:
    """Refused, and by no rule."""
    plan = planned(drafted(asked(iaas={"servers": {"web": server(count=400)}})))
    assert plan.missing
    assert not plan.refusing
    return plan


def test_reports_tell_of_a_refusal_that_is_no_rules() -> None:
    """An empty report says that all is well."""
    plan = _over_its_allowance()
    document = plan_document(plan, audience="department")
    (run,) = json.loads(render(document, "sarif"))["runs"]
    assert len(run["results"]) == len(plan.missing)
    first = run["results"][0]
    assert first["ruleId"] == plan.missing[0].code
    assert "allowance" in first["message"]["text"]
    assert "\n→ " in first["message"]["text"]
    place = first["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] > 1
    assert f'failures="{len(plan.missing)}"' in render(document, "junit")
    titles = {rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert titles == {"the form is right, but it is not admitted: a rule, an allowance or capacity says no"}


def test_a_refusal_that_has_no_line_is_reported_at_the_file() -> None:
    """A forge takes no report of what lies nowhere."""
    plan = replace(_plan(CREATE), blocks=(Missing("plan.frozen", {"reason": "国庆", "until": "2026-10-08"}, "", None),))
    document = plan_document(plan, audience="department")
    (result,) = json.loads(render(document, "sarif"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (plan.path, 1)
    assert not any(f"{plan.path}:1:1" in text for text in _texts(document)), (
        "nobody is sent to a line that says nothing"
    )


def test_a_refusal_names_rule_clause_and_remedy() -> None:
    networks = {"front": {"zone": "internet", "hosts": 4}}
    flows = [{"from": "zone/internet", "to": "web", "ports": ["22/tcp"], "reason": "远程维护"}]
    servers = {"web": server(network="front")}
    plan = planned(drafted(asked(iaas={"networks": networks, "servers": servers}, flows=flows)))
    assert plan.refusing
    told = _shown(plan)
    for one in plan.refusing:
        assert f"{one.rule} " in told
        assert str(one.place) in told
    document = plan_document(plan, audience="department")
    refusals = json.loads(render(document, "json"))["data"]["refusals"]
    assert {one["rule"] for one in refusals} == {one.rule for one in plan.refusing}
    for one in refusals:
        assert one["code"] == one["rule"]
        assert one["line"]
        assert all(one[name] for name in ("file", "message", "next", "clause"))
    assert f"Not admitted; reasons: {len(refusals)}" in told
    reported = [one for one in document.findings if one.status == "fail" and one.rule in {r["rule"] for r in refusals}]
    assert len(reported) == len(refusals), "each is reported once"


@pytest.mark.parametrize("audience", ["department", "operator"])
def test_what_the_plan_is_bound_to_is_the_operators_business(audience: str) -> None:
    plan = _plan(CREATE)
    told = _shown(plan, audience)
    assert ("What the plan is bound to" in told) is (audience == "operator")
    assert (plan.bound.start[:16] in told) is (audience == "operator")


def test_growth_is_told_beside_what_is_built() -> None:
    grown = planned(drafted(asked(iaas={"servers": {"web": server(count=2)}, "growth": "50%"})))
    lines = _shown(grown).splitlines()
    assert "built now" in lines
    assert "with growth" in lines
    assert (lines[lines.index("built now") + 2], lines[lines.index("with growth") + 2]) == ("4", "6")
    assert "with growth" not in _shown(_plan()).splitlines()


def test_flows_of_the_request_stand_apart_from_the_provinces() -> None:
    told = _shown(planned(drafted(fitted(FERRY))))
    mine, theirs = told.index("Flows of the request"), told.index("Flows of the province's baseline")
    assert mine < told.index("旅客访问售票网站") < theirs < told.index("堡垒机")


def test_defaults_are_told_as_such() -> None:
    assert "Defaults taken" in _shown(planned(drafted(fitted(TRAINING))))


def test_a_waiver_that_covers_nothing_is_told() -> None:
    drafting = drafted(asked())
    idle = Waiver(
        rule="GC-MDM-001",
        tenancy=drafting.identity.tenancy,
        reason="testing",
        owner="lihua",
        approver="wufang",
        until="2026-12-31",
    )
    inside = replace(repository(), waivers=(idle, idle.model_copy(update={"tenancy": "t-000000"})))
    plan = planned(drafting, inside=inside)
    assert plan.orphaned == (idle,)
    assert "the waiver of GC-MDM-001 (until 2026-12-31) covers nothing and can go" in _shown(plan).splitlines()
    undecided = planned(replace(drafting, specs=None), inside=inside)
    assert not undecided.orphaned, "the rules of the plan stage have not spoken"


def test_self_service_says_what_is_no_longer_promised() -> None:
    plan = _plan(CREATE)
    assert "no longer promised" not in _shown(plan)
    assert "no longer promised" in _shown(replace(plan, self_service=True))


@pytest.mark.parametrize("path", [FERRY, TRAINING, INSURANCE])
@pytest.mark.parametrize("form", FORMATS)
def test_every_plan_has_every_format_in_every_language(path: Any, form: str) -> None:
    plan = planned(drafted(fitted(path)), *STEPS, quotas=QUOTAS)
    for language in LANGUAGES:
        use_language(language)
        for audience in ("department", "operator"):
            assert render(plan_document(plan, audience=audience), form).strip()


def test_machines_read_the_same_plan() -> None:
    plan = _plan(*STEPS, quotas=QUOTAS)
    data = json.loads(render(plan_document(plan, audience="operator"), "json"))["data"]
    assert (data["tenancy"], data["until"], data["admitted"], data["changes"]) == (
        plan.tenancy,
        "2028-12-31",
        True,
        True,
    )
    assert data["counts"] == {"create": 2, "update": 1, "delete": 1, "replace": 1}
    assert data["losses"] == ["server web-3", "volume web-2/files"]
    assert {"stack": "iaas", "op": "create", "kind": "server", "name": "web-1", "changes": []} in data["steps"]
    assert {"service": "compute", "key": "cores", "before": None, "after": 4} in data["quotas"]
    assert data["machines"] == {"web-1": "100.64.2.2"}
    assert data["networks"] == {"main": "100.64.2.0/28"}
    assert data["refusals"] == []
    refused = json.loads(render(plan_document(planned(drafted(fitted(INSURANCE))), audience="operator"), "json"))[
        "data"
    ]
    assert refused["admitted"] is False
    assert {one["code"] for one in refused["refusals"]} >= {"plan.no-paas", "plan.no-saas"}
    assert all(one["message"] and one["next"] and one["line"] for one in refused["refusals"])
    assert refused["path"] == "departments/dot/new.test.yaml"


def test_every_op_has_a_sign() -> None:
    assert set(SYMBOLS) == {"create", "update", "delete", "replace"}
