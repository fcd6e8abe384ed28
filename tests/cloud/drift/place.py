"""A tenancy that was applied, and the ways into it that a stranger has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from govcloud.engine.state import Held, read_state
from govcloud.plan.compare import label
from tests.cloud.conftest import Cloud, Devcloud
from tests.cloud.workshop import Workshop

STACKS = "govcloud/pulumi/.pulumi/stacks/govcloud"


@dataclass(frozen=True)
class Place:
    """Where a request was applied: its file, its tenancy's id, its iaas project's id."""

    shop: Workshop
    devcloud: Devcloud
    path: str
    tenancy: str
    project: str

    @property
    def cloud(self) -> Cloud:
        """The operator, who may do everything."""
        return self.shop.cloud

    @cached_property
    def inside(self) -> Cloud:
        """The same user in the tenancy's own project: machines and volumes land where the token is."""
        return self.devcloud.connect_to(self.project)

    @cached_property
    def held(self) -> list[Held]:
        """Everything of the tenancy and its department in the engine's state, as it was when first asked for."""
        return self.read()

    def read(self) -> list[Held]:
        """The same as it is now."""
        folder = Path(self.shop.environment["XDG_STATE_HOME"]) / STACKS
        files = [file for file in folder.glob("*.json") if file.name.startswith((self.tenancy, "d-"))]
        states = [read_state({"deployment": json.loads(file.read_bytes())["checkpoint"]["latest"]}) for file in files]
        return [one for state in states for one in state.resources if one.in_cloud]

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The ids of what was applied by kind and name, as in `server web-1`."""
        return {label(one): one.id for one in self.held}

    @property
    def domain(self) -> str:
        """The id of the department's domain."""
        return self.ids["project domain"]

    def external(self, zone: str) -> str:
        """The id of a zone's external network."""
        return str(self.cloud.network.find_network(zone, ignore_missing=False).id)

    def drift(self, *, code: int) -> Any:
        """What `govcloud drift` says; it must end with `code`."""
        return self.shop.run("drift", self.path, "-o", "json", "--detailed-exitcode", code=code).data
