"""Fields of the core's models as properties of a package schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.schemas import config_schema
from pulumi_functiongraph.core.targets import ALLOWED, Bucket, Function, Opaque, Stream, Topic

Spec: TypeAlias = dict[str, Any]
"""A part of a package schema."""

Model: TypeAlias = type[Config | Function | Bucket | Topic | Stream | Opaque]
"""A model whose fields are properties."""


def token(name: str) -> str:
    """The token of a type, resource or function of the package."""
    return f"functiongraph:index:{name}"


def reference(name: str) -> str:
    """What refers to a type of the package."""
    return f"#/types/{token(name)}"


def fields_of(model: Model) -> Mapping[str, Spec]:
    """The fields of a model as the published JSON Schema has them, by the spelling of state."""
    fields: Mapping[str, Spec] = _schema_of(model)["properties"]
    return fields


def required_of(model: Model) -> list[str]:
    """The fields without which a model is not valid."""
    return list(_schema_of(model).get("required", ()))


def _schema_of(model: Model) -> Spec:
    schema = config_schema()
    whole: Spec = schema if model is Config else schema["$defs"][model.__name__]
    return whole


def property_of(key: str, field: Spec, *, model: Model) -> Spec:
    """A field as a property.

    Ranges are in words, because SDKs show a description and nothing else. A default below a union
    is in words alone: what is generated cannot apply it, the provider does.
    """
    described: Spec = {
        "type": field["type"],
        "description": " ".join((field["description"], *_limits(key, field), *_default(field))),
    }
    if "const" in field:
        described["const"] = field["const"]
    elif model is Config and field.get("default") is not None and key != "adopt":
        described["default"] = field["default"]
    return described


def _limits(key: str, field: Spec) -> Iterator[str]:
    if "minimum" in field:
        yield f"From {field['minimum']:,} to {field['maximum']:,}."
    if "maxLength" in field and f"{field['maxLength']:,}" not in field["description"]:
        yield f"At most {field['maxLength']:,} characters."
    if key in ALLOWED:
        text = ALLOWED[key]
        yield f"{text[0].upper()}{text[1:]}."


def _default(field: Spec) -> Iterator[str]:
    default = field.get("default")
    if default is None or "const" in field:
        return
    if default is False:
        yield "Off by default."
    elif default == "":
        yield "Empty by default."
    else:
        yield f"{default:,} by default."
