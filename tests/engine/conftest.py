"""The real engine in a folder of its own, without a cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pulumi
import pytest

from govcloud import toolchain
from govcloud.engine.engine import Engine, prepare
from govcloud.engine.runs import Job
from govcloud.store.bucket import Folder

Program = Callable[[], Mapping[str, pulumi.Output[str]]]

# two entries, as in a run's own clouds.yaml; nobody listens there
CLOUDS: Final = """
clouds:
  operator: &nowhere
    auth: {auth_url: "http://127.0.0.1:9/v3", username: u, password: p, project_name: p, domain_name: Default}
  layer: *nowhere
"""


class Box(pulumi.ComponentResource):
    """Something that groups others and is nothing in a cloud."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("govcloud:test:Box", name, None, opts)
        self.register_outputs({})


def boxes(*names: str) -> Program:
    """A program of components alone; its one output names them."""

    def program() -> Mapping[str, pulumi.Output[str]]:
        for name in names:
            Box(name)
        return {"test:boxes": pulumi.Output.from_input(" ".join(names))}

    return program


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """The engine of the toolchain, its state in an empty folder."""
    tools = toolchain.find()
    folder = tmp_path / "engine"
    state = Folder(tmp_path / "state")
    found = Engine(
        tools.engine.path,
        tools.provider.path,
        tools.engine.version,
        tools.lay_out,
        folder,
        f"file://{state.root}",
        fetch=state.fetch,
        create=state.create,
        clear=state.clear,
        keeping=state.keeping,
        is_cut=state.is_cut,
        space=state.space,
    )
    prepare(found)
    return found


@pytest.fixture
def clouds(tmp_path: Path) -> Path:
    """A clouds.yaml that leads nowhere."""
    file = tmp_path / "run" / "clouds.yaml"
    file.parent.mkdir()
    file.write_text(CLOUDS, "utf-8")
    return file


@pytest.fixture
def job(clouds: Path) -> Job:
    """A stack of two boxes."""
    return Job("t-aaaaaa.iaas", "iaas", boxes("a", "b"), clouds)
