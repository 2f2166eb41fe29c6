"""Small values for tests: valid by default, changed by keyword."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.config_validation import Examined, examine
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.rules.rule import Program

PROJECT = "0123456789abcdef0123456789abcdef"
OTHER_PROJECT = "fedcba9876543210fedcba9876543210"
REGION = "eu-de"
URN = f"urn:fss:{REGION}:{PROJECT}:function:default:orders:latest"
TOPIC = f"urn:smn:{REGION}:{PROJECT}:alerts"


def function_urn(
    name: str = "orders",
    *,
    region: str = REGION,
    project_id: str = PROJECT,
    version: str = "latest",
    is_alias: bool = False,
) -> FunctionUrn:
    return FunctionUrn(region, project_id, "default", name, version, is_alias)


def bag(**properties: object) -> dict[str, object]:
    """A property bag of the function ``orders``; ``None`` takes a property out."""
    filled = {"functionUrn": URN, **properties}
    return {key: value for key, value in filled.items() if value is not None}


def to_bucket(**fields: object) -> dict[str, object]:
    return {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0, **fields}


def to_topic(topic_urn: object = TOPIC) -> dict[str, object]:
    return {"destination": "SMN", "topicUrn": topic_urn}


def to_function(urn: object = URN) -> dict[str, object]:
    return {"destination": "FunctionGraph", "functionUrn": str(urn) if urn is not None else urn}


def to_stream(stream_name: object = "events") -> dict[str, object]:
    return {"destination": "DIS", "streamName": stream_name}


def examined(**properties: object) -> Examined:
    return examine(bag(**properties), region=REGION, project_id=PROJECT)


def told(**properties: object) -> dict[str, str]:
    """What is told about a bag: the property path and the whole line."""
    return {problem.path: str(problem) for problem in examined(**properties).problems}


def declaration(
    properties: Mapping[str, object] | None = None,
    *,
    name: str = "notify",
    source: str | None = None,
    where: str = "",
) -> Declaration:
    """A declared config; its source is the function URN where that is known."""
    judged = examine(bag() if properties is None else properties, region=REGION, project_id=PROJECT)
    if source is None and judged.source is not None:
        source = str(judged.source)
    return Declaration(name, judged, source, where)


def program(
    *declarations: Declaration, cloud: Cloud | None = None, project_id: str | None = None
) -> Program:
    return Program(declarations, cloud=cloud, project_id=project_id)


def finding(**fields: Any) -> Finding:
    return Finding(
        **{
            "rule": "FGN001",
            "severity": Severity.ERROR,
            "subject": "notify",
            "message": "is wrong",
            **fields,
        }
    )


def event(**fields: object) -> dict[str, object]:
    """A notification event as the service sends it."""
    return {
        "timestamp": "2025-07-28T11:47:56.893440057+02:00",
        "request_context": {
            "request_id": "1167bf8c-87b0-43ab-8f5f-26b16c64f252",
            "function_urn": URN,
            "condition": "",
            "approximate_invoke_count": 1,
        },
        "request_payload": '{"order": 7}',
        "response_context": {"status_code": 200, "function_error": ""},
        "response_payload": "hello world!",
        **fields,
    }
