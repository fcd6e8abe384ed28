"""A tenancy as it is: what its stacks hold, and where the cloud differs from that."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from govcloud.allocation.ledger import Allocation
from govcloud.cloud.connect import Cloud
from govcloud.cloud.read.inventory import domain_id, project_ids
from govcloud.cloud.read.live import read_live
from govcloud.cloud.read.live.identity import ROLE, Whose
from govcloud.cloud.read.people import works_in
from govcloud.config import hidden
from govcloud.engine.engine import Engine
from govcloud.engine.state import State, at_hand
from govcloud.engine.steps import KINDS
from govcloud.errors import GovcloudError
from govcloud.plan.compare import (
    PLUGGABLE,
    PROJECT,
    UNCONFIRMED,
    USER_GROUP,
    VOLUME,
    Applied,
    Difference,
    compare,
    unused,
    without,
)
from govcloud.plan.correct import corrected
from govcloud.plan.elsewhere import refuse_elsewhere
from govcloud.plan.leaving import spare, taken_back
from govcloud.plan.told import Told, as_applied
from govcloud.province.site import Site
from govcloud.spec.symbols import Stack
from govcloud.spec.tenancy import OPERATOR_ROLE
from govcloud.spec.volumes import VolumeSpec
from govcloud.store.store import now

# order of building; destroyed in reverse
ORDER: Final[tuple[Stack, ...]] = ("department", "tenancy", "iaas")


@dataclass(frozen=True)
class Whereabouts:
    """Where a tenancy is found: its site's cloud, its id, the name of its department's domain, the engine.

    `applied` is what it was given when it was last applied, or began to be; None where it never was. `isolated` says
    that its traffic is to be cut. `built` are the stacks that an apply has built to its end, which must be there.
    `told` is what an apply that did not come to its end told the engine of the cloud. `beside` is another tenancy that
    stands on the site while this one does not: where that is, this one belongs.
    """

    cloud: Cloud
    site: Site
    tenancy: str
    domain: str
    engine: Engine
    applied: Allocation | None
    isolated: bool = False
    built: frozenset[Stack] = frozenset()
    told: Told = field(default_factory=dict, repr=False)
    beside: str = ""

    @property
    def stacks(self) -> Mapping[Stack, str]:
        """The names of its stacks in the engine."""
        return {"department": self.domain, **_own(self.tenancy)}

    @property
    def project(self) -> str:
        """The name of its iaas project."""
        return f"{self.tenancy}-iaas"


@dataclass(frozen=True)
class Reality:
    """What the stacks hold, what was `applied`, and where the cloud differs.

    `corrected` are the states of the stacks that differ, as they would be had they looked. `remains` is what runs that
    did not end well left standing: it goes before anything is built, and all else is said as if it were gone. What they
    `begun` and did not finish stays, and is put right. `worker` is the user whose role in the projects stays as it is,
    for who looks works there by another right; else empty. `spare` are the ids of what goes and is too new to have
    data.
    """

    states: Mapping[Stack, State]
    differences: tuple[Difference, ...] = ()
    corrected: Mapping[Stack, State] = field(default_factory=dict)
    remains: tuple[Difference, ...] = ()
    begun: tuple[Difference, ...] = ()
    worker: str = ""
    spare: frozenset[str] = frozenset()
    applied: Mapping[Stack, State] = field(default_factory=dict)

    def state(self, stack: Stack) -> State:
        """What a stack holds that is still so."""
        return self.corrected.get(stack, self.states[stack])

    @property
    def ours(self) -> tuple[Difference, ...]:
        """What was changed or taken away of what we made."""
        return tuple(difference for difference in self.differences if difference.how != "unmanaged")

    @property
    def unconfirmed(self) -> tuple[Difference, ...]:
        """Resizes of our machines that somebody else began: it is his to say whether they stay."""
        return tuple(one for one in self.ours if one.property == UNCONFIRMED and one not in self.begun)

    def gone(self, id_: str) -> bool:
        """Did somebody take away what had this id?"""
        return any(difference.how == "missing" and difference.id == id_ for difference in self.differences)


NOTHING: Final = Reality({})
Remains = Callable[[Difference], bool]


def look(
    where: Whereabouts, clouds: Path, remains: Remains = lambda _: False, wanted: Iterable[VolumeSpec] = ()
) -> Reality:
    """The tenancy as it is, but for what `remains` of earlier runs. Reads only.

    What leaves though it is among the `wanted` stays.
    Raises GovcloudError where its state is lost, or is elsewhere, or the site leads elsewhere by now.
    """
    states = read_states(where.engine, where.stacks, clouds)
    lost = [where.stacks[stack] for stack, state in states.items() if stack in where.built and not state.resources]
    if lost:
        # to go on would be to build it a second time
        state, stacks = hidden(where.engine.backend), ", ".join(lost)
        code = "plan.state-lost" if "tenancy" in where.built else "plan.department-lost"
        raise GovcloudError(code, tenancy=where.tenancy, domain=where.domain, state=state, stacks=stacks)
    if where.beside:
        refuse_moved(where, where.beside, clouds)
    # by id, where we know it: somebody may have given them other names
    named = _named(where, where.tenancy, states)
    if where.applied is None:
        return Reality(states, tuple(_standing(named, set(ids(states["tenancy"], PROJECT)))))
    servers = where.applied.servers
    texts = {name: servers[name.rpartition("-")[0]].user_data for name in where.applied.machines}
    projects = {*named.values(), *ids(states["tenancy"], PROJECT)}
    domain = next(ids(states["department"], PROJECT), None) or domain_id(where.cloud, where.domain)
    groups = {*ids(states["department"], USER_GROUP), *ids(states["tenancy"], USER_GROUP)}
    # whoever applied it works there, and so does whoever looks
    operators = {where.cloud.user(), *_users(states["tenancy"])}
    whose = Whose(where.tenancy, projects, domain, groups, operators, where.site.staff)
    live = read_live(where.cloud, whose)
    plugged = [id_ for id_, volume in live.get(VOLUME, {}).items() if volume["attachedTo"]]
    kept = taken_back(as_applied(states, where.told), live.get(VOLUME, {}).keys(), wanted)
    applied = Applied(kept, texts, where.isolated)
    differences = compare(applied, live)
    theirs = tuple(one for one in differences if remains(one))
    begun = tuple(one for one in theirs if one.property == UNCONFIRMED)
    plugs = {one.id for one in applied.held if one.type in PLUGGABLE}
    left = unused((one for one in theirs if one not in begun), plugs)
    if left:
        live = without(live, {(one.token, one.id) for one in left})
        differences = compare(applied, live)
    changed = {stack: state for stack, state in kept.items() if state is not states[stack]}
    changed |= corrected(applied, differences, live)
    empty = spare(states, kept, plugged, now())
    found = Reality(states, tuple(differences), changed, left, begun, spare=empty, applied=kept)
    return replace(found, worker=_worker(where.cloud, found.state("tenancy")))


def refuse_moved(where: Whereabouts, tenancy: str, clouds: Path) -> Mapping[Stack, State]:
    """What a tenancy's own stacks hold; raises Elsewhere where its site leads elsewhere by now."""
    states = read_states(where.engine, _own(tenancy), clouds)
    _named(where, tenancy, states)
    return states


