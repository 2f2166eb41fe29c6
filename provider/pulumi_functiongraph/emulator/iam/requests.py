"""From a call to IAM to what it says, and to what of the caller's account it names."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import JsonObject, parse_object
from pulumi_functiongraph.emulator.iam import agencies, errors, models, roles

Item = TypeVar("Item")

_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)


def read_body(call: Call) -> JsonObject:
    """The body, a JSON object.

    Raises:
        errors.BAD_REQUEST: it is none.
    """
    body = parse_object(call.request.body)
    if body is None:
        raise errors.BAD_REQUEST.error("The request body must be a JSON object")
    return body


def read_object(call: Call, name: str) -> JsonObject:
    """The object that the body holds under `name`.

    Raises:
        errors.BAD_REQUEST: there is none.
    """
    found = (parse_object(call.request.body) or {}).get(name)
    if not isinstance(found, dict):
        raise errors.BAD_REQUEST.error(f"The request body must be a JSON object with {name}")
    return found


def check_own_account(call: Call, domain_id: str, *, action: str) -> None:
    """Refuse an account that is not the caller's.

    Raises:
        errors.FORBIDDEN: it is not.
    """
    if domain_id != call.known_caller().domain_id:
        raise errors.FORBIDDEN.error(
            f"You are not authorized to perform the requested action: {action}"
        )


def own_agency(call: Call, agency_id: str) -> agencies.Agency:
    """An agency of the caller's account.

    Raises:
        errors.NOT_FOUND: it has no such agency.
    """
    found = call.read(agencies.find_agency, agency_id)
    if found is None or found.domain_id != call.known_caller().domain_id:
        raise errors.NOT_FOUND.error(f"Could not find agency: {agency_id}.")
    return found


def own_project(call: Call, project_id: str) -> models.Project:
    """A project of the caller's account.

    Raises:
        errors.NOT_FOUND: it has no such project.
    """
    found = call.read(models.find_project, project_id)
    if found is None or found.domain_id != call.known_caller().domain_id:
        raise errors.NOT_FOUND.error(f"Could not find project: {project_id}.")
    return found


def visible_role(call: Call, role_id: str) -> roles.Role:
    """A system role, or a custom policy of the caller's account.

    Raises:
        errors.NOT_FOUND: there is neither.
    """
    found = call.read(roles.find_role, role_id)
    if found is None or found.domain_id not in {None, call.known_caller().domain_id}:
        raise errors.NOT_FOUND.error(f"Could not find role: {role_id}.")
    return found


def count_read_of_grants(call: Call) -> None:
    """Count one call that reads grants, their records or custom policies.

    Raises:
        errors.TOO_MANY_REQUESTS: there were as many as the option allows within the last second.
    """
    limit = call.cloud.options.iam_grants_per_second
    if not call.cloud.grants_asked.admit(call.now, limit):
        raise errors.TOO_MANY_REQUESTS.error()


def page_of(items: Sequence[Item], query: Mapping[str, str], *, most: int) -> Sequence[Item]:
    """The items that a query asks for; without `page`, all of them.

    Pages are counted from 1 on, and have `per_page` items each.

    Args:
        items: all of them.
        query: of the request.
        most: largest `per_page`.

    Raises:
        errors.BAD_REQUEST: `page` or `per_page` is no number of the range.
    """
    if not query.get("page"):
        return items
    page = _number(query["page"], "page", most=1 << 31)
    size = _number(query.get("per_page") or str(most), "per_page", most=most)
    return items[(page - 1) * size : page * size]


def _number(text: str, name: str, *, most: int) -> int:
    if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= most:
        raise errors.BAD_REQUEST.error(f"{name} must be a number from 1 to {most}")
    return int(text)
