"""GC-LOC-001: everything lies in mainland China."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from govcloud.compliance.model import Subject, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok

HERE: Final = "CN"  # Hong Kong, Macao and Taiwan have codes of their own


def _request(subject: Subject) -> Iterator[Answer]:
    site = known(subject.declaration.site, "sites/*.yaml")
    yield ok("site") if site.country == HERE else fail("site", "abroad", site=site.name, country=site.country)


def _plan(subject: Subject) -> Iterator[Answer]:
    if subject.astray:
        yield fail("region", "astray", key="site", region=subject.astray)
    yield from _request(subject)


RULE = Rule(
    id="GC-LOC-001",
    framework="GB/T 22239-2019",
    clause="8.2.1.1; 7.2.1.1",
    clause_certainty="likely",
    obligation="应",
    mapping="direct",
    severity="critical",
    title=Words("基础设施位于境内", "the infrastructure lies in mainland China"),
    remedy=Words("用 site: 选择本省的资源池", "choose a site of the province with site:"),
    reasons={
        "abroad": Words("资源池 {site} 位于 {country}", "the site {site} lies in {country}"),
        "astray": Words(
            "资源在区域 {region}，不是资源池登记的区域", "resources lie in region {region}, which is not the site's"
        ),
    },
    request=_request,
    plan=_plan,
    levels=(2, 3),
)
