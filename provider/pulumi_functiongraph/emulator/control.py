"""The emulator's own controls under `/_emulator/`; no cloud has these.

They need no credentials, since the server listens on loopback only and answers no web pages
(hosts.py).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pulumi_functiongraph.emulator import asgi, dump, environment
from pulumi_functiongraph.emulator.exchange import Answer, NotJsonError, json_answer, parse_json
from pulumi_functiongraph.emulator.faults import MAX_FAULTS, Fault
from pulumi_functiongraph.emulator.iam import agencies, evaluation, models
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.problems import problems_of
from pulumi_functiongraph.emulator.seed import SeedError
from pulumi_functiongraph.emulator.seed_documents import read_seed
from pulumi_functiongraph.emulator.store import Connection

ROOT = "_emulator"

SEED_LIMIT = 4 << 20
"""Bytes; a seed of 10,000 functions has about one MiB."""
BODY_LIMIT = 1 << 20
"""Bytes of every other order; a fault may hold a long answer."""
MAX_VALUES = 10_000
"""In an order that is no seed."""

_FORMS = frozenset({"text/plain", "multipart/form-data", "application/x-www-form-urlencoded"})
"""What a page can send across sites without asking first, and no client of ours sends."""

_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))

Model = TypeVar("Model", bound=BaseModel)

_log = logging.getLogger("functiongraph.emulator")


@dataclass(frozen=True, slots=True)
class Order:
    """A request for a control."""

    body: bytes
    url: str
    """Scheme, host and port under which the client reached this server."""

    async def json(self) -> object:
        """The body as JSON.

        Raises:
            SeedError: it is none, or has more than MAX_VALUES values.
        """
        try:
            document = await asyncio.to_thread(parse_json, self.body)
        except NotJsonError as error:
            raise SeedError([f"body: {error}"]) from None
        if _has_more_values(document, MAX_VALUES):
            raise SeedError([f"body: the document has more than {MAX_VALUES} values"])
        return document


def _has_more_values(document: object, most: int) -> bool:
    waiting, seen = [document], 1
    while waiting and seen <= most:
        each = waiting.pop()
        if isinstance(each, dict | list):
            seen += len(each)
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return seen > most


def _read(model: type[Model], document: object, *, root: str = "") -> Model:
    """What an order says.

    Raises:
        SeedError: naming every problem by its path.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise SeedError(problems_of(error, model, whole="body", root=root)) from None


_Control = Callable[[LocalCloud, Order], Awaitable[object]]


class Advance(BaseModel):
    """An order for the clock: at least one of its fields."""

    model_config = ConfigDict(extra="forbid")

    seconds: float | None = Field(default=None, allow_inf_nan=False, ge=-1e9, le=1e9)
    """A step of the time."""
    idle: bool = False
    """Whether to jump, after that step, to what is due next until nothing is."""
    skew_seconds: float | None = Field(default=None, allow_inf_nan=False, ge=-1e9, le=1e9)
    """By how much the time that signatures are held against is wrong, until it is set again."""

    @model_validator(mode="after")
    def _orders_something(self) -> Self:
        if self.seconds is None and not self.idle and self.skew_seconds is None:
            raise ValueError("needs one of seconds, idle and skew_seconds")
        return self


class Authorize(BaseModel):
    """A question about an agency."""

    model_config = ConfigDict(extra="forbid")

    agency: str
    action: str
    resource: str
    """Five segments, such as `obs:*:*:object:results/a`."""
    project: str | None = None
    """Name or id; the first project when left out."""


async def reset(cloud: LocalCloud, _order: Order) -> object:
    """Back to the seed: state, faults, options, clock and log."""
    await cloud.reset()
    return {"reset": True}


async def seed(cloud: LocalCloud, order: Order) -> object:
    """Add what a seed (YAML or JSON) describes."""
    try:
        text = order.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SeedError([f"body: not UTF-8, see byte {error.start}"]) from None
    wanted = await asyncio.to_thread(read_seed, text)
    return await cloud.add(wanted, then=lambda connection: dump.document_of(connection, cloud))


async def state(cloud: LocalCloud, _order: Order) -> object:
    """All that the cloud holds, without secrets."""
    return dump.document(cloud)


async def requests(cloud: LocalCloud, _order: Order) -> object:
    """The log of requests."""
    return {"requests": cloud.journal.documents()}


async def forget_requests(cloud: LocalCloud, _order: Order) -> object:
    """Empty the log of requests."""
    cloud.journal.clear()
    return {"requests": []}


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
        return [_read(Fault, document)]
    faults, problems = [], []
    for index, each in enumerate(document):
        try:
            faults.append(_read(Fault, each, root=f"[{index}]"))
        except SeedError as error:
            problems += error.problems
    if problems:
        raise SeedError(problems)
    return faults


async def lift_faults(cloud: LocalCloud, _order: Order) -> object:
    """Remove every fault."""
    cloud.faults.clear()
    return {"faults": []}


async def show_clock(cloud: LocalCloud, _order: Order) -> object:
    """The cloud's time."""
    clock = cloud.clock
    return {
        "now": clock.now().isoformat(),
        "virtual": clock.is_virtual,
        "skew_seconds": clock.skew.total_seconds(),
    }


