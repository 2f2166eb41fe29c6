"""Notifications: shown, and waited for."""

import json
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from pulumi_functiongraph.emulator.controls import invocations, orders
from pulumi_functiongraph.emulator.controls.filters import check_known
from pulumi_functiongraph.emulator.controls.functions import read_function, urns_of
from pulumi_functiongraph.emulator.controls.journal import JournalPage, list_lines
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.controls.pages import Filter, Page, PageOf, read_page
from pulumi_functiongraph.emulator.controls.waiting import MAX_WAIT, wait_for
from pulumi_functiongraph.emulator.deliveries import queue
from pulumi_functiongraph.emulator.functiongraph import stored_configs
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations import queue as requests
from pulumi_functiongraph.emulator.invocations.due import is_due
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_WAIT = 30
"""Seconds."""

SHOWN_INSTEAD, SHOWN_LINES = 10, 20
"""Entries of each kind, and lines of the journal, that tell what arrived instead."""

_SERVICES = {"obs": "OBS", "smn": "SMN", "dis": "DIS", "function": "FunctionGraph"}


def _service(said: object) -> str:
    for word, service in _SERVICES.items():
        if str(said).lower() in {word, service.lower()}:
            return service
    raise ValueError(f"must be {', '.join(_SERVICES)}")


Target = Annotated[
    Literal["OBS", "SMN", "DIS", "FunctionGraph"],
    BeforeValidator(_service),
]
"""A target's service, in either case; a function is FunctionGraph."""


class DeliveriesFilter(Filter):
    """Which notifications are wanted."""

    outcome: Literal["success", "failure"] | None = None
    target: Target | None = None
    status: Literal["WAIT", "DELIVERED", "FAILED"] | None = None


class DeliveriesPage(PageOf, DeliveriesFilter):
    """Which notifications are wanted, and how many of them."""


class Expect(DeliveriesFilter):
    """A notification that is waited for."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    after: int = Field(default=0, strict=True, ge=0, lt=1 << 62)
    status: Literal["DELIVERED", "FAILED"] = "DELIVERED"
    timeout_seconds: float = Field(default=DEFAULT_WAIT, strict=True, ge=0, le=MAX_WAIT)
    """How long it may take; a virtual clock runs until nothing is due instead."""


async def deliveries(cloud: LocalCloud, order: Order) -> object:
    """A page of notifications."""
    wanted = orders.read_query(DeliveriesPage, order.query)

    def read(connection: Connection) -> Page:
        page = _page(cloud, connection, wanted)
        if page.is_empty:
            check_known(connection, function=wanted.function, request_id=wanted.request_id)
        return page

    return cloud.store.read(read).document("deliveries")


async def expect(cloud: LocalCloud, order: Order) -> object:
    """Wait for a notification; at the end of the time say what is there instead."""
    wanted = orders.read(Expect, await order.json())
    cloud.store.read(lambda connection: _check(connection, wanted))

    def look() -> JsonObject | str | None:
        return cloud.store.read(
            lambda connection: _first(cloud, connection, wanted) or _hopeless(connection, wanted)
        )

    found = await wait_for(cloud, look, seconds=wanted.timeout_seconds)
    if isinstance(found, dict):
        return {"arrived": found}
    instead = cloud.store.read(lambda c: _instead(cloud, c, wanted.function))
    return {"arrived": None, "reason": found, **instead}


def _check(connection: Connection, wanted: Expect) -> None:
    check_known(connection, function=wanted.function, request_id=wanted.request_id)
    if wanted.after and not queue.is_there(connection, wanted.after):
        raise SeedError([f"after: there is no notification {wanted.after}"])


def _first(cloud: LocalCloud, connection: Connection, wanted: Expect) -> JsonObject | None:
    """The one that ended first after the notification `after`, which may have been made later."""
    after = queue.arrival_of(connection, wanted.after) if wanted.after else 0
    if after is None:
        return None
    page = read_page(
        connection,
        "inv_arrivals AS e JOIN inv_deliveries AS d ON d.number = e.delivery"
        " JOIN inv_requests AS r ON r.number = d.request",
        PageOf(limit=1, after=after),
        _chosen(wanted),
        lambda arrival: _shown(cloud, connection, queue.delivery_of(connection, arrival)),
    )
    return page.entries[0] if page.entries else None


def _hopeless(connection: Connection, wanted: Expect) -> str | None:
    """Why none can come any more, unless somebody changes a config first."""
    if any(is_due(connection, table) for table in ("inv_requests", "inv_deliveries")):
        return None
    name = None if wanted.function is None else read_function(wanted.function).name
    if stored_configs.has_target(
        connection, outcome=wanted.outcome, service=wanted.target, name=name
    ):
        return None
    whose = f"no config of {wanted.function}" if wanted.function else "no config"
    outcome, target = wanted.outcome or "result", wanted.target or "any target"
    return f"nothing is under way, and {whose} sends a {outcome} to {target}"


def _instead(cloud: LocalCloud, connection: Connection, function: str | None) -> JsonObject:
    page = DeliveriesPage(function=function, last=SHOWN_INSTEAD)
    return {
        "deliveries": _page(cloud, connection, page).entries,
        "invocations": invocations.list_last(
            cloud, connection, function=function, most=SHOWN_INSTEAD
        ),
        "lost": list_lines(connection, JournalPage(step=Step.NOT_TRIGGERED, last=SHOWN_INSTEAD)),
        "journal": list_lines(connection, JournalPage(last=SHOWN_LINES)),
    }


def _chosen(wanted: DeliveriesFilter) -> tuple[tuple[str, object], ...]:
    return (
        ("r.function_urn GLOB ?", urns_of(wanted.function)),
        ("r.id = ?", wanted.request_id),
        ("d.outcome = ?", wanted.outcome),
        ("d.service = ?", wanted.target),
        ("d.status = ?", wanted.status),
    )


def _page(cloud: LocalCloud, connection: Connection, wanted: DeliveriesPage) -> Page:
    return read_page(
        connection,
        "inv_deliveries AS e JOIN inv_deliveries AS d ON d.number = e.number"
        " JOIN inv_requests AS r ON r.number = d.request",
        wanted,
        _chosen(wanted),
        lambda number: _shown(cloud, connection, number),
    )


def _shown(cloud: LocalCloud, connection: Connection, number: int) -> JsonObject:
    [delivery] = queue.list_deliveries(connection, first=number - 1, most=1)
    request = requests.find(connection, delivery.request)
    ended, due = delivery.ended_at, delivery.due
    return {
        "number": number,
        "request_id": request.id,
        "function": request.name,
        "function_urn": request.function_urn,
        "outcome": delivery.outcome,
        "target": delivery.target.service,
        "param": json.loads(delivery.target.param),
        "status": delivery.status,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "reference": delivery.reference,
        "created_at": delivery.created_at.isoformat(),
        "ended_at": None if ended is None else ended.isoformat(),
        "due": None if due is None else due.isoformat(),
        "event": cloud.sender.event(request, service=delivery.target.service),
    }
