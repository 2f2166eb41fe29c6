"""Each touch of the SDK's insides does what we rely on, with the SDK that is installed."""

from __future__ import annotations

import asyncio
import base64
import inspect
import os
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import grpc
import pulumi
import pytest
from pulumi.dynamic import Resource, ResourceProvider
from pulumi.runtime import MockCallArgs, rpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_functiongraph.bridge import sdk_internals
from pulumi_functiongraph.bridge.sdk_internals import mocks, program_start
from pulumi_functiongraph.bridge.sdk_internals.engine_calls import call_engine
from pulumi_functiongraph.bridge.sdk_internals.input_types import properties_of
from pulumi_functiongraph.bridge.sdk_internals.lookup import TOUCHED
from pulumi_functiongraph.bridge.sdk_internals.resource_outputs import outputs_of
from pulumi_functiongraph.bridge.sdk_internals.secret_values import as_secret
from pulumi_functiongraph.bridge.sdk_internals.stack_trace import ending_at
from pulumi_functiongraph.bridge.sdk_internals.transformations import run_again_last
from pulumi_functiongraph.bridge.sdk_internals.unittest_case import running_case
from pulumi_functiongraph.bridge.sdk_internals.waiting import can_wait, wait_for
from sdk_internals.failing_provider import FailingProvider
from sdk_internals.programs import Answers, Arguments, Bucket, Shop, in_program
from sdk_internals.unittest_program import cases_found
from sdk_internals.waiting_provider import AT_ONCE, WaitingProvider

HERE = Path(__file__).parent
CREATED = "urn:pulumi:dev::trial::shop:index:Shop::shop"
MODULES = [each.name for each in pkgutil.iter_modules(sdk_internals.__path__)]
for name in MODULES:
    import_module(f"{sdk_internals.__name__}.{name}")


@pytest.mark.parametrize("name", sorted(TOUCHED))
def test_this_release_has_what_is_touched(name: str) -> None:
    assert TOUCHED[name]


@pytest.mark.parametrize("name", [each for each in MODULES if each != "lookup"])
def test_each_module_says_why_it_touches_and_what_holds_without(name: str) -> None:
    doc = inspect.getdoc(import_module(f"{sdk_internals.__name__}.{name}")) or ""
    assert "\nWhy: " in doc
    assert "\nWithout it: " in doc


def test_input_types_are_told_from_other_values_and_taken_apart() -> None:
    assert properties_of(Arguments("a")) == {"first_argument": "a"}
    others: list[object] = ["a", 1, None, {"a": 1}, [1], object(), Arguments]
    assert [properties_of(each) for each in others] == [None] * len(others)


def test_the_start_of_a_program_is_told_once_its_root_is_known() -> None:
    roots: list[object] = []
    program_start.call_at_start(lambda: roots.append(pulumi.runtime.get_root_resource()))
    for _ in range(2):
        in_program(lambda: None)
    assert len(roots) == 2
    assert None not in roots
    assert roots[0] is not roots[1]


def test_a_program_that_has_constructed_something_is_told_from_one_that_has_not() -> None:
    found: list[bool] = []

    def program() -> None:
        found.append(program_start.is_anything_constructed())
        Shop("shop")
        found.append(program_start.is_anything_constructed())

    in_program(program)
    assert found == [False, True]


def test_what_was_constructed_is_seen_also_after_the_event_loop_has_run() -> None:
    found: list[bool] = []

    def program() -> None:
        late: Any = pulumi.Output.from_input(asyncio.sleep(0.5, []))
        Shop("shop", opts=pulumi.ResourceOptions(depends_on=late))
        wait_for(asyncio.sleep(0.2))  # as a synchronous call of a function does
        found.append(program_start.is_anything_constructed())

    in_program(program)
    assert found == [True]


