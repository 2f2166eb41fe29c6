"""The audit: a preview fails by what Outputs turn out to be, which the gate could not know."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from factories import URN
from pulumi_functiongraph import AsyncNotificationConfig, FunctionTarget
from pulumi_functiongraph.program.audit import learn_values
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.run import Run
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, declared, run


class Function(pulumi.CustomResource):
    function_urn: pulumi.Output[str]

    def __init__(self, name: str, type_token: str = "test:index:Function") -> None:
        super().__init__(type_token, name, {"functionUrn": URN})
        self.__dict__["function_urn"] = self.__dict__["functionUrn"]


def test_a_cycle_through_a_derived_output_fails_the_preview(cloud: Facts) -> None:
    def program() -> None:
        derived = Function("made").function_urn.apply(lambda urn: urn)
        AsyncNotificationConfig("config", function_urn=URN, on_success=FunctionTarget(derived))

    with pytest.raises(pulumi.RunError, match=r"FGN101 error: config\.on_success"):
        run(program)


def test_an_update_is_not_audited(cloud: Facts) -> None:
    engine = Engine()

    def program() -> None:
        pulumi.Output.from_input(URN)
        AsyncNotificationConfig("config", function_urn=URN)

    run(program, engine=engine, is_update=True)

    assert set(engine.registered) == {"config"}


def made(type_token: str = "test:index:Function", name: str = "made") -> Any:
    """A resource that is being constructed, as a transformation sees it."""
    return pulumi.ResourceTransformationArgs(
        resource=object.__new__(pulumi.CustomResource),
        type_=type_token,
        name=name,
        props={},
        opts=pulumi.ResourceOptions(),
    )


def learned(*behind: Any) -> set[str]:
    """The identities that are found behind an unknown Output of some resources."""

    async def scenario() -> Run:
        nothing, known = (asyncio.get_running_loop().create_future() for _ in range(2))
        nothing.set_result(None)
        known.set_result(False)
        resources = {each.resource for each in behind}
        output: pulumi.Output[Any] = pulumi.Output(resources, nothing, known)
        run = declared(RecordedConfig("config", {"function_urn": output}, ""))
        for each in behind:
            run.declared.add_resource(each)
        await learn_values(run)
        return run

    return set(asyncio.run(scenario()).values.derived.values())


@pytest.fixture(autouse=True)
def _in_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")


def test_an_unknown_output_was_derived_from_the_one_resource_behind_it() -> None:
    assert learned(made()) == {"urn:pulumi:dev::shop::test:index:Function::made"}


def test_what_was_derived_from_several_resources_is_none_of_them() -> None:
    assert learned(made(), made(name="other")) == set()


def test_what_makes_nothing_but_values_is_no_function() -> None:
    assert learned(made("random:index/randomPet:RandomPet")) == set()
