"""The examples in the description of the resource, the same in each language."""

from __future__ import annotations

_TITLE = "An order service"
_TYPESCRIPT = """\
import * as functiongraph from "pulumi-functiongraph";

const orders = functiongraph.getFunctionOutput({ name: "orders" });

const config = new functiongraph.AsyncNotificationConfig("orders", {
    functionUrn: orders.functionUrn,
    maxAsyncRetryAttempts: 2,
    onSuccess: {
        destination: "SMN",
        topicUrn: "urn:smn:eu-de:0123456789abcdef0123456789abcdef:orders-done",
    },
    onFailure: { destination: "OBS", bucket: "orders-failed", prefix: "failures/" },
});

export const lastModified = config.lastModified;
"""
_PYTHON = """\
import pulumi

from pulumi_functiongraph import get_function
from pulumi_functiongraph.native import AsyncNotificationConfig, ObsTarget, SmnTarget

orders = get_function("orders")

config = AsyncNotificationConfig(
    "orders",
    function_urn=orders.function_urn,
    max_async_retry_attempts=2,
    on_success=SmnTarget("urn:smn:eu-de:0123456789abcdef0123456789abcdef:orders-done"),
    on_failure=ObsTarget("orders-failed", prefix="failures/"),
)

pulumi.export("lastModified", config.last_modified)
"""
_YAML = """\
variables:
  orders:
    fn::invoke:
      function: functiongraph:getFunction
      arguments:
        name: orders
resources:
  config:
    type: functiongraph:AsyncNotificationConfig
    name: orders
    properties:
      functionUrn: ${orders.functionUrn}
      maxAsyncRetryAttempts: 2
      onSuccess:
        topicUrn: urn:smn:eu-de:0123456789abcdef0123456789abcdef:orders-done
      onFailure:
        bucket: orders-failed
        prefix: failures/
outputs:
  lastModified: ${config.lastModified}
"""
EXAMPLES = {"typescript": _TYPESCRIPT, "python": _PYTHON, "yaml": _YAML}
"""The example by language, as Pulumi's documentation names it."""


def with_examples(description: str) -> str:
    """A description with the examples in the form that SDK generators take apart by language."""
    fences = "\n".join(f"```{language}\n{text}```\n" for language, text in EXAMPLES.items())
    return (
        f"{description}\n\n{{{{% examples %}}}}\n## Example Usage\n\n{{{{% example %}}}}\n"
        f"### {_TITLE}\n\n{fences}{{{{% /example %}}}}\n{{{{% /examples %}}}}\n"
    )
