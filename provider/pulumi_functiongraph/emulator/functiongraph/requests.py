"""From a call to the function version that it means, and what is said when there is none."""

from pulumi_functiongraph.emulator.exchange import Answer, Call
from pulumi_functiongraph.emulator.functiongraph import exceptions, models
from pulumi_functiongraph.emulator.functiongraph.exceptions import FunctionNotFoundError
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import LATEST, Reference, parse_urn
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.routing import Handler
from pulumi_functiongraph.emulator.store import Connection


def referenced(call: Call) -> Reference:
    """The function that the path names.

    Raises:
        InvalidUrnError: the URN has none of the documented forms.
        FunctionNotFoundError: it names another project or region, where this call cannot reach.
    """
    reference = parse_urn(call.path["function_urn"])
    project = call.known_project()
    if reference.project_id not in {None, project.id}:
        raise FunctionNotFoundError
    if reference.region not in {None, project.region}:
        raise FunctionNotFoundError
    return reference


def resolve(connection: Connection, project: Project, reference: Reference) -> StoredVersion:
    """The version that a reference means; an alias is followed.

    Raises:
        FunctionNotFoundError: there is no such function.
        VersionNotFoundError: there is no such version.
        AliasNotFoundError: there is no such alias.
    """
    version = reference.qualifier
    if reference.alias is not None:
        latest = find_latest(connection, project, reference)
        version = models.find_alias(connection, latest.function, reference.alias).version
    return models.find_version(connection, project.id, reference.package, reference.name, version)


def find_latest(connection: Connection, project: Project, reference: Reference) -> StoredVersion:
    """The version `latest` of the function, whatever version the reference names.

    Raises:
        FunctionNotFoundError: there is no such function.
    """
    return models.find_version(connection, project.id, reference.package, reference.name, LATEST)


def with_missing_function_quirk(handler: Handler) -> Handler:
    """Let `handler` word a missing function as the option `missing_function` says."""

    async def worded(call: Call) -> Answer:
        try:
            return await handler(call)
        except exceptions.FunctionNotFoundError:
            match call.cloud.options.missing_function:
                case "401":
                    raise exceptions.UnauthorizedQuirkError("not permit") from None
                case "500":
                    raise exceptions.InternalError("Error getting associated function") from None
            raise

    return worded
