"""The control that tells a function what to do instead of running its code."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.functions import find_version
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.controls.pages import MAX_NAME
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import LATEST, parse_name
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.invocations.scripts import (
    Script,
    clear_script,
    script_of,
    set_script,
)
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection


class FunctionNamed(BaseModel):
    """Which function is meant."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    function: str = Field(min_length=1, max_length=MAX_NAME)


class ScriptOrder(Behaviour):
    """A behaviour, and which function it is of."""

    function: str = Field(min_length=1)
    """Its name in the first project and the package `default`, `package/name`, or a URN."""
    loop_breaker: StrictBool | None = None
    """Whether a chain of functions that is too long ends at this one; None leaves it."""
    clear: StrictBool = False
    """Whether the function forgets what it was told, and runs its own code."""

    @model_validator(mode="after")
    def _orders_one_thing(self) -> Self:
        if self.clear and self.model_fields_set - {"function", "clear"}:
            raise ValueError("clear stands alone")
        return self

    @property
    def behaviour(self) -> Behaviour | None:
        """What the function does; None when nothing of that is said."""
        said = self.model_dump(include=set(Behaviour.model_fields), exclude_unset=True)
        return Behaviour(**said) if said or self.loop_breaker is None else None

    def on_top_of(self, former: Script) -> Script:
        """What results; what the order does not speak of stays."""
        breaker = former.loop_breaker if self.loop_breaker is None else self.loop_breaker
        return Script(self.behaviour or former.behaviour, breaker)


async def set_behaviour(cloud: LocalCloud, given: Order) -> object:
    """Tell a function what to do, and say what it does then."""
    order = orders.read(ScriptOrder, await given.json())

    def change(connection: Connection) -> Script:
        version = _find(connection, order.function)
        if order.clear:
            clear_script(connection, version.function)
        else:
            former = script_of(connection, version.function)
            set_script(connection, version.function, order.on_top_of(former))
        return script_of(connection, version.function)

    return _shown(order.function, await cloud.store.write(change))


async def show_behaviour(cloud: LocalCloud, given: Order) -> object:
    """What a function was told to do; no behaviour where it runs its own code."""
    function = orders.read_query(FunctionNamed, given.query).function

    def read(connection: Connection) -> Script:
        return script_of(connection, _find(connection, function).function)

    return _shown(function, cloud.store.read(read))


def _shown(function: str, script: Script) -> JsonObject:
    behaviour = script.behaviour
    return {
        "function": function,
        "behaviour": None if behaviour is None else behaviour.model_dump(exclude_unset=True),
        "loop_breaker": script.loop_breaker,
    }


def _find(connection: Connection, named: str) -> StoredVersion:
    try:
        reference = parse_name(named)
    except ServiceError as error:
        raise SeedError([f"function: {error}"]) from None
    if reference.explicit and reference.qualifier != LATEST:
        raise SeedError(["function: all versions do the same; leave the version out"])
    return find_version(connection, named)[0]
