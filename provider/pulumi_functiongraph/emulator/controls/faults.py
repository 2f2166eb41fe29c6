"""Faults: those in force, new ones, none."""

from collections.abc import Iterable
from difflib import get_close_matches

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.dis import urls as dis
from pulumi_functiongraph.emulator.functiongraph import urls as functiongraph
from pulumi_functiongraph.emulator.http.faults import MAX_FAULTS, Fault
from pulumi_functiongraph.emulator.iam import urls as iam
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs import urls as obs
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.smn import urls as smn

_OPERATIONS = {
    service.SERVICE.name: {route.operation for route in service.ROUTES}
    for service in (functiongraph, iam, smn, dis)
} | {"obs": {*obs.OPERATIONS.values(), "Unknown"}, "gateway": {"Unknown"}}
"""What faults can strike: by service, the operations that the log of requests names."""


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
        return [_read_fault(document)]
    faults, problems = [], []
    for index, each in enumerate(document):
        try:
            faults.append(_read_fault(each, root=f"[{index}]"))
        except SeedError as error:
            problems += error.problems
    if problems:
        raise SeedError(problems)
    return faults


def _read_fault(document: object, *, root: str = "") -> Fault:
    """A fault that can strike: of a service, and of an operation, that there is."""
    fault = orders.read(Fault, document, root=root)
    where = f"{root}." if root else ""
    services = {fault.service} & _OPERATIONS.keys() if fault.service else _OPERATIONS.keys()
    if not services:
        raise SeedError([_unknown(f"{where}service", str(fault.service), _OPERATIONS)])
    known = {name for service in services for name in _OPERATIONS[service]}
    if fault.operation is not None and fault.operation.partition("[")[0] not in known:
        raise SeedError([_unknown(f"{where}operation", fault.operation, known)])
    return fault


def _unknown(field: str, given: str, known: Iterable[str]) -> str:
    near = get_close_matches(given, sorted(known), n=3, cutoff=0.5) or sorted(known)[:3]
    whose = field.rpartition(".")[2]
    return f"{field}: there is no {whose} {given}; there is {', '.join(near)}"


async def lift_faults(cloud: LocalCloud, _order: Order) -> object:
    """Remove every fault."""
    cloud.faults.clear()
    return {"faults": []}
