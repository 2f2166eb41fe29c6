"""Functions, versions and aliases: one handler an operation."""

from pulumi_functiongraph.emulator.functiongraph import (
    checks,
    code,
    errors,
    functions,
    models,
    stored_aliases,
    stored_configs,
)
from pulumi_functiongraph.emulator.functiongraph.aliases import read_alias
from pulumi_functiongraph.emulator.functiongraph.code_in_obs import with_code_in_obs
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import ALIAS, LATEST, VERSION
from pulumi_functiongraph.emulator.functiongraph.presentation import presentation
from pulumi_functiongraph.emulator.functiongraph.requests import referenced
from pulumi_functiongraph.emulator.functiongraph.stored_aliases import StoredAlias
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer
from pulumi_functiongraph.emulator.state.store import Connection

MAX_PAGE = 400
"""Functions or versions a page; API reference, "Querying Functions"."""


async def create_function(call: Call) -> Answer:
    """Create a function; answers 200, not 201."""
    given = functions.read_new_function(checks.read_object(call.request.body))
    project = call.known_project()

    def change(connection: Connection) -> StoredVersion:
        settings, content = with_code_in_obs(connection, *given)
        identifier = call.cloud.new_id()
        model = functions.new_model(settings, project=project, identifier=identifier, now=call.now)
        latest = models.create_function(
            connection,
            project_id=project.id,
            package=str(model["package"]),
            name=str(model["func_name"]),
            document=model,
        )
        code.put_code(connection, latest, content, trusted=False)
        return latest

    version = await call.cloud.store.write(change)
    return json_answer(presentation(call).function(version, project))


async def list_functions(call: Call) -> Answer:
    """A page of the project's functions; `next_marker` is the offset behind it."""
    project, shown = call.known_project(), presentation(call)
    marker = checks.read_marker(call.query)
    limit = checks.read_limit(call.query, "maxitems", default=MAX_PAGE, high=MAX_PAGE)
    page, count = call.read(
        models.list_functions,
        project_id=project.id,
        package=call.query.get("package_name") or None,
        name_part=call.query.get("func_name") or None,
        first=marker,
        most=limit,
    )
    return json_answer(
        {
            "functions": [shown.listed_function(version, project) for version in page],
            "next_marker": marker + len(page),
            "count": count,
        }
    )


async def show_function_config(call: Call) -> Answer:
    """The model of a function version."""
    reference, project = referenced(call), call.known_project()
    version = call.read(models.resolve, project, reference)
    return json_answer(presentation(call).function(version, project))


async def update_function_config(call: Call) -> Answer:
    """Change settings of `latest`; what the body leaves out stays."""
    reference, project = referenced(call), call.known_project()
    if reference.qualifier != LATEST:
        raise errors.INVALID_VERSION.error("Only the version latest can be changed")
    settings = functions.read_settings(checks.read_object(call.request.body))
    settings["last_modified"] = call.now.isoformat()

    def change(connection: Connection) -> StoredVersion:
        latest = models.find_latest(connection, project, reference)
        models.replace_document(connection, latest, {**latest.document, **settings})
        code.distrust(connection, latest)
        return models.find_latest(connection, project, reference)

    version = await call.cloud.store.write(change)
    return json_answer(presentation(call).function(version, project))


async def delete_function(call: Call) -> Answer:
    """Delete a function, or only the version that the URN names."""
    reference, project = referenced(call), call.known_project()
    if reference.alias is not None:
        raise errors.INVALID_VERSION.error("An alias is deleted by its own call")
    if reference.explicit and reference.qualifier == LATEST:
        raise errors.INVALID_VERSION.error("The version latest cannot be deleted")

    def change(connection: Connection) -> None:
        version = models.resolve(connection, project, reference)
        if reference.explicit:
            models.delete_version(connection, version)
        else:
            models.delete_function(connection, version)

    await call.cloud.store.write(change)
    return Answer(204)


