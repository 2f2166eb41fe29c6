"""The paths of the controls, and how an order comes in and is answered.

They need no credentials, since the server listens on loopback only and answers no web pages
(hosts.py).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from pulumi_functiongraph.emulator.controls import (
    authority,
    clock,
    contents,
    deliveries,
    faults,
    invocations,
    journal,
    objects,
    options,
    script,
    state,
)
from pulumi_functiongraph.emulator.controls.orders import Order, UnfinishedError
from pulumi_functiongraph.emulator.controls.waiting import ResetError
from pulumi_functiongraph.emulator.http import asgi
from pulumi_functiongraph.emulator.http.asgi import Endpoint, Receive, Scope, Send
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer
from pulumi_functiongraph.emulator.invocations.dispatcher import EndlessError
from pulumi_functiongraph.emulator.invocations.queue import RequestGoneError
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state import kept_work
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError

ROOT = "_emulator"

SEED_LIMIT = 4 << 20
"""Bytes; a seed of 10,000 functions has about one MiB."""
BODY_LIMIT = 1 << 20
"""Bytes of every other order; a fault may hold a long answer."""

_WITH_QUERY = frozenset(
    {
        contents.show_contents,
        deliveries.deliveries,
        invocations.invocations,
        journal.journal,
        objects.show_object,
        script.show_behaviour,
        state.requests,
        state.state,
    }
)
"""Controls that say themselves which parameters they take; others take none."""

_FORMS = frozenset({"text/plain", "multipart/form-data", "application/x-www-form-urlencoded"})
"""What a page can send across sites without asking first, and no client of ours sends."""

_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"))

_log = logging.getLogger("functiongraph.emulator")

_CarryOut = Callable[[LocalCloud, Order], Awaitable[object]]

CONTROLS: tuple[tuple[str, str, _CarryOut], ...] = (
    ("POST", "reset", state.reset),
    ("POST", "seed", state.seed),
    ("GET", "state", state.state),
    ("GET", "changes", state.changes),
    ("GET", "contents", contents.show_contents),
    ("GET", "object", objects.show_object),
    ("GET", "requests", state.requests),
    ("DELETE", "requests", state.forget_requests),
    ("GET", "faults", faults.show_faults),
    ("POST", "faults", faults.set_faults),
    ("DELETE", "faults", faults.lift_faults),
    ("GET", "clock", clock.show_clock),
    ("POST", "clock", clock.advance_clock),
    ("GET", "options", options.show_options),
    ("POST", "options", options.set_options),
    ("GET", "script", script.show_behaviour),
    ("POST", "script", script.set_behaviour),
    ("POST", "invoke", invocations.invoke),
    ("GET", "invocations", invocations.invocations),
    ("GET", "deliveries", deliveries.deliveries),
    ("POST", "expect", deliveries.expect),
    ("GET", "journal", journal.journal),
    ("POST", "authorize", authority.authorize),
    ("GET", "environment", options.show_environment),
)


def endpoints(cloud: LocalCloud) -> list[tuple[str, str, Endpoint]]:
    """Method, path and application of each control."""
    return [
        (method, f"/{ROOT}/{name}", _Control(cloud, control)) for method, name, control in CONTROLS
    ]


def refuse(problems: list[str], *, status: int = HTTPStatus.BAD_REQUEST) -> Answer:
    """What a control answers to an order that it does not carry out."""
    return json_answer({"problems": problems}, status=status, headers=_HEADERS)


def _refused_head(scope: Scope, control: _CarryOut) -> Answer | None:
    """The refusal of a request that no control takes, or not this one."""
    if scope["query_string"] and control not in _WITH_QUERY:
        return refuse(["query: this control takes no parameters"])
    given = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(given) > 1:
        return refuse([f"A request has one Content-Type at most, this one has {len(given)}."])
    for value in given:
        media_type = value.decode("latin-1").partition(";")[0].strip().lower()
        if media_type in _FORMS:
            problem = f"Content-Type {media_type} is not taken; send application/json or none"
            return refuse([problem], status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return None


class _Control:
    """An ASGI application for one control."""

    def __init__(self, cloud: LocalCloud, control: _CarryOut) -> None:
        self._cloud = cloud
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out one order."""
        kept_work.begin()
        try:
            answer = await self._answer(scope, receive)
        except asgi.ClientLeftError:
            return
        except asyncio.CancelledError:
            # Only the server cancels it, at the end of the grace of a stop; it can be answered.
            problem = "the local cloud is stopping"
            answer = refuse([problem], status=HTTPStatus.SERVICE_UNAVAILABLE)
        request_id, now = self._cloud.new_request_id(), self._cloud.clock.signing_time()
        await asgi.send_answer(send, answer, request_id=request_id, now=now)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        refusal = _refused_head(scope, self._control)
        if refusal is not None:
            return refusal
        headers = asgi.raw_request(scope).headers
        limit = SEED_LIMIT if self._control is state.seed else BODY_LIMIT
        try:
            body = await asgi.read_body(scope, receive, limit=limit)
            query = scope["query_string"].decode("latin-1")
            order = Order(body, f"{scope['scheme']}://{headers['host']}", query)
            return json_answer(await self._control(self._cloud, order), headers=_HEADERS)
        except asgi.TooLargeError:
            problem = f"body: has more than {limit} bytes"
            return refuse([problem], status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except SeedError as error:
            return refuse(error.problems)
        except asgi.ClientLeftError:
            raise
        except (DamagedRowError, EndlessError, RequestGoneError, ResetError) as error:
            return refuse([str(error)], status=HTTPStatus.CONFLICT)
        except Exception as error:  # noqa: BLE001 # one broken order must not show its insides
            facts = error.facts if isinstance(error, UnfinishedError) else {}
            document = {"problems": [self._failure(error)], **facts}
            return json_answer(document, status=HTTPStatus.INTERNAL_SERVER_ERROR, headers=_HEADERS)

    def _failure(self, error: Exception) -> str:
        if isinstance(error, UnfinishedError):
            return str(error)
        if isinstance(error, sqlite3.Error):
            return kept_work.failure(error)
        _log.error("%s failed", self._control.__name__, exc_info=error)
        return "the local cloud failed, see its log"
