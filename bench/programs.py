"""Terraform or OpenTofu, and the OpenStack provider for them: found, or built from Go modules into the cache folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from govcloud.config import folders
from govcloud.errors import GovcloudError
from govcloud.events import Event
from govcloud.toolchain import golang


@dataclass(frozen=True)
class Recipe:
    """A program as a Go module: built as its own main module, with its own go.sum, after its hash was checked."""

    name: str
    module: str
    version: str
    hash: str
    package: str

    @property
    def place(self) -> Path:
        """Where it is kept once built; the folder holds nothing else."""
        return folders().cache / "bench" / f"{self.name}-{self.version}" / self.name


PROVIDER: Final = Recipe(
    name="terraform-provider-openstack",
    module="github.com/terraform-provider-openstack/terraform-provider-openstack/v3",
    # what our own provider is made of, so that both ask the services the same
    version="v3.4.0",
    hash="h1:Ap8gvameIY5ZM7CMh7fngP/VoIyeupzKX3izoyfp9yg=",
    package=".",
)
TOFU: Final = Recipe(
    name="tofu",
    module="github.com/opentofu/opentofu",
    version="v1.12.6",
    hash="h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98=",
    package="./cmd/tofu",
)


@dataclass(frozen=True)
class Programs:
    """What runs a Terraform configuration here: `version` is how the command calls itself."""

    command: Path
    version: str
    provider: Path


def find() -> Programs | None:
    """Terraform or tofu on PATH, or tofu as built here, with the provider; None where one of them is missing."""
    command = next((Path(found) for found in map(shutil.which, ("terraform", "tofu")) if found), TOFU.place)
    if not command.exists() or not PROVIDER.place.exists():
        return None
    said = subprocess.run([command, "version", "-json"], capture_output=True, text=True, check=True)
    return Programs(command, f"{command.name} {json.loads(said.stdout)['terraform_version']}", PROVIDER.place)


def provide() -> Programs | None:
    """What is found, after what is missing was built (a minute or five the first time); None where that fails."""
    os.umask(0o022)
    on_path = shutil.which("terraform") or shutil.which("tofu")
    try:
        for recipe in (PROVIDER,) if on_path else (PROVIDER, TOFU):
            if not recipe.place.exists():
                print(f"building {recipe.name} {recipe.version}, to compare with", flush=True)
                build(recipe)
    except (GovcloudError, subprocess.CalledProcessError) as error:
        print(f"nothing to compare with: {error}", flush=True)
        return None
    return find()


def build(recipe: Recipe) -> None:
    """Fetch, check and compile one program."""
    go = golang.choose(_tell)
    # the checksum database does not know this module; its hash stands above instead
    environment = {**go.environment, "GONOSUMDB": "github.com/terraform-provider-openstack/*"}
    asked = [str(go.path), "mod", "download", "-json", f"{recipe.module}@{recipe.version}"]
    said = json.loads(subprocess.run(asked, cwd="/", env=environment, capture_output=True, check=True).stdout)
    if said["Sum"] != recipe.hash:
        sys.exit(f"{recipe.module} {recipe.version} has the hash {said['Sum']}, not {recipe.hash}")
    folder = recipe.place.parent
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "source"
    shutil.copytree(said["Dir"], source)
    for file in (source, *source.rglob("*")):
        file.chmod(file.stat().st_mode | 0o200)
    fresh = source / "fresh"
    flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", str(fresh)]
    subprocess.run(["nice", str(go.path), "build", *flags, recipe.package], cwd=source, env=environment, check=True)
    fresh.rename(recipe.place)
    shutil.rmtree(source)


def _tell(event: Event) -> None:
    if event.text:
        print(event.text, flush=True)
