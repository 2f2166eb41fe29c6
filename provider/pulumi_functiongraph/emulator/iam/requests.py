"""The bodies of requests to IAM."""

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import JsonObject, NotJsonError, parse_json
from pulumi_functiongraph.emulator.iam import errors


def read_body(call: Call) -> JsonObject:
    """The body, a JSON object.

    Raises:
        errors.BAD_REQUEST: it is none.
    """
    try:
        body = parse_json(call.request.body)
    except NotJsonError:
        body = None
    if not isinstance(body, dict):
        raise errors.BAD_REQUEST.error("The request body must be a JSON object")
    return body


def read_object(call: Call, name: str) -> JsonObject:
    """The object that the body holds under `name`.

    Raises:
        errors.BAD_REQUEST: there is none.
    """
    found = read_body(call).get(name)
    if not isinstance(found, dict):
        raise errors.BAD_REQUEST.error(f"The request body must be a JSON object with {name}")
    return found
