"""The two programs: what they are called, what they are built from, where they are kept once built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from govcloud.config import folders, private
from govcloud.toolchain import versions

Name = Literal["engine", "provider"]
Origin = Literal["PATH", "plugins", "built"]

INGREDIENTS: Final = {".mod", ".sum", ".go", ".json"}


@dataclass(frozen=True)
class Tool:
    """A program that can be used: `origin` says whether it was on PATH, among Pulumi's plugins, or built by us."""

    name: Name
    path: Path
    version: str
    origin: Origin


@dataclass(frozen=True)
class Recipe:
    """How one program is built: `package` of the Go module in `source`, its version put into `variable`."""

    name: Name
    binary: str
    version: str
    package: str
    variable: str
    ask: str  # the argument that makes the program tell its version

    @property
    def source(self) -> Path:
        """The folder of the Go module; it ships with the package and is only read."""
        return Path(__file__).parent / self.name

    def flags(self) -> tuple[str, ...]:
        """The arguments of `go build` that shape the program: no paths of this machine, pinned modules only."""
        return ("-mod=readonly", "-trimpath", "-buildvcs=false", f"-ldflags=-s -w -X {self.variable}={self.version}")

    def key(self) -> str:
        """A name that changes whenever what is built changes: version and digest of everything that goes in."""
        digest = hashlib.sha256(" ".join((self.package, *self.flags())).encode())
        for file in sorted(f for f in self.source.rglob("*") if f.suffix in INGREDIENTS):
            digest.update(f"\0{file.relative_to(self.source).as_posix()}\0".encode() + file.read_bytes())
        return f"{self.name}-{self.version}-{digest.hexdigest()[:12]}"


RECIPES: Final[Mapping[Name, Recipe]] = {
    "engine": Recipe(
        name="engine",
        binary="pulumi",
        version=versions.PULUMI,
        package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        variable="github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
        ask="version",
    ),
    "provider": Recipe(
        name="provider",
        binary="pulumi-resource-openstack",
        version=versions.OPENSTACK,
        package="govcloud/provider",
        variable="main.version",
        ask="--version",
    ),
}


def cache() -> Path:
    """The folder of everything that was built; it may be removed at any time and is then built again."""
    return folders().cache / "toolchain"


def log_file(name: str) -> Path:
    """A fresh, empty log for the work `name`, readable by its owner only; it replaces the one of the last time."""
    log = folders().state / "toolchain" / f"{name}.log"
    private(log.parent)
    log.write_bytes(b"")
    log.chmod(0o600)
    return log
