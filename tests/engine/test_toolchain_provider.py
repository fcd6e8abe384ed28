"""The provider serves what the installed Python SDK can ask for: every token, every property, every type.

The table in govcloud/toolchain/provider/names.json was made by hand; this is what holds it to the truth.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from govcloud import toolchain
from tests.engine import toolchain_sdk as sdk
from tests.engine.toolchain_sdk import Shape

Schema = Mapping[str, Any]


@pytest.fixture(scope="module")
def schema() -> Iterator[Schema]:
    """The schema the running provider answers with."""
    process = subprocess.Popen([toolchain.find().provider.path], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        options = [("grpc.max_receive_message_length", 64 << 20)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options) as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            yield json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest(version=0)).schema)
    finally:
        process.terminate()
        process.communicate()


def _shape(kind: Schema, schema: Schema) -> Shape:
    if "$ref" in kind:
        nested = schema["types"][kind["$ref"].removeprefix("#/types/")]
        return ("object", _shapes(nested, "properties", schema))
    if kind["type"] == "array":
        return ("array", _shape(kind["items"], schema))
    if kind["type"] == "object":
        return ("map", _shape(kind["additionalProperties"], schema))
    return str(kind["type"])


def _shapes(owner: Schema, key: str, schema: Schema) -> dict[str, Shape]:
    return {name: _shape(kind, schema) for name, kind in owner.get(key, {}).items()}


def _differences(asked: Mapping[str, Shape], served: Mapping[str, Shape]) -> dict[str, tuple[Shape, Shape]]:
    """What differs, by property: the shape the SDK has and the one the provider has."""
    every = asked.keys() | served.keys()
    pairs = {name: (asked.get(name, "absent"), served.get(name, "absent")) for name in every}
    return {name: (a, s) for name, (a, s) in pairs.items() if a != s and not (a == "any" and s != "absent")}


def test_every_resource_the_sdk_can_ask_for_is_served(schema: Schema) -> None:
    asked = sdk.resources()
    assert len(asked) > 100
    assert asked.keys() <= schema["resources"].keys()


def test_every_function_the_sdk_can_ask_for_is_served(schema: Schema) -> None:
    asked = sdk.functions()
    assert len(asked) > 60
    assert asked.keys() <= schema["functions"].keys()


def test_resources_have_the_properties_of_the_sdk(schema: Schema) -> None:
    for token, asked in sdk.resources().items():
        served = schema["resources"][token]
        assert _differences(asked.inputs, _shapes(served, "inputProperties", schema)) == {}, token
        assert _differences(asked.outputs, _shapes(served, "properties", schema)) == {}, token
        assert asked.required == set(served.get("requiredInputs", ())), token


def test_functions_have_the_properties_of_the_sdk(schema: Schema) -> None:
    for token, asked in sdk.functions().items():
        served = schema["functions"][token]
        assert _differences(asked.inputs, _shapes(served["inputs"], "properties", schema)) == {}, token
        assert _differences(asked.outputs, _shapes(served["outputs"], "properties", schema)) == {}, token


def test_the_provider_has_the_settings_of_the_sdk(schema: Schema) -> None:
    asked = sdk.settings()
    assert _differences(asked, _shapes(schema["provider"], "inputProperties", schema)) == {}


def test_the_provider_starts_in_no_time() -> None:
    # one is started for every provider of every stack; it computes its schema when it starts
    command = [str(toolchain.find().provider.path), "--version"]
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 0.5, "seconds of one processor"
