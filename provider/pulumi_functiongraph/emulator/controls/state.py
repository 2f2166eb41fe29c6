"""All that the cloud holds: shown, added to, brought back to the seed; and its log of requests."""

import asyncio
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.http.request_log import CAPACITY
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state import dump


async def reset(cloud: LocalCloud, _order: Order) -> object:
    """Back to the seed: state, faults, options, clock and log."""
    await cloud.reset()
    return {"reset": True}


async def seed(cloud: LocalCloud, order: Order) -> object:
    """Add what a seed (YAML or JSON) describes."""
    from pulumi_functiongraph.emulator.seeds.documents import read_seed

    try:
        text = order.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SeedError([f"body: not UTF-8, see byte {error.start}"]) from None
    wanted = await asyncio.to_thread(read_seed, text)
    return await cloud.add(wanted, then=lambda connection: dump.document_of(connection, cloud))


class Parts(BaseModel):
    """Which parts of the state are wanted."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    contents: Literal["all", "counts"] = "all"
    """Messages, calls, records and objects, or how many there are of each."""


async def state(cloud: LocalCloud, order: Order) -> object:
    """All that the cloud holds, without secrets."""
    wanted = orders.read_query(Parts, order.query)
    return dump.document(cloud, with_contents=wanted.contents == "all")


class Calls(BaseModel):
    """Which entries of the log of requests are wanted."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    last: int | None = Field(default=None, ge=1, le=CAPACITY)
    """So many of those that came last; all without it."""


async def requests(cloud: LocalCloud, order: Order) -> object:
    """The log of requests."""
    wanted = orders.read_query(Calls, order.query)
    return {"requests": cloud.request_log.documents(last=wanted.last)}


async def changes(cloud: LocalCloud, _order: Order) -> object:
    """Numbers that grow with what happens, so that who watches knows when to look again."""
    return {
        "cloud": cloud.flavour.name,
        "now": cloud.clock.now().isoformat(),
        "virtual": cloud.clock.is_virtual,
        "changes": cloud.store.changes.count,
        "requests": cloud.request_log.count,
        "faults": cloud.faults.count,
    }


async def forget_requests(cloud: LocalCloud, _order: Order) -> object:
    """Empty the log of requests."""
    cloud.request_log.clear()
    return {"requests": []}
