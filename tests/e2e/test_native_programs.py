"""Python programs with the plugin: switched by one line, and judged by the gate as before."""

import textwrap
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, with_function_module
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.golden_state import DECLARED, STATE
from e2e.other_account import ACCOUNT, ANOTHER, KEY, REGION, SECRET_KEY

pytestmark = pytest.mark.engine

NATIVE_TYPE = "functiongraph:index:AsyncNotificationConfig"
DYNAMIC, NATIVE = "pulumi_functiongraph", "pulumi_functiongraph.native"

HEAD = """\
import pulumi
import {module} as functiongraph

AsyncNotificationConfig = functiongraph.AsyncNotificationConfig
FunctionTarget, ObsTarget = functiongraph.FunctionTarget, functiongraph.ObsTarget
SmnTarget, Provider = functiongraph.SmnTarget, getattr(functiongraph, "Provider", None)
"""


def declare(cli: Cli, body: str, *, module: str = NATIVE) -> None:
    """Change the program of a stack."""
    text = HEAD.format(module=module) + textwrap.dedent(body)
    (cli.project / "__main__.py").write_text(text, encoding="utf-8")


@pytest.fixture
def cli(cloud: Cloud, stack_at: StackAt, tmp_path: Path) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", "", name="golden"))
    return stack_at(project, stack="golden", environment=cloud.environment)


def kinds(cli: Cli) -> set[str]:
    """The types of the configs in state."""
    found = (each["type"] for each in cli.resources())
    return {each for each in found if each.endswith(":AsyncNotificationConfig")}


SWITCHED = """\
AsyncNotificationConfig(
    "orders",
    function_urn="{orders}",
    max_async_retry_attempts={retries},
    on_failure=ObsTarget(pulumi.Output.secret("orders-failed"), "failures/"),
)
AsyncNotificationConfig(
    "billing",
    function_urn="{billing}",
    max_async_retry_attempts={retries},
    on_success=FunctionTarget("{billing}", allow_cycle="it ends after the third time"),
    adopt=True,
)
"""


def test_one_import_line_switches_the_provider_both_ways(cli: Cli, cloud: Cloud) -> None:
    def program(retries: int) -> str:
        names = {name: cloud.urn(name) for name in ("orders", "billing")}
        return SWITCHED.format(retries=retries, **names)

    declare(cli, program(2), module=DYNAMIC)
    cli.up()
    cloud.forget_requests()

    declare(cli, program(2))
    cli.up("--expect-no-changes", preview=True)
    assert kinds(cli) == {NATIVE_TYPE}
    cli.refresh("--expect-no-changes")
    assert cloud.writes() == []
    declare(cli, program(3))
    assert "[diff: ~maxAsyncRetryAttempts]" in cli.up().output
    cloud.forget_requests()

    declare(cli, program(3), module=DYNAMIC)
    back = cli.up(preview=True)
    assert "[diff: ~provider]" in back.output
    assert "orders: was set by the native plugin" in back.output
    assert "is a secret, and kept as one in the state from now on" not in back.output
    assert [each["method"] for each in cloud.writes()] == ["PUT", "PUT"]
    assert kinds(cli) == {TYPE}
    cli.refresh("--expect-no-changes")
    assert "orders-failed" not in str(cli.resources())
    cli.destroy()
    assert cloud.configs() == {}


@pytest.mark.long
def test_the_first_release_s_state_is_known_by_the_plugin(cli: Cli, cloud: Cloud) -> None:
    declare(cli, DECLARED.format(retries=2), module=DYNAMIC)
    cli.up()
    cli.run("stack", "import", "--stack", cli.stack, "--file", str(STATE))
    cloud.forget_requests()

    declare(cli, DECLARED.format(retries=2))
    cli.up("--expect-no-changes", preview=True)
    assert cloud.writes() == []
    assert kinds(cli) == {NATIVE_TYPE}
    cli.refresh()
    declare(cli, DECLARED.format(retries=3))
    assert "2 → 3 retries" in cli.up().output
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
    cli.destroy()
    assert cloud.configs() == {}


def test_the_gate_judges_for_the_plugin_which_asks_nothing_again(cli: Cli, cloud: Cloud) -> None:
    declare(
        cli,
        f"""\
        import {DYNAMIC} as dynamic
        AsyncNotificationConfig(
            "native", function_urn="{cloud.urn("orders")}",
            on_success=FunctionTarget("{cloud.urn("billing")}"),
        )
        dynamic.AsyncNotificationConfig(
            "dynamic", function_urn="{cloud.urn("billing")}",
            on_failure=FunctionTarget("{cloud.urn("orders")}"),
        )
        """,
    )
    refused = cli.up(expect=1)
    assert "FGN101 error: dynamic.on_failure (__main__.py:" in refused.output
    assert cloud.writes() == []
    assert kinds(cli) == set()

    one = f"""\
    AsyncNotificationConfig(
        "orders", function_urn="{cloud.urn("orders")}", on_success=SmnTarget("{{topic}}"),
    )
    """
    declare(cli, one.format(topic=cloud.topic("none")))
    refused = cli.up(expect=1)
    assert "1 error found before anything was changed" in refused.output
    assert "FGN208 error: orders.on_success (__main__.py:" in refused.output

    declare(cli, one.format(topic=cloud.topic("orders-done")))
    cloud.forget_requests()
    cli.up(preview=True, environment={"FUNCTIONGRAPH_LIVE_GRAPH": "off"})
    assert cloud.operations() == ["GET", "GET", "GET", "PUT"]  # as the dynamic provider does
    (state,) = cli.resources(NATIVE_TYPE)
    assert "judgedByGate" not in str(state)


