"""What the gate stops before anything is changed, with the real engine."""

import json
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program, rewrite, state_of, with_function_module
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.fgctl import fgctl

pytestmark = pytest.mark.engine

TWO_BAD = """\
from function import Function
made = Function("made")
AsyncNotificationConfig("first", function_urn="{orders}", max_async_retry_attempts=4)
AsyncNotificationConfig("second", function_urn="{billing}", on_failure=ObsTarget("No_Bucket"))
"""


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", program("")))
    return stack_at(project, environment=cloud.environment)


def nothing_was_created(cli: Cli, cloud: Cloud) -> bool:
    others = [each for each in cli.resources() if each["type"] != "pulumi:pulumi:Stack"]
    return not others and not cloud.writes()


def test_two_bad_configs_are_reported_together_and_nothing_is_created(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(cli, TWO_BAD.format(orders=cloud.urn("orders"), billing=cloud.urn("billing")))
    for run in (cli.preview, cli.up):
        result = run(expect=None)
        assert result.exit_code != 0
        assert "first.max_async_retry_attempts (__main__.py:8): is 4" in result.output
        assert "second.on_failure.bucket (__main__.py:9): is not a bucket name" in result.output
        assert "No_Bucket" not in result.output
        assert "Traceback" not in result.output
        assert nothing_was_created(cli, cloud)


def test_a_whole_target_may_be_an_output(cli: Cli, cloud: Cloud) -> None:
    target = 'pulumi.Output.from_input(ObsTarget("orders-failed"))'
    rewrite(
        cli,
        f"""\
AsyncNotificationConfig("first", function_urn="{cloud.urn("orders")}", on_failure={target})
""",
    )
    told = cli.preview().output
    assert "to create" in told
    assert "FGN001" not in told


def test_one_function_version_declared_twice_is_refused(cli: Cli, cloud: Cloud) -> None:
    rewrite(
        cli,
        f"""\
AsyncNotificationConfig("first", function_urn="{cloud.urn("orders")}")
AsyncNotificationConfig("second", function_urn="orders")
""",
    )
    result = cli.up(expect=None)
    assert "FGN002" in result.output
    assert "configured by first at __main__.py:6 already" in result.output
    assert nothing_was_created(cli, cloud)


def test_two_versions_derived_from_one_new_function_are_not_taken_for_one(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(
        cli,
        """\
from function import Function
made = Function("made")
for version in ("v1", "v2"):
    AsyncNotificationConfig(
        version, function_urn=made.function_urn.apply(lambda urn, v=version: urn[:-6] + v)
    )
""",
    )
    result = cli.preview()
    assert "FGN002" not in result.output


DERIVED = """\
from function import Function
made = Function("made")
AsyncNotificationConfig(
    "one",
    function_urn=made.function_urn.apply(lambda urn: urn[:-6] + "{source}"),
    on_success=FunctionTarget(made.function_urn.apply(lambda urn: urn[:-6] + "{target}")),
)
"""


def test_a_version_that_notifies_another_of_its_new_function_is_no_cycle(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(cli, DERIVED.format(source="v1", target="v2"))
    result = cli.preview()
    assert "FGN101" not in result.output
    assert "cannot prove acyclic" in result.output


def test_a_version_that_notifies_itself_is_refused_once_its_name_is_known(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(cli, DERIVED.format(source="latest", target="latest"))
    result = cli.up(expect=None)
    assert "FGN101 error: one.on_success" in result.output
    assert cloud.has_no_config("made")


def test_a_function_created_in_the_same_program_and_declared_twice_is_refused(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(
        cli,
        """\
from function import Function
made = Function("made")
AsyncNotificationConfig("first", function_urn=made.function_urn)
AsyncNotificationConfig("second", function_urn=made.function_urn)
""",
    )
    result = cli.up(expect=None)
    assert "FGN002" in result.output
    assert nothing_was_created(cli, cloud)


def test_the_pulumi_urn_of_a_function_is_told_apart(cli: Cli, cloud: Cloud) -> None:
    rewrite(
        cli,
        """\
from function import Function
made = Function("made")
AsyncNotificationConfig("config", function_urn=made.urn)
AsyncNotificationConfig("other", function_urn="urn:pulumi:dev::p::t::made")
""",
    )
    result = cli.preview(expect=None)
    assert "FGN003" in result.output
    assert "fn.function_urn" in result.output
    assert nothing_was_created(cli, cloud)


def test_a_config_of_a_function_created_in_the_same_program(cli: Cli, cloud: Cloud) -> None:
    rewrite(
        cli,
        """\
from function import Function
made = Function("made")
AsyncNotificationConfig("config", function_urn=made.function_urn, max_async_retry_attempts=0)
""",
    )
    assert "to create" in cli.preview().output
    cli.up()
    assert cloud.live("made")["max_async_retry_attempts"] == 0
    cli.up("--expect-no-changes")
    cli.destroy()


def test_a_config_inside_a_component_and_with_an_explicit_parent(cli: Cli, cloud: Cloud) -> None:
    rewrite(
        cli,
        f"""\
class Orders(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Orders", name)
        self.config = AsyncNotificationConfig(
            f"{{name}}-config",
            function_urn="{cloud.urn("orders")}",
            max_async_retry_attempts=int(pulumi.Config().get("retries") or 1),
            opts=pulumi.ResourceOptions(parent=self),
        )

Orders("shop")
""",
    )
    cli.up()
    cli.up("--expect-no-changes")
    cli.config_set("retries", "9")
    refused = cli.preview(expect=None)
    assert (
        "shop-config.max_async_retry_attempts (__main__.py:9, from __main__.py:16)"
        in refused.output
    )
    cli.destroy()


def test_a_wrong_config_inside_apply_is_refused_and_never_sent(cli: Cli, cloud: Cloud) -> None:
    rewrite(
        cli,
        """\
from function import Function
made = Function("made")
made.function_urn.apply(
    lambda urn: AsyncNotificationConfig("late", function_urn=urn, max_async_retry_attempts=7)
)
""",
    )
    result = cli.up(expect=None)
    assert result.exit_code != 0
    assert "late.max_async_retry_attempts" in result.output
    assert "PUT" not in [each["method"] for each in cloud.writes()]


def test_a_transformation_that_drops_every_option_takes_no_hold_away(
    cli: Cli, cloud: Cloud
) -> None:
    forgetful = """\
def forgetful(args):
    return pulumi.ResourceTransformationResult(
        args.props, pulumi.ResourceOptions(parent=args.opts.parent)
    )
pulumi.runtime.register_stack_transformation(forgetful)
"""
    bad = TWO_BAD.format(orders=cloud.urn("orders"), billing=cloud.urn("billing"))
    rewrite(cli, forgetful + bad)
    result = cli.up(expect=1)
    assert "2 errors found before anything was changed" in result.output
    assert nothing_was_created(cli, cloud)


BEFORE_THE_IMPORT = """\
import pulumi
from function import Function
early = pulumi.ComponentResource("test:index:Shop", "early") if {is_early} else None
import pulumi_functiongraph as functiongraph
held = Function("held")
functiongraph.AsyncNotificationConfig(
    "x", function_urn="urn:fss:nonsense", opts=pulumi.ResourceOptions(parent=early)
)
"""


@pytest.mark.parametrize("is_early", [True, False])
def test_what_was_constructed_before_the_import_is_reported_and_configs_are_held_all_the_same(
    cli: Cli, cloud: Cloud, *, is_early: bool
) -> None:
    program = BEFORE_THE_IMPORT.format(is_early=is_early)
    (cli.project / "__main__.py").write_text(program, encoding="utf-8")
    result = cli.up(expect=None)
    assert result.exit_code != 0
    assert "1 error found before anything was changed" in result.output
    assert (
        "not held back: what was constructed before pulumi_functiongraph was imported"
        in result.output
    ) == is_early
    assert not cloud.writes()


def test_a_bad_program_does_not_stand_in_the_way_of_refresh_and_destroy(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(cli, f'AsyncNotificationConfig("config", function_urn="{cloud.urn("orders")}")')
    cli.up()
    rewrite(
        cli,
        f'AsyncNotificationConfig("config", function_urn="{cloud.urn("orders")}",'
        " max_async_retry_attempts=9)",
    )
    for run in (cli.refresh, cli.destroy):
        blocked = run("--run-program", expect=None)
        assert blocked.exit_code != 0
        assert "FUNCTIONGRAPH_PRECHECK=warn" in blocked.output
        run("--run-program", environment={"FUNCTIONGRAPH_PRECHECK": "warn"}, expect=None)
        run()
        assert cloud.has_no_config("orders") == (run == cli.destroy)


def test_with_the_override_a_bad_value_is_still_refused_by_the_provider(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(
        cli,
        f'AsyncNotificationConfig("config", function_urn="{cloud.urn("orders")}",'
        " max_async_retry_attempts=9)",
    )
    environment = {"FUNCTIONGRAPH_PRECHECK": "warn"}
    result = cli.up(environment=environment, expect=None)
    assert result.exit_code != 0
    assert "max_async_retry_attempts: is 9" in result.output
    assert not cloud.writes()


def test_the_gate_adds_no_dependency_to_the_state(cli: Cli, cloud: Cloud) -> None:
    rewrite(cli, f'AsyncNotificationConfig("config", function_urn="{cloud.urn("orders")}")')
    cli.up()
    state = state_of(cli, "config")
    assert not state.get("dependencies")
    assert state["type"] == TYPE


ACCEPTED = """\
AsyncNotificationConfig(  # functiongraph: ignore FGN007 -- the readers of the bucket expect it
    "orders",
    function_urn="{orders}",
    on_success=ObsTarget("orders-failed", "/in/"),
)
# functiongraph: ignore FGN301, FGN002
AsyncNotificationConfig("billing", function_urn="{billing}")
"""


def test_a_comment_in_the_program_accepts_a_warning_and_one_without_a_reason_is_told(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(cli, ACCEPTED.format(orders=cloud.urn("orders"), billing=cloud.urn("billing")))

    shown = cli.preview("--json").stdout
    (cli.project / "preview.json").write_text(shown, encoding="utf-8")
    review = fgctl(cli, "review", "--preview", "preview.json")
    said = [(each["severity"], each["message"]) for each in json.loads(shown)["diagnostics"]]
    told = cli.up().output

    assert "FGN007 acknowledged: orders.on_success.prefix (__main__.py:6)" in told
    assert not [text for level, text in said if "FGN007" in text and level == "warning"]
    for untaken in ("gives no reason for FGN301, FGN002", "names FGN002, which no comment can"):
        text = f"the comment at __main__.py:11 {untaken}"
        assert [level for level, told in said if text in told] == ["warning"]
        assert text in review.stdout
    assert "FGN007 acknowledged: orders.on_success.prefix (__main__.py:6)" in review.stdout
    assert "FGN301 warning: billing.on_failure (__main__.py:12)" in review.stdout
    target = {"destination": "OBS", "bucket": "orders-failed", "prefix": "/in/", "expires": 0}
    assert state_of(cli, "orders")["inputs"]["onSuccess"] == target
