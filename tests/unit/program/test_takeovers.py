"""What is live in the place of configs that are new to the stack, before anything is changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from factories import PROJECT, REGION, TOPIC, URN, bag, function_urn, to_topic
from pulumi_functiongraph import AsyncNotificationConfig, ObsTarget, SmnTarget, native
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import CloudError, Forbidden, SettingsError, Unavailable
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.rules import judge as judge_by_rules
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.core.triggers import Way
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES
from pulumi_functiongraph.program.before_change import judge_before_change
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.stack_state import held_in
from pulumi_functiongraph.program.takeovers import NewConfig, new_to_the_stack
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, declared, run

PLACE = {"region": REGION, "projectId": PROJECT}
ORDERS, OTHER = FunctionUrn.parse(URN), function_urn("billing")


@dataclass
class Configs:
    """The live configs of a cloud, which counts what it is asked."""

    live: dict[FunctionUrn, LiveConfig] = field(default_factory=dict)
    failing: CloudError | None = None
    asked: list[FunctionUrn] = field(default_factory=list)
    until: float = 0.0

    def get_async_config(self, urn: FunctionUrn) -> LiveConfig | None:
        self.asked.append(urn)
        if self.failing is not None:
            raise self.failing
        return self.live.get(urn)

    def hold(self, urn: FunctionUrn = ORDERS, **setting: Any) -> None:
        config = Config(function_urn=urn, **setting)
        self.live[urn] = LiveConfig(config=config, last_modified="2026-01-01T00:00:00Z")


@pytest.fixture
def configs(cloud: Facts, monkeypatch: pytest.MonkeyPatch) -> Configs:
    """What is live, answered by the double of that port."""
    found = Configs()
    cloud.functions[OTHER] = FunctionFacts(OTHER, xrole="writer")

    def of_double(_self: Account, *, deadline: float) -> Configs:
        found.until = deadline
        return found

    monkeypatch.setattr(Account, "configs", of_double)
    return found


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", lambda text, *_more: lines.append(text))
    return lines


def two(**more: Any) -> None:
    AsyncNotificationConfig("config", function_urn=URN, **more)
    AsyncNotificationConfig("other", function_urn=str(OTHER))


def one(**more: Any) -> Callable[[], None]:
    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN, **more)

    return program


def state_with(name: str, urn: FunctionUrn = ORDERS) -> Engine:
    """An engine whose stack has a config of a function version already."""
    engine = Engine()
    key = f"urn:pulumi:stack::project::{CONFIG_TYPES[0]}::{name}"
    engine.state = {key: {"type": CONFIG_TYPES[0], "outputs": {"functionUrn": str(urn)}}}
    return engine


@pytest.mark.parametrize("is_update", [False, True])
def test_configs_that_are_not_ours_are_refused_together_and_an_update_registers_nothing(
    configs: Configs, *, is_update: bool
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    configs.hold(OTHER, on_failure=Bucket(bucket="theirs"))
    engine = Engine()

    with pytest.raises(pulumi.RunError, match="2 errors found") as stopped:
        run(two, engine=engine, settings=PLACE, is_update=is_update)

    report = str(stopped.value)
    assert "FGN212 error: config (tests/unit/program/test_takeovers.py:" in report
    assert "FGN212 error: other (" in report
    assert f"{URN} already has an async notification config that this resource does" in report
    assert "last modified 2026-01-01T00:00:00Z" in report
    assert "max_async_retry_attempts: 3 → 1 retry" in report
    assert "on_failure: OBS → none" in report
    assert "adopt=True" in report
    assert "theirs" not in report
    assert not (is_update and engine.registered)


def test_each_new_config_is_asked_for_once(configs: Configs) -> None:
    before = time.monotonic()
    run(two, settings={**PLACE, "precheckTimeout": "7"})

    assert sorted(configs.asked) == sorted([ORDERS, OTHER])
    assert before + 7 <= configs.until <= time.monotonic() + 7


def test_what_the_stack_has_already_is_not_asked_for(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    run(two, engine=state_with("config"), settings=PLACE)
    assert configs.asked == [OTHER]


def test_a_config_that_is_declared_for_another_function_is_new_there(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(one(), engine=state_with("config", OTHER), settings=PLACE)


def exchanged() -> Engine:
    """An engine whose stack has the functions of `two` the other way round, with other values."""
    engine = state_with("config", OTHER)
    engine.state |= state_with("other").state
    for held, number in zip(engine.state.values(), (2, 3), strict=True):
        held["outputs"] |= {"maxAsyncRetryAttempts": number, "lastModified": "then"}
    return engine


@pytest.mark.parametrize("is_update", [False, True])
def test_configs_that_exchange_their_functions_are_ours_as_the_state_has_them(
    configs: Configs, said: list[str], *, is_update: bool
) -> None:
    configs.hold(OTHER, max_async_retry_attempts=2)
    configs.hold(ORDERS, max_async_retry_attempts=3)
    run(two, engine=exchanged(), settings=PLACE, is_update=is_update)
    assert sorted(configs.asked) == sorted([ORDERS, OTHER])
    assert not any("taken over" in line for line in said)


def test_a_config_that_was_changed_by_hand_is_not_given_to_another_one(configs: Configs) -> None:
    configs.hold(OTHER, max_async_retry_attempts=2)
    configs.hold(ORDERS, max_async_retry_attempts=0)
    with pytest.raises(pulumi.RunError, match="1 error found") as stopped:
        run(two, engine=exchanged(), settings=PLACE)
    assert "FGN212 error: config" in str(stopped.value)


def test_a_config_that_keeps_its_function_gives_it_to_no_other_one(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)

    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN)
        keeps = pulumi.ResourceOptions(ignore_changes=["function_urn"])
        AsyncNotificationConfig("other", keeps, function_urn=str(OTHER))

    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(program, engine=exchanged(), settings=PLACE)


def test_a_renamed_config_is_refused_where_it_differs_and_ours_where_it_has_an_alias(
    configs: Configs,
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(one(), engine=state_with("before"), settings=PLACE)

    def in_a_component() -> None:
        opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])
        shop = pulumi.ComponentResource("test:index:Shop", "shop", opts=opts)
        one(opts=pulumi.ResourceOptions(parent=shop))()

    configs.asked.clear()
    alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="before")])
    run(one(opts=alias), engine=state_with("before"), settings=PLACE)
    run(in_a_component, engine=state_with("before"), settings=PLACE)
    assert configs.asked == []


def test_an_equal_config_is_taken_over_and_the_preview_says_so(
    configs: Configs, said: list[str]
) -> None:
    configs.hold(ORDERS)
    configs.hold(OTHER)

    run(two, settings=PLACE)

    first, second = said
    assert "orders: its async notification config is live already as declared, and" in first
    assert "another resource has it as well, of this stack or another one, a destroy of" in first
    assert second.endswith(
        "billing: its async notification config is live already as declared, and is taken over"
    )


def test_an_update_leaves_that_line_to_the_provider(configs: Configs, said: list[str]) -> None:
    configs.hold(ORDERS)
    run(one(), settings=PLACE, is_update=True)
    assert configs.asked == [ORDERS]
    assert said == []


def test_a_hook_looks_while_it_walks(configs: Configs, monkeypatch: pytest.MonkeyPatch) -> None:
    class Walk:
        """Answers once the config was looked for."""

        def triggered_by(self, _source: Node) -> Sequence[Way]:
            end = time.monotonic() + 10
            while not configs.asked:
                assert time.monotonic() < end
                time.sleep(0.01)
            return ()

    async def hook() -> None:
        given = {"function_urn": URN, "on_success": SmnTarget(TOPIC)}
        made = declared(RecordedConfig("config", given, "", is_late=True))
        (config,) = made.declared.configs
        made.values.send(config, bag(onSuccess=to_topic()))
        await judge_before_change(made, config)

    def program() -> pulumi.Output[Any]:
        return pulumi.Output.from_input(hook())

    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "on")
    monkeypatch.setattr(Account, "live", lambda *_self, **_where: Walk())
    run(program, settings=PLACE, is_update=True)
    assert configs.asked == [ORDERS]


def test_with_adopt_the_preview_says_what_is_replaced(configs: Configs, said: list[str]) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    run(one(adopt=True), settings=PLACE)
    (line,) = said
    assert "(adopt=True), and declared values replace live ones:" in line
    assert "max_async_retry_attempts: 3 → 1 retry" in line


def test_what_cannot_be_read_is_an_error_that_is_told_once(configs: Configs) -> None:
    configs.failing = Forbidden(operation="read the async config", resource="it", status=403)
    with pytest.raises(pulumi.RunError, match="1 error found") as stopped:
        run(two, settings=PLACE)
    assert "FGN213 error: config" in str(stopped.value)
    assert "could not read the async config of it: HTTP 403 (also other)" in str(stopped.value)


def test_a_secret_name_in_the_answer_to_a_read_is_not_shown(configs: Configs) -> None:
    detail = "canary-bucket is not yours"
    configs.failing = Forbidden(operation="read the async config", resource="it", detail=detail)
    with pytest.raises(pulumi.RunError, match="FGN213 error: config") as stopped:
        run(one(on_failure=pulumi.Output.secret(ObsTarget("canary-bucket"))), settings=PLACE)
    assert "(not shown) is not yours" in str(stopped.value)
    assert "canary" not in str(stopped.value)


def test_missing_credentials_are_told_before_anything_is_changed(
    configs: Configs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Account, **_more: Any) -> None:
        raise SettingsError("no credentials: set some")

    monkeypatch.setattr(Account, "configs", refuse)
    with pytest.raises(pulumi.RunError, match=r"FGN213 error: config.*no credentials: set some"):
        run(two, settings=PLACE)


def test_what_there_was_no_time_for_stops_nothing(
    configs: Configs, capsys: pytest.CaptureFixture[str]
) -> None:
    configs.failing = Unavailable(operation="look", resource="it", detail="there was no time left")
    warned: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi.log, "warn", lambda text, *_more: warned.append(text))
        engine = run(one(), settings={**PLACE, "precheckTimeout": "0.000001"})
    assert "config" in engine.registered
    assert any("FGN210 warning" in text for text in warned)


def test_where_the_state_is_not_known_nothing_is_taken_for_somebody_elses(
    configs: Configs, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_more: warned.append(text))
    engine = Engine()
    engine.is_silent = True
    run(one(), engine=engine, settings=PLACE)
    assert configs.asked == []
    assert any("last state could not be read" in text for text in warned)


def test_for_one_run_a_refusal_can_be_made_a_warning(
    configs: Configs, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    monkeypatch.setenv("FUNCTIONGRAPH_PRECHECK", "warn")
    assert "config" in run(one(), settings=PLACE).registered
    monkeypatch.setenv("FUNCTIONGRAPH_PRECHECK", "off")
    configs.asked.clear()
    assert "config" in run(one(), settings=PLACE).registered
    assert configs.asked == []


def test_a_run_that_is_stopped_anyhow_asks_nothing(configs: Configs) -> None:
    def program() -> None:
        one()()
        AsyncNotificationConfig("bad", function_urn="urn:fss:nonsense")

    with pytest.raises(pulumi.RunError, match="FGN001"):
        run(program, settings=PLACE)
    assert configs.asked == []


@pytest.mark.parametrize("is_update", [False, True])
def test_an_update_that_the_pre_check_stops_does_not_ask_the_engine(
    configs: Configs, cloud: Facts, *, is_update: bool
) -> None:
    """The engine would write into the state that it was asked; a preview writes none."""
    configs.hold(ORDERS, max_async_retry_attempts=3)
    cloud.functions.pop(OTHER)
    engine = Engine()

    with pytest.raises(pulumi.RunError, match="FGN201 error: other") as stopped:
        run(two, engine=engine, settings=PLACE, is_update=is_update)

    assert engine.asked_for_state == (0 if is_update else 1)
    assert ("FGN212" in str(stopped.value)) is not is_update


@pytest.mark.parametrize(("is_update", "times"), [(False, 2), (True, 1)])
def test_the_gate_judges_anew_only_where_the_cloud_has_answered_meanwhile(
    configs: Configs, monkeypatch: pytest.MonkeyPatch, *, is_update: bool, times: int
) -> None:
    """A preview looks for live configs while it checks the others; an update does so after it."""
    judged: list[Program] = []

    def counted(program: Program) -> tuple[Finding, ...]:
        judged.append(program)
        return judge_by_rules(program)

    monkeypatch.setattr("pulumi_functiongraph.program.run.judge_by_rules", counted)
    run(one(), settings=PLACE, is_update=is_update)

    assert configs.asked == [ORDERS]
    assert len(judged) == times


class Function(pulumi.CustomResource):
    function_urn: pulumi.Output[str]

    def __init__(self, name: str) -> None:
        super().__init__("test:index:Function", name, {"functionUrn": URN})
        self.__dict__["function_urn"] = self.__dict__["functionUrn"]


def test_a_name_that_the_preview_makes_known_is_looked_for_then(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)

    def program() -> None:
        AsyncNotificationConfig("config", function_urn=Function("made").function_urn)

    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(program, settings=PLACE)
    assert configs.asked == [ORDERS]


def test_a_config_that_is_declared_late_is_looked_for_in_the_preview(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)

    def program() -> pulumi.Output[Any]:
        AsyncNotificationConfig("other", function_urn=str(OTHER))
        made = Function("made")
        return made.function_urn.apply(
            lambda urn: AsyncNotificationConfig("config", function_urn=urn).id
        )

    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(program, settings=PLACE)


@pytest.mark.parametrize("is_inside", [False, True])
def test_a_secret_is_compared_in_the_preview_and_not_shown(
    configs: Configs, *, is_inside: bool
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3, on_failure=Bucket(bucket="canary"))

    def program() -> None:
        bucket = pulumi.Output.secret("results")
        target: Any = ObsTarget(bucket)
        if is_inside:
            target = pulumi.Output.from_input("x").apply(lambda _text: ObsTarget(bucket))
        retries = pulumi.Output.secret(2)
        one(max_async_retry_attempts=retries, on_failure=target)()

    with pytest.raises(pulumi.RunError, match="FGN212 error: config") as stopped:
        run(program, settings=PLACE)
    report = str(stopped.value)
    assert "max_async_retry_attempts: changed (not shown, it is secret)" in report
    assert "on_failure.bucket: changed (names are not shown, they may be secret)" in report
    assert "2 retries" not in report
    assert "canary" not in report


def test_a_config_of_this_stack_is_ours_whatever_the_gate_does_not_know_of_its_parent(
    configs: Configs,
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    kind = f"test:index:Shop${CONFIG_TYPES[0]}"
    engine = Engine()
    engine.state = {
        f"urn:pulumi:stack::project::{kind}::config": {
            "type": CONFIG_TYPES[0],
            "outputs": {"functionUrn": URN},
        }
    }
    declarations, recorded = Declarations(), RecordedConfig("config", {"function_urn": URN}, "")
    recorded = declarations.add_config(recorded, is_late=False)
    parent, resource = object.__new__(pulumi.Resource), object()
    parent._providers = {}
    opts = pulumi.ResourceOptions(parent=parent)
    args: Any = SimpleNamespace(
        resource=resource, type_=CONFIG_TYPES[0], name="config", props={}, opts=opts
    )
    declarations.add_resource(args)
    held = held_in({"outputs": engine.state})
    new = NewConfig(recorded, Config(function_urn=ORDERS), adopt=False)

    assert declarations.config_of(next(iter(engine.state))) is recorded
    assert new_to_the_stack([new], declarations, held) == []
    elsewhere = NewConfig(recorded, Config(function_urn=OTHER), adopt=False)
    assert new_to_the_stack([elsewhere], declarations, held) == [elsewhere]


@pytest.mark.parametrize("spelling", ["function_urn", "functionUrn"])
def test_a_config_that_keeps_its_function_is_not_looked_for_at_another_one(
    configs: Configs, spelling: str
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    opts = pulumi.ResourceOptions(ignore_changes=[spelling])
    run(one(opts=opts), engine=state_with("config", OTHER), settings=PLACE)
    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(one(opts=opts), settings=PLACE)  # a new one has nothing that it could keep


def test_an_alias_of_another_name_makes_no_config_ours(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    stale = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="older")])
    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(one(opts=stale), engine=state_with("before"), settings=PLACE)


@pytest.mark.parametrize("is_registered_first", [True, False])
def test_what_a_transformation_passes_on_is_what_is_judged(
    configs: Configs, *, is_registered_first: bool
) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)

    def three(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult(
            {**args.props, "max_async_retry_attempts": 3}, args.opts
        )

    def program() -> None:
        if not is_registered_first:
            AsyncNotificationConfig("other", function_urn=str(OTHER))
        pulumi.runtime.register_stack_transformation(three)
        AsyncNotificationConfig("config", function_urn=URN, max_async_retry_attempts=2)

    run(program, settings=PLACE)
    assert ORDERS in configs.asked
    with pytest.raises(pulumi.RunError, match="FGN212 error: config"):
        run(one(max_async_retry_attempts=2), settings=PLACE)


def test_a_cycle_that_a_transformation_makes_is_found(configs: Configs) -> None:
    def to_itself(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        target = {"destination": "FunctionGraph", "function_urn": URN}
        return pulumi.ResourceTransformationResult({**args.props, "on_success": target}, args.opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(to_itself)
        AsyncNotificationConfig("config", function_urn=URN)

    with pytest.raises(pulumi.RunError, match="FGN101"):
        run(program, settings=PLACE)


@pytest.mark.parametrize(
    ("was", "kind"),
    [
        (CONFIG_TYPES[0], native.AsyncNotificationConfig),
        (CONFIG_TYPES[1], AsyncNotificationConfig),
    ],
)
def test_what_the_state_has_of_the_other_provider_is_ours(
    configs: Configs, was: str, kind: Any
) -> None:
    engine = Engine()
    held = {"type": was, "outputs": {"functionUrn": URN}}
    engine.state = {f"urn:pulumi:stack::project::{was}::config": held}

    run(lambda: kind("config", function_urn=URN), engine=engine, settings=PLACE)
    assert configs.asked == []

    renamed = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="config")])
    run(lambda: kind("later", renamed, function_urn=URN), engine=engine, settings=PLACE)
    assert configs.asked == []


def test_what_is_imported_is_not_refused_though_it_is_live(configs: Configs) -> None:
    configs.hold(ORDERS, max_async_retry_attempts=3)
    opts = pulumi.ResourceOptions(import_=URN)

    run(lambda: native.AsyncNotificationConfig("config", opts, function_urn=URN), settings=PLACE)
    assert configs.asked == []


@pytest.mark.parametrize("imported", [URN.replace("orders", "billing"), "billing"])
def test_an_import_by_the_id_of_another_function_is_refused(
    configs: Configs, imported: str
) -> None:
    opts, engine = pulumi.ResourceOptions(import_=imported), Engine()

    def program(function_urn: Any) -> None:
        native.AsyncNotificationConfig("config", opts, function_urn=function_urn)

    with pytest.raises(pulumi.RunError, match=r"names .*:orders:latest, and the id to import"):
        run(lambda: program("orders"), engine=engine, settings=PLACE)
    assert engine.registered == {}
    with pytest.raises(pulumi.RunError, match="the id to import"):
        run(lambda: program(pulumi.Output.from_input("orders")), settings=PLACE)
    run(lambda: program("billing"), settings=PLACE)


def test_an_id_to_import_that_is_no_name_is_left_to_the_plugin(configs: Configs) -> None:
    opts = pulumi.ResourceOptions(import_="!!")
    run(lambda: native.AsyncNotificationConfig("config", opts, function_urn=URN), settings=PLACE)
