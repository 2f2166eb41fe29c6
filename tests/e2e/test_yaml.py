"""The plugin from YAML programs: the example, and what a program without a gate is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import Cli, StackAt
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG

pytestmark = pytest.mark.engine

EXAMPLE = Path(__file__).parents[2] / "examples" / "order-service-yaml"
CYCLE = """\
name: order-service-yaml
runtime: yaml
resources:
  orders:
    type: functiongraph:AsyncNotificationConfig
    properties:
      functionUrn: orders
      onSuccess: {functionUrn: billing}
  billing:
    type: functiongraph:AsyncNotificationConfig
    properties:
      functionUrn: billing
      onFailure: {functionUrn: "${orders.functionUrn}"}
"""
ACROSS = """\
name: order-service-yaml
runtime: yaml
resources:
  first: {type: "pulumi:providers:functiongraph"}
  second: {type: "pulumi:providers:functiongraph"}
  orders:
    type: functiongraph:AsyncNotificationConfig
    properties: {functionUrn: orders, onSuccess: {functionUrn: billing}}
    options: {provider: "${first}"}
  billing:
    type: functiongraph:AsyncNotificationConfig
    properties: {functionUrn: billing, onFailure: {functionUrn: "${orders.functionUrn}"}}
    options: {provider: "${second}"}
"""


def test_the_order_service_in_yaml_from_up_to_destroy(
    stack_at: StackAt, cloud: Cloud, with_yaml: Callable[[Cli], Cli]
) -> None:
    assert (EXAMPLE / "README.md").is_file()
    cli = with_yaml(stack_at(EXAMPLE, environment=cloud.environment))

    cli.up()
    live = cloud.live("orders")
    assert live["max_async_retry_attempts"] == 2
    assert live["destination_config"]["on_failure"]["destination"] == "OBS"
    cli.preview("--expect-no-changes")

    program = cli.project / "Pulumi.yaml"
    declared = program.read_text(encoding="utf-8")
    cloud.forget_requests()
    program.write_text(CYCLE, encoding="utf-8")
    refused = cli.preview(expect=1).output
    assert "FGN101 error: billing.onFailure: cycle" in refused, refused
    assert "billing → orders → billing" in refused
    program.write_text(ACROSS, encoding="utf-8")
    refused = cli.preview(expect=1).output
    assert "FGN101 error: billing.onFailure: cycle: what this program declares" in refused, refused
    assert not cloud.writes()

    program.write_text(declared, encoding="utf-8")
    cloud.put_by_hand("billing", max_async_retry_attempts=3)
    imported = cli.run(
        "import", NATIVE_CONFIG, "billing", "billing", "--yes", "--protect=false",
        "--stack", cli.stack, "--non-interactive", "--color=never",
    ).stdout  # fmt: skip
    assert "type: functiongraph:AsyncNotificationConfig" in imported, imported
    assert "maxAsyncRetryAttempts: 3" in imported, imported
    assert not cloud.writes()
    urns = sorted(each["id"] for each in cli.resources(NATIVE_CONFIG))
    assert urns == [cloud.urn("billing"), cloud.urn("orders")]

    cli.destroy()
    assert cloud.has_no_config("orders")
    assert cloud.has_no_config("billing")


MOVED = """\
name: order-service-yaml
runtime: yaml
resources:
  orders:
    type: functiongraph:AsyncNotificationConfig
    properties: {{functionUrn: {}}}
"""


def test_what_is_replaced_stays_where_its_successor_is_refused(
    stack_at: StackAt, cloud: Cloud, with_yaml: Callable[[Cli], Cli]
) -> None:
    cli = with_yaml(stack_at(EXAMPLE, environment=cloud.environment))
    program = cli.project / "Pulumi.yaml"
    program.write_text(MOVED.format("orders"), encoding="utf-8")
    cli.up()
    program.write_text(MOVED.format("not-there"), encoding="utf-8")

    refused = cli.up(expect=1).output

    assert "was not deleted, because the one that replaces it could not be created" in refused
    assert cloud.live("orders")
    assert [each["id"] for each in cli.resources(NATIVE_CONFIG)] == [cloud.urn("orders")]
    cli.destroy()
    assert cloud.has_no_config("orders")
