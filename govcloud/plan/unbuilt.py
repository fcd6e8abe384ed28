"""Flows of which nothing would be built: whoever wrote one believes that it is open, so the plan says no."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.judge import refusing
from govcloud.plan.draft import Draft
from govcloud.plan.plan import Missing
from govcloud.province.model import Province
from govcloud.request.decode import dotted
from govcloud.request.idle import idle
from govcloud.request.topology import topology


def unbuilt(draft: Draft, province: Province) -> Iterator[Missing]:
    """Flows between zones that never meet or without a server, unless a rule refuses them; systems out of reach."""
    refused = {verdict.key for verdict in refusing(draft.verdicts, province.policy.refuse_at)}
    for one in idle(draft.fitted.loaded, refused):
        params = {name: str(value) for name, value in one.params.items()}
        yield Missing(one.code, params, one.key, one.place)
    yield from _systems_out_of_reach(draft, province)


def _systems_out_of_reach(draft: Draft, province: Province) -> Iterator[Missing]:
    """Systems that are there, but in another zone or on another site than the server that is to talk to them, or
    behind no exchange.
    """
    request, loaded = draft.fitted.request, draft.fitted.loaded
    placed, with_exchange = topology(request), {name for name, zone in province.zones.items() if zone.exchange}
    for index, flow in enumerate(request.flows):
        for system, own in ((flow.from_, flow.to), (flow.to, flow.from_)):
            peers = draft.ledger.peers(system.name, request.environment) if system.kind == "system" else ()
            zones = {placed.zone_of(server) for server in placed.servers_at(own)}
            far = {network.zone for peer in peers for network in peer.networks.values()}
            if flow.via == "exchange" and far and not far & with_exchange:
                key = dotted(("flows", index, "via"))
                # a zone that has gone from the file has nothing to fill in
                zone = ", ".join(sorted(far & province.zones.keys() or far))
                params = {"on": dotted(("flows", index)), "system": system.name, "zone": zone}
                yield Missing("plan.system-without-exchange", params, key, loaded.place_of(key))
            near = (peer for peer in peers if peer.site == draft.fitted.site.name)
            met = {network.zone for peer in near for network in peer.networks.values()}
            if peers and zones and flow.via is None and not zones & met:
                key = dotted(("flows", index))
                params = {"on": key, "system": system.name, "zone": ", ".join(sorted(zones))}
                yield Missing("plan.system-elsewhere", params, key, loaded.place_of(key))
