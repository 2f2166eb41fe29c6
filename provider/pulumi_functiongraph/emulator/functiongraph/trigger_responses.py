"""Triggers: one handler an operation."""

from pulumi_functiongraph.emulator.dis.sending import hand_on_earlier
from pulumi_functiongraph.emulator.functiongraph import checks, models, triggers
from pulumi_functiongraph.emulator.functiongraph.event_sources import attach, change_trigger
from pulumi_functiongraph.emulator.functiongraph.names import LATEST, Reference
from pulumi_functiongraph.emulator.functiongraph.presentation import presentation
from pulumi_functiongraph.emulator.functiongraph.requests import (
    referenced,
    with_missing_function_quirk,
)
from pulumi_functiongraph.emulator.functiongraph.triggers import Listener, StoredTrigger
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.state.store import Connection


@with_missing_function_quirk
async def create_function_trigger(call: Call) -> Answer:
    """Create a trigger of a version or alias: 201."""
    reference, project = referenced(call), call.known_project()
    wanted = triggers.read_trigger(checks.read_object(call.request.body))

    def change(connection: Connection) -> StoredTrigger:
        version = models.resolve(connection, project, reference)
        added = attach(
            connection,
            version,
            project,
            reference.qualifier,
            wanted,
            identifier=call.cloud.new_id(),
            now=call.now,
        )
        if wanted.reads_from_start:
            listener = Listener(project.id, version.package, version.name, added)
            hand_on_earlier(connection, listener, call.cloud.intake())
        return added

    trigger = await call.cloud.store.write(change)
    return json_answer(presentation(call).trigger(trigger), status=201)


@with_missing_function_quirk
async def list_function_triggers(call: Call) -> Answer:
    """The triggers of a version or alias, as a JSON array."""
    reference, project, shown = referenced(call), call.known_project(), presentation(call)
    found = call.read(_of, project, reference)
    return json_answer([shown.trigger(trigger) for trigger in found])


@with_missing_function_quirk
async def show_function_trigger(call: Call) -> Answer:
    """One trigger."""
    reference, project = referenced(call), call.known_project()
    found = call.read(_find, call, project, reference)
    return json_answer(presentation(call).trigger(found))


@with_missing_function_quirk
async def update_trigger(call: Call) -> Answer:
    """Enable, disable or change a trigger; what the body leaves out stays."""
    reference, project = referenced(call), call.known_project()
    fields = checks.read_object(call.request.body)

    def change(connection: Connection) -> StoredTrigger:
        before = _find(connection, call, project, reference)
        return change_trigger(connection, before, triggers.read_change(before, fields), call.now)

    changed = await call.cloud.store.write(change)
    return json_answer(presentation(call).trigger(changed))


@with_missing_function_quirk
async def delete_function_trigger(call: Call) -> Answer:
    """Remove one trigger; one that is not there answers 404."""
    reference, project = referenced(call), call.known_project()

    def change(connection: Connection) -> None:
        triggers.delete_triggers(connection, [_find(connection, call, project, reference)])

    await call.cloud.store.write(change)
    return Answer(204)


@with_missing_function_quirk
async def batch_delete_function_triggers(call: Call) -> Answer:
    """Remove the triggers of a published version or an alias; for `latest`, of the function."""
    reference, project = referenced(call), call.known_project()

    def change(connection: Connection) -> None:
        version = models.resolve(connection, project, reference)
        qualifier = None if reference.qualifier == LATEST else reference.qualifier
        found = triggers.list_triggers(connection, version.function, qualifier)
        triggers.delete_triggers(connection, found)

    await call.cloud.store.write(change)
    return Answer(204)


def _of(connection: Connection, project: Project, reference: Reference) -> list[StoredTrigger]:
    version = models.resolve(connection, project, reference)
    return triggers.list_triggers(connection, version.function, reference.qualifier)


def _find(
    connection: Connection, call: Call, project: Project, reference: Reference
) -> StoredTrigger:
    version = models.resolve(connection, project, reference)
    kind, identifier = call.path["trigger_type_code"], call.path["trigger_id"]
    return triggers.find_trigger(
        connection, version.function, reference.qualifier, kind, identifier
    )
