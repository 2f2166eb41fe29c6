"""The gate inside programs under mocks: no network, no engine."""

from __future__ import annotations

import asyncio
import contextvars
import gc
from threading import Thread
from typing import Any

import pulumi
import pytest
from pulumi.runtime import stack

import pulumi_functiongraph
from factories import PROJECT, REGION, URN
from pulumi_functiongraph import AsyncNotificationConfig, ObsTarget, SmnTarget, native
from pulumi_functiongraph.bridge.sdk_internals import program_start
from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.report import NOT_HELD_BACK
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, answered_by, as_test, run

OTHER = URN.replace("orders", "billing")


class Bucket(pulumi.CustomResource):
    """Some other resource of the program."""

    bucket: pulumi.Output[str]

    def __init__(self, name: str, *, parent: pulumi.Resource | None = None) -> None:
        super().__init__(
            "test:index:Bucket",
            name,
            {"bucket": "results", "functionUrn": None},
            pulumi.ResourceOptions(parent=parent),
        )
        self.function_urn = self.bucket.apply(lambda _bucket: URN)


def test_a_good_program_is_registered() -> None:
    def program() -> pulumi.Output[Any]:
        config = AsyncNotificationConfig(
            "config", function_urn=URN, max_async_retry_attempts=0, on_failure=ObsTarget("results")
        )
        return config.urn

    engine = run(program)
    assert engine.registered["config"] == {
        "functionUrn": URN,
        "maxAsyncRetryAttempts": 0,
        "onFailure": {"destination": "OBS", "bucket": "results"},
    }


def test_one_bad_config_holds_every_resource_back(outside_unit_tests: None) -> None:
    engine = Engine()

    def program() -> None:
        Bucket("early")
        AsyncNotificationConfig("good", function_urn=OTHER)
        AsyncNotificationConfig("bad", function_urn=URN, max_async_retry_attempts=4)
        Bucket("late")

    with pytest.raises(pulumi.RunError) as stopped:
        run(program, engine=engine)
    assert engine.registered == {}
    report = str(stopped.value)
    assert report.startswith("functiongraph: 1 error found before anything was changed\n  FGN001")
    assert "bad.max_async_retry_attempts (" in report
    assert "tests/unit/program/test_gate.py:" in report
    assert "FUNCTIONGRAPH_PRECHECK=warn" in report


def test_each_program_under_mocks_is_judged_alone() -> None:
    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN)

    def bad() -> None:
        AsyncNotificationConfig("config", function_urn="urn:fss:nonsense")

    def both() -> None:
        """Two programs that share a stack, as the tests of one user do."""
        as_test(program)()
        as_test(program)()
        with pytest.raises(pulumi.RunError, match=r"is not a function URN") as stopped:
            as_test(bad)()
        assert "1 error found before anything was changed" in str(stopped.value)
        as_test(program)()

    def in_one_context() -> None:
        pulumi.runtime.set_mocks(Engine())
        both()

    contextvars.Context().run(in_one_context)


def test_two_configs_of_one_name_are_refused_where_pulumi_would_take_one_for_the_other(
    cloud: Facts,
) -> None:
    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN)
        native.AsyncNotificationConfig("config", function_urn=OTHER)

    with pytest.raises(pulumi.RunError, match="give one of them another name") as stopped:
        run(program)
    assert "FGN001 error: config.name (" in str(stopped.value)


def test_the_same_function_twice_is_refused_in_whatever_spelling() -> None:
    def program() -> None:
        AsyncNotificationConfig("first", function_urn=URN)
        AsyncNotificationConfig("second", function_urn="orders")

    with pytest.raises(pulumi.RunError, match=r"FGN002 error: second.function_urn"):
        run(program, settings={"region": REGION, "projectId": PROJECT})


