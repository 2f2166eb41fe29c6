"""What happens to every request: log, faults, credentials, handler, answer."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from pulumi_functiongraph.emulator.auth.authentication import Caller
from pulumi_functiongraph.emulator.http import asgi, errors
from pulumi_functiongraph.emulator.http.asgi import Receive, Scope, Send
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.errors import Refusal, ServiceError
from pulumi_functiongraph.emulator.http.exchange import Answer, RawRequest
from pulumi_functiongraph.emulator.http.faults import Fault
from pulumi_functiongraph.emulator.http.request_log import MAX_PATH, LoggedRequest
from pulumi_functiongraph.emulator.http.routing import SMALL_BODY, Route
from pulumi_functiongraph.emulator.iam import actions, evaluation, models
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.iam.needs import Need
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.state import kept_work
from pulumi_functiongraph.emulator.state.damaged_rows import DamagedRowError
from pulumi_functiongraph.emulator.state.store import Connection

_log = logging.getLogger("functiongraph.emulator")

_REFUSED = (ServiceError, DamagedRowError, sqlite3.Error)
"""What is told to who asked; anything else is a mistake of the emulator."""


async def serve(
    cloud: LocalCloud, route: Route, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer one request to `route`, or spoil it as a fault orders."""
    kept_work.begin()
    request_id = cloud.new_request_id()
    entry = cloud.request_log.open(_entry(cloud, route, scope, request_id))
    length = asgi.body_length(scope)
    large = route.body_limit > SMALL_BODY and (length is None or length > SMALL_BODY)
    try:
        if large:
            _check_head(cloud, route, scope)
        async with cloud.large_bodies if large else contextlib.nullcontext():
            body = await asgi.read_body(scope, receive, limit=route.body_limit)
            request = asgi.raw_request(scope, body, received_at=cloud.clock.signing_time())
            if not route.waits:
                await _work(cloud, route, request, scope, entry, receive, send)
        # A function that runs may call others, which must not wait for a place that it holds.
        if route.waits:
            await _work(cloud, route, request, scope, entry, receive, send)
    except asgi.ClientLeftError:
        return
    except (asgi.TooLargeError, *_REFUSED) as error:
        refused = _too_large(route) if isinstance(error, asgi.TooLargeError) else error
        answer = _refusal(route, refused, request_id).answer(request_id)
        await _deliver(cloud, answer, None, entry, receive, send)


async def _work(
    cloud: LocalCloud,
    route: Route,
    request: RawRequest,
    scope: Scope,
    entry: LoggedRequest,
    receive: Receive,
    send: Send,
) -> None:
    fault = cloud.faults.strike(route.service.name, route.operation)
    if fault is not None and fault.delay_seconds and not fault.after:
        await _delay(fault)
    if fault is not None and (fault.answers or fault.disrupts) and not fault.after:
        answer = fault.answer()
    else:
        answer = await _answer(cloud, route, request, scope, entry.request_id)
        if fault is not None and fault.kill_after_commit:
            cloud.die()
        if fault is not None and fault.delay_seconds and fault.after:
            await _delay(fault)
        if fault is not None and fault.answers:
            answer = fault.answer()
    await _deliver(cloud, answer, fault, entry, receive, send)


def _check_head(cloud: LocalCloud, route: Route, scope: Scope) -> None:
    """Turn a stranger away before a large body of theirs is read."""
    now = cloud.clock.now()
    request = asgi.raw_request(scope, received_at=cloud.clock.signing_time())
    if not route.open:
        cloud.store.read(lambda c: route.service.check_head(request, connection=c, now=now))


def _too_large(route: Route) -> ServiceError:
    return route.service.too_large.error(
        f"The request body is too large: {route.operation} takes {route.body_limit} bytes"
    )


async def _delay(fault: Fault) -> None:
    # A stop of the server cuts the delay short; the call is then answered like any other.
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(fault.delay_seconds)


