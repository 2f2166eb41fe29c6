"""Functions of a seed, with their versions, aliases and async configs, in the words of the API."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime

from pulumi_functiongraph.emulator.functiongraph import (
    code,
    errors,
    functions,
    models,
    stored_aliases,
)
from pulumi_functiongraph.emulator.functiongraph.aliases import read_alias
from pulumi_functiongraph.emulator.functiongraph.configs import PARAMS, AsyncConfig, read_config
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.invocations.scripts import Script, set_script
from pulumi_functiongraph.emulator.seeds.models import (
    NO_VERSION,
    SeedAsyncConfig,
    SeedFunction,
    SeedTarget,
    stable_id,
)
from pulumi_functiongraph.emulator.state.store import Connection

_APART = {
    "name",
    "project",
    "versions",
    "aliases",
    "async_configs",
    "triggers",
    "behaviour",
    "loop_breaker",
    "code",
    "user_data",
}
"""What a request for a function has by other names, or not at all."""


def add_function(
    connection: Connection, project: Project, seed: SeedFunction, *, now: datetime, trusted: bool
) -> None:
    """Keep a function with its versions and aliases, in place of one of the same name.

    Args:
        connection: within a transaction.
        project: of the function.
        seed: what it is to be.
        now: when it is made.
        trusted: whether its code may be run.

    Raises:
        ExceptionGroup: the `ServiceError` of each fault.
    """
    fields: JsonObject = {
        "func_name": seed.name,
        "code_type": "inline",
        **seed.model_dump(exclude=_APART, exclude_none=True),
        "user_data": json.dumps(seed.user_data) if seed.user_data else "",
        "func_code": {"file": base64.b64encode(seed.code.encode()).decode()},
    }
    _raise_all(functions.faults_of(fields))
    settings, content = functions.read_new_function(fields)
    latest = _create(connection, project, seed, settings, now)
    code.put_code(connection, latest, content, trusted=trusted)
    script = Script(seed.behaviour, seed.loop_breaker)
    if script != Script():
        set_script(connection, latest.function, script)
    faults = []
    for name in seed.versions:
        try:
            _add_version(connection, latest, name)
        except ServiceError as error:
            faults.append(error)
    for name, told in seed.aliases.items():
        try:
            alias = read_alias(connection, latest, name, told.model_dump(), now)
            stored_aliases.add_alias(connection, latest.function, alias)
        except ServiceError as error:
            is_missing = error.means(errors.VERSION_NOT_FOUND)
            words = NO_VERSION.format(told.version) if is_missing else str(error)
            faults.append(errors.INVALID_PARAMETER.error(f"aliases.{name}: {words}"))
    _raise_all(faults)


def _raise_all(faults: Sequence[ServiceError]) -> None:
    if faults:
        raise ExceptionGroup("a function cannot be kept", faults)


def _create(
    connection: Connection,
    project: Project,
    seed: SeedFunction,
    settings: JsonObject,
    now: datetime,
) -> StoredVersion:
    connection.execute(
        "DELETE FROM fg_functions WHERE project_id = ? AND package = ? AND name = ?",
        (project.id, seed.package, seed.name),
    )
    model = functions.new_model(
        settings,
        project=project,
        identifier=stable_id("function", project.id, seed.package, seed.name),
        now=now,
    )
    return models.create_function(
        connection,
        project_id=project.id,
        package=seed.package,
        name=seed.name,
        document=model,
    )


def _add_version(connection: Connection, latest: StoredVersion, name: str) -> None:
    document = {**latest.document, "version": name, "version_description": ""}
    published = models.add_version(connection, latest, version=name, document=document)
    code.copy_code(connection, latest, published)


def read_async_config(seed: SeedAsyncConfig) -> AsyncConfig:
    """The config that a seed describes.

    Raises:
        ServiceError: it is not allowed.
    """
    fields = seed.model_dump(exclude={"on_success", "on_failure"})
    fields["destination_config"] = {
        "on_success": _target(seed.on_success),
        "on_failure": _target(seed.on_failure),
    }
    return read_config(fields, services=frozenset(PARAMS)).on_top_of(AsyncConfig())


def _target(seed: SeedTarget | None) -> JsonObject | None:
    if seed is None:
        return None
    return {"destination": seed.destination, "param": json.dumps(seed.param)}
