"""Asynchronous requests: shown, and made without credentials."""

import json
import sqlite3
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool, model_validator

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.filters import check_known
from pulumi_functiongraph.emulator.controls.functions import find_runnable, urns_of
from pulumi_functiongraph.emulator.controls.orders import Order, UnfinishedError
from pulumi_functiongraph.emulator.controls.pages import (
    MAX_NAME,
    Page,
    PageOf,
    read_page,
)
from pulumi_functiongraph.emulator.controls.waiting import MAX_WAIT, finish, wait_for
from pulumi_functiongraph.emulator.deliveries import queue as deliveries
from pulumi_functiongraph.emulator.functiongraph.configs import Destination
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.invocations import acceptance, queue, trace, waiting
from pulumi_functiongraph.emulator.invocations.decision import Status
from pulumi_functiongraph.emulator.invocations.request import MAX_EVENT, Arrival, Request
from pulumi_functiongraph.emulator.invocations.runner import Invocation
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection


class InvocationsPage(PageOf):
    """Which requests are wanted."""

    status: Status | None = None
    source: Literal["api", "notification", "SMN", "OBS", "DIS", "TIMER"] | None = None
    """What sent it."""
    parent: str | None = Field(default=None, max_length=MAX_NAME)
    """Id of the request whose notification led to it."""


class Invoke(BaseModel):
    """An order to invoke a function."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    function: str = Field(min_length=1, max_length=MAX_NAME)
    """A name, `package/name:version` or a URN; of the first project, and of the latest version."""
    payload: JsonValue = Field(default_factory=dict)
    asynchronous: StrictBool = Field(default=True, alias="async")
    """Whether the request is queued, as by the API; otherwise it runs once, and nobody is told."""
    wait_seconds: float = Field(default=0, strict=True, ge=0, le=MAX_WAIT)
    """How long to wait for the end of an asynchronous one; a virtual clock runs until then."""

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        if self.wait_seconds and not self.asynchronous:
            raise ValueError("wait_seconds is of asynchronous requests, others are waited for")
        return self

    @property
    def event(self) -> str:
        """The payload as JSON text.

        Raises:
            SeedError: it is too long.
        """
        text = json.dumps(self.payload, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > MAX_EVENT:
            raise SeedError([f"payload: has more than {MAX_EVENT} bytes as JSON"])
        return text


async def invocations(cloud: LocalCloud, order: Order) -> object:
    """A page of requests."""
    wanted = orders.read_query(InvocationsPage, order.query)

    def read(connection: Connection) -> Page:
        page = _page(cloud, connection, wanted)
        if page.is_empty:
            ids = {"request_id": wanted.request_id, "parent": wanted.parent}
            check_known(connection, function=wanted.function, **ids)
        return page

    return cloud.store.read(read).document("invocations")


def list_last(
    cloud: LocalCloud, connection: Connection, *, function: str | None, most: int
) -> list[JsonObject]:
    """The requests that came last, as they are shown."""
    return _page(cloud, connection, InvocationsPage(function=function, last=most)).entries


def _page(cloud: LocalCloud, connection: Connection, wanted: InvocationsPage) -> Page:
    def show(number: int) -> JsonObject | None:
        entry = shown(cloud, connection, queue.find(connection, number))
        return entry if wanted.status in {None, entry["status"]} else None

    kept = Status.WAIT if wanted.status is Status.RUNNING else wanted.status
    chosen = (
        ("e.function_urn GLOB ?", urns_of(wanted.function)),
        ("e.id = ?", wanted.request_id),
        ("e.status = ?", kept),
        ("e.source = ?", wanted.source),
        ("e.parent = ?", wanted.parent),
    )
    return read_page(connection, "inv_requests AS e", wanted, chosen, show)


def shown(cloud: LocalCloud, connection: Connection, request: Request) -> JsonObject:
    """All that is known of a request."""
    progress, status = request.progress, request.status
    if status is Status.WAIT and request.number in cloud.requests.running:
        status = Status.RUNNING
    waits_since = waiting.since(connection, request.number)
    return {
        "number": request.number,
        "request_id": request.id,
        "function": request.name,
        "function_urn": request.function_urn,
        "status": status,
        "condition": request.condition,
        "attempts": progress.attempts,
        "error": request.error,
        "payload": request.payload,
        "response": request.response,
        "log": request.log,
        "source": request.source,
        "parent": request.parent,
        "chain": trace.chain(request.trace),
        "max_retries": request.policy.max_retries,
        "on_success": _target(request.on_success),
        "on_failure": _target(request.on_failure),
        "accepted_at": progress.accepted_at.isoformat(),
        "started_at": _time(request.first_started_at),
        "finished_at": _time(request.finished_at),
        "notifications": _notifications(connection, request),
        "due": _time(waits_since or request.due),
        "waits_for_process": waits_since is not None and status is Status.WAIT,
    }


def _notifications(connection: Connection, request: Request) -> list[JsonObject]:
    """Who is told how it ended, and whether they know."""
    return [
        {"outcome": each.outcome, "target": each.target.service, "status": each.status}
        for each in deliveries.list_of_request(connection, request.number)
    ]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _target(target: Destination | None) -> JsonObject | None:
    return None if target is None else {target.service: json.loads(target.param)}


async def invoke(cloud: LocalCloud, order: Order) -> object:
    """Invoke a function as the API does, asynchronously or not."""
    wanted = orders.read(Invoke, await order.json())
    if not wanted.asynchronous:
        return await _run_once(cloud, wanted)

    def accept(connection: Connection) -> Request:
        intake = cloud.intake()
        arrival = Arrival(wanted.event, id=acceptance.request_id(intake.new_id))
        version, _, project = find_runnable(
            cloud, connection, wanted.function, request_id=arrival.id
        )
        acceptance.accept(connection, version, arrival, intake, project=project)
        return queue.find_by_id(connection, arrival.id)

    request = await cloud.store.write(accept)
    try:
        if wanted.wait_seconds:
            await wait_until_over(cloud, request, seconds=wanted.wait_seconds)
        return cloud.store.read(lambda c: shown(cloud, c, queue.find(c, request.number)))
    except sqlite3.Error as error:
        done = f"the request {request.id} was accepted and is kept; what became of it is unknown"
        raise UnfinishedError(done, error, request_id=request.id) from None


async def wait_until_over(cloud: LocalCloud, request: Request, *, seconds: float) -> None:
    """Wait for the end of a request, at most so long."""

    def is_over() -> bool:
        return cloud.store.read(lambda c: queue.find_due(c, request.number) is None)

    await wait_for(cloud, is_over, seconds=seconds)


async def _run_once(cloud: LocalCloud, wanted: Invoke) -> object:
    invocation = Invocation(acceptance.request_id(cloud.intake().new_id), wanted.event)
    version, script, project = cloud.store.read(
        lambda c: find_runnable(cloud, c, wanted.function, request_id=invocation.request_id)
    )
    run = cloud.runner.run_version(version, script, invocation, project=project)
    outcome = await finish(cloud, run)
    return {
        "request_id": invocation.request_id,
        "result": outcome.result,
        "response": outcome.payload,
        "error": outcome.error,
        "log": outcome.log,
        "milliseconds": outcome.milliseconds,
    }
