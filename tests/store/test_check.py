"""A check of the records finds what is missing, changed, foreign, unfinished or open to others; and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from govcloud.engine.engine import fingerprint
from govcloud.engine.state import empty
from govcloud.errors import GovcloudError
from govcloud.plan.check import examine_records
from govcloud.plan.records import Records
from govcloud.store import notes, runs, tenancies, texts
from govcloud.store.bucket import open_bucket
from govcloud.store.leases import lease
from govcloud.store.store import Store
from govcloud.store.tables import meta
from govcloud.store.tables import tenancies as table
from govcloud.store.tables import texts as texts_table
from tests.unit.ground import asked, given, tenancy

TEXT = "#cloud-config\n"
STACK = json.dumps({"version": 3, "checkpoint": {"stack": "x", "latest": {"resources": ["what stands"]}}}).encode()


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """The records of one tenancy, whole."""
    found = Records(
        Store(f"sqlite:///{tmp_path}/store.sqlite"), open_bucket(f"file://{tmp_path}/pulumi"), tmp_path / "engine"
    )
    allocation = given(asked(), user_data={"web": texts.digest(TEXT)})
    tenancies.save(found.store, tenancy(allocation))
    texts.keep(found.store, [TEXT])
    found.engine.mkdir()
    found.passphrase.touch(0o600)
    found.passphrase.write_text("secret")
    notes.note(found.store, notes.ENCRYPTED_WITH, fingerprint(found.passphrase, found.store.id))
    for stack in (allocation.domain, "t-aaaaaa.tenancy", "t-aaaaaa.iaas"):
        found.state.write({f".pulumi/stacks/govcloud/{stack}.json": STACK})
    return found


def _bad(records: Records) -> dict[str, str]:
    return {check.name: str(check.params["names"]) for check in examine_records(records) if not check.ok}


def _forget(records: Records) -> None:
    with records.store.engine.begin() as connection:
        connection.execute(delete(texts_table))


def _garble(records: Records) -> None:
    with records.store.engine.begin() as connection:
        connection.execute(update(table).values(allocation={"tenancy": "t-aaaaaa"}))


def _lose_id(records: Records) -> None:
    with records.store.engine.begin() as connection:
        connection.execute(delete(meta).where(meta.c.key == "schema"))


def _change_text(records: Records) -> None:
    with records.store.engine.begin() as connection:
        connection.execute(update(texts_table).values(content="another"))


def _pending(records: Records) -> None:
    state = json.loads(STACK)
    state["checkpoint"]["latest"]["pending_operations"] = [{"type": "creating"}]
    records.state.write({".pulumi/stacks/govcloud/t-aaaaaa.iaas.json": json.dumps(state).encode()})


def _lost_run(records: Records) -> None:
    runs.begin(records.store, runs.Run("r-1", "t-aaaaaa", "apply", "chenlan"))


def _state(name: str, content: bytes) -> Callable[[Records], None]:
    return lambda records: records.state.write({f".pulumi/stacks/govcloud/{name}.json": content})


def _stacks_of(records: Records) -> Path:
    return records.engine.parent / "pulumi/.pulumi/stacks/govcloud"


def test_whole_records_have_nothing_wrong(records: Records) -> None:
    assert _bad(records) == {}
    assert {check.name for check in examine_records(records)} == {
        *("store", "texts", "passphrase", "stacks", "strangers", "version", "readable", "unfinished", "private"),
    }
    with lease(records.store, "t-aaaaaa", "r-1", actor="chenlan", command="apply"):
        _lost_run(records)
        assert _bad(records) == {}, "a run that is under way is no fault"


@pytest.mark.parametrize("kind", ["isolate", "release"])
def test_half_an_isolation_is_named(records: Records, kind: str) -> None:
    """The mark says isolated, and traffic flows."""
    tenancies.set_isolated(records.store, "t-aaaaaa", isolated=True)
    runs.note(records.store, runs.Run("r-1", "t-aaaaaa", "isolate", "chenlan", record={"down": [], "ports": []}))
    assert _bad(records) == {}
    runs.begin(records.store, runs.Run("r-2", "t-aaaaaa", kind, "chenlan"))
    with lease(records.store, "t-aaaaaa/interrupt", "r-2", actor="chenlan", command=kind):
        assert _bad(records) == {}, "it is under way"
    assert _bad(records) == {"unfinished": f"t-aaaaaa ({kind})"}
    runs.end(records.store, "r-2", "done", {"ports": []})
    assert _bad(records) == {}


def test_records_that_are_not_there_are_not_whole(tmp_path: Path) -> None:
    """The address may be a wrong one; looking makes nothing there."""
    elsewhere, state = tmp_path / "new", open_bucket(f"file://{tmp_path}/new/pulumi")
    nothing = Records(Store(f"sqlite:///{elsewhere}/store.sqlite"), state, elsewhere)
    assert _bad(nothing) == {"none": nothing.store.url}
    assert not elsewhere.exists()


def test_whoever_is_at_work_does_no_damage(records: Records) -> None:
    """An engine has operations under way, and a destroy has fewer and fewer stacks."""
    with lease(records.store, "t-aaaaaa", "r-1", actor="chenlan", command="destroy"):
        _pending(records)
        (_stacks_of(records) / "t-aaaaaa.tenancy.json").unlink()
        runs.begin(records.store, runs.Run("r-1", "t-aaaaaa", "destroy", "chenlan"))
        assert _bad(records) == {}
    assert _bad(records) == {"unfinished": "t-aaaaaa (destroy), t-aaaaaa.iaas"}, "it was begun, so stacks may be gone"
    runs.end(records.store, "r-1", "interrupted", {})
    assert _bad(records) == {"unfinished": "t-aaaaaa (destroy), t-aaaaaa.iaas"}
    runs.note(records.store, runs.Run("r-2", "t-aaaaaa", "apply", "chenlan"))
    assert _bad(records) == {"stacks": "t-aaaaaa.tenancy", "unfinished": "t-aaaaaa.iaas"}


def test_a_domain_that_outlived_its_last_tenancy_is_no_stranger(records: Records) -> None:
    """People were in it when that was destroyed; nor is anything of the tenancy unfinished."""
    domain = given(asked()).domain
    tenancies.save_domain(records.store, "main", ["113300000029384738"], domain)
    runs.begin(records.store, runs.Run("r-1", "t-aaaaaa", "destroy", "chenlan"))
    for stack in ("iaas", "tenancy"):
        (_stacks_of(records) / f"t-aaaaaa.{stack}.json").unlink()
    tenancies.end(records.store, "t-aaaaaa", "r-1", {})
    assert _bad(records) == {}
    tenancies.forget_domain(records.store, "main", domain)
    assert _bad(records) == {"strangers": domain}


def test_a_store_that_is_gone_is_no_empty_place(records: Records, tmp_path: Path) -> None:
    bad = _bad(Records(Store(f"sqlite:///{tmp_path}/new/store.sqlite"), records.state, records.engine))
    assert bad.keys() == {"store"}
    assert "t-aaaaaa.iaas" in bad["store"]


@pytest.mark.parametrize(
    ("spoil", "check", "told"),
    [
        (_forget, "texts", texts.digest(TEXT)),
        (lambda records: records.passphrase.write_text("another"), "passphrase", "passphrase"),
        (lambda records: records.passphrase.unlink(), "passphrase", "passphrase"),
        (lambda records: records.passphrase.write_text(""), "passphrase", "passphrase"),
        (lambda records: records.passphrase.chmod(0o640), "private", "passphrase"),
        (lambda records: (records.engine.parent / "store.sqlite").chmod(0o644), "private", "store.sqlite"),
        (lambda records: (_stacks_of(records) / "t-aaaaaa.iaas.json").unlink(), "stacks", "t-aaaaaa.iaas"),
        (_state("t-aaaaaa.tenancy", empty("t-aaaaaa.tenancy")), "stacks", "t-aaaaaa.tenancy"),
        (_state("t-bbbbbb.iaas", STACK), "strangers", "t-bbbbbb.iaas"),
        (_state("t-aaaaaa.iaas", STACK[:40]), "readable", "t-aaaaaa.iaas"),
        (lambda records: records.state.write({".pulumi/meta.yaml": b""}), "version", ".pulumi/meta.yaml"),
        (_pending, "unfinished", "t-aaaaaa.iaas"),
        (_lost_run, "unfinished", "t-aaaaaa (apply)"),
    ],
)
def test_every_fault_is_named(records: Records, spoil: Callable[[Records], object], check: str, told: str) -> None:
    spoil(records)
    bad = _bad(Records(Store(records.store.url), records.state, records.engine))
    assert bad.keys() == {check}
    assert told in bad[check]


def test_a_stack_that_a_full_disk_cut_short_is_what_it_was_before(records: Records) -> None:
    """Its run is unfinished, and the records are whole: a backup has what counts."""
    before, name = dict(records.state.read()), ".pulumi/stacks/govcloud/t-aaaaaa.iaas.json"
    with suppress(OSError), records.state.keeping("t-aaaaaa.iaas"):
        records.state.write({name: STACK[:40]})
        raise OSError
    _lost_run(records)
    assert records.state.is_cut("t-aaaaaa.iaas")
    assert _bad(records) == {"unfinished": "t-aaaaaa (apply)"}
    assert dict(records.state.read()) == before
    records.state.clear("t-aaaaaa.iaas")
    assert (_stacks_of(records) / "t-aaaaaa.iaas.json").read_bytes() == STACK
    records.state.write({name: STACK[:40]})
    assert _bad(records)["readable"] == "t-aaaaaa.iaas", "what is spoiled otherwise is for a backup"


@pytest.mark.parametrize("spoil", [_garble, _lose_id, _change_text])
def test_a_store_that_cannot_be_read_says_all(records: Records, spoil: Callable[[Records], object]) -> None:
    spoil(records)
    with pytest.raises(GovcloudError) as refused:
        list(examine_records(Records(Store(records.store.url), records.state, records.engine)))
    assert refused.value.code in ("store.damaged", "store.broken-row")
