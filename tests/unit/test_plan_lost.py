"""What the records lack is told before anybody acts on it: a state that is lost, a passphrase that is another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from govcloud.engine.engine import fingerprint, refuse_other_passphrase
from govcloud.errors import GovcloudError
from govcloud.plan.reality import Whereabouts, look
from tests.unit.drafting import NO_ENGINE, NOWHERE
from tests.unit.ground import repository

# there is no state, and an engine is not even asked for one
NOTHING_THERE: Final = replace(NO_ENGINE, begun=lambda: False, backend="postgres://me:pw@db/gov")


def test_a_tenancy_that_stands_has_a_state(tmp_path: Path) -> None:
    site = repository().sites["main"]
    where = Whereabouts(NOWHERE, site, "t-ferry0", "d-dot000", NOTHING_THERE, None)
    assert not any(state.exists for state in look(where, tmp_path).states.values())
    with pytest.raises(GovcloudError) as lost:
        look(replace(where, stands=True), tmp_path)
    assert lost.value.code == "plan.state-lost"
    assert lost.value.params == {
        "tenancy": "t-ferry0",
        "state": "postgres://me:***@db/gov",
        "stacks": "d-dot000, t-ferry0.tenancy, t-ferry0.iaas",
    }


def test_a_passphrase_is_the_stores_or_is_told(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("right")
    known = fingerprint(file, "store")
    refuse_other_passphrase(file, "store", known)
    assert known not in (fingerprint(file, "another store"), "")
    for content, code in (
        ("wrong", "engine.other-passphrase"),
        ("", "engine.no-passphrase"),
        (None, "engine.no-passphrase"),
    ):
        if content is None:
            file.unlink()
        else:
            file.write_text(content)
        with pytest.raises(GovcloudError) as refused:
            refuse_other_passphrase(file, "store", known)
        assert refused.value.code == code
        assert refused.value.params["file"] == file
