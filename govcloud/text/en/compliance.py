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
    "no-such-rule": "there is no rule {name}",
    "no-such-rule.next": "did you mean: {near}; all rules: govcloud explain rules",
    "self-approved": "{name} approves what {name} asks for",
    "self-approved.next": "let somebody else approve it",
    "no-such-account": "no department has the account {name}, so the waiver is void",
    "no-such-account.next": "there is: {near}; the operator adds people to departments/SHORT/department.yaml",
    "no-such-tenancy": "no request here is of the tenancy {name}",
    "no-such-tenancy.next": "there is: {near}; what was waived for a tenancy that has ended can go",
    "no-such-resource": "{rule} speaks of no {name} in this tenancy's request",
    "no-such-resource.next": "it speaks of: {near}; without resource the waiver covers all of the tenancy",
    "missing": "not evaluated: it cannot be told from {what}",
    "level": "for systems of protection level {minimum} and higher only",
    "nothing": "there is nothing here that the rule speaks of",
    "clause.certain": "{framework} {clause} (clause number certain)",
    "clause.likely": "{framework} {clause} (clause number likely)",
    "clause.unsure": "{framework} (clause number unsure)",
    "clause.isolates": "{clause}; on this platform at every level",
    "clause.policy": "a rule of this platform, after {clause}",
    "waiver.holds": "waived until {until} inclusive: {reason}; approved by {approver}",
    "waiver.expired": "the waiver expired on {until}",
    "waiver.self-approved": "the waiver is void: its approver {approver} is its owner",
    "waiver.no-owner": "the waiver is void: the department has no account {owner} that could ask for it",
    "waiver.no-approver": "the waiver is void: no department has the account {approver} that approved it",
    "waiver.not-waivable": "the waiver is void: findings of severity {severity} cannot be waived",
    "waiver.orphaned": "the waiver of {rule} (until {until}) covers nothing and can go",
}
