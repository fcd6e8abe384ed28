"""Places for records, and records that are whole."""

from __future__ import annotations

import json
from pathlib import Path

from govcloud.engine.engine import fingerprint
from govcloud.plan.records import Records
from govcloud.store import notes, runs, tenancies, texts
from govcloud.store.bucket import open_bucket
from govcloud.store.store import Store
from govcloud.store.tenancies import Hold
from tests.unit.ground import asked, given, tenancy

TEXT = "#cloud-config\n" * 1000
ALLOCATION = given(asked(), user_data={"web": texts.digest(TEXT)})
STACKS = ".pulumi/stacks/govcloud"


def stack(**latest: object) -> bytes:
    """A stack's state."""
    content = {"version": 3, "checkpoint": {"stack": "政务", "latest": {"resources": ["a group"], **latest}}}
    return json.dumps(content, ensure_ascii=False).encode()


STATE = {
    ".pulumi/meta.yaml": b"version: 1\n",
    f"{STACKS}/{ALLOCATION.domain}.json": stack(),
    f"{STACKS}/t-aaaaaa.iaas.json": stack(resources=["a server"] * 4000),
    f"{STACKS}/t-aaaaaa.tenancy.json": stack(),
}


def place_in(root: Path) -> Records:
    """An empty place for records in files; nothing is made."""
    return Records(Store(f"sqlite:///{root}/store.sqlite"), open_bucket(f"file://{root}/pulumi"), root / "engine")


def whole_records(records: Records) -> None:
    """Fill a place with the records of one tenancy."""
    tenancies.save(records.store, tenancy(ALLOCATION, name="轮渡"))
    tenancies.set_hold(records.store, "t-aaaaaa", Hold("chenlan", "审计", "T-1", "2026-11-24T00:00:00+00:00"))
    texts.keep(records.store, [TEXT])
    run = runs.Run("r-1", "t-aaaaaa", "apply", "govcloud-operator", record={"steps": [["iaas", "create", "server"]]})
    runs.begin(records.store, run)
    runs.end(records.store, "r-1", "done", run.record)
    notes.note(records.store, "greeting", "hello")
    records.state.write(STATE)
    for name, content in (("passphrase", b"secret"), ("stacks/t-aaaaaa.iaas/Pulumi.t-aaaaaa.iaas.yaml", b"salt")):
        (records.engine / name).parent.mkdir(parents=True, exist_ok=True)
        (records.engine / name).touch(0o600)
        (records.engine / name).write_bytes(content)
    notes.note(records.store, notes.ENCRYPTED_WITH, fingerprint(records.passphrase, records.store.id))