def test_what_is_known_in_the_update_alone_is_judged_before_that_change(
    cli: Cli, cloud: Cloud
) -> None:
    declare(
        cli,
        f"""\
        from function import Function
        made = Function("made")
        AsyncNotificationConfig(
            "made", function_urn=made.function_urn, on_success=FunctionTarget("{cloud.urn("made")}")
        )
        """,
    )
    refused = cli.up(expect=1)
    assert "FGN101 error: made.onSuccess: cycle" in refused.output
    assert cloud.configs() == {}


@pytest.mark.long
def test_two_providers_of_two_regions_ask_with_their_own_settings(cli: Cli, cloud: Cloud) -> None:
    cloud.seed(ACCOUNT)
    body = f"""\
    own = Provider("own", region="{cloud.region}", project_id="{cloud.project_id}")
    other = Provider(
        "default-eu", region="{REGION}", project_id="{ANOTHER}", access_key="{KEY}",
        secret_key="{SECRET_KEY}", on_cycle="warn",
    )
    for provider in own, other:
        opts = pulumi.ResourceOptions(provider=provider)
        AsyncNotificationConfig(
            provider._name, opts, function_urn="orders", max_async_retry_attempts={{retries}}
        )
    AsyncNotificationConfig(
        "default", function_urn="{cloud.urn("billing")}", on_success=SmnTarget("{{topic}}")
    )
    """
    good = body.format(retries=2, topic=cloud.topic("orders-done"))
    declare(cli, body.format(retries=9, topic=cloud.topic("orders-done")))
    refused = cli.up(expect=1)
    assert "2 errors found before anything was changed" in refused.output
    assert "FGN001 error: default-eu.max_async_retry_attempts (__main__.py:" in refused.output

    there = f"urn:fss:{REGION}:{ANOTHER}:function:default:orders:latest"
    declare(cli, good)
    cli.up(preview=True)
    assert set(cloud.configs()) == {cloud.urn("orders"), cloud.urn("billing"), there}
    assert "canary" not in str(cli.resources())
    assert KEY not in str(cli.resources())

    # Of the other account the gate asks nothing; the plugin finds what is missing there.
    missing = f"urn:smn:{REGION}:{ANOTHER}:none"
    to_nobody = f'on_success=SmnTarget("{missing}") if provider is other else None'
    more = f"max_async_retry_attempts=2, {to_nobody}"
    declare(cli, good.replace("max_async_retry_attempts=2", more))
    refused = cli.up(expect=1)
    assert "was not sent" in refused.output
    assert f"FGN208 error: default-eu.onSuccess: there is no topic {missing}" in refused.output
    # A message says to set in that provider what is to be set.
    declare(cli, good.replace('secret_key="', 'secret_key="not-').replace("=2", "=3"))
    refused = cli.up(expect=1)
    assert "access key from the provider's own settings (accessKey) was refused" in refused.output
    assert "Set accessKey in the provider" in refused.output
    assert "functiongraph:accessKey" not in refused.output
    declare(cli, good)
    cli.destroy("--run-program")  # with these keys, not with those of the state
    assert cloud.configs() == {}


@pytest.mark.long
def test_a_config_is_imported_by_the_program(cli: Cli, cloud: Cloud) -> None:
    cloud.put_by_hand("orders", max_async_retry_attempts=2)
    cloud.put_by_hand("billing", max_async_retry_attempts=1)
    program = f"""\
        AsyncNotificationConfig(
            "orders", pulumi.ResourceOptions(import_="{{imported}}"),
            function_urn="{cloud.urn("orders")}", max_async_retry_attempts=3,
        )
        """
    declare(cli, program.format(imported=cloud.urn("billing")))
    assert "the id to import names" in cli.up(expect=1).output
    assert kinds(cli) == set()

    declare(cli, program.format(imported=cloud.urn("orders")))
    imported = cli.up(preview=True)
    assert "2 → 3 retries" in imported.output
    assert [each["method"] for each in cloud.writes()] == ["PUT"]
    cli.up("--expect-no-changes")
    assert "refresh" not in cli.refresh("--expect-no-changes").stderr


def test_cycles_that_the_gate_does_not_see_are_refused_by_the_plugin(
    cli: Cli, cloud: Cloud
) -> None:
    """It does not look into secrets, nor knows what a transform makes of a config."""
    hidden = f"""\
        orders = pulumi.Output.secret("{cloud.urn("orders")}")
        billing = pulumi.Output.secret("{cloud.urn("billing")}")
        there, back = FunctionTarget(billing), FunctionTarget(orders)
        AsyncNotificationConfig("orders", function_urn="orders", on_success=there)
        AsyncNotificationConfig("billing", function_urn="billing", on_success=back)
        """
    transformed = f"""\
        def transform(args):
            back = {{"destination": "FunctionGraph", "functionUrn": "{cloud.urn("orders")}"}}
            props = {{**args.props, "onSuccess": back}} if args.name == "billing" else args.props
            return pulumi.ResourceTransformResult(props, args.opts)

        pulumi.runtime.register_resource_transform(transform)
        AsyncNotificationConfig(
            "orders", function_urn="orders", on_success=FunctionTarget("{cloud.urn("billing")}")
        )
        AsyncNotificationConfig("billing", function_urn="billing")
        """
    for program in (hidden, transformed):
        declare(cli, program)
        for refused in (cli.preview(expect=1), cli.up(expect=1)):
            assert "FGN101 error" in refused.output
        assert len(cloud.configs()) < 2
        declare(cli, "")
        cli.up()
