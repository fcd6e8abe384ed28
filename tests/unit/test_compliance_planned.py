"""What the rules of the plan stage are told of what is to be built."""

from __future__ import annotations

import pytest

from tests.unit.drafting import drafted, planned
from tests.unit.ground import asked, facts, server

CARDS = {"p": {"grade": "important", "personal": "sensitive"}}


@pytest.mark.parametrize(("encrypting", "status"), [(frozenset({"encrypted"}), "pass"), (frozenset[str](), "fail")])
def test_what_cinder_does_not_encrypt_is_not_encrypted(encrypting: frozenset[str], status: str) -> None:
    """A type that only bears the name, or the encrypted and the plain one called the same in province.yaml."""
    web = server(volumes={"files": {"size": "1GiB", "holds": ["p"]}})
    request = asked(data=CARDS, environment="production", iaas={"servers": {"web": web}})
    plan = planned(drafted(request, cloud=facts(encrypting=encrypting)))
    assert [one.status for one in plan.judgements if (one.rule, one.stage) == ("GC-DAT-002", "plan")] == [status]
