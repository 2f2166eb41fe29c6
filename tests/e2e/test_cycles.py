"""Notification cycles are found before anything is changed, with the real engine."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, with_function_module
from e2e.engine_cli import Cli, Result, StackAt, write_project

pytestmark = pytest.mark.engine

NO_HANG = 60.0
"""Seconds; every program here is done in a few."""

LITERAL = """\
AsyncNotificationConfig("orders", function_urn="{orders}", on_success=FunctionTarget("{billing}"))
AsyncNotificationConfig("billing", function_urn="{billing}", on_failure=FunctionTarget("{orders}"))
"""
CREATED = """\
from function import Function
a, b = Function("a"), Function("b")
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget(b.function_urn))
AsyncNotificationConfig("b", function_urn=b.function_urn, on_success=FunctionTarget(a.function_urn))
"""
OBJECTS = """\
from function import Function
c, d = Function("c"), Function("d")
AsyncNotificationConfig("c", function_urn=c, on_success=FunctionTarget(d))
AsyncNotificationConfig("d", function_urn=d, on_success=FunctionTarget(c.id))
"""
COMPONENT = """\
from function import Function
class Service(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Service", name)
        self.function = Function(name, opts=pulumi.ResourceOptions(parent=self))
    def notifies(self, other):
        AsyncNotificationConfig(
            f"{{self._name}}-config",
            function_urn=self.function.function_urn,
            on_success=FunctionTarget(other.function.function_urn),
            opts=pulumi.ResourceOptions(parent=self, aliases=[pulumi.Alias(name="old")]),
        )
one, two = Service("one"), Service("two")
one.notifies(two)
two.notifies(one)
"""
SELF_LOOP = """\
AsyncNotificationConfig("orders", function_urn="{orders}", on_success=FunctionTarget("orders"))
"""
THROUGH_A_TOPIC = """\
functiongraph.Trigger(SmnTarget("{topic}"), function_urn="orders")
AsyncNotificationConfig("orders", function_urn="{orders}", on_success=SmnTarget("{topic}"))
"""
THROUGH_A_BUCKET = """\
functiongraph.Trigger(ObsTarget("orders-failed"), function_urn="orders", prefix="in/")
AsyncNotificationConfig(
    "orders", function_urn="{orders}", on_failure=ObsTarget("orders-failed", "in/failed/")
)
"""
FIRST_CLASS = {
    "orders": LITERAL,
    "a": CREATED,  # outputs of functions of the program
    "c": OBJECTS,
    "one-config": COMPONENT,
    "again": SELF_LOOP.replace("orders", "again"),
    "told": THROUGH_A_TOPIC.replace("orders", "told"),
    "kept": THROUGH_A_BUCKET.replace('"orders"', '"kept"').replace("{orders}", "{kept}"),
}
"""By the logical name of one of its configs, each form of a cycle in a program's body."""


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", program("")))
    return stack_at(project, environment=cloud.environment)


def declare(cli: Cli, cloud: Cloud, text: str) -> None:
    rewrite(
        cli,
        text.format(
            **{name: cloud.urn(name) for name in ("orders", "billing", "again", "told", "kept")},
            topic=cloud.topic("orders-done"),
        ),
    )


def refused(result: Result) -> str:
    assert result.exit_code != 0, result
    assert "FGN101" in result.output, result
    assert "Traceback" not in result.output, result
    return result.output


def config_puts(cloud: Cloud) -> list[str]:
    return [each["path"] for each in cloud.writes() if "async-invoke-config" in each["path"]]


def test_every_form_of_a_cycle_in_the_body_of_the_program_is_found_and_changes_nothing(
    cli: Cli, cloud: Cloud
) -> None:
    more = [{"name": name, "xrole": "serverless-trust"} for name in ("again", "told", "kept")]
    cloud.seed(f"functions: {more}")
    declare(cli, cloud, "".join(FIRST_CLASS.values()))
    told = refused(cli.up("--parallel", "64", expect=None, timeout=NO_HANG))
    assert f"{len(FIRST_CLASS)} errors found before anything was changed" in told
    findings = [found for found in re.split(r"(?=FGN\d+ )", told) if found.startswith("FGN101")]
    for name in FIRST_CLASS:
        found = [each for each in findings if f" {name}.on_" in each]
        assert any("breaks it: remove" in each and "__main__.py:" in each for each in found), told
    assert cloud.writes() == []
    assert not [each for each in cli.resources() if each["type"] != "pulumi:pulumi:Stack"]


def test_a_cycle_fails_the_preview_and_up_and_on_an_existing_stack(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, LITERAL.splitlines()[0])
    cli.up()
    cloud.forget_requests()
    declare(cli, cloud, LITERAL)
    told = refused(cli.preview(expect=None, timeout=NO_HANG))
    refused(cli.up(preview=True, expect=None, timeout=NO_HANG))
    refused(cli.preview("--refresh", expect=None, timeout=NO_HANG))
    assert "orders.on_success (__main__.py:6)" in told
    assert "success" in told
    assert "failure" in told
    assert cloud.writes() == []
    blocked = cli.destroy("--run-program", expect=None, timeout=NO_HANG)
    assert "FUNCTIONGRAPH_ON_CYCLE=warn" in blocked.output
    environment = {"FUNCTIONGRAPH_ON_CYCLE": "warn"}
    cli.destroy("--run-program", environment=environment, timeout=NO_HANG)
    assert cloud.has_no_config("orders")


def test_a_derived_target_fails_the_preview_and_is_never_sent(cli: Cli, cloud: Cloud) -> None:
    declare(
        cli,
        cloud,
        """\
from function import Function
a, b = Function("a"), Function("b")
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget(b.function_urn))
AsyncNotificationConfig(
    "b",
    function_urn=b.function_urn,
    on_success=FunctionTarget(pulumi.Output.concat(a.function_urn, "")),
)
""",
    )
    refused(cli.preview(expect=None, timeout=NO_HANG))
    assert cloud.writes() == []
    refused(cli.up(expect=None, timeout=NO_HANG))
    assert len(config_puts(cloud)) <= 1


def test_functions_declared_before_the_import_never_close_a_cycle(cli: Cli, cloud: Cloud) -> None:
    (cli.project / "__main__.py").write_text(
        "import pulumi\n"
        "from function import Function\n"
        'a, b = Function("a"), Function("b")\n' + program("") + CREATED.split("\n", 2)[2],
        encoding="utf-8",
    )
    refused(cli.up(expect=None, timeout=NO_HANG))
    assert len(config_puts(cloud)) <= 1


@pytest.mark.parametrize(
    "text",
    [
        """\
from function import Function
a = Function("a")
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget("{orders}"))
a.function_urn.apply(lambda urn: AsyncNotificationConfig(
    "late", function_urn="{orders}", on_success=FunctionTarget(urn)))
""",
        """\
import asyncio
AsyncNotificationConfig("a", function_urn="{billing}", on_success=FunctionTarget("{orders}"))
async def main():
    await asyncio.sleep(0.1)
    AsyncNotificationConfig("late", function_urn="{orders}", on_success=FunctionTarget("{billing}"))
pulumi.run(main)
""",
    ],
    ids=["inside apply", "after an await"],
)
def test_a_config_that_is_declared_late_never_closes_a_cycle(
    cli: Cli, cloud: Cloud, text: str
) -> None:
    declare(cli, cloud, text)
    refused(cli.up(expect=None, timeout=NO_HANG))
    assert len(config_puts(cloud)) <= 1


def test_an_intended_loop_is_shown_and_applied(cli: Cli, cloud: Cloud) -> None:
    declare(
        cli,
        cloud,
        """\
AsyncNotificationConfig(
    "orders",
    function_urn="{orders}",
    on_success=FunctionTarget("orders", allow_cycle="counts down to zero"),
)
""",
    )
    told = cli.up(timeout=NO_HANG).output
    assert "FGN102" in told
    assert "counts down to zero" in told
    cli.up("--refresh", "--expect-no-changes", timeout=NO_HANG)


def test_a_cycle_can_be_made_a_warning(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, SELF_LOOP)
    cli.config_set("functiongraph:onCycle", "warn")
    assert "FGN101 warning" in cli.up(timeout=NO_HANG).output
    assert cloud.live("orders")["destination_config"]["on_success"]["destination"]


@pytest.mark.long
def test_a_function_that_depends_on_a_config_does_not_hang(cli: Cli, cloud: Cloud) -> None:
    declare(
        cli,
        cloud,
        """\
from function import Function
a, c = Function("a"), Function("c")
config = AsyncNotificationConfig(
    "a",
    function_urn=a.function_urn,
    on_success=FunctionTarget(pulumi.Output.concat(c.function_urn)),
)
b = Function("b", opts=pulumi.ResourceOptions(depends_on=[config]))
AsyncNotificationConfig("b", function_urn=b.function_urn, on_success=FunctionTarget(a.function_urn))
""",
    )
    cli.preview(expect=None, timeout=NO_HANG)
    cli.up("--parallel", "64", timeout=NO_HANG)
    cli.preview("--target", "**config**", timeout=NO_HANG)
    cli.destroy(timeout=NO_HANG)


def test_many_functions_of_the_program_hold_nothing_up_and_cost_requests_in_proportion(
    cli: Cli, cloud: Cloud
) -> None:
    """More hooks at a time than the event loop has threads, each with a name that is new."""
    number = 48
    rewrite(
        cli,
        f"""\
from function import Function
for number in range({number}):
    AsyncNotificationConfig(
        f"config-{{number}}",
        function_urn=Function(f"function-{{number}}").function_urn,
        on_failure=ObsTarget("orders-failed", f"{{number}}/"),
    )
""",
    )
    cli.up("--parallel", "64", timeout=NO_HANG)
    assert len(config_puts(cloud)) == number
    reads = [each["path"] for each in cloud.requests() if not each["writing"]]
    assert len(reads) <= 12 * number
    assert len([path for path in reads if "/fgs/triggers/" in path]) >= number


def test_a_trigger_that_the_program_makes_before_the_config_is_found(
    cli: Cli, cloud: Cloud
) -> None:
    """A function and its trigger are new, so only the look right before the change can see it."""
    rewrite(
        cli,
        f"""\
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
class Seeding(ResourceProvider):
    def create(self, props):
        import requests
        answer = requests.post("{cloud.url}/_emulator/seed", data=props["seed"], timeout=10)
        answer.raise_for_status()
        return CreateResult("made", props | {{"function_urn": "{cloud.urn("made")}"}})
class Seeded(Resource, module="test", name="Seeded"):
    function_urn: pulumi.Output[str]
    def __init__(self, seed):
        super().__init__(Seeding(), "made", {{"seed": seed, "function_urn": None}})
seed = "functions: [{{name: made, triggers: [{{bucket: orders-failed}}]}}]"
AsyncNotificationConfig(
    "made", function_urn=Seeded(seed).function_urn, on_failure=ObsTarget("orders-failed")
)
""",
    )
    cli.preview(timeout=NO_HANG)
    told = refused(cli.up(expect=None, timeout=NO_HANG))
    assert "trigger" in told
    assert config_puts(cloud) == []


@pytest.mark.long
def test_a_swap_within_one_resource_is_no_cycle(cli: Cli, cloud: Cloud) -> None:
    one_way = """\
AsyncNotificationConfig("way", function_urn="{orders}", on_success=FunctionTarget("{billing}"))
"""
    declare(cli, cloud, one_way)
    cli.up()
    declare(
        cli,
        cloud,
        one_way.replace("{orders}", "{x}")
        .replace("{billing}", "{orders}")
        .replace("{x}", "{billing}"),
    )
    cli.preview(timeout=NO_HANG)
    cli.up(timeout=NO_HANG)
    assert cloud.has_no_config("orders")
    assert cloud.live("billing")


def test_a_cycle_through_what_somebody_else_deployed_changes_nothing(
    cli: Cli, cloud: Cloud
) -> None:
    """A → B is declared; B → C → A is live, and C is only known by walking."""
    cloud.seed("functions: [{name: c}]")
    cloud.notify_by_hand("billing", "c")
    cloud.notify_by_hand("c", "orders")
    declare(cli, cloud, LITERAL.splitlines()[0])
    told = refused(cli.up(expect=None, timeout=NO_HANG))
    assert "live" in told
    assert cloud.writes() == []
    off = {"FUNCTIONGRAPH_LIVE_GRAPH": "off"}
    assert "FGN101" not in cli.preview(environment=off, timeout=NO_HANG).output


def test_a_live_cycle_with_a_new_function_is_never_closed(cli: Cli, cloud: Cloud) -> None:
    cloud.notify_by_hand("billing", "a")
    declare(
        cli,
        cloud,
        """\
from function import Function
a = Function("a")
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget("{billing}"))
""",
    )
    refused(cli.up(expect=None, timeout=NO_HANG))
    assert config_puts(cloud) == []


def test_a_function_of_the_stack_that_exists_already_is_known_by_its_live_name(
    cli: Cli, cloud: Cloud
) -> None:
    """Its URN is unknown while the gate judges, and the stack's state has it."""
    made = """\
from function import Function
a = Function("a")
"""
    to_billing = """\
AsyncNotificationConfig("a", function_urn=a.function_urn, on_success=FunctionTarget("{billing}"))
"""
    back = f"""\
AsyncNotificationConfig(
    "billing", function_urn="{{billing}}", on_success=FunctionTarget("{cloud.urn("a")}")
)
"""
    declare(cli, cloud, made)
    cli.up()
    cloud.forget_requests()
    declare(cli, cloud, made + to_billing + back)
    refused(cli.up(expect=None, timeout=NO_HANG))
    assert cloud.writes() == []
    cloud.notify_by_hand("billing", "a")
    declare(cli, cloud, made + to_billing)
    assert "live" in refused(cli.up(expect=None, timeout=NO_HANG))
    assert cloud.writes() == []


@pytest.mark.long
def test_what_becomes_known_in_a_preview_is_walked_from_and_nothing_is_asked_twice(
    cli: Cli, cloud: Cloud
) -> None:
    """orders → billing → ledger is known at once; orders → made → ledger during the preview."""
    cloud.seed("functions: [{name: ledger}]")
    made = 'from function import Function\nmade = Function("made")\n'
    declare(cli, cloud, made)
    cli.up()
    cloud.notify_by_hand("billing", "ledger")
    cloud.notify_by_hand("made", "ledger")
    config = """\
AsyncNotificationConfig(
    "orders",
    function_urn="{orders}",
    on_success=FunctionTarget("{billing}"),
    on_failure=FunctionTarget(made.function_urn.apply(str)),
)
"""
    declare(cli, cloud, made + config)
    cloud.forget_requests()
    cli.preview(timeout=NO_HANG)
    reads = Counter(each["path"] for each in cloud.requests() if "async-invoke" in each["path"])
    walked = {
        name: count
        for path, count in reads.items()
        for name in ("billing", "ledger", "made")
        if f":{name}:" in unquote(path)
    }
    assert walked == {"billing": 1, "ledger": 1, "made": 1}
    cloud.notify_by_hand("made", "orders")
    assert "live" in refused(cli.preview(expect=None, timeout=NO_HANG))


def test_a_cycle_through_a_live_subscription_is_found(cli: Cli, cloud: Cloud) -> None:
    """orders → topic is declared; the topic invokes another function, which notifies orders."""
    cloud.seed("functions: [{name: subscribed, triggers: [{topic: orders-done}]}]")
    cloud.notify_by_hand("subscribed", "orders")
    declare(cli, cloud, THROUGH_A_TOPIC.splitlines()[1])
    refused(cli.up(expect=None, timeout=NO_HANG))
    assert config_puts(cloud) == []


@pytest.mark.long
def test_a_config_that_is_removed_last_counts_until_then(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, LITERAL.splitlines()[0])
    cli.up()
    declare(cli, cloud, LITERAL.splitlines()[1])
    told = refused(cli.up(expect=None, timeout=NO_HANG))
    assert "first: in an update of its own, remove" in told
    declare(cli, cloud, "")
    cli.up()
    declare(cli, cloud, LITERAL.splitlines()[1])
    cli.up(timeout=NO_HANG)


def test_a_function_that_cannot_be_read_is_said_and_stops_nothing(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(operation="ShowFunctionAsyncInvokeConfig", status=403, nth=1)
    declare(cli, cloud, LITERAL.splitlines()[0])
    told = cli.up(timeout=NO_HANG).output
    assert "FGN103" in told
    assert "the permission that would let us look" in told
