"""A trigger fires: its function is invoked, in the transaction of what it listens to."""

import json
from collections.abc import Callable

import msgspec

from pulumi_functiongraph.emulator.functiongraph import errors, traffic
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import format_urn, parse_urn
from pulumi_functiongraph.emulator.functiongraph.triggers import Listener
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project, find_project
from pulumi_functiongraph.emulator.invocations import acceptance, journal, trace
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.request import MAX_EVENT, Arrival, Intake
from pulumi_functiongraph.emulator.invocations.trace import Hop, Trace
from pulumi_functiongraph.emulator.state.store import Connection


class Occasion(msgspec.Struct, frozen=True):
    """Why a function is invoked."""

    source: str
    """SMN, OBS, DIS or TIMER."""
    edge: str
    """How it leads to the function, such as "SMN trigger"."""
    way: Trace = ()
    """How the event came to what the trigger listens to, which is its last step."""
    parent: str = ""
    """Id of the request whose notification led here; empty for others."""


class Invoked(msgspec.Struct, frozen=True):
    """What an event says of the invocation that it is for."""

    request_id: str
    version: StoredVersion
    project: Project
    """Of the function."""


NewEvent = Callable[[Invoked], JsonObject]
"""Makes the event that one invocation gets."""


def fire(
    connection: Connection, urn: str, occasion: Occasion, new_event: NewEvent, intake: Intake
) -> None:
    """Accept a request of the function that `urn` names.

    What cannot be invoked, as a function that is gone, or by an event that is too long, is told in
    the journal: who publishes or writes does not hear of it. The line is of the request whose
    notification led here.
    """
    identifier = acceptance.request_id(intake.new_id)
    try:
        project, version = _invoked(connection, urn, identifier)
    except ServiceError as error:
        tell_lost(connection, urn, occasion, str(error), intake)
        return
    event = new_event(Invoked(identifier, version, project))
    payload = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    size = len(payload.encode(errors="surrogatepass"))
    if size > MAX_EVENT:
        long = f"the event has {size:,} bytes, and an asynchronous request takes {MAX_EVENT:,}"
        tell_lost(connection, urn, occasion, long, intake)
        return
    arrival = Arrival(
        payload,
        source=occasion.source,
        trace=occasion.way,
        parent=occasion.parent,
        edge=occasion.edge,
        id=identifier,
    )
    journal.note(connection, intake.now, Step.TRIGGERED, identifier, urn, **_told(occasion))
    acceptance.accept(connection, version, arrival, intake, project=project)


def tell_lost(
    connection: Connection, urn: str, occasion: Occasion, error: str, intake: Intake
) -> None:
    """Say in the journal that an event does not reach what `urn` names, and how it came so far."""
    way = trace.chain((*occasion.way, Hop(occasion.edge, urn)))
    chain = {"chain": way} if occasion.parent else {}
    told = {**_told(occasion), "error": error, **chain}
    journal.note(connection, intake.now, Step.NOT_TRIGGERED, occasion.parent, urn, **told)


def _told(occasion: Occasion) -> dict[str, str]:
    origin = {"origin": occasion.way[-1].urn} if occasion.way else {}
    return {"edge": occasion.edge, **origin}


def urn_of(connection: Connection, listener: Listener) -> str:
    """The URN of what a trigger invokes, with its version or alias."""
    project = find_project(connection, listener.project_id)
    return format_urn(
        region="" if project is None else project.region,
        project_id=listener.project_id,
        package=listener.package,
        name=listener.name,
        qualifier=listener.trigger.qualifier,
    )


def _invoked(connection: Connection, urn: str, request_id: str) -> tuple[Project, StoredVersion]:
    reference = parse_urn(urn)
    project = find_project(connection, reference.project_id or "")
    if project is None:
        raise errors.FUNCTION_NOT_FOUND.error()
    version = traffic.invoked_version(
        connection, project, reference, request_id=request_id, headers={}
    )
    return project, version
