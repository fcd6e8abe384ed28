"""One tenancy, cold apply to destroy: govcloud beside Terraform with the same provider, and openstacksdk as the floor.

    python -m bench.tenancy [ROUNDS [MACHINES]]

On the devcloud that is up, in an operator domain of its own, which goes in the end, also after a Ctrl-C. Contenders
take turns; what each leaves standing is held against what the others leave.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections import Counter, deque
from pathlib import Path

from bench import contenders
from bench.children import interruptible
from bench.contenders import OURS, PHASES, Phases
from bench.ground import Ground, ground
from bench.measure import Measured
from bench.programs import PROVIDER, Programs, provide
from bench.standing import Standing, standing, sweep
from bench.table import LEGEND, aims, table
from govcloud.cloud.connect import run_clouds
from govcloud.plan.draft import Draft
from govcloud.toolchain import versions

ROUNDS, MACHINES = 3, 3
FLOORS = (8, 16)


def header(programs: Programs | None) -> str:
    """The machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    rival = programs.version if programs else "nothing to compare with"
    return (
        f"{os.cpu_count()} CPUs, {memory:.0f} GiB, Python {platform.python_version()}, load average {load}\n"
        f"pulumi {versions.PULUMI}, provider {versions.OPENSTACK} of {PROVIDER.version}; {rival}"
    )


def entrants(draft: Draft, clouds: Path, ground: Ground, number: int, programs: Programs | None) -> dict[str, Phases]:
    """The contenders of a round; who begins moves on by one each round."""
    found = {OURS: contenders.ours(ground)}
    for threads in FLOORS:
        found[f"floor, {threads} threads"] = contenders.floor(draft, clouds, threads)
    if programs:
        folder = ground.root.parent / f"terraform-{number}"
        found[programs.version] = contenders.terraform(draft, clouds, folder, programs)
    order = deque(found)
    order.rotate(-number)
    return {name: found[name] for name in order}


def one_round(ground: Ground, number: int, programs: Programs | None) -> tuple[list[Measured], str]:
    """Every contender once, and how what they left standing differs; nothing where it is the same."""
    found: list[Measured] = []
    left: dict[str, Standing] = {}
    draft = ground.draft()
    with run_clouds(draft.cloud, draft.where.project, draft.fitted.site.operator_domain) as clouds:
        for name, phases in entrants(draft, clouds, ground, number, programs).items():
            try:
                for phase in filter(phases.__contains__, PHASES):
                    found.append(contenders.run(name, phase, phases[phase], ground))
                    print(f"  {name:20} {phase:12} {found[-1].whole.seconds:6.1f} s", flush=True)
                    if phase == "cold apply":
                        left[name] = standing(draft.where)
            finally:
                sweep(draft.where)
    first, *others = left.items()
    differ = [
        f"{name} left something else than {first[0]}:\n{more}"
        for name, s in others
        if (more := _difference(s, first[1]))
    ]
    if not differ:
        print(f"  each left the same: {sum(sum(kind.values()) for kind in first[1].values())} resources", flush=True)
    return found, "\n".join(differ)


def _difference(one: Standing, other: Standing) -> str:
    lines = []
    for kind in sorted({*one, *other}):
        here, there = one.get(kind, Counter[str]()), other.get(kind, Counter[str]())
        lines += [f"+ {kind}: {row}" for row in (here - there).elements()]
        lines += [f"- {kind}: {row}" for row in (there - here).elements()]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    given = [int(word) for word in sys.argv[1:]]
    count, machines = (*given, *(ROUNDS, MACHINES)[len(given) :])
    programs = provide()
    print(f"{header(programs)}\na tenancy of {machines} machines", flush=True)
    rounds, differ = [], ""
    with (
        interruptible(),
        tempfile.TemporaryDirectory(prefix="govcloud-bench-") as folder,
        ground(Path(folder), machines) as place,
    ):
        for number in range(count):
            print(f"\nround {number + 1} of {count}", flush=True)
            found, differ = one_round(place, number, programs)
            rounds.append(found)
            if differ:
                break
    print(f"\nmedians of {len(rounds)} rounds; ratios within each round\n\n{table(rounds)}\n\n{LEGEND}\n")
    for aim in aims(rounds):
        print(f"{'✔' if aim.holds else '✘'} {aim.says}: {aim.numbers}")
    if differ:
        sys.exit(f"not comparable: {differ}")


if __name__ == "__main__":
    main()
