"""The tenancy request (申请单): one file per tenancy, for its whole life."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from govcloud.request.flows import Flow
from govcloud.request.form import API_VERSION, Form, Recorded, Short, ruled
from govcloud.request.iaas import Iaas, ZoneName
from govcloud.request.names import GRADE_SCHEMA, CreditCode, DataSource, Grade, Key, Line, SystemCode, TenancyId
from govcloud.request.paas import Service
from govcloud.request.quantities import Day, Flag
from govcloud.request.saas import Saas

Environment = Literal["production", "staging", "test"]
DataGrade = Literal["core", "important", "general"]


class Project(Form):
    """The approved construction project that pays for the system."""

    code: Recorded[Line]
    approval: Recorded[Line | None] = None


class Mlps(Form):
    """Multi-level protection (等保): `level` is 1 to 5, or S and A parts such as S3A3."""

    level: Grade
    filing: Recorded[Line | None] = None
    filing_due: Recorded[Day | None] = None

    @property
    def grade(self) -> int:
        """The level as a number: the higher of the parts (GB/T 22240)."""
        return max(int(digit) for digit in re.findall(r"\d", self.level))


class System(Form):
    """The business system that lives in the tenancy."""

    code: SystemCode | None = None
    name: Line
    purpose: Recorded[Line]
    functions: Recorded[tuple[Line, ...]] = ()
    project: Project | None = None
    mlps: Annotated[Mlps, Short(lambda level: {"level": level}, GRADE_SCHEMA)] = Field(
        json_schema_extra=ruled("GC-LVL-001")
    )
    classified: Flag = Field(json_schema_extra=ruled("GC-LVL-004"))
    cii: Recorded[Flag] = False


class Dataset(Form):
    """A body of data the system holds, and how much it would hurt to lose it (GB/T 43697)."""

    name: Recorded[Line | None] = None
    grade: DataGrade = Field(json_schema_extra=ruled("GC-DAT-001"))
    personal: Literal["none", "general", "sensitive"] = "none"
    source: Recorded[DataSource] = "self"
    sharing: Recorded[Literal["unconditional", "conditional", "none"] | None] = None


class People(Form):
    """Account names (never phones or mails) of those responsible; defaults come from department.yaml."""

    owner: Recorded[Key | None] = None
    technical: Key | None = None
    security: Recorded[Key | None] = None
    system_admin: Key | None = None
    security_admin: Recorded[Key | None] = None
    auditor: Recorded[Key | None] = None

    def accounts(self) -> Mapping[str, str]:
        """Role to account, the roles that are filled."""
        return {role: account for role, account in self if account is not None}


class Supplier(Form):
    """A company that works on the system; it is never the tenant."""

    name: Recorded[Line]
    scope: Recorded[Line]
    until: Recorded[Day]
    approval: Recorded[Line | None] = None


class Backup(Form):
    """The backup policy of province.yaml that applies, and whether copies leave the site."""

    policy: Recorded[Key]
    offsite: Flag = False


class CryptoProduct(Form):
    """A certified commercial cryptography product in use."""

    name: Recorded[Line]
    certificate: Recorded[Line]
    level: Recorded[Grade] = "1"


class Crypto(Form):
    """Commercial cryptography (GB/T 39786)."""

    products: Mapping[Key, CryptoProduct] = {}


class Attestation(Form):
    """A paper somebody signed: number, date, result, issuer, and where the file is."""

    no: Recorded[Line]
    date: Recorded[Day]
    result: Recorded[Line]
    by: Recorded[Line]
    file: Recorded[Line | None] = None


class GradingReport(Attestation):
    """The report a protection level was given by; before the day it is signed it gives none."""

    date: Day


class Attestations(Form):
    """All attested papers, one shape for each kind."""

    grading_report: GradingReport | None = None
    mlps_assessment: Attestation | None = None
    crypto_assessment: Attestation | None = None
    security_test: Attestation | None = None
    vuln_scan: Attestation | None = None
    acceptance: Attestation | None = None
    agreements: Attestation | None = None
    risk_assessment: Attestation | None = None
    pia: Attestation | None = None
    restore_drill: Attestation | None = None
    sla: Attestation | None = None
    export_approval: Attestation | None = None
    cii_check: Attestation | None = None


class Request(Form):
    """What a department asks for, whole."""

    apiVersion: Literal["govcloud/v1alpha1"] = API_VERSION  # noqa: N815 - the field's own spelling
    kind: Literal["TenancyRequest"]
    tenancy: TenancyId | None = None
    department: CreditCode
    environment: Environment
    start: Recorded[Day | None] = None
    until: Day
    site: Key | None = None
    zone: ZoneName = Field("common", json_schema_extra=ruled("GC-ZONE-001"))
    system: System
    data: Annotated[
        Mapping[Key, Dataset],
        Short(lambda grade: {"data": {"grade": grade}}, {"enum": ["core", "important", "general"]}),
        Field(min_length=1),
    ] = Field(json_schema_extra=ruled("GC-DAT-001"))
    people: People = People()
    suppliers: Mapping[CreditCode, Supplier] = {}
    iaas: Iaas
    paas: Mapping[Key, Service] = {}
    saas: Saas = Saas()
    flows: tuple[Flow, ...] = ()
    backup: Backup | None = None
    crypto: Crypto = Crypto()
    attestations: Attestations = Attestations()
