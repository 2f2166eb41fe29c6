"""From a notification to its target: who delivers what, with whose rights."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

import msgspec

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries import authority, dis, function, obs, smn
from pulumi_functiongraph.emulator.deliveries.attempts import Completion
from pulumi_functiongraph.emulator.deliveries.authority import Write
from pulumi_functiongraph.emulator.deliveries.event import event_text
from pulumi_functiongraph.emulator.deliveries.notification import Notification
from pulumi_functiongraph.emulator.deliveries.queue import Arrived, Attempt, Delivery, Failed
from pulumi_functiongraph.emulator.dis.models import MAX_RECORD
from pulumi_functiongraph.emulator.functiongraph.models import find_version
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.faults import Fault, Faults
from pulumi_functiongraph.emulator.iam.models import find_project
from pulumi_functiongraph.emulator.invocations.request import MAX_EVENT, Intake, Request
from pulumi_functiongraph.emulator.obs.buckets import find_bucket
from pulumi_functiongraph.emulator.obs.changes import Then
from pulumi_functiongraph.emulator.obs.exchange import S3Answer, S3FailedError, S3Request
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.regions import zone_of
from pulumi_functiongraph.emulator.smn.publishing import MAX_MESSAGE
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.triggers.objects import Writer, tell

OPERATIONS = {
    "FunctionGraph": ("functiongraph", "AsyncInvokeFunction"),
    "OBS": ("obs", "PutObject"),
    "SMN": ("smn", "PublishMessage"),
    "DIS": ("dis", "SendRecords"),
}
"""What a delivery does to its target, as faults name it: service and operation."""

_LIMITS = {"FunctionGraph": MAX_EVENT, "SMN": MAX_MESSAGE, "DIS": MAX_RECORD}
"""Bytes that a target takes of an event; OBS takes any."""

_IN_STORE: dict[str, Callable[[Connection, Notification], Attempt]] = {
    "FunctionGraph": function.deliver,
    "SMN": smn.deliver,
    "DIS": dis.deliver,
}


class PutObject(Protocol):
    """Puts an object into a bucket."""

    async def __call__(
        self, request: S3Request, *, region: str, now: datetime, then: Then
    ) -> S3Answer:
        """Keep it, with what follows from its events."""


class Sender(msgspec.Struct, frozen=True):
    """Brings events to targets, with the function's agency."""

    store: Store
    clock: Clock
    faults: Faults
    put_object: PutObject
    intake: Callable[[], Intake]
    options: Callable[[], Options]
    die: Callable[[], None]
    """Ends the process, for a fault that kills it."""

    async def send(self, delivery: Delivery, request: Request) -> Completion:
        """Make one attempt; what goes wrong is its result."""
        service = delivery.target.service
        fault = self.faults.strike(*OPERATIONS[service])
        if fault is None:
            return await self._carry_out(delivery, request)
        heard = _heard(service, fault)
        if not fault.after:
            await self.clock.sleep(fault.delay_seconds)
            return await self._carry_out(delivery, request) if heard is None else _with(heard)
        complete = await self._carry_out(delivery, request)
        if fault.kill_after_commit:
            await self.store.write(complete)
            self.die()
        await self.clock.sleep(fault.delay_seconds)
        return complete if heard is None else _then_heard(complete, heard)

    def event(self, request: Request, *, service: str) -> str:
        """The event that tells a kind of target how a request ended, as it is sent now."""
        region = request.function_urn.split(":")[2]
        limit = _LIMITS.get(service)
        return event_text(request, self.options(), zone=zone_of(region), limit=limit)

    async def _carry_out(self, delivery: Delivery, request: Request) -> Completion:
        found = self.store.read(lambda c: self._prepare(c, delivery, request))
        if isinstance(found, Failed):
            return _with(found)
        if delivery.target.service == "OBS":
            return _with(await self._put(found))
        deliver = _IN_STORE[delivery.target.service]
        return lambda connection: deliver(connection, found)

    def _prepare(
        self, connection: Connection, delivery: Delivery, request: Request
    ) -> Notification | Failed:
        """The notification, if the function may send it."""
        project = find_project(connection, request.project_id)
        try:
            version = find_version(
                connection, request.project_id, request.package, request.name, request.version
            )
        except ServiceError as error:
            return Failed(f"{request.function_urn}: {error}")
        if project is None:
            return Failed(f"there is no project {request.project_id}")
        notification = Notification(
            self.event(request, service=delivery.target.service),
            delivery.outcome,
            delivery.target.param,
            request,
            version,
            project,
            self.intake(),
        )
        is_object = delivery.target.service == "OBS"
        key = self._key(notification) if is_object else ""
        write = Write(version, project, delivery.target, key)
        refused = authority.refusal(connection, write, now=notification.intake.now)
        if refused is not None:
            return Failed(refused.reason)
        if is_object and find_bucket(connection, notification.parameter("bucket")) is None:
            return Failed(f"there is no bucket {notification.parameter('bucket')}")
        return notification

    async def _put(self, notification: Notification) -> Attempt:
        key = self._key(notification)
        put = obs.put_of(notification, key)
        now, region = notification.intake.now, notification.project.region
        writer = Writer(
            user_id=notification.project.domain_id,
            request_id=notification.intake.new_id(),
            way=notification.request.trace,
            edge=notification.outcome,
            parent=notification.request.id,
        )
        try:
            answer = await self.put_object(
                put,
                region=region,
                now=now,
                then=lambda c, events: tell(c, put.address.bucket, events, writer, self.intake()),
            )
        except S3FailedError as error:
            return Failed(f"OBS failed: {error}")
        if not answer.succeeded:
            return Failed(f"OBS answered {answer.status} to PutObject")
        return Arrived(key)

    def _key(self, notification: Notification) -> str:
        return obs.key_of(notification, strips_slash=self.options().obs_prefix == "stripped")


def _with(attempt: Attempt) -> Completion:
    return lambda _connection: attempt


def _then_heard(complete: Completion, heard: Attempt) -> Completion:
    """It is carried out, and whoever sent it hears something else of it."""

    def then(connection: Connection) -> Attempt:
        attempt = complete(connection)
        return attempt if isinstance(attempt, type(heard)) else heard

    return then


def _heard(service: str, fault: Fault) -> Attempt | None:
    """What is heard of a target instead of its answer; None where a fault only delays that."""
    operation = OPERATIONS[service][1]
    if fault.disrupts:
        return Failed(f"{service} broke the connection during {operation} (a fault)")
    if not fault.answers:
        return None
    status = fault.answer().status
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return Arrived("")
    return Failed(f"{service} answered {status} to {operation} (a fault)")
