"""What a command says of a tenancy that has ended: by its id and by its request, for people and for machines."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from govcloud.output.formats import FORMATS
from govcloud.store.store import Store
from govcloud.store.tenancies import save
from tests.cli.conftest import Shell
from tests.unit.drafting import applied
from tests.unit.ground import FERRY, fitted

PATH: Final = "departments/dot/ferry.test.yaml"


@pytest.fixture
def ended(shell: Shell) -> str:
    """The id of a tenancy that has ended; its request lies where it was."""
    store = Store(f"sqlite:///{shell.home}/.local/state/govcloud/store.sqlite")
    save(store, one := replace(applied(fitted(FERRY), store, PATH), stage="ended", allocation=None))
    return one.id


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("form", FORMATS)
def test_drift_of_what_ended_says_so_in_every_format(shell: Shell, ended: str, form: str) -> None:
    for target in (ended, PATH):
        answer = shell.run("drift", target, "-o", form, "--lang", "en")
        assert answer.code == 5
        assert f"{ended} has ended" in (answer.err if form == "table" else answer.out)
        assert f"govcloud apply {PATH}" in answer.err, "the same request builds it anew"


@pytest.mark.usefixtures("province")
def test_what_ended_is_not_ended_again(shell: Shell, ended: str) -> None:
    refused = shell.run("destroy", PATH, "--yes", "--lang", "en")
    assert refused.code == 5
    assert f"{ended} has ended\n    → " in refused.err
    assert f"govcloud history {ended}" in refused.err
