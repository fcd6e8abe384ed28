"""No leaf of a request is ignored in silence.

Every leaf of every sample is changed to other valid values. Then the plan is another one, or something refuses, or the
key is one of those that are only recorded (`govcloud explain recorded`), and then nothing at all may change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from govcloud.output.topics import recorded_keys
from govcloud.plan.plan import Plan
from govcloud.plan.writing import Outlook, write
from govcloud.province.fit import Fitted, fit
from govcloud.province.kinds import Key, every_key, find_keys
from govcloud.province.repository import Repository
from govcloud.request.decode import decode, dotted
from govcloud.request.load import Loaded, request_of
from govcloud.request.model import Request
from govcloud.request.parse import parse, read
from govcloud.request.source import Path_, Scalar, plain, walk
from govcloud.spec.canonical import digest
from govcloud.store.tenancies import Tenancy
from tests.unit.drafting import context, drafted
from tests.unit.ground import CASES, EXAMPLES, asked, given, repository, tenancy

SAMPLES: Final = {
    file.stem: file for file in (*EXAMPLES.glob("departments/*/*.*.yaml"), CASES / "leaves/every-key.yaml")
}
SSH_KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJQk3q0m2vq8v5Zb1m7l0Hc9mQ0b3Q9mC7w1u6m0e4aK"
ENDS: Final = ("cidr/100.64.9.0/24", "network/app", "front", "app", "web")
PEOPLE: Final = ("chenlan", "zhouming", "wufang", "hejing", "lihua", "zhangwei")

# other values of a key, where neither its choices say them nor any text will do; what is not valid is passed over
OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "tenancy": ("t-zzzzzz",),
    "department": ("113300000029384738", "11330000123456788K"),
    "start": ("2026-02-01", "2026-12-02"),
    "until": ("2026-01-02", "2099-12-31"),  # one of them is over, whenever this runs
    "system.mlps": ("3",),
    "system.mlps.level": ("1", "S3A2"),
    "system.mlps.filing_due": ("2031-01-31",),
    "data": ("core",),
    "data.<name>.source": ("self", "113300007654321049"),
    **{f"people.{role}": PEOPLE for role in ("owner", "technical", "security", "system_admin", "auditor")},
    "people.security_admin": PEOPLE,
    "suppliers.<name>.until": ("2031-01-31",),
    "iaas.networks.<name>.hosts": ("400",),
    "iaas.servers.<name>.count": ("1", "3"),
    "iaas.servers.<name>.cpu": ("16",),
    "iaas.servers.<name>.memory": ("16GiB",),
    "iaas.servers.<name>.os": ("kylin-v10", "openeuler-24.03"),
    "iaas.servers.<name>.network": ("front", "app", "data"),
    "iaas.servers.<name>.volumes": ("7GiB",),
    "iaas.servers.<name>.volumes.<name>.size": ("7GiB",),
    "iaas.servers.<name>.volumes.<name>.holds": ("candidates", "notices", "tickets", "timetable"),
    "iaas.growth": ("70%",),
    "flows[n].from": ENDS,
    "flows[n].to": ENDS,
    "flows[n].ports": ("8444/tcp",),
    "crypto.products.<name>.level": ("3",),
    **{key.name: ("2026-01-05", "2090-01-05") for key in every_key("request") if key.name.endswith(".date")},
}
ANY_TEXT: Final = ("other",)
FLAG: Final = ("true", "false")
# keys with one valid value
CONSTANT: Final = {"apiVersion", "kind"}
# leaves that count for nothing beside what else stands in their sample
MASKED: Final = {
    ("insurance.production", "data.insured.personal"): "important data is encrypted, whether personal or not",
}


@cache
def _world() -> Repository:
    """The example province, where everybody has a key: who may log in shows on the machines."""
    found = repository()
    departments = {
        short: department.model_copy(
            update={
                "people": {
                    name: person.model_copy(update={"ssh_keys": (f"{SSH_KEY} {name}",)})
                    for name, person in department.people.items()
                }
            }
        )
        for short, department in found.departments.items()
    }
    return dataclasses.replace(found, departments=departments)


@cache
def _neighbour() -> Tenancy:
    """The system that the insurance platform's request names."""
    system = {"code": "MED-003", "name": "医保平台", "purpose": "医保参保核验", "mlps": 3, "classified": False}
    request = asked(environment="production", system=system)
    return tenancy(given(request, "t-med003"), "departments/dot/medical.production.yaml", name="医保平台")


def _content(sample: str) -> Any:
    source = read(SAMPLES[sample])
    assert source.root is not None
    return plain(source.root)


def _leaves() -> Iterator[Any]:
    for sample, file in SAMPLES.items():
        source = read(file)
        assert source.root is not None
        for path, node in walk(source.root):
            if isinstance(node, Scalar):
                yield pytest.param(sample, path, id=f"{sample}:{dotted(path)}")


def _key(path: Path_) -> Key:
    (key,) = find_keys(f"request.{dotted(path)}")
    return key


