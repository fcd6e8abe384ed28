"""What the world is, and what it can reach."""

from __future__ import annotations

import pytest

from govcloud.compliance.model import NotEvaluated, Port, Resources, SecurityGroup, SecurityRule, each
from govcloud.compliance.reach import Opening, Share, exposures, openings, opens_world, protocol_of, shares_of


@pytest.mark.parametrize(
    "prefixes",
    [
        ["0.0.0.0/0"],
        ["::/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["128.0.0.0/1"],
        ["8.0.0.0/8", "9.0.0.0/32"],
        ["8.0.0.0/8", "9.0.0.0/32", "10.0.0.0/8"],
        ["8.0.0.0/9", "8.128.0.0/9", "11.0.0.0/30"],
        ["2000::/3"],
        ["2400::/16", "2401::/16"],
        ["::ffff:0:0/96"],
        ["::ffff:0.0.0.0/97", "::ffff:128.0.0.0/97"],
    ],
    ids=", ".join,
)
def test_world(prefixes: list[str]) -> None:
    assert opens_world(prefixes)


@pytest.mark.parametrize(
    "prefixes",
    [
        [],
        ["8.0.0.0/8"],
        ["8.0.0.0/8", "8.0.0.0/9"],
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
        ["224.0.0.0/3"],
        ["fc00::/7", "fe80::/10"],
        ["2400::/16"],
        ["::ffff:10.0.0.0/104"],
    ],
    ids=", ".join,
)
def test_not_the_world(prefixes: list[str]) -> None:
    assert not opens_world(prefixes)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (None, "any"),
        ("", "any"),
        ("0", "any"),
        ("ANY", "any"),
        ("6", "tcp"),
        ("TCP", "tcp"),
        ("17", "udp"),
        ("1", "icmp"),
        ("ipv6-icmp", "icmpv6"),
        ("47", "47"),
    ],
)
def test_protocols_have_one_name(written: str | None, name: str) -> None:
    assert protocol_of(SecurityRule(name="rule", direction="ingress", protocol=written)) == name


def _rule(protocol: str | None, first: int | None, last: int | None, *prefixes: str) -> SecurityRule:
    name = f"{protocol}/{first}-{last}"
    return SecurityRule(name=name, direction="ingress", protocol=protocol, first=first, last=last, prefixes=prefixes)


def test_openings_add_up() -> None:
    rules = [
        _rule("tcp", 80, 80),
        _rule("6", 81, 90, "0.0.0.0/0"),
        _rule("tcp", 100, 200, "0.0.0.0/1"),
        _rule(None, None, None, "128.0.0.0/2", "192.0.0.0/2"),
        _rule("udp", 53, 53, "10.0.0.0/8"),
    ]
    found = openings(rules[:3], Resources(projects=()))
    assert found == (Opening("tcp", 80, 90), Opening("tcp", 100, 200))
    # what the rule for any protocol adds is more than half of the world by itself
    assert [str(opening) for opening in openings(rules, Resources(projects=()))] == ["any", "tcp", "udp"]


def test_what_flows_open_together_is_told_of_the_first_in_the_file_that_has_part() -> None:
    def flow(key: str, port: int, *prefixes: str) -> SecurityRule:
        return _rule("tcp", port, port, *prefixes).model_copy(update={"flows": (key,)})

    rules = [
        flow("flows[10]", 22, "9.0.0.0/8"),
        flow("flows[2]", 22, "8.0.0.0/8"),
        flow("flows[1]", 22, "10.0.0.0/8"),
        flow("flows[0]", 23, "8.0.0.0/8"),
        flow("flows[3]", 80, "0.0.0.0/0"),
        flow("flows[4]", 80, "8.0.0.0/8"),
    ]
    assert set(shares_of(rules, Resources(projects=()))) == {
        Share("flows[2]", (Opening("tcp", 22, 22),), 1),
        Share("flows[3]", (Opening("tcp", 80, 80),)),
    }
    world = [_rule("tcp", 22, 22, f"{first}.0.0.0/8").model_copy(update={"flows": ()}) for first in (8, 9)]
    assert shares_of(world, Resources(projects=())) == (Share("", (Opening("tcp", 22, 22),)),)


def test_openings_in_words() -> None:
    assert [str(o) for o in (Opening("tcp", 22, 22), Opening("udp", 1, 9), Opening("tcp", 0, 65535))] == [
        "22/tcp",
        "1-9/udp",
        "tcp",
    ]


def test_a_port_is_exposed_by_what_its_groups_open_together_only() -> None:
    halves = {
        "low": _rule("tcp", 22, 30, "0.0.0.0/2", "64.0.0.0/3", "96.0.0.0/7"),
        "wide": _rule("tcp", 20, 40),
        "udp": _rule("udp", 22, 30),
        "narrow": _rule("udp", 20, 40, "8.0.0.0/8"),
        "rest": _rule("udp", 35, 45, "11.0.0.0/30"),
    }
    groups = tuple(SecurityGroup(name=name, project="iaas", rules=(rule,)) for name, rule in halves.items())

    def on(*names: str) -> list[str]:
        port = Port(name="port", network="n", project="iaas", groups=names, port_security=True)
        return [e.on for e in exposures(Resources(projects=("iaas",), groups=groups, ports=(port,)))]

    assert on("low", "wide", "udp") == list(halves)  # every group alone, and nothing more together
    assert on("udp", "narrow") == list(halves)
    assert on("narrow", "rest") == [*halves, "port"]
    assert on("wide", "narrow", "rest") == [*halves, "port"]


def test_a_group_is_what_its_ports_may_pretend_to_be() -> None:
    rule = SecurityRule(name="peers", direction="ingress", protocol="tcp", first=22, last=22, group="peers")
    peers = SecurityGroup(name="peers", project="iaas", rules=(rule,))
    port = Port(name="p", network="n", project="iaas", groups=("peers",), port_security=True)
    closed = Resources(projects=("iaas",), groups=(peers,), ports=(port,))
    assert openings([rule], closed) == ()
    spoofing = port.model_copy(update={"address_pairs": ("0.0.0.0/0",)})
    assert openings([rule], closed.model_copy(update={"ports": (spoofing,)})) == (Opening("tcp", 22, 22),)
    with pytest.raises(NotEvaluated, match="peers"):
        openings([rule], closed.model_copy(update={"groups": ()}))


def test_a_gap_hides_nothing() -> None:
    def look(number: int) -> list[int]:
        if number % 2:
            raise NotEvaluated(f"number {number % 4}")
        return [number]

    found = each(range(6), look)
    assert [next(found) for _ in range(3)] == [0, 2, 4]
    with pytest.raises(NotEvaluated) as raised:
        next(found)
    assert raised.value.what == "number 1, number 3"
