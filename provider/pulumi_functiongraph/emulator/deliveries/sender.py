"""From a notification to its target: who delivers what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries.attempts import Completion
from pulumi_functiongraph.emulator.deliveries.queue import Delivery, Failed
from pulumi_functiongraph.emulator.faults import Faults
from pulumi_functiongraph.emulator.invocations.queue import Intake, Request
from pulumi_functiongraph.emulator.store import Store

if TYPE_CHECKING:
    from pulumi_functiongraph.emulator.obs.models import ObjectStore


@dataclass(frozen=True, slots=True)
class Sender:
    """Brings events to targets, with the function's agency."""

    store: Store
    clock: Clock
    faults: Faults
    objects: Callable[[], Awaitable["ObjectStore"]]
    intake: Callable[[], Intake]

    async def send(self, delivery: Delivery, request: Request) -> Completion:
        """Make one attempt; what goes wrong is its result."""
        target = f"{request.function_urn} → {delivery.target.service}"
        return lambda _connection: Failed(f"{target} is not delivered to yet")
