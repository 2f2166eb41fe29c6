"""Notifications as the dispatcher carries them out: one attempt at a target."""

from collections.abc import Awaitable, Callable

import msgspec

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries import queue
from pulumi_functiongraph.emulator.deliveries.queue import Attempt, Delivery, Schedule
from pulumi_functiongraph.emulator.invocations import queue as requests
from pulumi_functiongraph.emulator.invocations.request import Request
from pulumi_functiongraph.emulator.state.store import Connection, Store

DELIVERIES = "deliveries"
"""Name of this source."""

Completion = Callable[[Connection], Attempt]
"""Brings the event to a target that is kept in the store, in the transaction that says so."""

Send = Callable[[Delivery, Request], Awaitable[Completion]]
"""Brings an event to its target; what is outside of the store is done before the completion."""


class Deliveries(msgspec.Struct, frozen=True):
    """The queue of notifications as a source of the dispatcher."""

    store: Store
    clock: Clock
    send: Send
    schedule: Callable[[], Schedule]
    """How often and after what waits delivery is tried, as the options say now."""

    name = DELIVERIES
    table = "inv_deliveries"
    recurs = False
    room = None

    async def carry_out(self, number: int) -> None:
        """Make the attempt that is due for one notification."""

        def look(connection: Connection) -> tuple[Delivery, Request] | None:
            delivery = queue.find_due(connection, number)
            if delivery is None:
                return None
            return delivery, requests.find(connection, delivery.request)

        found = self.store.read(look)
        if found is None:
            return
        delivery, request = found
        complete = await self.send(delivery, request)

        def settle(connection: Connection) -> None:
            attempt = complete(connection)
            queue.settle(
                connection,
                delivery,
                request,
                attempt,
                schedule=self.schedule(),
                now=self.clock.now(),
            )

        await self.store.write_later(settle)
