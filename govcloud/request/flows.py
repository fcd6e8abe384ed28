"""Flows (访问关系): what may talk to what, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from govcloud.request.ends import FlowEnd, Ports
from govcloud.request.form import Form
from govcloud.request.names import Line


class Flow(Form):
    """Traffic that is allowed from one end to the other; everything that no flow names stays closed."""

    from_: Annotated[FlowEnd, Field(alias="from")]
    to: FlowEnd
    ports: tuple[Ports, ...] = Field(min_length=1)
    via: Literal["exchange"] | None = None
    reason: Line
