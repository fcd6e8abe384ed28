"""departments/<short>/department.yaml: a legal body, its people, and how much it may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from govcloud.request.form import API_VERSION, Form
from govcloud.request.model import Supplier
from govcloud.request.names import CreditCode, Key, Line, SshKey
from govcloud.request.quantities import Flag, Memory, Positive, Storage, Whole


class Allowance(Form):
    """The most a department may hold on all sites together; `addresses` are floating IPs."""

    cores: Positive
    memory: Memory
    disk: Storage
    addresses: Whole = 0


class Person(Form):
    """Somebody with an account; phones and mails are personal data and stay out."""

    name: Line
    ssh_keys: tuple[SshKey, ...] = ()


class Department(Form):
    """A department (使用单位), keyed by its unified social credit code; `former` are codes it had before."""

    apiVersion: Literal["govcloud/v1alpha1"] = API_VERSION  # noqa: N815 - the field's own spelling
    kind: Literal["Department"]
    uscc: CreditCode
    name: Line
    former: tuple[CreditCode, ...] = ()
    allowance: Allowance
    self_service: Flag = False
    people: Mapping[Key, Person] = Field(default_factory=dict)
    suppliers: Mapping[CreditCode, Supplier] = Field(default_factory=dict)