def _others(key: Key, value: str) -> list[str | None]:
    """Other values of a leaf; None takes it away."""
    is_flag = value in FLAG and key.name not in OTHERS
    words = OTHERS.get(key.name) or (FLAG if is_flag else key.spot.choices or ANY_TEXT)
    return [None, *(word for word in words if word != value)]


def _with(content: Any, path: Path_, value: str | None) -> Any:
    """The content with another value at `path`, or without it."""
    first, *rest = path
    pairs = list(content.items()) if isinstance(content, dict) else list(enumerate(content))
    changed = [
        (key, _with(inner, tuple(rest), value) if rest else value) if key == first else (key, inner)
        for key, inner in pairs
    ]
    left = [(key, inner) for key, inner in changed if inner is not None]
    return dict(left) if isinstance(content, dict) else [inner for _, inner in left]


def _outcome(sample: str, content: Any) -> str | None:
    """What comes of a request: the digest of its plan, what does not fit, or None where its form is wrong."""
    file = SAMPLES[sample]
    source = parse(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), file.name)
    request, wrong = request_of(source)
    if request is None or wrong:
        return None
    fitted, problems = fit(Loaded(file, request, source), _world())
    if fitted is None:
        return " ".join(problem.code for problem in problems)
    return _shown(_plan(fitted, file))


def _plan(fitted: Fitted, file: Path) -> Plan:
    path = f"departments/{file.parent.name}/{file.name}"
    draft = drafted(fitted, _neighbour(), inside=_world(), path=path)
    return write(context(_world()), draft, Outlook(), "somebody")


def _shown(plan: Plan) -> str:
    """The digest of everything a plan shows or does, without the digests of what it was made from, times and lines."""
    aside = {"id", "created", "expires", "bound"}
    fields = {name: value for name, value in vars(plan).items() if name not in aside}
    for name in ("judgements", "missing", "blocks"):
        fields[name] = [dataclasses.replace(one, place=None) for one in fields[name]]
    return digest(fields)


@cache
def _before(sample: str) -> str | None:
    return _outcome(sample, _content(sample))


@cache
def _barred(sample: str) -> tuple[Path_, ...]:
    """The parts of a sample that are refused whatever stands in them: layers not built yet, and flows to them."""
    file = SAMPLES[sample]
    source = read(file)
    request, _ = decode(source, Request)
    assert request is not None
    fitted, _ = fit(Loaded(file, request, source), _world())
    assert fitted is not None
    layers = [one.key for one in _plan(fitted, file).blocks if one.code in ("plan.no-paas", "plan.no-saas")]
    services = {*request.paas, *request.saas.apps}
    flows = [
        ("flows", index)
        for index, flow in enumerate(request.flows)
        if any(end.kind == "key" and end.name in services for end in (flow.from_, flow.to))
    ]
    return (*((layer,) for layer in layers), *flows)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_right_to_begin_with(sample: str) -> None:
    before = _before(sample)
    assert before is not None
    assert " " not in before
    assert "." not in before, "it does not fit the province"


@pytest.mark.parametrize(("sample", "path"), list(_leaves()))
def test_a_leaf_changes_the_plan_or_is_recorded(sample: str, path: Path_) -> None:
    key, content = _key(path), _content(sample)
    value = content
    for step in path:
        value = value[step]
    outcomes = {other: _outcome(sample, _with(content, path, other)) for other in _others(key, value)}
    valid = {other: outcome for other, outcome in outcomes.items() if outcome is not None}
    if key.name in CONSTANT:
        assert set(valid) <= {None}
    elif key.spot.recorded or (sample, dotted(path)) in MASKED:
        unfit = {other for other, outcome in valid.items() if "." in str(outcome)}
        assert valid.keys() - unfit - {None}, "name another valid value in OTHERS"
        assert {valid[other] for other in valid.keys() - unfit} == {_before(sample)}, "nothing may depend on it"
    elif not any(path[: len(barred)] == barred for barred in _barred(sample)):
        assert valid, "name another valid value in OTHERS"
        assert set(valid.values()) != {_before(sample)}, "ignored in silence: use it, refuse it, or mark it Recorded"


def test_every_key_has_a_leaf_in_some_sample() -> None:
    known = every_key("request")
    inner = {key.path[:length] for key in known for length in range(1, len(key.path))}
    walked = {_key(one.values[1]).path for one in _leaves()}
    assert {key.name for key in known if key.path not in inner and key.path not in walked} == set()


def test_what_is_masked_is_still_a_leaf() -> None:
    leaves = {(sample, dotted(path)) for sample, path in (one.values for one in _leaves())}
    assert leaves >= MASKED.keys()


def test_the_list_comes_from_the_fields() -> None:
    names = [key.name for key in recorded_keys()]
    assert {"start", "system.purpose", "people.owner", "attestations.sla.no"} <= set(names)
    assert not {"department", "people.technical", "system.name", "iaas.servers.<name>.cpu"} & set(names)
