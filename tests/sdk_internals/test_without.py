"""What holds where a release of the SDK no longer has what is touched."""

from __future__ import annotations

import asyncio
import unittest.case
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from pulumi_functiongraph.bridge.sdk_internals import (
    engine_calls,
    input_types,
    mocks,
    program_start,
    secret_values,
    waiting,
)
from pulumi_functiongraph.bridge.sdk_internals.calls_at_once import answer_at_once
from pulumi_functiongraph.bridge.sdk_internals.error_details import replace_details
from pulumi_functiongraph.bridge.sdk_internals.lookup import TOUCHED, find
from pulumi_functiongraph.bridge.sdk_internals.provider_process import arguments_of_engine
from pulumi_functiongraph.bridge.sdk_internals.resource_of_call import urn_of_call
from pulumi_functiongraph.bridge.sdk_internals.transformations import run_again_last
from sdk_internals.programs import Arguments, Shop, in_program
from sdk_internals.unittest_program import cases_found


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def forget(module: Any, *names: str) -> None:
        for name in names:
            monkeypatch.setattr(module, name, None)

    return forget


@pytest.mark.parametrize(
    ("module", "name"), [("pulumi.runtime", "no_such_name"), ("pulumi.no_such_module", "name")]
)
def test_what_is_gone_is_none(module: str, name: str) -> None:
    assert find(module, name) is None
    assert TOUCHED.pop(f"{module}.{name}") is False


def test_input_types_are_what_has_attributes_of_its_own(without: Callable[..., None]) -> None:
    without(input_types, "_is_input_type")
    assert input_types.properties_of(Arguments("a")) == {"first_argument": "a"}
    others: list[object] = ["a", 1, None, {"a": 1}, [1], Arguments, pulumi.FileAsset("a")]
    assert [input_types.properties_of(each) for each in others] == [None] * len(others)


def test_nobody_is_told_of_a_start(without: Callable[..., None]) -> None:
    without(program_start, "_make_known")
    told: list[bool] = []
    program_start.call_at_start(lambda: told.append(True))
    in_program(lambda: None)
    assert told == []


def test_something_may_have_been_constructed_where_registrations_are_no_tasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program_start, "_REGISTRATION", "of_another_name")
    found: list[bool] = []
    in_program(lambda: found.append(program_start.is_anything_constructed()))
    assert found == [True]
    assert program_start.is_anything_constructed()  # no loop is running


def test_transformations_that_are_kept_elsewhere_are_left_alone() -> None:
    def program() -> None:
        shop: Any = Shop("shop")
        run_again_last(shop, running=print, last=print)
        kept = shop._transformations
        del shop._transformations
        run_again_last(shop, running=print, last=print)
        shop._transformations = kept

    in_program(program)


def test_an_engine_is_assumed(without: Callable[..., None]) -> None:
    without(mocks, "_get_monitor", "_get_rpc_manager")
    assert not mocks.is_mocked()
    assert mocks.calls_under_way() is None
    assert mocks.answer_of_mocks(None) == {}


def test_tests_of_unittest_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(unittest.case), "__name__", "unittest.of_another_name")
    assert [found for _, found in cases_found()] == [None, None]


def test_nothing_is_waited_for(without: Callable[..., None]) -> None:
    without(waiting, "_sync_await")

    async def program() -> bool:
        return waiting.can_wait()

    assert asyncio.run(program()) is False


def test_that_the_engine_cannot_be_called_is_an_error(without: Callable[..., None]) -> None:
    without(engine_calls, "_request")
    with pytest.raises(pulumi.RunError, match="lets nobody call the engine"):
        engine_calls.call_engine(object(), "test:index:getShop", {})


def test_a_secret_has_the_same_mark(without: Callable[..., None]) -> None:
    before = secret_values.as_secret("x")
    without(secret_values, "_wrap")
    assert secret_values.as_secret("x") == before
    assert rpc.is_rpc_secret(before)


def test_a_call_without_a_context_is_left_alone() -> None:
    replace_details("nobody is told")


class OtherContext:
    """Of a release that names the arguments."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def abort(self, code: object, details: str) -> None:
        self.told.append((code, details))


class ClosedContext:
    """Of a release in which nobody may replace a method."""

    __slots__ = ()

    def abort(self, code: object, details: str) -> None:
        raise NotImplementedError


def test_a_context_of_another_shape_does_no_harm() -> None:
    context: Any = OtherContext()
    replace_details("a message")
    with pytest.raises(AssertionError):
        context.abort(code=2, details="a traceback")
    assert context.told == [(2, "a message")]


def test_a_context_that_lets_nobody_replace_a_method_is_left_alone() -> None:
    context = ClosedContext()
    replace_details("nobody is told")
    with pytest.raises(NotImplementedError):
        context.abort(2, "a traceback")


def test_a_process_without_the_sdk_s_servicer_answers_as_before() -> None:
    answer_at_once(16)


def test_no_call_is_about_no_resource() -> None:
    assert urn_of_call() == ""


def test_a_process_that_is_not_the_sdk_s_has_no_engine() -> None:
    assert arguments_of_engine() is None
