"""The journal of invocations: what happened, a line a step, also as it happens."""

from pydantic import Field

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.filters import check_known
from pulumi_functiongraph.emulator.controls.functions import urns_of
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.controls.pages import Page, PageOf, read_page
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations import journal as lines
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection

MAX_WAIT = 30
"""Seconds that an order waits for the next line."""


class JournalPage(PageOf):
    """Which lines are wanted."""

    step: Step | None = None
    wait: float = Field(default=0, ge=0, le=MAX_WAIT)
    """Seconds to wait for a line when there is none yet; who waits may wait for a function, too."""


async def journal(cloud: LocalCloud, order: Order) -> object:
    """A page of lines; `next` is where to go on, also when there is nothing yet.

    After a reset the numbers begin again, and `next` is 0. Who waits is told as `reason` that what
    is asked for is not there yet; others are refused.
    """
    wanted = orders.read_query(JournalPage, order.query)

    def look() -> JsonObject | None:
        return cloud.store.read(lambda connection: _page(connection, wanted))

    # Also on a virtual clock: whoever watches does not move the time.
    found = await cloud.store.changes.wait_for(look, seconds=wanted.wait)
    if found and found["lines"]:
        return found
    page = found or {"lines": [], "next": wanted.after}
    try:
        cloud.store.read(
            lambda c: check_known(c, function=wanted.function, request_id=wanted.request_id)
        )
    except SeedError as error:
        if "wait" not in wanted.model_fields_set:
            raise
        return {**page, "reason": error.problems[0].partition(": ")[2]}
    return page


def _page(connection: Connection, wanted: JournalPage) -> JsonObject | None:
    page = _read(connection, wanted)
    if page.entries:
        return {**page.document("lines"), "next": page.entries[-1]["number"]}
    return {"lines": [], "next": 0} if wanted.after > lines.newest(connection) else None


def list_lines(connection: Connection, wanted: JournalPage) -> list[JsonObject]:
    """Lines as they are shown."""
    return _read(connection, wanted).entries


def _read(connection: Connection, wanted: JournalPage) -> Page:
    chosen = (
        ("e.function_urn GLOB ?", urns_of(wanted.function)),
        ("e.request_id = ?", wanted.request_id),
        ("e.step = ?", wanted.step),
    )
    return read_page(
        connection, "inv_journal AS e", wanted, chosen, lambda number: _shown(connection, number)
    )


def _shown(connection: Connection, number: int) -> JsonObject:
    [line] = lines.list_lines(connection, after=number - 1, most=1)
    return {
        "number": number,
        "time": line.time.isoformat(),
        "step": line.step,
        "request_id": line.request_id,
        "function_urn": line.function_urn,
        "detail": line.detail,
    }
