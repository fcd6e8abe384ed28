"""Who is measured: the floor, Terraform or OpenTofu, and govcloud itself. Each builds the same and takes it away."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bench import children
from bench.floor import Floor
from bench.ground import Ground
from bench.measure import Measured, Watch, measured, watching
from bench.programs import Programs
from bench.terraform import Terraform, write
from bench.things import things
from govcloud.cloud.read.quotas import wanted
from govcloud.plan.draft import Draft

PHASES: Final = ("cold apply", "no-op plan", "drift", "destroy")
OURS: Final = "govcloud"
# what of our events is an engine's run, with what must be around it
_RUNS: Final = ("department", "tenancy", "quota", "iaas")
Phases = Mapping[str, Callable[[Watch], None]]


def floor(draft: Draft, clouds: Path, threads: int) -> Phases:
    """openstacksdk alone."""
    assert draft.specs is not None
    listed, client = things(draft), Floor(clouds, wanted(draft.specs.quota), threads)
    return {
        "cold apply": lambda _: client.build(listed),
        "destroy": lambda _: client.tear_down(listed),
    }


def terraform(draft: Draft, clouds: Path, folder: Path, programs: Programs) -> Phases:
    """Terraform or OpenTofu, from nothing in its folder."""
    assert draft.specs is not None
    public = {network.id: network.name for network in draft.facts.external_networks.values()}
    write(folder, things(draft), wanted(draft.specs.quota), public)
    client = Terraform(programs, folder, clouds)
    return {
        "cold apply": lambda _: client.run("apply", "-auto-approve"),
        "no-op plan": lambda _: client.run("plan", "-detailed-exitcode"),
        "drift": lambda _: client.run("plan", "-refresh-only"),
        "destroy": lambda _: client.run("destroy", "-auto-approve"),
    }


def ours(ground: Ground) -> Phases:
    """The command line, as people call it."""
    return {
        "cold apply": lambda watch: _command(ground, watch, "apply", "--yes"),
        "no-op plan": lambda watch: _command(ground, watch, "plan", "--detailed-exitcode"),
        "drift": lambda watch: _command(ground, watch, "drift", "--detailed-exitcode"),
        "destroy": lambda watch: _command(ground, watch, "destroy", "--yes"),
    }


def _command(ground: Ground, watch: Watch, verb: str, *options: str) -> None:
    behind = time.time() - time.monotonic()
    command = [sys.executable, "-m", "govcloud", verb, str(ground.request), "--events", *options]
    output = children.run(command, ground.root)
    events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    ends = [event for event in events if event["what"] in _RUNS and event["state"] == "done"]
    spans = sorted((event["time"] - behind - event["seconds"], event["time"] - behind) for event in ends)
    for start, end in spans:
        # the iaas layer's run lies inside the quota stage's
        if not watch.runs or start > watch.runs[-1][1]:
            watch.runs.append((start, end))
        else:
            watch.runs[-1] = (watch.runs[-1][0], max(end, watch.runs[-1][1]))


def run(contender: str, phase: str, do: Callable[[Watch], None], ground: Ground) -> Measured:
    """Run one phase and measure it."""
    with watching() as watch:
        do(watch)
    return measured(contender, phase, watch, ground.recorder)