def test_a_transformation_runs_again_after_those_that_were_registered_later() -> None:
    ran: list[str] = []

    def running(args: pulumi.ResourceTransformationArgs) -> None:
        ran.append("running")
        run_again_last(args.resource, running=running, last=last)

    def later(_args: pulumi.ResourceTransformationArgs) -> None:
        ran.append("later")

    def last(_args: pulumi.ResourceTransformationArgs) -> None:
        ran.append("last")

    def program() -> None:
        pulumi.runtime.register_stack_transformation(running)
        Shop("alone")
        pulumi.runtime.register_stack_transformation(later)
        shop = Shop("shop")
        ran.append("child")
        Shop("child", opts=pulumi.ResourceOptions(parent=shop))

    in_program(program)
    assert ran == ["running", "running", "later", "last", "child", "running", "later", "last"]


def test_a_unit_test_is_told_from_a_program_and_from_other_unit_tests() -> None:
    seen: list[tuple[object, object]] = []

    def program() -> None:
        assert mocks.is_mocked()
        seen.append((mocks.monitor(), mocks.calls_under_way()))

    def one_after_the_other() -> None:
        for _ in range(2):
            pulumi.runtime.test(program)()  # type: ignore[no-untyped-call] # the SDK left it untyped

    in_program(program)
    in_program(one_after_the_other)
    in_program(lambda: seen.append((mocks.is_mocked(), None)), monitor=NotMocked())
    assert seen.pop() == (False, None)
    assert seen[0][0] is not seen[1][0]
    assert seen[1][0] is seen[2][0]
    assert seen[1][1] is not None
    assert seen[1][1] is not seen[2][1]


class NotMocked:
    """An engine."""

    def __getattr__(self, name: str) -> object:
        return getattr(MockMonitor(Answers()), name)


def test_the_mocks_of_a_user_are_asked() -> None:
    found: list[object] = []
    arguments = MockCallArgs("test:index:getShop", {}, "")
    in_program(lambda: found.append(mocks.answer_of_mocks(arguments)), answer={"name": "shop"})
    assert found == [{"name": "shop"}]


def test_a_value_is_waited_for_while_the_loop_goes_on() -> None:
    async def program() -> int:
        value: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(value.set_result, 7)
        assert can_wait()
        return wait_for(value)

    assert asyncio.run(program()) == 7


def test_the_engine_is_called_in_the_calling_thread() -> None:
    found: list[object] = []

    def program() -> None:
        found.append(call_engine(mocks.monitor(), "test:index:getShop", {"name": "shop"}))

    in_program(program, answer={"open": True})
    assert found == [{"open": True}]


def test_a_refusal_of_the_engine_is_an_error_with_its_reason() -> None:
    def program() -> None:
        with pytest.raises(pulumi.RunError, match="there is none"):
            call_engine(mocks.monitor(), "test:index:getShop", {"name": "shop"})

    in_program(program, answer=({}, [("name", "there is none")]))


def test_the_outputs_of_a_resource_are_its_attributes() -> None:
    found: list[dict[str, pulumi.Output[Any]]] = []

    def program() -> None:
        made = Bucket("made")
        found.append(outputs_of(made))
        assert {made.urn, made.id, made.bucket, made.function_urn} == set(found[0].values())

    in_program(program)
    assert found[0].keys() == {"urn", "id", "bucket", "function_urn"}


def test_a_secret_is_marked_as_the_sdk_marks_it() -> None:
    assert rpc.is_rpc_secret(as_secret("x"))
    assert rpc.unwrap_rpc_secret(as_secret("x")) == "x"


def test_unknown_values_are_of_the_published_one_s_type() -> None:
    packed = asyncio.run(rpc.serialize_properties({"a": pulumi.UNKNOWN}, {}))
    assert isinstance(rpc.deserialize_properties(packed, True)["a"], type(pulumi.UNKNOWN))


