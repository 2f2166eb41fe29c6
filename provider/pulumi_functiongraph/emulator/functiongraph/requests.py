"""From a call to the function version that it means, and what is said when there is none."""

from functools import wraps

from pulumi_functiongraph.emulator.functiongraph import errors
from pulumi_functiongraph.emulator.functiongraph.names import Reference, parse_urn
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import Answer
from pulumi_functiongraph.emulator.http.routing import Handler


def referenced(call: Call) -> Reference:
    """The function that the path names.

    Raises:
        errors.INVALID_URN: the URN has none of the documented forms.
        errors.FUNCTION_NOT_FOUND: it names another project or region, where this call cannot reach.
    """
    reference = parse_urn(call.path["function_urn"])
    project = call.known_project()
    if reference.project_id not in {None, project.id}:
        raise errors.FUNCTION_NOT_FOUND.error()
    if reference.region not in {None, project.region}:
        raise errors.FUNCTION_NOT_FOUND.error()
    return reference


def with_missing_function_quirk(handler: Handler) -> Handler:
    """Let `handler` word a missing function as the option `missing_function` says."""

    @wraps(handler)
    async def worded(call: Call) -> Answer:
        try:
            return await handler(call)
        except ServiceError as error:
            if not error.means(errors.FUNCTION_NOT_FOUND):
                raise
            match call.cloud.options.missing_function:
                case "401":
                    raise errors.UNAUTHORIZED_QUIRK.error() from None
                case "500":
                    raise errors.INTERNAL.error("Error getting associated function") from None
            raise

    return worded
