"""What the rules of the plan stage are told of what is to be built."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govcloud.config import PROVINCE_FILE
from govcloud.province.model import BaselineFlow
from tests.unit.drafting import drafted, planned
from tests.unit.ground import asked, facts, repository, server

CARDS = {"p": {"grade": "important", "personal": "sensitive"}}


@pytest.mark.parametrize(("encrypting", "status"), [(frozenset({"encrypted"}), "pass"), (frozenset[str](), "fail")])
def test_what_cinder_does_not_encrypt_is_not_encrypted(encrypting: frozenset[str], status: str) -> None:
    """A type that only bears the name, or the encrypted and the plain one called the same in province.yaml."""
    web = server(volumes={"files": {"size": "1GiB", "holds": ["p"]}})
    request = asked(data=CARDS, environment="production", iaas={"servers": {"web": web}})
    plan = planned(drafted(request, cloud=facts(encrypting=encrypting)))
    assert [one.status for one in plan.judgements if (one.rule, one.stage) == ("GC-DAT-002", "plan")] == [status]


def test_what_the_baseline_opens_is_found_in_the_operators_file() -> None:
    """Whoever wrote the request can do nothing about it."""
    inside = repository()
    wide = BaselineFlow.model_validate({"from": "cidr/128.0.0.0/1", "ports": ["22/tcp"], "reason": "运维"})
    inside = replace(inside, province=inside.province.model_copy(update={"baseline": (wide,)}))
    plan = planned(drafted(asked(inside), inside=inside), inside=inside)
    found = [one for one in plan.judgements if one.status == "fail" and one.on == "BASELINE"]
    assert found
    assert {one.key for one in found} == {"baseline[0]"}
    assert {one.place for one in found} == {inside.sources[PROVINCE_FILE].place_of("baseline[0]")}
