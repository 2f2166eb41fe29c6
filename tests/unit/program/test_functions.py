"""Looking functions up: against the local cloud, and under mocks without any request."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from factories import PROJECT, REGION
from pulumi_functiongraph import GetFunctionResult, get_function, get_function_output
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.program import functions
from unit.dynamic.provider_process import settings_of
from unit.program.programs import Engine, as_test, run

SEED = """\
functions:
  - {name: orders, xrole: serverless-trust, versions: ["3"], aliases: {prod: "3"}}
  - {name: nightly, package: batch}
"""


@pytest.fixture
def settings(
    functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, str]:
    """A stack's settings for the local cloud, in a program that the engine runs."""
    monkeypatch.setattr(functions, "is_mocked", lambda: False)
    functiongraph_emulator.seed(SEED)
    functiongraph_emulator.forget_requests()
    return settings_of(functiongraph_emulator.environment)


def inside(settings: Mapping[str, str], body: Callable[[], Any]) -> Any:
    """What a program with these settings finds."""
    found: list[Any] = []

    def program() -> Any:
        value = body()
        if isinstance(value, pulumi.Output):
            return value.apply(found.append)
        found.append(value)
        return None

    run(program, settings=settings)
    return found[0]


def test_a_function_is_found_by_its_name_with_one_request(
    functiongraph_emulator: Emulator, settings: Mapping[str, str]
) -> None:
    found = inside(settings, lambda: get_function("orders"))
    place = f"urn:fss:{settings['region']}:{settings['projectId']}"
    assert found == GetFunctionResult(
        function_urn=f"{place}:function:default:orders:latest",
        region=settings["region"],
        project_id=settings["projectId"],
        package="default",
        name="orders",
        version="latest",
        runtime="Python3.9",
        agency="serverless-trust",
    )
    assert [each["method"] for each in functiongraph_emulator.requests()] == ["GET"]


def test_a_function_of_another_package_or_version_is_found(settings: Mapping[str, str]) -> None:
    nightly = inside(settings, lambda: get_function("nightly", package="batch"))
    assert nightly.function_urn.endswith(":function:batch:nightly:latest")
    assert nightly.agency == ""
    third = inside(settings, lambda: get_function("orders", version="3"))
    assert (third.version, third.function_urn[-2:]) == ("3", ":3")


@pytest.mark.parametrize(
    ("spelled", "urn"),
    [
        ("default/orders:3", "default:orders:3"),
        ("default/orders:!prod", "default:orders:!prod"),
        ("batch/nightly", "batch:nightly:latest"),
        ("batch:nightly", "batch:nightly:latest"),
        ("{project}:default:orders:3", "default:orders:3"),
        ("urn:fss:{region}:{project}:function:batch:nightly", "batch:nightly:latest"),
    ],
)
def test_every_form_of_a_name_that_is_printed_or_documented_is_looked_up(
    settings: Mapping[str, str], spelled: str, urn: str
) -> None:
    name = spelled.format(region=settings["region"], project=settings["projectId"])

    found = inside(settings, lambda: get_function(name))

    assert found.function_urn.endswith(f":function:{urn}")


def test_a_name_and_a_version_that_read_as_a_package_and_a_name_are_told_apart(
    settings: Mapping[str, str],
) -> None:
    with pytest.raises(pulumi.RunError) as stopped:
        inside(settings, lambda: get_function("orders:3"))
    assert "has a function name that FunctionGraph does not take" in str(stopped.value)
    assert "write a version of a function as package/name:version" in str(stopped.value)
    with pytest.raises(pulumi.RunError) as stopped:
        inside(settings, lambda: get_function("orders:v3"))
    told = "if v3 is a version of the function orders, name it default/orders:v3"
    assert told in str(stopped.value)
    with pytest.raises(pulumi.RunError) as stopped:
        inside(settings, lambda: get_function("v3", package="orders"))
    assert told not in str(stopped.value)


@pytest.mark.parametrize("more", [{"package": "batch"}, {"version": "4"}])
def test_a_name_that_says_its_package_goes_with_no_other_one(
    settings: Mapping[str, str], more: dict[str, str]
) -> None:
    with pytest.raises(pulumi.RunError, match=f"says package and version itself, and {min(more)}"):
        inside(settings, lambda: get_function("default/orders:3", **more))


