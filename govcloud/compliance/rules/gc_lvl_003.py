"""GC-LVL-003: the platform's level is not below the system's."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import UNKNOWN, NotEvaluated, Subject, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _request(subject: Subject) -> Iterator[Answer]:
    site = known(subject.declaration.site, "sites/*.yaml")
    grade = known(subject.declaration.grade or UNKNOWN, "system.mlps")
    if grade <= site.mlps:
        yield ok("system.mlps")
    else:
        yield fail("system.mlps", "low", grade=grade, site=site.name, platform=site.mlps)


def _plan(subject: Subject) -> Iterator[Answer]:
    if subject.astray:
        # no file of ours says how that region is graded
        raise NotEvaluated(f"sites/*.yaml: {subject.astray}")
    yield from _request(subject)


RULE = Rule(
    id="GC-LVL-003",
    framework="GB/T 22239-2019",
    clause="8.2.2.1 a); 7.2.2.1 a)",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("资源池的等级不低于系统的等级", "the site's protection level is not below the system's"),
    remedy=Words(
        "用 site: 选择等级足够的资源池；没有的，不予受理", "choose a site of that level with site:; without one, refuse"
    ),
    reasons={
        "low": Words(
            "系统是 {grade} 级，而资源池 {site} 是 {platform} 级",
            "the system is of level {grade}, the site {site} of level {platform}",
        ),
    },
    request=_request,
    plan=_plan,
    levels=(2, 3),
)