def test_a_config_that_is_invalid_and_declared_twice_is_told_both_at_once(
    outside_unit_tests: None,
) -> None:
    def program() -> None:
        AsyncNotificationConfig("first", function_urn=URN, max_async_retry_attempts=4)
        AsyncNotificationConfig("second", function_urn=URN, on_failure=ObsTarget("No_Bucket"))

    with pytest.raises(pulumi.RunError) as stopped:
        run(program)
    report = str(stopped.value)
    assert "3 errors found" in report
    assert "FGN001 error: first.max_async_retry_attempts" in report
    assert "FGN001 error: second.on_failure.bucket" in report
    assert "FGN002 error: second.function_urn" in report


def test_the_same_output_twice_is_refused_while_its_value_is_unknown() -> None:
    def program() -> None:
        made = Bucket("made")
        AsyncNotificationConfig("first", function_urn=made.bucket)
        AsyncNotificationConfig("second", function_urn=made.bucket)

    with pytest.raises(pulumi.RunError, match=r"FGN002 error: second.function_urn"):
        run(program)


def test_the_pulumi_urn_of_a_resource_is_told_apart() -> None:
    def program() -> None:
        AsyncNotificationConfig("config", function_urn=Bucket("made").urn)

    with pytest.raises(pulumi.RunError, match=r"FGN003 error: config.function_urn"):
        run(program)


def test_an_unknown_function_is_passed_over() -> None:
    def program() -> None:
        made = Bucket("made")
        AsyncNotificationConfig("first", function_urn=made.function_urn)
        AsyncNotificationConfig("second", function_urn=unknown())
        AsyncNotificationConfig("third", function_urn=unknown())

    assert set(run(program).registered) == {"made", "first", "second", "third"}


def unknown() -> pulumi.Output[str]:
    """As it is in a preview before what makes it exists."""
    nothing = asyncio.get_event_loop().create_future()
    nothing.set_result(None)
    known = asyncio.get_event_loop().create_future()
    known.set_result(False)
    return pulumi.Output(set(), nothing, known)


def test_two_outputs_that_name_one_function_are_refused() -> None:
    def program() -> None:
        made = Bucket("made")
        AsyncNotificationConfig("first", function_urn=made.function_urn)
        AsyncNotificationConfig("second", function_urn=pulumi.Output.from_input(URN))

    with pytest.raises(pulumi.RunError, match=r"FGN002 error: second.function_urn"):
        run(program)


def test_a_warning_stops_nothing() -> None:
    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN, on_failure=ObsTarget("results", "/x"))

    assert "config" in run(program).registered


def test_for_one_run_errors_can_be_made_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTIONGRAPH_PRECHECK", "warn")

    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN, max_async_retry_attempts=9)

    assert run(program).registered["config"]["maxAsyncRetryAttempts"] == 9


def test_settings_that_cannot_be_used_are_told_before_anything_is_changed() -> None:
    engine = Engine()

    def program() -> None:
        AsyncNotificationConfig("config", function_urn=URN)

    with pytest.raises(pulumi.RunError, match=r"nothing was changed: .*precheck is perhaps; allow"):
        run(program, engine=engine, settings={"precheck": "perhaps"})
    assert engine.registered == {}


def test_a_config_inside_apply_is_judged_when_it_is_constructed(outside_unit_tests: None) -> None:
    engine = Engine()

    def program() -> pulumi.Output[Any]:
        AsyncNotificationConfig("early", function_urn=URN)
        return Bucket("made").bucket.apply(
            lambda _name: AsyncNotificationConfig("late", function_urn=URN)
        )

    with pytest.raises(pulumi.RunError, match=r"FGN002 error: late.function_urn"):
        run(program, engine=engine)
    assert set(engine.registered) == {"early", "made"}


def test_what_is_late_and_good_is_not_blamed_for_what_is_early(outside_unit_tests: None) -> None:
    def program() -> pulumi.Output[Any]:
        AsyncNotificationConfig("early", function_urn=URN, on_failure=ObsTarget("results", "/x"))
        made = Bucket("made")
        return made.bucket.apply(
            lambda _name: (
                AsyncNotificationConfig(
                    "late",
                    function_urn=OTHER,
                    on_success=SmnTarget(f"urn:smn:{REGION}:{PROJECT}:t"),
                ).id
            )
        )

    assert set(run(program).registered) == {"early", "made", "late"}


