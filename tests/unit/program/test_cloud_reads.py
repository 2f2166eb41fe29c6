"""What the cloud is asked at each stage of a run."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pulumi
import pytest

from factories import PROJECT, REGION, TOPIC, URN, function_urn
from pulumi_functiongraph import AsyncNotificationConfig, FunctionTarget, SmnTarget
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.review import REPORT_VARIABLE
from pulumi_functiongraph.core.targets import Function
from pulumi_functiongraph.core.triggers import FunctionTrigger
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES
from pulumi_functiongraph.program import audit, cloud_reads, gate
from pulumi_functiongraph.program.judging import CloudAnswers, Stage
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.run import Run
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, run

OTHER = function_urn("billing")
PLACE = {"region": REGION, "projectId": PROJECT}


def to_the_topic() -> None:
    AsyncNotificationConfig("config", function_urn=URN, on_success=SmnTarget(TOPIC))


def test_what_is_waited_for_is_logged(cloud: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    answers = Event()

    def log(text: str) -> None:
        logged.append(text)
        answers.set()

    cloud.before = lambda _what: answers.wait(timeout=30)
    monkeypatch.setattr(pulumi.log, "info", log)
    monkeypatch.setattr(cloud_reads, "PATIENCE", 0.0)

    run(to_the_topic)

    (text,) = logged
    assert "whether notifications would reach them, for at most 60 s" in text


class Live:
    """A cloud in which the other function notifies the first one."""

    def later(self, **_where: Any) -> Live:
        return self

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        if function_urn != OTHER:
            return None
        back = Function(function_urn=FunctionUrn.parse(URN))
        return LiveConfig(config=Config(function_urn=OTHER, on_success=back))

    def list_aliases(self, _function_urn: FunctionUrn) -> Sequence[Any]:
        return ()

    def triggered_by(self, _source: Node) -> Sequence[FunctionTrigger]:
        return ()


@pytest.fixture
def live(cloud: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is live is read, from the double of that port."""

    def of_double(_self: Account, **_where: Any) -> Live:
        return Live()

    monkeypatch.setattr(Account, "live", of_double)
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "on")
    cloud.functions[OTHER] = FunctionFacts(OTHER, xrole="writer")


def to_the_other() -> None:
    AsyncNotificationConfig("config", function_urn=URN, on_success=FunctionTarget(str(OTHER)))


def of_a_config(name: str, function_urn: FunctionUrn) -> dict[str, Any]:
    """The state of a stack that has a config of a function version."""
    urn = f"urn:pulumi:stack::project::{CONFIG_TYPES[0]}::{name}"
    return {urn: {"type": CONFIG_TYPES[0], "outputs": {"functionUrn": str(function_urn)}}}


def test_a_cycle_through_what_is_live_is_found(live: None) -> None:
    engine = Engine()

    with pytest.raises(pulumi.RunError, match="FGN101 error: config"):
        run(to_the_other, engine=engine, settings=PLACE, is_update=True)
    assert engine.registered == {}


def thing(name: str = "thing") -> pulumi.Resource:
    return pulumi.CustomResource("test:index:Thing", name)


def in_the_body() -> None:
    to_the_topic()
    thing()


def inside_apply() -> None:
    to_the_topic()
    pulumi.Output.from_input("x").apply(lambda _x: thing())


def a_config_inside_apply() -> None:
    def late(_x: str) -> None:
        AsyncNotificationConfig("late", function_urn=str(OTHER))

    to_the_topic()
    pulumi.Output.from_input("x").apply(late)


def after_an_await() -> pulumi.Output[int]:
    async def later() -> int:
        await asyncio.sleep(0.01)
        thing()
        return 1

    to_the_topic()
    return pulumi.Output.from_input(later())


@pytest.mark.parametrize("is_update", [False, True])
@pytest.mark.parametrize(
    "program", [in_the_body, inside_apply, a_config_inside_apply, after_an_await]
)
def test_a_preview_goes_on_while_the_cloud_is_asked_and_an_update_waits(
    program: Callable[[], Any], cloud: Facts, *, is_update: bool
) -> None:
    cloud.functions[OTHER] = FunctionFacts(OTHER, xrole="writer")
    cloud.topics.clear()
    engine, seen = Engine(), list[bool]()

    def answer(_what: object) -> None:
        until = time.monotonic() + (0.1 if is_update else 10)
        while not engine.registered and time.monotonic() < until:
            time.sleep(0.001)
        seen.append(bool(engine.registered))

    cloud.before = answer

    with pytest.raises(pulumi.RunError, match=r"FGN208 error: config\.on_success"):
        run(program, engine=engine, is_update=is_update)
    assert set(seen) == {not is_update}
    assert not (is_update and engine.registered)


def test_a_preview_of_what_is_wrong_by_itself_registers_nothing(cloud: Facts) -> None:
    cloud.topics.clear()
    engine = Engine()

    def program() -> None:
        to_the_topic()
        AsyncNotificationConfig("bad", function_urn="urn:fss:nonsense")

    with pytest.raises(pulumi.RunError, match=r"FGN208 error: config\.on_success") as stopped:
        run(program, engine=engine)
    assert "FGN001 error: bad" in str(stopped.value)
    assert engine.registered == {}


