"""The log of requests that clients made."""

from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.local_cloud import LocalCloud


async def requests(cloud: LocalCloud, _order: Order) -> object:
    """The log of requests."""
    return {"requests": cloud.request_log.documents()}


async def forget_requests(cloud: LocalCloud, _order: Order) -> object:
    """Empty the log of requests."""
    cloud.request_log.clear()
    return {"requests": []}