def _named(where: Whereabouts, tenancy: str, states: Mapping[Stack, State]) -> Mapping[str, str]:
    """The projects found of a tenancy; raises Elsewhere."""
    named = project_ids(where.cloud, where.site.operator_domain, f"{tenancy}-")
    refuse_elsewhere(where.cloud, where.site, tenancy, states, named)
    return named


def _standing(named: Mapping[str, str], known: Container[str]) -> Iterator[Difference]:
    """The projects of a tenancy that was never applied here, but for those `known`: other records made them."""
    for name, id_ in named.items():
        if id_ not in known:
            yield Difference("unmanaged", f"{KINDS[PROJECT]} {name}", token=PROJECT, id=id_, mark=(name, ""))


def _own(tenancy: str) -> Mapping[Stack, str]:
    """The names of the stacks that are one tenancy's alone."""
    return {"tenancy": f"{tenancy}.tenancy", "iaas": f"{tenancy}.iaas"}


def _worker(cloud: Cloud, tenancy: State) -> str:
    """Whose role in the projects stays, where it is another's and we need none of our own."""
    project, holder = next(ids(tenancy, PROJECT), None), next(_users(tenancy), None)
    if not project or not holder or holder == cloud.user():
        return ""
    return holder if works_in(cloud, project, OPERATOR_ROLE) else ""


def _users(state: State) -> Iterator[str]:
    """The ids of the users whom a stack gives a role."""
    return (user for one in state.resources if one.type == ROLE and (user := str(one.inputs.get("userId") or "")))


def ids(state: State, token: str) -> Iterator[str]:
    """The ids of what a stack holds of one kind."""
    return (one.id for one in state.resources if one.type == token)


def read_states(engine: Engine, names: Mapping[Stack, str], clouds: Path) -> Mapping[Stack, State]:
    """What each stack holds, asked of all at once."""
    with ThreadPoolExecutor(len(names)) as pool:
        asked = {stack: pool.submit(_read, engine, stack, name, clouds) for stack, name in names.items()}
        return {stack: one.result() for stack, one in asked.items()}


def _read(engine: Engine, stack: Stack, name: str, clouds: Path) -> State:
    found = at_hand(engine, name)
    if found is not None:
        return found
    from govcloud.engine import runs  # noqa: PLC0415 - pulumi is loaded when an engine is

    return runs.export(engine, runs.Job(name, stack, dict, clouds))
