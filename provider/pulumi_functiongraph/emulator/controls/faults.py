"""Faults: those in force, new ones, none."""

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.http.faults import MAX_FAULTS, Fault
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError


async def show_faults(cloud: LocalCloud, _order: Order) -> object:
    """The faults in force."""
    return {"faults": cloud.faults.documents()}


async def set_faults(cloud: LocalCloud, order: Order) -> object:
    """Add one fault, or a list of them."""
    document = await order.json()
    room = cloud.faults.room
    if len(document) > room if isinstance(document, list) else not room:
        raise SeedError([f"body: {MAX_FAULTS} faults can be in force, there is room for {room}"])
    for fault in _read_faults(document):
        cloud.faults.add(fault)
    return {"faults": cloud.faults.documents()}


def _read_faults(document: object) -> list[Fault]:
    if not isinstance(document, list):
        return [orders.read(Fault, document)]
    faults, problems = [], []
    for index, each in enumerate(document):
        try:
            faults.append(orders.read(Fault, each, root=f"[{index}]"))
        except SeedError as error:
            problems += error.problems
    if problems:
        raise SeedError(problems)
    return faults


async def lift_faults(cloud: LocalCloud, _order: Order) -> object:
    """Remove every fault."""
    cloud.faults.clear()
    return {"faults": []}
