"""JSON Schemas (draft 2020-12) of what users meet outside Python: events, configs and reports.

Never here: reading or writing files. The ``*.schema.json`` beside this file are what the functions
here build; a test holds them equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.core.graph.document import GraphDocument
from pulumi_functiongraph.core.local_inputs import ALLOW_CYCLE
from pulumi_functiongraph.core.prechecks.json_document import PrecheckReport
from pulumi_functiongraph.core.properties import ADOPT
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.validation import CONTROLS_BUT_BREAKS, Value

Schema: TypeAlias = dict[str, Any]


class _WithoutNull(GenerateJsonSchema):
    """Properties that may be left out, instead of being null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def _schema(name: str, model: type[Value], *, title: str) -> Schema:
    generated = model.model_json_schema(schema_generator=_WithoutNull)
    head = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:pulumi-functiongraph:schema:{name}",
        "title": f"{title} of FunctionGraph",
    }
    return {**head, **{key: part for key, part in generated.items() if key != "title"}}


def event_schema() -> Schema:
    """The schema of a notification event.

    Fields that the service may add are allowed. The status has two spellings: ``status_code`` in
    what the service sends and ``statusCode`` in Table 2 of the user guide.
    """
    schema = _schema("event", NotificationEvent, title="Notification event")
    response = schema["$defs"]["ResponseContext"]
    sent = response["properties"]["status_code"]
    documented = {**sent, "description": "The same in the spelling of the user guide's table."}
    response["properties"]["statusCode"] = documented
    del response["required"]
    response["anyOf"] = [{"required": ["status_code"]}, {"required": ["statusCode"]}]
    return schema


def config_schema() -> Schema:
    """The schema of a declared config, in the spelling that Pulumi keeps in state."""
    schema = _schema("config", Config, title="Asynchronous notification config")
    schema["properties"][ADOPT] = {
        "type": "boolean",
        "title": "Adopt",
        "default": False,
        "description": "Whether a config that is already there is taken over. Never sent.",
    }
    for name in ("Function", "Bucket", "Topic", "Stream", "Opaque"):
        schema["$defs"][name]["properties"][ALLOW_CYCLE] = {
            "type": "string",
            "allOf": [{"pattern": r"\S"}, {"pattern": f"^[^{CONTROLS_BUT_BREAKS}]*$"}],
            "title": "Allow cycle",
            "description": "Why events may circulate through this target. Never sent.",
        }
    return schema


SCHEMAS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {
        "event": event_schema,
        "config": config_schema,
        "graph": partial(_schema, "graph", GraphDocument, title="Graph of notifications"),
        "precheck": partial(
            _schema, "precheck", PrecheckReport, title="Pre-check of notification configs"
        ),
        "drift": partial(_schema, "drift", DriftDocument, title="Drift of notification configs"),
        "review": partial(_schema, "review", ReviewDocument, title="Review of notifications"),
    }
)
"""What builds each schema, by the name that it is published under."""


def published(name: str) -> str:
    """The text of the file that a schema is published in."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"
