"""Acceptance of requests, from whoever sends them."""

from msgspec.structs import replace

from pulumi_functiongraph.emulator.clock import NewId
from pulumi_functiongraph.emulator.functiongraph import code
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.invocations import (
    cancellation,
    journal,
    queue,
    scripts,
    steps,
    trace,
    waiting,
)
from pulumi_functiongraph.emulator.invocations.decision import Condition, Finish, Status
from pulumi_functiongraph.emulator.invocations.journal import Step
from pulumi_functiongraph.emulator.invocations.request import Arrival, Intake
from pulumi_functiongraph.emulator.invocations.trace import Trace
from pulumi_functiongraph.emulator.state.store import Connection


def request_id(new_id: NewId) -> str:
    """A fresh id of an invocation, in the form of a UUID, as the API reference shows them."""
    digits = new_id()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def accept(
    connection: Connection,
    version: StoredVersion,
    arrival: Arrival,
    intake: Intake,
    *,
    project: Project,
) -> str:
    """Keep a request, with the config that its version has now.

    A request at the end of a chain of more than `max_hops` functions is kept as discarded, with the
    chain as its error, and never runs. One whose cause was cancelled with all that follows from it
    is cancelled at once.

    Returns:
        The id of the request.
    """
    identifier = arrival.id or request_id(intake.new_id)
    way = queue.add(
        connection, version, arrival, identifier=identifier, project=project, now=intake.now
    )
    if not waiting.is_empty(connection) and _runs_code(connection, version):
        waiting.add(connection, identifier, due=intake.now)
    if _is_loop(connection, version, way, intake.max_hops):
        _break_loop(connection, identifier, way, intake)
    if cancellation.ends_what_follows(connection, arrival.parent):
        request = queue.find_by_id(connection, identifier)
        cancellation.cancel_with_what_follows(connection, request, now=intake.now)
    return identifier


def _runs_code(connection: Connection, version: StoredVersion) -> bool:
    """Whether a process is needed, as far as is known now: each run looks once more."""
    script = scripts.script_of(connection, version.function)
    return script.behaviour is None and code.origin_of(connection, version) is not None


def _is_loop(connection: Connection, version: StoredVersion, way: Trace, max_hops: int) -> bool:
    if not 0 < max_hops < trace.hops_between_functions(way):
        return False
    return scripts.script_of(connection, version.function).loop_breaker


def _break_loop(connection: Connection, identifier: str, way: Trace, intake: Intake) -> None:
    hops, chain = trace.hops_between_functions(way), trace.chain(way)
    count = "1 hop" if hops - 1 == 1 else f"{hops - 1} hops"
    request = queue.find_by_id(connection, identifier)
    broken = replace(request, error=f"loop broken after {count}: {chain}")
    steps.finish(connection, broken, Finish(Status.DISCARD, Condition.LOOP), now=intake.now)
    name = request.function_urn
    journal.note(connection, intake.now, Step.LOOP_BROKEN, identifier, name, chain=chain)