async def _deliver(
    cloud: LocalCloud,
    answer: Answer,
    fault: Fault | None,
    entry: LoggedRequest,
    receive: Receive,
    send: Send,
) -> None:
    if fault is not None and fault.reset:
        await asgi.reset_connection(send, receive)
        return
    entry.status = answer.status
    sends = asgi.send_half if fault is not None and fault.truncate else asgi.send_answer
    now = _date(cloud, entry.service, answer.status)
    await sends(send, answer, request_id=entry.request_id, now=now)


def _date(cloud: LocalCloud, service: str, status: int) -> datetime:
    """What an answer is dated by.

    IAM tells the cloud's time, by which agencies expire. Elsewhere some clients date their
    signatures by it, and a refusal is held against the time of signatures.
    """
    is_told = service == "iam" and status < HTTPStatus.BAD_REQUEST
    clock = cloud.clock
    return clock.now() + clock.skew if is_told else clock.signing_time()


def _entry(cloud: LocalCloud, route: Route, scope: Scope, request_id: str) -> LoggedRequest:
    return LoggedRequest(
        number=0,
        time=cloud.clock.now(),
        request_id=request_id,
        service=route.service.name,
        operation=route.operation,
        method=scope["method"],
        path=scope["path"][:MAX_PATH],
        writing=route.writing,
    )


async def _answer(
    cloud: LocalCloud, route: Route, request: RawRequest, scope: Scope, request_id: str
) -> Answer:
    try:
        call = _call(cloud, route, request, scope, request_id)
        return await route.handler(call)
    except _REFUSED as error:
        return _refusal(route, error, request_id).answer(request_id)
    except Exception:  # noqa: BLE001 # one broken request must not take the server down
        _log.exception("%s failed, request %s", route.operation, request_id)
        return errors.BROKEN_BACKEND.answer(request_id)


def _refusal(
    route: Route, error: ServiceError | DamagedRowError | sqlite3.Error, request_id: str
) -> Refusal:
    if isinstance(error, ServiceError):
        return error.refusal
    if isinstance(error, DamagedRowError):
        return route.service.unavailable.error(str(error)).refusal
    text = kept_work.failure(error)
    _log.error("%s, request %s: %s", route.operation, request_id, text)  # one line
    return route.service.unavailable.error(text).refusal


def _call(
    cloud: LocalCloud, route: Route, request: RawRequest, scope: Scope, request_id: str
) -> Call:
    now = cloud.clock.now()
    path: Mapping[str, str] = scope.get("path_params", {})
    caller, project = (
        (None, None)
        if route.open
        else cloud.store.read(lambda c: _authorise(c, route, request, path, now))
    )
    query = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    return Call(
        cloud=cloud,
        request=request,
        path=path,
        query=dict(query),
        caller=caller,
        project=project,
        request_id=request_id,
        now=now,
        base_url=f"{scope['scheme']}://{request.headers.get('host', 'localhost')}",
    )


def _authorise(
    connection: Connection,
    route: Route,
    request: RawRequest,
    path: Mapping[str, str],
    now: datetime,
) -> tuple[Caller, Project | None]:
    """Who calls, and the project in the path of an operation that is of one."""
    caller = route.service.authenticate(request, connection=connection, now=now)
    project, project_id = None, path.get("project_id")
    if project_id is not None and route.service.project_scoped:
        project = models.find_project(connection, project_id)
        if project is None or not caller.may_use(project):
            raise route.service.forbidden.error(
                f"The credentials are not for the project {project_id} in the request's path"
            )
    operation = (route.service.name, route.operation)
    if operation not in actions.OPEN and caller.is_judged:
        needs = _needs(route, request, path)
        missing = (
            ":".join(operation)
            if needs is None
            else evaluation.missing_action(connection, caller, needs, project=project, now=now)
        )
        if missing is not None:
            raise route.service.forbidden.error(
                f"You are not authorized to perform the requested action: {missing}"
            )
    return caller, project


def _needs(route: Route, request: RawRequest, path: Mapping[str, str]) -> tuple[Need, ...] | None:
    if route.needs is not None:
        return route.needs(request)
    action = actions.ACTIONS.get((route.service.name, route.operation))
    return None if action is None else (Need(action, path),)
