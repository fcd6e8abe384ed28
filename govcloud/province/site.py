"""sites/<site>.yaml: one OpenStack cloud and what of it may be given out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govcloud.request.form import API_VERSION, Form
from govcloud.request.iaas import ZoneName
from govcloud.request.names import Account, Country, Division, Grade, Key, Label, Line
from govcloud.request.quantities import Percent, Whole


class HoldBack(Form):
    """What admission keeps free: the largest `hosts` hosts of each availability zone, and a share for growth."""

    hosts: Whole = 0
    growth: Percent = 0


class Site(Form):
    """One cloud: its entry in clouds.yaml, who runs it, how it is graded, which zones and divisions it serves.

    `operator_domain` is the Keystone domain that holds all projects of all tenancies of this site; `staff` are the
    users and groups who work there for the operator, as `name@domain`.
    """

    apiVersion: Literal["govcloud/v1alpha1"] = API_VERSION  # noqa: N815 - the field's own spelling
    kind: Literal["Site"]
    name: Key
    cloud: Label
    operator: Line
    operator_domain: Label
    staff: tuple[Account, ...] = ()
    region: Label | None = None
    country: Country
    mlps: Grade
    zones: tuple[ZoneName, ...] = Field(min_length=1)
    divisions: tuple[Division, ...] = Field(min_length=1)
    hold_back: HoldBack = HoldBack()
