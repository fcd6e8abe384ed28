"""GC-PORT-001: port security is on."""

from __future__ import annotations

from collections.abc import Iterator

from govcloud.compliance.model import Network, Port, Resources, Subject, each, known
from govcloud.compliance.reach import opens_world
from govcloud.compliance.rule import Answer, Rule, Words, fail, ok


def _plan(subject: Subject) -> Iterator[Answer]:
    return each(_things(subject.built), _thing)


def _things(built: Resources) -> Iterator[Network | Port]:
    yield from known(built.networks, "networks")
    yield from known(built.ports, "ports")


def _thing(thing: Network | Port) -> Iterator[Answer]:
    if not known(thing.port_security, f"{thing.name}.port_security"):
        yield fail(thing.name, "network" if isinstance(thing, Network) else "port")
        return
    pairs = known(thing.address_pairs, f"{thing.name}.address_pairs") if isinstance(thing, Port) else ()
    # such a pair switches off in effect what the attribute says is on
    yield fail(thing.name, "anyone", pairs=", ".join(pairs)) if opens_world(pairs) else ok(thing.name)


RULE = Rule(
    id="GC-PORT-001",
    framework="GB/T 22239-2019",
    clause="8.2.2.1 b); 7.2.2.1 b); 8.1.3.1 b)",
    clause_certainty="likely",
    obligation="应",
    mapping="proxy",
    severity="critical",
    title=Words("端口安全已开启，不能冒用地址", "port security is on, so that no port uses another's address"),
    remedy=Words(
        "打开端口安全，地址对只写虚拟地址；网络功能虚拟机须有有期限的豁免",
        "switch port security on and pair virtual addresses only; network functions need a dated waiver",
    ),
    reasons={
        "network": Words("网络 {on} 关闭了端口安全", "the network {on} has port security off"),
        "port": Words("端口 {on} 关闭了端口安全", "the port {on} has port security off"),
        "anyone": Words("端口 {on} 可以冒用任意地址（{pairs}）", "the port {on} may use any address ({pairs})"),
    },
    plan=_plan,
    levels=(2, 3),
    isolates=True,
)
