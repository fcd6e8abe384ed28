"""What all our declared files have in common: strict, frozen models, and short ways of writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

API_VERSION: Final = "govcloud/v1alpha1"
T = TypeVar("T")


class Form(BaseModel):
    """A mapping with known keys: an unknown one is an error, and nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


@dataclass(frozen=True)
class Short:
    """A short way of writing a mapping: one scalar, which `expand` turns into the long form.

    `schema` describes the short form for editors.
    """

    expand: Callable[[str], Mapping[str, object]]
    schema: Mapping[str, object]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Expand text before the long form is read."""
        long_form = handler(source)
        return core_schema.no_info_before_validator_function(
            lambda value: self.expand(value) if isinstance(value, str) else value, long_form
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Either form."""
        return {"anyOf": [dict(self.schema), handler(schema)]}


@dataclass(frozen=True)
class OnlyRecorded:
    """Marks a key that is kept with the request and looked at by nobody yet.

    Its form is checked, and that is all: no plan, no verdict and nothing in the cloud depends on it.
    """


# the one place that says so for each key; `govcloud explain recorded` lists them, a test holds both ways to the truth
Recorded = Annotated[T, OnlyRecorded()]


def ruled(rule: str) -> dict[str, Any]:
    """Metadata of a key whose presence or form a compliance rule demands; errors then name the rule."""
    return {"rule": rule}
