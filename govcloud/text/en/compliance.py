"""Verdicts, severities, clauses and waivers."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = {
    "status.pass": "pass",
    "status.fail": "fail",
    "status.not-applicable": "not applicable",
    "status.not-evaluated": "not evaluated",
    "status.waived": "waived",
    "severity.critical": "critical",
    "severity.high": "high",
    "severity.medium": "medium",
    "severity.low": "low",
    "missing": "not evaluated: {what} could not be read",
    "level": "for systems of protection level {minimum} and higher only",
    "nothing": "there is nothing here that the rule speaks of",
    "clause.certain": "{framework} {clause} (clause number certain)",
    "clause.likely": "{framework} {clause} (clause number likely)",
    "clause.unsure": "{framework} (clause number unsure)",
    "clause.policy": "a rule of this platform, after {clause}",
    "waiver.holds": "waived until {until} inclusive: {reason}; approved by {approver}",
    "waiver.expired": "the waiver expired on {until}",
    "waiver.self-approved": "the waiver is void: its approver {approver} is its owner",
    "waiver.not-waivable": "the waiver is void: findings of severity {severity} cannot be waived",
    "waiver.orphaned": "the waiver of {rule} (until {until}) covers nothing and can go",
}