async def advance_clock(cloud: LocalCloud, order: Order) -> object:
    """Move the cloud's time, and carry out what becomes due on the way."""
    step = _read(Advance, await order.json())
    if step.skew_seconds is not None:
        cloud.clock.skew = timedelta(seconds=step.skew_seconds)
    try:
        if step.seconds is not None:
            await cloud.dispatcher.advance(timedelta(seconds=step.seconds))
    except OverflowError as error:
        raise SeedError([f"seconds: {error}"]) from None
    if step.idle:
        await cloud.dispatcher.run_until_idle()
    return await show_clock(cloud, order)


async def show_options(cloud: LocalCloud, _order: Order) -> object:
    """The options in force."""
    return cloud.options.model_dump(mode="json")


async def set_options(cloud: LocalCloud, order: Order) -> object:
    """Change the options that the body names."""
    changes = _read(Options, await order.json()).model_dump(exclude_unset=True)
    cloud.options = cloud.options.model_copy(update=changes)
    return cloud.options.model_dump(mode="json")


async def show_environment(cloud: LocalCloud, order: Order) -> object:
    """The environment variables with which clients reach this cloud."""
    url, name = order.url, cloud.flavour.name
    return cloud.store.read(lambda c: environment.variables(c, cloud=name, url=url))


async def authorize(cloud: LocalCloud, order: Order) -> object:
    """What the grants of an agency come to for one action on one resource."""
    asked = _read(Authorize, await order.json())
    now = cloud.clock.now()
    return cloud.store.read(lambda connection: _decide(connection, asked, now))


def _decide(connection: Connection, asked: Authorize, now: datetime) -> dict[str, object]:
    named = [each for each in agencies.list_agencies(connection) if each.name == asked.agency]
    if not named:
        raise SeedError([f"agency: there is no agency {asked.agency}"])
    if asked.project is None:
        project: models.Project | None = models.first_project(connection)
    else:
        project = models.find_named_project(connection, asked.project)
    if project is None:
        raise SeedError([f"project: there is no project {asked.project}"])
    if named[0].has_expired(now):
        return {"decision": "Denied", "reason": "the agency has expired"}
    question = evaluation.Question(named[0].id, asked.action, asked.resource, project)
    found = evaluation.answer(connection, question, now=now)
    return {
        "decision": found.decision,
        "role": found.role,
        "statement": found.statement,
        "ineffective": list(found.ineffective),
    }


CONTROLS: tuple[tuple[str, str, _Control], ...] = (
    ("POST", "reset", reset),
    ("POST", "seed", seed),
    ("GET", "state", state),
    ("GET", "requests", requests),
    ("DELETE", "requests", forget_requests),
    ("GET", "faults", show_faults),
    ("POST", "faults", set_faults),
    ("DELETE", "faults", lift_faults),
    ("GET", "clock", show_clock),
    ("POST", "clock", advance_clock),
    ("GET", "options", show_options),
    ("POST", "options", set_options),
    ("POST", "authorize", authorize),
    ("GET", "environment", show_environment),
)


def path_routes(cloud: LocalCloud) -> list[Route]:
    """The controls as routes of the web framework."""
    return [
        Route(f"/{ROOT}/{name}", _Endpoint(cloud, control), methods=[method])
        for method, name, control in CONTROLS
    ]


def refuse(problems: list[str], *, status: int = HTTPStatus.BAD_REQUEST) -> Answer:
    """What a control answers to an order that it does not carry out."""
    return json_answer({"problems": problems}, status=status, headers=_HEADERS)


def _refused_content(scope: Scope) -> Answer | None:
    given = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(given) > 1:
        return refuse([f"A request has one Content-Type at most, this one has {len(given)}."])
    for value in given:
        media_type = value.decode("latin-1").partition(";")[0].strip().lower()
        if media_type in _FORMS:
            problem = f"Content-Type {media_type} is not taken; send application/json or none"
            return refuse([problem], status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return None


class _Endpoint:
    """An ASGI application for one control."""

    def __init__(self, cloud: LocalCloud, control: _Control) -> None:
        self._cloud = cloud
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out one order."""
        try:
            answer = await self._answer(scope, receive)
        except asgi.ClientLeftError:
            return
        request_id, now = self._cloud.new_id(), self._cloud.clock.signing_time()
        await asgi.send_answer(send, answer, request_id=request_id, now=now)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        refusal = _refused_content(scope)
        if refusal is not None:
            return refusal
        headers = asgi.raw_request(scope).headers
        limit = SEED_LIMIT if self._control is seed else BODY_LIMIT
        try:
            body = await asgi.read_body(scope, receive, limit=limit)
            order = Order(body, f"{scope['scheme']}://{headers['host']}")
            return json_answer(await self._control(self._cloud, order), headers=_HEADERS)
        except asgi.TooLargeError:
            problem = f"body: has more than {limit} bytes"
            return refuse([problem], status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except SeedError as error:
            return refuse(error.problems)
        except asgi.ClientLeftError:
            raise
        except Exception:  # noqa: BLE001 # one broken order must not show its insides
            _log.exception("%s failed", self._control.__name__)
            problem = "the local cloud failed, see its log"
            return refuse([problem], status=HTTPStatus.INTERNAL_SERVER_ERROR)
