"""GC-DAT-002: core data stays out, important data is guarded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govcloud.compliance.model import UNKNOWN, NotEvaluated, Subject, Volume, each, known
from govcloud.compliance.rule import Answer, Rule, Words, fail, not_applicable, ok
from govcloud.request.topology import GRADES


def _request(subject: Subject) -> Iterator[Answer]:
    guarded = _guarded(subject)
    if not guarded:
        yield not_applicable("general")
    for key, grade in guarded.items():
        if grade == "core":
            yield fail(f"data.{key}", "core")
        elif known(subject.declaration.grade or UNKNOWN, "system.mlps") < 3:
            yield fail(f"data.{key}", "low", grade=subject.declaration.grade)
        elif key not in subject.declaration.stored:
            yield fail(f"data.{key}", "unstored")
        else:
            yield ok(f"data.{key}")
    important = next((key for key, grade in guarded.items() if grade == "important"), None)
    if important:
        yield _backup(subject, important)


def _backup(subject: Subject, key: str) -> Answer:
    kept = subject.declaration.offsite_backup
    # no line says that there is no backup; the one that makes it a must does stand there
    return ok("backup") if kept else fail("backup", "backup", key=f"data.{key}" if kept is None else "backup")


def _plan(subject: Subject) -> Iterator[Answer]:
    guarded = _guarded(subject)
    if not guarded:
        yield not_applicable("general")
        return
    volumes = known(subject.built.volumes, "volumes")
    servers = subject.declaration.machines
    yield from each(volumes, lambda volume: _volume(volume, servers))
    holders = {volume.server for volume in volumes if volume.grade != "general"}
    services = [key for key, data in subject.declaration.services.items() if guarded.keys() & set(data)]
    unseen = [key for key in services if key not in holders]
    if unseen or not holders:
        # it lies somewhere: on disks that nobody showed us
        raise NotEvaluated(", ".join(f"{key}: volumes" for key in unseen or guarded))


def _volume(volume: Volume, servers: Mapping[str, str]) -> Iterator[Answer]:
    if known(volume.grade, f"{volume.name}.grade") != "general":
        encrypted = known(volume.encrypted, f"{volume.name}.encrypted")
        machine, _, name = volume.name.partition("/")
        key = f"iaas.servers.{servers[machine]}.volumes.{name}" if machine in servers else ""
        yield ok(volume.name) if encrypted else fail(volume.name, "plain", key=key)


def _guarded(subject: Subject) -> dict[str, str]:
    """The data above general, by key; a grade that is none could be any."""
    grades = subject.declaration.grades
    for key, grade in grades.items():
        if grade not in GRADES:
            raise NotEvaluated(f"data.{key}.grade")
    return {key: grade for key, grade in grades.items() if grade != "general"}


RULE = Rule(
    id="GC-DAT-002",
    framework="数据安全法",
    clause="第二十一条",
    clause_certainty="certain",
    obligation="policy",
    mapping="proxy",
    severity="critical",
    title=Words(
        "核心数据不上云，重要数据三级、加密、异地备份", "no core data; important data at level 3, encrypted, kept twice"
    ),
    remedy=Words(
        "移出核心数据；有重要数据的系统定为三级，用加密卷，写 backup: {{policy: daily-30d, offsite: true}}",
        "no core data; important data: level 3, encrypted volumes, backup: {{policy: daily-30d, offsite: true}}",
    ),
    reasons={
        "core": Words("{on} 是核心数据", "{on} is core data"),
        "low": Words("{on} 是重要数据，而系统只有 {grade} 级", "{on} is important, the system only of level {grade}"),
        "unstored": Words(
            "{on} 是重要数据，而没有任何数据盘存放它：系统盘不加密；给云主机加一块数据盘，holds 中写上它",
            "{on} is important, and no volume holds it: what machines boot from is not encrypted; "
            "give a server a volume that holds it",
        ),
        "plain": Words("{on} 存放重要数据而没有加密", "{on} holds important data unencrypted"),
        "backup": Words("有重要数据而没有异地备份", "there is important data and no backup off the site"),
        "general": Words("全部数据都是一般数据", "all data is general"),
    },
    request=_request,
    plan=_plan,
)