class Monitor(MockMonitor):
    """Keeps the line that each registration is said to stand on."""

    def __init__(self) -> None:
        super().__init__(Answers())
        self.lines: dict[str, int] = {}
        self.traces: dict[str, list[int]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's spelling
        self.lines[request.name] = request.sourcePosition.line
        self.traces[request.name] = [frame.pc.line for frame in request.stackTrace.frames]
        return super().RegisterResource(request)  # type: ignore[no-untyped-call] # same


class Config(Resource, module="test", name="Config"):
    """Leaves out the constructor of the SDK's dynamic resource, as ours does."""

    def __init__(self, name: str) -> None:
        pulumi.CustomResource.__init__(self, "pulumi-python:dynamic/test:Config", name, {}, None)


def test_the_line_in_state_is_the_one_that_constructs_a_config() -> None:
    monitor = Monitor()
    expected: list[int] = []

    def program() -> None:
        Config("config")
        frame = inspect.currentframe()
        expected.append(frame.f_lineno - 2 if frame else 0)

    in_program(program, monitor=monitor)
    assert monitor.lines["config"] == expected[0]


def test_a_trace_ends_soon_after_the_frame_that_it_is_to_end_at() -> None:
    monitor = Monitor()
    lines: list[int] = []

    def construct() -> None:
        frame = inspect.currentframe()
        lines.append(frame.f_lineno + 2 if frame else 0)
        with ending_at(frame and frame.f_back):
            Config("ended")
        Config("whole")

    def program() -> None:
        frame = inspect.currentframe()
        lines.append(frame.f_lineno + 1 if frame else 0)
        construct()

    in_program(program, monitor=monitor)
    ended, whole = monitor.traces["ended"], monitor.traces["whole"]
    assert ended[:2] == [lines[1], lines[0]]
    assert ended[1:] == whole[1 : len(ended)]
    assert len(ended) <= 4 < len(whole)
    assert not hasattr(sys, "tracebacklimit")


def test_a_trace_is_whole_where_its_end_is_unknown_or_the_user_has_set_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ending_at(None):
        assert not hasattr(sys, "tracebacklimit")
    monkeypatch.setattr(sys, "tracebacklimit", 7, raising=False)
    with ending_at(inspect.currentframe()):
        assert sys.tracebacklimit == 7


def test_the_type_token_is_the_one_that_the_sdk_makes() -> None:
    assert Config._resource_type_name == "dynamic/test:Config"


ADDRESS = "127.0.0.1:9"


@pytest.fixture
def provider_process() -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """A provider process as the engine starts it."""
    path = os.pathsep.join([str(HERE.parent), *filter(None, sys.path)])
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.dynamic", ADDRESS],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_failed_call_tells_its_message_alone_and_the_process_knows_its_arguments(
    provider_process: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    create = creating(provider_process, FailingProvider())
    with pytest.raises(grpc.RpcError) as failed:
        create()
    details = str(failed.value.details())
    assert details.endswith(f"{CREATED} started with ['{ADDRESS}']")
    assert "Traceback" not in details


def test_a_process_answers_as_many_calls_at_once_as_it_was_told(
    provider_process: provider_pb2_grpc.ResourceProviderStub,
) -> None:
    create = creating(provider_process, WaitingProvider())
    create(is_waiting=False)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(create, is_waiting=True) for _ in range(AT_ONCE)]
    assert {each.result().id for each in waiting} == {"created"}


def creating(
    stub: provider_pb2_grpc.ResourceProviderStub, provider: ResourceProvider
) -> Callable[..., Any]:
    """Create a resource of a provider, which the process unpickles with the first one."""
    by_reference = base64.b64encode(pickle.dumps(provider, protocol=4)).decode()
    stub.Configure(provider_pb2.ConfigureRequest())
    create: Callable[[Any], Any] = stub.Create

    def answer(**properties: bool) -> Any:
        request = provider_pb2.CreateRequest(urn=CREATED)
        request.properties.update({"__provider": by_reference, **properties})
        return create(request)

    return answer


def test_the_running_test_of_unittest_is_found_from_what_it_calls() -> None:
    cases = cases_found()
    assert len(cases) == 2
    assert all(found is case for case, found in cases)
    assert running_case() is None
