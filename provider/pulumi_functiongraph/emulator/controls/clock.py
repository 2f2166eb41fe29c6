"""The cloud's time: shown, and moved."""

import sqlite3
from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order, UnfinishedError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError


class Advance(BaseModel):
    """An order for the clock: at least one of its fields."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    seconds: float | None = Field(default=None, allow_inf_nan=False, ge=0, le=1e9)
    """A step of the time, which goes back only by a reset."""
    idle: bool = False
    """Whether to jump, after that step, to what is due next until nothing is."""
    skew_seconds: float | None = Field(default=None, allow_inf_nan=False, ge=-1e9, le=1e9)
    """By how much the time that signatures are held against is wrong, until it is set again."""

    @model_validator(mode="after")
    def _orders_something(self) -> Self:
        if self.seconds is None and not self.idle and self.skew_seconds is None:
            raise ValueError("needs one of seconds, idle and skew_seconds")
        return self


async def show_clock(cloud: LocalCloud, _order: Order) -> JsonObject:
    """The cloud's time."""
    clock = cloud.clock
    return {
        "now": clock.now().isoformat(),
        "virtual": clock.is_virtual,
        "skew_seconds": clock.skew.total_seconds(),
    }


async def advance_clock(cloud: LocalCloud, order: Order) -> object:
    """Move the cloud's time, and carry out what becomes due on the way."""
    step = orders.read(Advance, await order.json())
    if step.skew_seconds is not None:
        cloud.clock.skew = timedelta(seconds=step.skew_seconds)
    try:
        if step.seconds is not None:
            await cloud.dispatcher.advance(timedelta(seconds=step.seconds))
        if step.idle:
            await cloud.dispatcher.run_until_idle()
    except OverflowError as error:
        raise SeedError([f"seconds: {error}"]) from None
    except sqlite3.Error as error:
        shown = await show_clock(cloud, order)
        done = f"the time is {shown['now']} now, and what is due may not be done"
        raise UnfinishedError(done, error, **shown) from None
    return await show_clock(cloud, order)
