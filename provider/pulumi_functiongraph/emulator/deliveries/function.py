"""To a function: it is invoked asynchronously, with the event as its payload."""

from pulumi_functiongraph.emulator.deliveries.notification import Notification
from pulumi_functiongraph.emulator.deliveries.queue import Arrived, Attempt, Failed
from pulumi_functiongraph.emulator.functiongraph.names import parse_urn
from pulumi_functiongraph.emulator.functiongraph.traffic import invoked_version
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.iam.models import find_project
from pulumi_functiongraph.emulator.invocations import acceptance
from pulumi_functiongraph.emulator.invocations.request import Arrival
from pulumi_functiongraph.emulator.state.store import Connection


def deliver(connection: Connection, notification: Notification) -> Attempt:
    """Accept a request of the target function."""
    urn = notification.parameter("func_urn")
    try:
        reference = parse_urn(urn)
        project = find_project(connection, reference.project_id or notification.project.id)
        if project is None:
            return Failed(f"there is no project {reference.project_id}, which {urn} names")
        identifier = acceptance.request_id(notification.intake.new_id)
        version = invoked_version(connection, project, reference, request_id=identifier, headers={})
    except ServiceError as error:
        return Failed(f"{urn}: {error}")
    arrival = Arrival(
        notification.event,
        source="notification",
        trace=notification.request.trace,
        parent=notification.request.id,
        edge=notification.outcome,
        id=identifier,
    )
    return Arrived(
        acceptance.accept(connection, version, arrival, notification.intake, project=project)
    )