def test_where_no_program_runs_nothing_is_held() -> None:
    def outside() -> None:
        assert gate.arm() is None
        gate.record(RecordedConfig("config", {}, ""))
        made: Any = None
        assert gate._wait_for_gate(made) is None

    contextvars.Context().run(outside)


def test_what_was_constructed_before_the_import_is_reported_in_one_sentence(
    outside_unit_tests: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "set_root_resource", program_start._make_known)
    engine = Engine()

    def program() -> None:
        before = pulumi.ComponentResource("test:index:Shop", "before")
        pulumi_functiongraph._arm()
        Bucket("child", parent=before)
        AsyncNotificationConfig(
            "bad",
            function_urn="urn:fss:nonsense",
            opts=pulumi.ResourceOptions(parent=before),
        )

    def in_one_context() -> None:
        answered_by(engine)
        with pytest.raises(pulumi.RunError, match="is not a function URN") as stopped:
            as_test(program)()
        assert NOT_HELD_BACK in str(stopped.value)

    contextvars.Context().run(in_one_context)
    assert "bad" not in engine.registered


def test_a_program_is_held_from_its_first_resource_though_the_import_was_long_before(
    outside_unit_tests: None,
) -> None:
    engine = Engine()

    def program() -> None:
        Bucket("first")
        AsyncNotificationConfig("bad", function_urn="urn:fss:nonsense")

    def in_one_context() -> None:
        answered_by(engine)
        with pytest.raises(pulumi.RunError, match="is not a function URN"):
            as_test(program)()

    contextvars.Context().run(in_one_context)
    assert engine.registered == {}


@pytest.mark.parametrize(("urn", "registered"), [(URN, 3), ("urn:fss:nonsense", 0)])
def test_what_depends_on_something_already_is_held_too(
    urn: str, registered: int, outside_unit_tests: None
) -> None:
    engine = Engine()

    def program() -> None:
        first = Bucket("first")
        pulumi.ComponentResource(
            "test:index:Shop", "shop", opts=pulumi.ResourceOptions(depends_on=[first])
        )
        AsyncNotificationConfig("config", function_urn=urn)

    if registered:
        run(program, engine=engine)
    else:
        with pytest.raises(pulumi.RunError, match="is not a function URN"):
            run(program, engine=engine)
    assert len(engine.registered) == registered


def test_a_program_that_declares_nothing_is_not_judged() -> None:
    def program() -> None:
        Bucket("alone")

    assert "alone" in run(program, settings={"precheck": "perhaps"}).registered


@pytest.mark.parametrize("nested", [False, True], ids=["at the top", "in a component"])
def test_a_transformation_that_answers_with_options_of_its_own_takes_no_hold_away(
    outside_unit_tests: None, *, nested: bool
) -> None:
    engine = Engine()

    def forgetful(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult:
        only = pulumi.ResourceOptions(parent=args.opts.parent, protect=True)
        return pulumi.ResourceTransformationResult(args.props, only)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(forgetful)
        pulumi.runtime.register_stack_transformation(lambda _args: None)
        parent = pulumi.ComponentResource("test:index:Shop", "shop") if nested else None
        Bucket("held", parent=parent)
        AsyncNotificationConfig("bad", function_urn="urn:fss:nonsense")

    with pytest.raises(pulumi.RunError, match="is not a function URN"):
        run(program, engine=engine)
    assert engine.registered == {}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tells how often all that there is was taken for good."""
    found: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: found.append("kept"))
    return found


def one_config() -> None:
    AsyncNotificationConfig("config", function_urn=URN)


def test_what_a_program_of_the_engine_has_loaded_is_searched_for_garbage_no_more(
    outside_unit_tests: None, kept: list[str]
) -> None:
    run(one_config)
    assert kept == ["kept"]


def test_a_unit_test_and_an_inline_program_leave_the_search_for_garbage_as_it_is(
    kept: list[str],
) -> None:
    run(one_config)
    inline = Thread(target=gate._keep_what_is_loaded)
    inline.start()
    inline.join()
    assert kept == []
