"""`fgctl graph` on what the real engine writes, and on what is live after it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, with_function_module
from e2e.engine_cli import Cli, StackAt, write_project
from pulumi_functiongraph.cli.commands import app

pytestmark = pytest.mark.engine

ORDERS = """\
AsyncNotificationConfig("orders", function_urn="{0}", on_success=FunctionTarget("{1}"))
"""
BILLING = """\
AsyncNotificationConfig("billing", function_urn="{1}", on_success=FunctionTarget("{0}"))
"""
CREATED = """\
from function import Function
a = Function("a")
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget("{0}"))
AsyncNotificationConfig("orders", function_urn="{0}", on_success=FunctionTarget(a.function_urn))
"""
GO_ON = {"FUNCTIONGRAPH_ON_CYCLE": "warn"}


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", program("")))
    return stack_at(project, environment=cloud.environment)


def declare(cli: Cli, cloud: Cloud, text: str) -> None:
    rewrite(cli, text.format(cloud.urn("orders"), cloud.urn("billing")))


def graph(cli: Cli, cloud: Cloud, *arguments: str) -> Result:
    """The command in the project's folder, with the export of its stack."""
    exported = cli.project / "stack.json"
    exported.write_text(json.dumps(cli.export()), encoding="utf-8")
    command = ["graph", "--stack", str(exported), *arguments]
    return CliRunner().invoke(app, command, env=cloud.environment)


def previewed(cli: Cli) -> tuple[str, str]:
    """The options that give the command a preview."""
    file = cli.project / "preview.json"
    file.write_text(json.dumps(cli.json("preview", environment=GO_ON)), encoding="utf-8")
    return "--preview", str(file)


@pytest.mark.parametrize("text", [ORDERS + BILLING, CREATED], ids=["literals", "created"])
def test_a_cycle_of_a_real_preview_is_found(cli: Cli, cloud: Cloud, text: str) -> None:
    declare(cli, cloud, text)

    found = graph(cli, cloud, *previewed(cli))

    assert found.exit_code == 1, found.output
    assert found.stdout.startswith("2 nodes, 2 edges: 1 cycle\n")
    assert "__main__.py:" in found.stdout
    assert "\nlooked at 20" in found.stdout
    drawn = graph(cli, cloud, *previewed(cli), "--format", "html")
    assert drawn.exit_code == 1, drawn.output
    assert drawn.stdout.count(">↻ success</text>") == 2
    assert 'id="node-1"' in drawn.stdout


@pytest.mark.long
def test_a_swap_in_a_real_preview_is_no_cycle_neither_declared_nor_live(
    cli: Cli, cloud: Cloud
) -> None:
    declare(cli, cloud, ORDERS)
    cli.up()
    declare(cli, cloud, BILLING.replace('"billing"', '"orders"', 1))
    arguments = (*previewed(cli), "--format", "json")

    for more in ((), ("--live",)):
        found = graph(cli, cloud, *arguments, *more)
        assert found.exit_code == 0, found.output
        (edge,) = json.loads(found.stdout)["edges"]
        assert (edge["source"], edge["target"]) == (cloud.urn("billing"), cloud.urn("orders"))


def test_a_config_that_a_real_update_removes_is_told_as_live_until_then(
    cli: Cli, cloud: Cloud
) -> None:
    declare(cli, cloud, ORDERS)
    cli.up()
    declare(cli, cloud, BILLING)
    preview = previewed(cli)

    for more in ((), ("--live",)):
        found = graph(cli, cloud, *preview, *more)
        assert found.exit_code == 1, found.output
        assert "first: in an update of its own, remove orders.on_success" in found.stdout


def test_what_others_deployed_closes_a_cycle_with_a_real_stack(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, ORDERS)
    cli.up()
    cloud.notify_by_hand("billing", "orders")

    assert graph(cli, cloud).exit_code == 0
    found = graph(cli, cloud, "--live")
    assert found.exit_code == 1, found.output
    assert "orders.on_success (__main__.py:6)" in found.stdout
    focused = graph(cli, cloud, "--live", "--focus", "orders", "--depth", "0", "--format", "json")
    assert focused.exit_code == 1, focused.output
    told = json.loads(focused.stdout)
    assert [each["key"] for each in told["nodes"]] == [cloud.urn("orders")]
    assert len(told["cycles"]) == 1
    assert cloud.writes() == []
