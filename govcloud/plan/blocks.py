"""What keeps a change from happening whatever the numbers and rules say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from govcloud.cloud.read.live.compute import LOCK
from govcloud.engine.state import NOTHING, Held
from govcloud.engine.steps import Step, name_of
from govcloud.errors import Refused
from govcloud.plan.compare import ATTACHMENT, INSTANCE, PROJECT, SERVER_GROUP, label, unrecorded
from govcloud.plan.context import Context, today
from govcloud.plan.draft import Draft
from govcloud.plan.mending import mends
from govcloud.plan.plan import Missing
from govcloud.plan.reality import Reality
from govcloud.plan.unbuilt import unbuilt
from govcloud.request.term import over
from govcloud.store.tenancies import Hold, find

# from here the engine gets a machine running again
STARTABLE: Final = frozenset({"active", "shutoff", "paused", "shelved", "shelved_offloaded", "error"})
# what is over by itself
PASSING: Final = frozenset({"build", "rebuild", "resize", "revert_resize", "migrating", "reboot", "hard_reboot"})


def blocks(context: Context, draft: Draft) -> Iterator[Missing]:
    """Layers that cannot be built yet, holds, freezes, terms that are over, flows that lead nowhere."""
    yield from _layers(draft)
    yield from _peers(draft)
    yield from unbuilt(draft, context.repository.province)
    if ended := over(draft.fitted.loaded, today()):
        yield Missing(ended.code, {"until": str(draft.fitted.request.until)}, ended.key, ended.place)
    yield from standstill(
        context, draft.identity.tenancy, draft.fitted.site.name, draft.known.hold if draft.known else None
    )


def standstill(context: Context, tenancy: str, site: str, hold: Hold | None) -> Iterator[Missing]:
    """Why nothing may change now, whatever it is: a hold of the tenancy, a freeze of its site."""
    if hold is not None:
        params = {"tenancy": tenancy, "who": hold.who, "why": hold.why, "ticket": hold.ticket or "-"}
        yield Missing("plan.held", params, "", None)
    for freeze in context.repository.province.freezes:
        if freeze.site in ("*", site) and freeze.from_ <= today() <= freeze.to:
            yield Missing("plan.frozen", {"reason": freeze.reason, "until": str(freeze.to)}, "", None)


def refuse_standstill(context: Context, tenancy: str, site: str) -> None:
    """Raise Refused where a hold or freeze stands now; asked again after a person, who may take hours, said yes."""
    known = find(context.store, tenancy)
    for one in standstill(context, tenancy, site, known.hold if known else None):
        params: Mapping[str, Any] = one.params
        raise Refused(one.code, **params)


def _layers(draft: Draft) -> Iterator[Missing]:
    request, loaded = draft.fitted.request, draft.fitted.loaded
    if request.paas:
        yield Missing("plan.no-paas", {"keys": ", ".join(request.paas)}, "paas", loaded.place_of("paas"))
    if request.saas.apps or request.saas.subscribe:
        keys = ", ".join([*request.saas.subscribe, *request.saas.apps])
        yield Missing("plan.no-saas", {"keys": keys}, "saas", loaded.place_of("saas"))


def _peers(draft: Draft) -> Iterator[Missing]:
    request, loaded = draft.fitted.request, draft.fitted.loaded
    for index, flow in enumerate(request.flows):
        for side, end in (("from", flow.from_), ("to", flow.to)):
            if end.kind == "system" and not draft.ledger.peers(end.name, request.environment):
                key = f"flows[{index}].{side}"
                params = {"system": end.name, "environment": request.environment}
                yield Missing("plan.no-such-system", params, key, loaded.place_of(key))


def obstacles(tenancy: str, reality: Reality, steps: Collection[Step]) -> Iterator[Missing]:
    """What somebody did that nothing can be built upon: projects gone or switched off, machines in a state between or
    locked, volumes of ours that hang on another machine.

    A department's domain that is gone is made anew: only groups and roles were in it, and its people are not ours.
    """
    department = {one.urn for one in reality.states.get("department", NOTHING).resources}
    built = {one.id for one in unrecorded(tenancy, reality.differences)}
    for one in reality.differences:
        server, _, volume = one.id.partition("/")
        if one.token == ATTACHMENT and one.how == "unmanaged" and server not in built:
            yield Missing("plan.volume-elsewhere", {"what": one.what, "server": server, "volume": volume}, "", None)
    for one in reality.ours:
        if one.token == PROJECT and one.how == "missing" and one.urn not in department:
            yield Missing("plan.project-gone", {"what": one.what, "tenancy": tenancy}, "", None)
        elif one.token == PROJECT and one.property == "enabled":
            yield Missing("plan.project-off", {"what": one.what, "id": one.id}, "", None)
    yield from _machines(reality, steps)
    for step in steps:
        # all that stands in it would go with it, and no preview can show that
        if step.type == PROJECT and step.op in {"replace", "delete"}:
            yield Missing("plan.project-moves", {"what": step.label}, "", None)


def taken(tenancy: str, reality: Reality, steps: Iterable[Step]) -> Iterator[Missing]:
    """What would be made and stands there already, and our volumes' machines that we do not know: other records than
    these, or later ones, made them.

    Keystone would refuse a second project of a name, half way; all else would be built beside it.
    """
    made = {(step.type, name) for step in steps if step.op == "create" for name in _names(tenancy, step)}
    there = [one for one in reality.differences if one.how == "unmanaged"]
    hosts = {one.id.partition("/")[0] for one in there if one.token == ATTACHMENT}
    # a public address has its name as description
    again = [one for one in there if made.intersection((one.token, name) for name in one.mark[:2])]
    for one in again:
        if one.token == PROJECT:
            yield Missing("plan.project-taken", {"what": one.what, "id": one.id}, "", None)
    # Nova gives server groups nothing but a name
    built = {one.what for one in again if one.token == SERVER_GROUP}
    marked = (one for one in unrecorded(tenancy, there) if one.token != PROJECT)
    built |= {one.what for one in marked if one in again or one.id in hosts}
    if built:
        yield Missing("plan.unrecorded", {"what": ", ".join(sorted(built)), "tenancy": tenancy}, "", None)


def _names(tenancy: str, step: Step) -> Iterator[str]:
    """What the cloud calls what a step makes: for a server's security group its name says that it is one's."""
    name = step.name.replace("/", "-").lower()
    yield from (f"{tenancy}-{name}", f"{tenancy}-server-{name}")


def _machines(reality: Reality, steps: Collection[Step]) -> Iterator[Missing]:
    for one in reality.ours:
        if one.token == INSTANCE and one.property == "powerState" and one.found not in STARTABLE:
            code = "plan.server-busy" if one.found in PASSING else "plan.server-state"
            yield Missing(code, {"what": one.what, "state": one.found, "id": one.id}, "", None)
    for one in reality.unconfirmed:
        yield Missing("plan.server-resized", {"what": one.what, "id": one.id}, "", None)
    mended = {one.what for one in mends(reality, steps)}
    for machine in locked(reality):
        if label(machine) in mended or any(_touches(step, machine) for step in steps):
            yield Missing("plan.server-locked", {"what": label(machine), "id": machine.id}, "", None)


def locked(reality: Reality) -> list[Held]:
    """Our machines that somebody locked. That is done on purpose, so no program undoes it."""
    ids = {one.id for one in reality.differences if one.token == LOCK}
    held = (one for state in reality.states.values() for one in state.resources)
    return [one for one in held if one.type == INSTANCE and one.id in ids]


def _touches(step: Step, machine: Held) -> bool:
    """Would Nova refuse the step while the machine is locked? A volume is plugged into it by its name."""
    plugs = step.type == ATTACHMENT and step.name.partition("/")[0] == name_of(machine.urn)
    return plugs or step.urn == machine.urn
