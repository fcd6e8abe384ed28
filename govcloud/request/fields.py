"""What may stand at a path of a declared file, read from the models themselves."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import RootModel
from pydantic.fields import FieldInfo

from govcloud.request.form import Form, OnlyRecorded
from govcloud.request.source import Path_


@dataclass(frozen=True)
class Spot:
    """A place in a form: the type that stands there and, for a key of a form, its field and the form itself."""

    annotation: Any
    field: FieldInfo | None = None
    owner: type[Form] | None = None

    @property
    def form(self) -> type[Form] | None:
        """The form that stands here, if one does."""
        found = _bare(self.annotation)
        return found if isinstance(found, type) and issubclass(found, Form) else None

    @property
    def is_collection(self) -> bool:
        """May the writer name or count elements here?"""
        return self.form is None and _element(self.annotation) is not None

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that may stand here, where only some may."""
        return tuple(_words(self.annotation))

    @property
    def rule(self) -> str | None:
        """The compliance rule that demands this key, if one does."""
        extra = self.field.json_schema_extra if self.field else None
        rule = extra.get("rule") if isinstance(extra, dict) else None
        return rule if isinstance(rule, str) else None

    @property
    def recorded(self) -> bool:
        """Is this key only kept, so that nothing depends on it?"""
        return self.field is not None and any(isinstance(one, OnlyRecorded) for one in self.field.metadata)


def keys(form: type[Form]) -> Mapping[str, FieldInfo]:
    """The keys of a form as they are written in YAML."""
    return {field.alias or name: field for name, field in form.model_fields.items()}


def spot(root: Any, path: Path_) -> Spot | None:
    """What stands at `path` below `root` (a form or a RootModel), or None where nothing may."""
    found = Spot(root)
    if path[-1:] == ("[key]",):  # pydantic's way to say that a mapping's own key is wrong: zones, private, [key]
        path = (*path[:-2], "[key]")
    for step in path:
        inner = _inside(found, step)
        if inner is None:
            return None
        found = inner
    return found


def walk(root: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Spot]]:
    """Every key a file may have, depth first; `*` stands for a name of the writer's choice, `#` for a number."""
    here = Spot(root)
    if here.is_collection:
        yield from walk(_element(here.annotation), (*path, "*" if _is_mapping(here.annotation) else "#"))
    for name, field in keys(here.form).items() if here.form else ():
        inner = Spot(field.annotation, field, here.form)
        yield (*path, name), inner
        yield from walk(inner.annotation, (*path, name))


def _inside(here: Spot, step: str | int) -> Spot | None:
    if here.form is not None:
        field = keys(here.form).get(str(step))
        return Spot(field.annotation, field, here.form) if field else None
    if step == "[key]" and _is_mapping(here.annotation):
        return Spot(get_args(_bare(here.annotation))[0])
    element = _element(here.annotation)
    return Spot(element) if element is not None else None


def _is_mapping(annotation: Any) -> bool:
    return get_origin(_bare(annotation)) is Mapping


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, tuple):
        for argument in get_args(annotation):
            yield from _words(argument)


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated, None and RootModel around it."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _bare(next(a for a in get_args(annotation) if a is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return _bare(annotation.model_fields["root"].annotation)
    return annotation


def _element(annotation: Any) -> Any:
    """What a mapping's or a list's elements are, or None for anything else."""
    bare = _bare(annotation)
    origin = get_origin(bare)
    if not isinstance(origin, type):
        return None
    if issubclass(origin, Mapping):
        return get_args(bare)[1]
    return get_args(bare)[0] if issubclass(origin, tuple) else None
