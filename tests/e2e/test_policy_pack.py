"""The rules as a policy pack, with the real engine."""

from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, with_function_module
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.fgctl import fgctl

pytestmark = pytest.mark.engine

PACK = Path(__file__).parents[2] / "policy"

NEW_CYCLE = """\
from function import Function
a, b, c = Function("a"), Function("b"), Function("c")
free = pulumi.Output.concat("orders-", c.function_urn)
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget(b.function_urn))
AsyncNotificationConfig("b", function_urn=b.function_urn, on_success=FunctionTarget(a.function_urn))
AsyncNotificationConfig("c", function_urn=c.function_urn, on_failure=ObsTarget(free, "in/"))
"""
UNKNOWN = """\
from function import Function
a, b = Function("a"), Function("b")
AsyncNotificationConfig(
    "a",
    function_urn=a.function_urn,
    on_failure=ObsTarget(b.function_urn.apply(lambda _: "orders-failed"), "in/"),
    max_async_retry_attempts=a.function_urn.apply(lambda _: 2),
)
"""
CLEAN = """\
AsyncNotificationConfig(
    "orders",
    function_urn="{orders}",
    on_success=SmnTarget("{topic}"),
    on_failure=ObsTarget("orders-failed", "in/"),
)
"""
SECRET = """\
orders, billing = pulumi.Output.secret("{orders}"), pulumi.Output.secret("{billing}")
AsyncNotificationConfig("there", function_urn=orders, on_success=FunctionTarget(billing))
AsyncNotificationConfig("back", function_urn=billing, on_success=FunctionTarget(orders))
"""
INTENDED = """\
target = FunctionTarget("{billing}", allow_cycle="billing gives up after three laps")
AsyncNotificationConfig("orders", function_urn="{orders}", on_success=target)
reason = pulumi.Output.secret("canary")
back = FunctionTarget("{orders}", allow_cycle=reason)
AsyncNotificationConfig("billing", function_urn="{billing}", on_success=back)
"""
STRICT = """\
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def validate(args, report):
    if args.resource_type.endswith(":AsyncNotificationConfig"):
        report("no configs here")

refuse = ResourceValidationPolicy("no-configs", "No configs.", validate, EnforcementLevel.MANDATORY)
PolicyPack("strict", [refuse])
"""
WARN = {"FUNCTIONGRAPH_ON_CYCLE": "warn", "FUNCTIONGRAPH_PRECHECK": "warn"}
"""The gate only warns, so that the run gets as far as the pack."""


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", program("")))
    return stack_at(project, environment=cloud.environment | WARN)


def declare(cli: Cli, cloud: Cloud, text: str) -> None:
    names = {"orders": cloud.urn("orders"), "billing": cloud.urn("billing")}
    rewrite(cli, text.format(topic=cloud.topic("orders-done"), **names))


def previewed(cli: Cli, *, expect: int = 0) -> str:
    """What the pack says in a preview, without what the gate does."""
    shown = cli.preview("--policy-pack", str(PACK), expect=expect).stdout
    return shown.partition("Policies:")[2].partition("Diagnostics:")[0]


def grade(cli: Cli, rules: str) -> None:
    text = f"[tool.pulumi-functiongraph.rules]\n{rules}"
    (cli.project / "pyproject.toml").write_text(text, encoding="utf-8")


def test_a_cycle_of_new_functions_is_stopped_whatever_else_is_unknown(
    cli: Cli, cloud: Cloud
) -> None:
    declare(cli, cloud, NEW_CYCLE)

    said = previewed(cli, expect=1)

    assert "[mandatory]  FGN101-notification-cycle" in said
    assert ": a → b → a; " in said
    assert said.count("[advisory]  FGN301-no-failure-target") == 2
    assert "can't run policy" not in said


