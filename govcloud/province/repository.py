"""The operator's repository: province.yaml and everything around it, read as one.

```
province.yaml
sites/<site>.yaml
departments/<short>/department.yaml
departments/<short>/<system>.<environment>.yaml    requests
waivers.yaml
```
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel

from govcloud.config import PROVINCE_FILE
from govcloud.errors import InvalidInput, Place, Problem
from govcloud.province.check import (
    check_departments,
    check_province,
    check_site,
    check_sites,
    check_sites_of_freezes,
)
from govcloud.province.department import Department
from govcloud.province.model import Province
from govcloud.province.site import Site
from govcloud.province.waivers import Waiver, Waivers
from govcloud.request.decode import decode
from govcloud.request.load import shown
from govcloud.request.parse import read
from govcloud.request.source import Source

M = TypeVar("M", bound=BaseModel)
DEPARTMENT_FILE: Final = "department.yaml"
WAIVERS_FILE: Final = "waivers.yaml"


@dataclass(frozen=True)
class Repository:
    """What the operator declares; `departments` are by the short name of their folder."""

    root: Path
    province: Province
    sites: Mapping[str, Site]
    departments: Mapping[str, Department]
    waivers: Sequence[Waiver]
    sources: Mapping[str, Source]

    def department(self, code: str) -> tuple[str, Department] | None:
        """Short name and department with this credit code, now or formerly."""
        known = self.departments.items()
        return next(((short, d) for short, d in known if code == d.uscc or code in d.former), None)

    def giver(self, system: str) -> str | None:
        """The short name of the department whose systems get such codes; of DATA and DATA-LAB the longer one."""
        givers = [short for short in self.departments if system.startswith(code_prefix(short))]
        return max(givers, key=len, default=None)

    def requests(self, short: str | None = None) -> Iterator[Path]:
        """The files of all requests, or of one department's, sorted."""
        for path in sorted((self.root / "departments").glob(f"{short or '*'}/*.yaml")):
            if path.name != DEPARTMENT_FILE:
                yield path

    @property
    def digest(self) -> str:
        """What the province and its sites say, as sha256; departments and waivers are bound by what a plan uses."""
        content = [self.province, *(self.sites[name] for name in sorted(self.sites))]
        text = "\n".join(model.model_dump_json(by_alias=True) for model in content)
        return hashlib.sha256(text.encode()).hexdigest()


def code_prefix(short: str) -> str:
    """What the codes of a department's systems begin with."""
    return f"{short.upper()}-"


def find_root(start: Path) -> Path | None:
    """The nearest folder with a province.yaml, at `start` or above."""
    here = Path(os.path.realpath(start))  # Path.resolve raises for a link that leads to itself
    return next((folder for folder in (here, *here.parents) if (folder / PROVINCE_FILE).is_file()), None)


def is_yaml(path: Path) -> bool:
    """Does its name say that it is YAML, in any of the ways people write that? Only .yaml is read as part of this."""
    return path.suffix.lower() in (".yaml", ".yml")


def load_repository(root: Path, *, hurried: bool = False) -> Repository:
    """The whole repository, or InvalidInput with every problem of every file.

    Who is `hurried` minds only that the province and its sites can be read: a slip in one department's file must not
    keep another's tenancy from being isolated.
    """
    reading = _Reading(root)
    province = reading.file(PROVINCE_FILE, Province)
    sites = reading.folder("sites", "*.yaml", Site)
    needed = list(reading.problems)
    if province is not None:
        source = reading.sources[PROVINCE_FILE]
        reading.problems += check_province(province, source)
        there = {path.stem for path in (root / "sites").glob("*.yaml")}
        reading.problems += check_sites_of_freezes(province, there, source)
        for name, site in sites.items():
            reading.problems += check_site(site, province, reading.sources[name], Path(name).stem)
    reading.problems += check_sites({name: (site, reading.sources[name]) for name, site in sites.items()})
    departments = reading.folder("departments", f"*/{DEPARTMENT_FILE}", Department)
    waivers = reading.file(WAIVERS_FILE, Waivers) if (root / WAIVERS_FILE).exists() else None
    reading.misnamed("waivers.*", "sites/*", "departments/*/department.*")
    reading.problems += check_departments({name: (d, reading.sources[name]) for name, d in departments.items()})
    if province is None or (needed if hurried else reading.problems):
        raise InvalidInput(reading.problems)
    return Repository(
        root,
        province,
        {site.name: site for site in sites.values()},
        {Path(name).parent.name: department for name, department in departments.items()},
        waivers.root if waivers else (),
        reading.sources,
    )


class _Reading:
    """Files read so far, by their path inside the repository, and what was wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}

    def file(self, name: str, form: type[M]) -> M | None:
        source = read(self.root / name, shown_as=shown(self.root / name))
        self.sources[name] = source
        model, problems = decode(source, form)
        self.problems += problems
        return model

    def folder(self, folder: str, pattern: str, form: type[M]) -> dict[str, M]:
        names = sorted(str(path.relative_to(self.root)) for path in (self.root / folder).glob(pattern))
        read_ = {name: self.file(name, form) for name in names}
        return {name: model for name, model in read_.items() if model is not None}

    def misnamed(self, *patterns: str) -> None:
        """Files that nobody would read because they end in .yml or .YAML."""
        for path in sorted(found for pattern in patterns for found in self.root.glob(pattern)):
            if is_yaml(path) and path.suffix != ".yaml":
                right = path.with_suffix(".yaml").name
                self.problems.append(Problem("province.wrong-suffix", {"right": right}, Place(shown(path), 1, 1)))