@pytest.mark.parametrize("is_there", [False, True])
def test_what_a_preview_declares_meanwhile_is_judged_after_the_rest(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    cloud.functions[OTHER] = FunctionFacts(OTHER, xrole="writer")
    if not is_there:
        cloud.topics.clear()
    asked = list[str]()
    real = cloud_reads.ask

    async def ask(run: Run, stage: Stage, config: RecordedConfig | None = None) -> CloudAnswers:
        asked.append(f"{stage.name} begins")
        try:
            return await real(run, stage, config)
        finally:
            asked.append(f"{stage.name} ends")

    for module in (gate, audit):
        monkeypatch.setattr(module, "ask", ask)
    declared = Event()
    cloud.before = lambda _what: declared.wait(timeout=10)

    def declare(_id: str) -> None:
        AsyncNotificationConfig("late", function_urn=str(OTHER))
        declared.set()

    def program() -> None:
        to_the_topic()
        pulumi.CustomResource("test:index:Thing", "thing").id.apply(declare)

    if is_there:
        run(program)
        assert asked == ["GATE begins", "GATE ends", "AUDIT begins", "AUDIT ends"]
    else:
        with pytest.raises(pulumi.RunError, match=r"FGN208 error: config\.on_success"):
            run(program)
        assert asked == ["GATE begins", "GATE ends"]


@pytest.mark.parametrize(
    "late",
    [
        {"function_urn": str(OTHER)},
        {"function_urn": str(OTHER), "on_success": SmnTarget(TOPIC)},
        {"function_urn": "urn:fss:nonsense"},
    ],
    ids=["nothing", "more of the same", "something else"],
)
def test_what_is_found_later_adds_to_the_report_for_a_review(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, late: dict[str, Any]
) -> None:
    file = tmp_path / "gate.json"
    monkeypatch.setenv(REPORT_VARIABLE, str(file))
    cloud.functions[OTHER] = FunctionFacts(OTHER, xrole="writer")
    cloud.topics.clear()

    def declare(_id: str) -> None:
        with suppress(pulumi.RunError):
            AsyncNotificationConfig("late", **late)

    def program() -> None:
        to_the_topic()
        pulumi.CustomResource("test:index:Thing", "thing").id.apply(declare)

    run(program, settings={"precheck": "warn"})

    findings = json.loads(file.read_text(encoding="utf-8"))["findings"]
    found = {each["rule"]: each["subject"] + each["message"] for each in findings}
    assert "config" in found["FGN208"]
    assert ("also late.onSuccess" in found["FGN208"]) is ("on_success" in late)
    assert ("late" in found.get("FGN001", "")) is ("nonsense" in late["function_urn"])


def test_a_config_that_is_declared_no_longer_counts_until_it_is_deleted(live: None) -> None:
    engine = Engine()
    engine.state = of_a_config("old", OTHER)

    with pytest.raises(pulumi.RunError, match="FGN101 error: config"):
        run(to_the_other, engine=engine, settings=PLACE)


def test_a_config_that_this_update_replaces_does_not_count(live: None) -> None:
    engine = Engine()
    engine.state = of_a_config("config", OTHER)

    run(to_the_other, engine=engine, settings=PLACE)

    assert "config" in engine.registered


def test_a_config_counts_in_an_update_while_its_function_is_not_known(live: None) -> None:
    engine = Engine()
    engine.state = of_a_config("there", OTHER)

    def program() -> None:
        derived = pulumi.Output.from_input(str(OTHER)).apply(lambda urn: urn)
        AsyncNotificationConfig("there", function_urn=derived, on_success=FunctionTarget(URN))
        to_the_other()

    with pytest.raises(pulumi.RunError, match="FGN101 error: config"):
        run(program, engine=engine, settings=PLACE, is_update=True)
    assert engine.registered == {}


@pytest.mark.parametrize("is_update", [False, True])
def test_a_config_counts_where_it_keeps_the_function_that_it_has(
    live: None, cloud: Facts, *, is_update: bool
) -> None:
    engine, third = Engine(), function_urn("third")
    engine.state = of_a_config("there", OTHER)
    cloud.functions[third] = FunctionFacts(third, xrole="writer")

    def program() -> None:
        opts = pulumi.ResourceOptions(ignore_changes=["function_urn"])
        AsyncNotificationConfig("there", function_urn=str(third), opts=opts)
        to_the_other()

    with pytest.raises(pulumi.RunError, match="FGN101 error: config"):
        run(program, engine=engine, settings=PLACE, is_update=is_update)


class Made(pulumi.CustomResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:index:Function", name, {"functionUrn": None, "memory": 128})


def around(other: Callable[[], Any]) -> Callable[[], None]:
    """A program whose cycle runs through a function of which only the resource is known."""

    def program() -> None:
        made = Made("made").__dict__["functionUrn"]
        AsyncNotificationConfig("there", function_urn=made, on_success=FunctionTarget(str(OTHER)))
        AsyncNotificationConfig("back", function_urn=str(OTHER), on_success=FunctionTarget(URN))
        other()

    return program


def test_a_function_that_exists_already_is_known_by_its_live_name(cloud: Facts) -> None:
    engine = Engine()
    outputs = {"functionUrn": URN, "memory": 128}
    engine.state = {
        "urn:pulumi:stack::project::test:index:Function::made": {
            "type": "test:index:Function",
            "outputs": outputs,
        }
    }

    with pytest.raises(pulumi.RunError, match="FGN101 error"):
        run(around(lambda: None), engine=engine, settings=PLACE)
    assert engine.registered == {}


def test_a_run_that_is_stopped_anyhow_does_not_ask_the_engine(cloud: Facts) -> None:
    engine = Engine()
    engine.state = {"unread": "nonsense"}

    def bad() -> None:
        AsyncNotificationConfig("bad", function_urn="urn:fss:nonsense")

    with pytest.raises(pulumi.RunError, match="FGN001 error: bad"):
        run(around(bad), engine=engine, settings=PLACE)
