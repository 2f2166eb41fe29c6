"""Asynchronous notification configs: one handler an operation."""

from pulumi_functiongraph.emulator.functiongraph import checks, errors, models, stored_configs
from pulumi_functiongraph.emulator.functiongraph.configs import (
    PARAMS,
    AsyncConfig,
    read_config,
)
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import Reference
from pulumi_functiongraph.emulator.functiongraph.presentation import presentation
from pulumi_functiongraph.emulator.functiongraph.requests import (
    referenced,
    with_missing_function_quirk,
)
from pulumi_functiongraph.emulator.functiongraph.stored_configs import StoredConfig
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_PAGE, MAX_PAGE = 10, 100
"""Configs a page; API reference, "Querying … Notification Settings … All Versions", Table 2."""


def _referenced_version(call: Call) -> Reference:
    reference = referenced(call)
    if reference.alias is not None:
        raise errors.INVALID_PARAMETER.error(
            "Invalid parameter: an alias has no asynchronous notification settings; name a version"
        )
    return reference


@with_missing_function_quirk
async def update_function_async_invoke_config(call: Call) -> Answer:
    """Create a version's config, or change it."""
    reference, project, options = (
        _referenced_version(call),
        call.known_project(),
        call.cloud.options,
    )
    fields = checks.read_object(call.request.body)
    if "enable_async_status_log" in fields and not call.cloud.flavour.status_log:
        raise errors.INTERNAL.error("Internal error")
    wanted = read_config(fields, services=_services(call))

    def change(connection: Connection) -> tuple[StoredVersion, StoredConfig]:
        version = models.resolve(connection, project, reference)
        merging = options.put == "merge" and version.config is not None
        former = version.config.config if merging and version.config else AsyncConfig()
        config = wanted.on_top_of(former)
        return version, stored_configs.put_config(connection, version.number, config, now=call.now)

    version, stored = await call.cloud.store.write(change)
    return json_answer(presentation(call).config(version, stored, project))


def _services(call: Call) -> frozenset[str]:
    options = call.cloud.options
    dis = call.cloud.flavour.dis if options.dis is None else options.dis
    return frozenset(PARAMS) if dis else frozenset(PARAMS) - {"DIS"}


@with_missing_function_quirk
async def show_function_async_invoke_config(call: Call) -> Answer:
    """A version's config."""
    reference, project = _referenced_version(call), call.known_project()
    version = call.cloud.store.read(
        lambda connection: models.resolve(connection, project, reference)
    )
    return json_answer(presentation(call).config(version, _config_of(version), project))


@with_missing_function_quirk
async def delete_function_async_invoke_config(call: Call) -> Answer:
    """Remove a version's config; one that has none answers 404."""
    reference, project = _referenced_version(call), call.known_project()

    def change(connection: Connection) -> None:
        version = models.resolve(connection, project, reference)
        _config_of(version)
        stored_configs.delete_config(connection, version.number)

    await call.cloud.store.write(change)
    return Answer(204)


def _config_of(version: StoredVersion) -> StoredConfig:
    if version.config is None:
        raise errors.CONFIG_NOT_FOUND.error()
    return version.config


@with_missing_function_quirk
async def list_function_async_invoke_config(call: Call) -> Answer:
    """A page of the configs of all versions of a function."""
    reference, project, shown = referenced(call), call.known_project(), presentation(call)
    marker = checks.read_marker(call.query)
    limit = checks.read_limit(call.query, "limit", default=DEFAULT_PAGE, high=MAX_PAGE)
    versions = call.cloud.store.read(
        lambda connection: models.list_versions(
            connection, models.find_latest(connection, project, reference).function
        )
    )
    found = [
        shown.config(version, version.config, project)
        for version in versions
        if version.config is not None
    ]
    page = found[marker : marker + limit]
    behind = marker + len(page)
    at_end = behind >= len(found) and call.cloud.options.list_end == "zero"
    return json_answer(
        {
            "async_invoke_configs": page,
            "count": len(found),
            "page_info": {
                "next_marker": 0 if at_end else behind,
                "previous_marker": max(0, marker - limit),
                "current_count": len(page),
            },
        }
    )