def test_a_review_of_such_a_preview_tells_each_finding_once(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, NEW_CYCLE)
    preview, events = cli.project / "preview.json", cli.project / "events.jsonl"
    shown = cli.preview(
        "--json", "--event-log", str(events), "--policy-pack", str(PACK),
        expect=1, environment={"PULUMI_DEBUG_COMMANDS": "1"},
    )  # fmt: skip
    preview.write_text(shown.stdout, encoding="utf-8")

    review = fgctl(cli, "review", "--preview", str(preview), "--events", str(events))

    assert '"policyName":"FGN101-notification-cycle"' in events.read_text(encoding="utf-8")
    assert review.stdout.count("FGN101 error") == 1
    assert review.stdout.count("FGN301 warning") == 2
    assert "policy" not in review.stdout


def test_a_preview_that_only_a_policy_of_a_resource_made_fail_went_through_and_is_reviewed(
    cli: Cli, cloud: Cloud
) -> None:
    declare(cli, cloud, INTENDED)
    pack = cli.project.parent / "strict"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n", encoding="utf-8")
    (pack / "__main__.py").write_text(STRICT, encoding="utf-8")
    preview, events = cli.project / "preview.json", cli.project / "events.jsonl"
    shown = cli.preview(
        "--json", "--event-log", str(events), "--policy-pack", str(pack),
        expect=1, environment={"PULUMI_DEBUG_COMMANDS": "1"},
    )  # fmt: skip
    preview.write_text(shown.stdout, encoding="utf-8")

    review = fgctl(cli, "review", "--preview", str(preview), "--events", str(events))
    alone = fgctl(cli, "review", "--preview", str(preview))

    assert (review.returncode, alone.returncode) == (1, 2)
    assert review.stdout.count("strict/no-configs") == 2
    assert "2 create" in review.stdout
    assert "the preview failed" not in review.stdout
    assert "the preview failed" in alone.stdout


@pytest.mark.long
def test_unknown_values_and_applied_configs_pass(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, UNKNOWN)
    assert "✅ functiongraph" in previewed(cli)
    declare(cli, cloud, CLEAN)
    cli.up("--policy-pack", str(PACK))

    assert "✅ functiongraph" in previewed(cli)


def test_secret_names_are_judged_and_never_told(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, SECRET)

    shown = cli.preview("--policy-pack", str(PACK), expect=1).output

    assert "[mandatory]  FGN101-notification-cycle" in shown
    assert "orders" not in shown
    assert "billing" not in shown


@pytest.mark.long
def test_an_intended_loop_is_advice_also_when_it_is_applied(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, INTENDED)
    assert "[advisory]  FGN102-acknowledged-cycle" in previewed(cli)
    cli.up()

    said = previewed(cli)

    assert "[advisory]  FGN102-acknowledged-cycle" in said
    assert "(intended: the program says why" in said
    assert "canary" not in said


def test_rules_are_graded_by_the_project(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, SECRET)
    off = 'FGN301 = {severity = "off", reason = "no failures matter here"}\n'
    grade(cli, f'{off}FGN101 = {{severity = "warning", reason = "a trial"}}\n')

    said = previewed(cli)

    assert "[advisory]  FGN101-notification-cycle" in said
    assert "FGN301" not in said


def test_grades_that_mean_nothing_stop_the_preview_and_are_told(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, CLEAN)
    grade(cli, 'FGN999 = "off"\n')

    shown = cli.preview("--policy-pack", str(PACK), expect=None)

    assert shown.exit_code != 0
    assert "tool.pulumi-functiongraph.rules.FGN999: is no rule" in shown.output
    assert "Traceback" not in shown.output


def test_an_organisation_sets_the_level_of_one_policy(
    cli: Cli, cloud: Cloud, tmp_path: Path
) -> None:
    declare(cli, cloud, SECRET)
    levels = tmp_path / "levels.json"
    levels.write_text('{"FGN101-notification-cycle": "advisory"}', encoding="utf-8")

    shown = cli.preview("--policy-pack", str(PACK), "--policy-pack-config", str(levels))

    assert "[advisory]  FGN101-notification-cycle" in shown.stdout