async def create_function_version(call: Call) -> Answer:
    """Publish what `latest` is now."""
    reference, project = referenced(call), call.known_project()
    fields = checks.read_object(call.request.body or b"{}")
    name = checks.read_text(fields, "version", refusal=errors.INVALID_VERSION)
    name = name or f"v{call.now:%Y%m%d-%H%M%S}"
    if name == LATEST or VERSION.fullmatch(name) is None:
        raise errors.INVALID_VERSION.error(f"Invalid function version: {name}")
    description = checks.read_text(fields, "description") or ""

    def change(connection: Connection) -> StoredVersion:
        latest = models.find_latest(connection, project, reference)
        model = {
            **latest.document,
            "version": name,
            "version_description": description,
            "last_modified": call.now.isoformat(),
        }
        version = models.add_version(connection, latest, version=name, document=model)
        code.copy_code(connection, latest, version)
        if call.cloud.options.publish_copies_config and latest.config is not None:
            stored_configs.put_config(
                connection, version.number, latest.config.config, now=call.now
            )
        return models.find_version(connection, project.id, latest.package, latest.name, name)

    version = await call.cloud.store.write(change)
    return json_answer(presentation(call).version(version, project))


async def list_function_versions(call: Call) -> Answer:
    """A page of a function's versions, `latest` among them."""
    reference, project, shown = referenced(call), call.known_project(), presentation(call)
    marker = checks.read_marker(call.query)
    limit = checks.read_limit(call.query, "maxitems", default=MAX_PAGE, high=MAX_PAGE)
    latest = call.read(models.find_latest, project, reference)
    found = call.read(models.list_versions, latest.function)
    page = found[marker : marker + limit]
    return json_answer(
        {
            "versions": [shown.version(version, project) for version in page],
            "next_marker": marker + len(page),
            "count": len(found),
        }
    )


async def create_version_alias(call: Call) -> Answer:
    """Name a version."""
    reference, project = referenced(call), call.known_project()
    fields = checks.read_object(call.request.body)
    name = checks.read_text(fields, "name", refusal=errors.INVALID_ALIAS) or ""
    if ALIAS.fullmatch(name) is None:
        raise errors.INVALID_ALIAS.error(
            "Invalid alias: 1 to 63 letters, digits, '-' and '_', a letter first"
        )

    def change(connection: Connection) -> tuple[StoredAlias, StoredVersion]:
        latest = models.find_latest(connection, project, reference)
        alias = read_alias(connection, latest, name, fields, call.now)
        stored_aliases.add_alias(connection, latest.function, alias)
        return alias, latest

    alias, latest = await call.cloud.store.write(change)
    return json_answer(presentation(call).alias(alias, latest, project))


async def list_version_aliases(call: Call) -> Answer:
    """All aliases of a function, as a JSON array."""
    reference, project, shown = referenced(call), call.known_project(), presentation(call)

    def query(connection: Connection) -> tuple[StoredVersion, list[StoredAlias]]:
        latest = models.find_latest(connection, project, reference)
        return latest, stored_aliases.list_aliases(connection, latest.function)

    latest, aliases = call.read(query)
    return json_answer([shown.alias(alias, latest, project) for alias in aliases])


async def show_version_alias(call: Call) -> Answer:
    """One alias."""
    reference, project = referenced(call), call.known_project()

    def query(connection: Connection) -> tuple[StoredVersion, StoredAlias]:
        latest = models.find_latest(connection, project, reference)
        return latest, stored_aliases.find_alias(
            connection, latest.function, call.path["alias_name"]
        )

    latest, alias = call.read(query)
    return json_answer(presentation(call).alias(alias, latest, project))


async def update_version_alias(call: Call) -> Answer:
    """Let an alias point to another version."""
    reference, project = referenced(call), call.known_project()
    fields = checks.read_object(call.request.body)

    def change(connection: Connection) -> tuple[StoredAlias, StoredVersion]:
        latest = models.find_latest(connection, project, reference)
        name = stored_aliases.find_alias(connection, latest.function, call.path["alias_name"]).name
        alias = read_alias(connection, latest, name, fields, call.now)
        stored_aliases.replace_alias(connection, latest.function, alias)
        return alias, latest

    alias, latest = await call.cloud.store.write(change)
    return json_answer(presentation(call).alias(alias, latest, project))


async def delete_version_alias(call: Call) -> Answer:
    """Remove an alias."""
    reference, project = referenced(call), call.known_project()

    def change(connection: Connection) -> None:
        latest = models.find_latest(connection, project, reference)
        alias = stored_aliases.find_alias(connection, latest.function, call.path["alias_name"])
        stored_aliases.delete_alias(connection, latest.function, alias.name)

    await call.cloud.store.write(change)
    return Answer(204)
