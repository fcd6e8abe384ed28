"""province.yaml: zones, address pools, baseline flows, catalogue, policy and freezes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from govcloud.request.ends import Address4, FlowEnd, Network4, Ports
from govcloud.request.form import API_VERSION, Form
from govcloud.request.iaas import ZoneName
from govcloud.request.names import Division, Label, Line, SiteName
from govcloud.request.quantities import Day, Positive

# the smallest network a tenancy can be given, as a prefix
SMALLEST_PREFIX: Final = 29

Severity = Literal["critical", "high", "medium", "low"]


class Zone(Form):
    """A zone: its external network in OpenStack, the pools addresses come from, the exchange's addresses in it."""

    external_network: Label
    pool: tuple[Network4, ...] = Field(min_length=1)
    exchange: tuple[Address4, ...] = ()
    dns: tuple[Address4, ...] = ()


class Os(Form):
    """An operating system of the catalogue: the image it stands for today, and its processor architecture."""

    image: Label
    arch: Literal["aarch64", "x86_64"]


class Volumes(Form):
    """The volume types for ordinary data, and for important or personal data."""

    plain: Label
    encrypted: Label


class Catalogue(Form):
    """What may be asked for."""

    os: Mapping[Label, Os] = Field(min_length=1)
    flavors: tuple[Label, ...] = Field(min_length=1)
    volumes: Volumes


class Policy(Form):
    """How strict the province is.

    `refuse_at` is the lowest severity of a failed rule that refuses; `delete_cap` how many resources a plan may
    delete before it must be named on the command line; `waivable` the severities a waiver may cover.
    """

    refuse_at: Severity = "high"
    delete_cap: Positive = 5
    anti_affinity: Literal["soft", "strict"] = "soft"
    waivable: tuple[Severity, ...] = ("medium", "low")


class BaselineFlow(Form):
    """A flow that every server gets, between it and a range of addresses: exactly one end is written."""

    from_: Annotated[FlowEnd | None, Field(alias="from")] = None
    to: FlowEnd | None = None
    ports: tuple[Ports, ...] = Field(min_length=1)
    reason: Line


class Freeze(Form):
    """A freeze window (重保): no changes on a site, first and last day inclusive, Asia/Shanghai."""

    site: SiteName
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    reason: Line


class Province(Form):
    """One province."""

    apiVersion: Literal["govcloud/v1alpha1"] = API_VERSION  # noqa: N815 - the field's own spelling
    kind: Literal["Province"]
    name: Line
    divisions: Mapping[Division, Line] = Field(min_length=1)
    zones: Mapping[ZoneName, Zone] = Field(min_length=1)
    baseline: tuple[BaselineFlow, ...] = ()
    catalogue: Catalogue
    policy: Policy = Policy()
    freezes: tuple[Freeze, ...] = ()