@pytest.mark.parametrize(("name", "what"), [("", "is empty"), (None, "is not a string")])
def test_what_is_no_name_is_refused_without_a_request(
    functiongraph_emulator: Emulator, settings: Mapping[str, str], name: Any, what: str
) -> None:
    with pytest.raises(pulumi.RunError, match=f"name: {what}; expected the name of a function"):
        inside(settings, lambda: get_function(name))
    assert functiongraph_emulator.requests() == []


def test_a_misspelled_argument_is_told_with_its_line_and_the_right_word() -> None:
    with pytest.raises(pulumi.RunError) as stopped:
        get_function("orders", pakage="batch")  # type: ignore[call-arg]
    message = str(stopped.value)
    assert message.startswith("get_function at tests/unit/program/test_functions.py:")
    assert "there is no argument pakage, did you mean package?" in message


def test_a_name_that_is_an_output_is_looked_up_when_it_is_known(
    settings: Mapping[str, str],
) -> None:
    found = inside(settings, lambda: get_function_output(pulumi.Output.from_input("orders")))
    assert found.name == "orders"


def test_a_function_that_does_not_exist_is_told(settings: Mapping[str, str]) -> None:
    with pytest.raises(pulumi.RunError) as stopped:
        inside(settings, lambda: get_function("nobody"))
    message = str(stopped.value)
    assert message.startswith("get_function('nobody'): name: there is no function urn:fss:")
    assert message.endswith("or create the function first")


@pytest.mark.parametrize("key", ["region", "projectId"])
def test_a_missing_place_is_told_with_how_to_set_it(settings: Mapping[str, str], key: str) -> None:
    with pytest.raises(pulumi.RunError) as stopped:
        inside({**settings, key: ""}, lambda: get_function("orders"))
    message = str(stopped.value)
    assert f"no {key} is set to look a function up in" in message
    assert f"pulumi config set functiongraph:{key} <value>" in message


def test_a_wrong_name_and_missing_credentials_are_told(settings: Mapping[str, str]) -> None:
    with pytest.raises(pulumi.RunError, match=r"get_function\('a b'\): name: has a function name"):
        inside(settings, lambda: get_function("a b"))
    without = {**settings, "accessKey": "", "secretKey": ""}
    with pytest.raises(pulumi.RunError, match=r"get_function\('orders'\): no credentials: set"):
        inside(without, lambda: get_function("orders"))


@pytest.mark.parametrize(
    "answer",
    [
        {"agency": "mock-agency", "stranger": "left out"},
        ({"agency": "mock-agency"}, None),
        ({"agency": "mock-agency"}, []),
    ],
)
def test_under_mocks_the_user_s_mocks_are_asked_in_either_form(answer: Any) -> None:
    engine = Engine(answer)
    found: list[GetFunctionResult] = []

    def program() -> None:
        found.append(get_function("orders", version="!prod"))

    run(program, engine=engine)
    urn = "urn:fss:mock:mock:function:default:orders:!prod"
    assert found == [
        GetFunctionResult(urn, "mock", "mock", "default", "orders", "!prod", agency="mock-agency")
    ]
    arguments = {"name": "orders", "package": "default", "version": "!prod"}
    assert engine.calls == [("functiongraph:index:getFunction", arguments)]


def test_under_mocks_a_failure_that_the_mocks_order_is_one() -> None:
    def program() -> None:
        get_function("orders")

    with pytest.raises(pulumi.RunError, match=r"get_function\('orders'\): name: there is none"):
        run(program, engine=Engine(({}, [("name", "there is none")])))


def test_under_mocks_the_settings_complete_the_name_and_mocks_may_answer_nothing() -> None:
    found: list[GetFunctionResult] = []

    def program() -> pulumi.Output[None]:
        return get_function_output("orders").apply(found.append)

    run(program, engine=Engine(), settings={"region": REGION, "projectId": PROJECT})
    assert found[0].function_urn == f"urn:fss:{REGION}:{PROJECT}:function:default:orders:latest"
    assert found[0].runtime == ""


def test_at_preview_an_unknown_name_sends_no_request() -> None:
    engine = Engine()

    def program() -> None:
        pulumi.runtime.set_mocks(engine, preview=True)

        def declare() -> pulumi.Output[Any]:
            unknown: Any = pulumi.UNKNOWN
            return get_function_output(pulumi.Output.from_input(unknown))

        as_test(declare)()

    contextvars.Context().run(program)
    assert engine.calls == []
