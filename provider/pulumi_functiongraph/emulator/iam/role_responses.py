"""Roles and policies: one handler an operation."""

from datetime import datetime

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import (
    Answer,
    JsonObject,
    json_answer,
)
from pulumi_functiongraph.emulator.iam import errors, roles
from pulumi_functiongraph.emulator.iam.policy_documents import problems_of_policy
from pulumi_functiongraph.emulator.iam.requests import (
    check_own_account,
    count_read_of_grants,
    page_of,
    read_object,
    visible_role,
)
from pulumi_functiongraph.emulator.iam.roles import CUSTOM, Role
from pulumi_functiongraph.emulator.state.store import Connection

MOST_A_PAGE = 300
"""IAM API reference, "Querying a Role List"."""

_TYPES = {"domain": {"AX", "AA"}, "project": {"XA", "AA"}, "all": {"AX", "XA", "AA", "XX"}}


async def keystone_list_permissions(call: Call) -> Answer:
    """System permissions, or with `domain_id` the custom policies of the account alone."""
    domain_id = call.query.get("domain_id") or None
    if domain_id is not None:
        check_own_account(call, domain_id, action="identity:list_roles")
    found = call.read(roles.list_roles, domain_id=domain_id)
    chosen = [role for role in found if _is_asked_for(role, call)]
    return json_answer(
        {
            "roles": [
                role_document(call, role) for role in page_of(chosen, call.query, most=MOST_A_PAGE)
            ],
            "links": {"self": f"{call.base_url}/v3/roles", "previous": None, "next": None},
            "total_number": len(chosen),
        }
    )


async def keystone_show_permission(call: Call) -> Answer:
    """One system permission or custom policy, with its document."""
    return json_answer({"role": role_document(call, visible_role(call, call.path["role_id"]))})


async def list_custom_policies(call: Call) -> Answer:
    """The account's custom policies."""
    count_read_of_grants(call)
    domain_id = call.known_caller().domain_id
    found = call.read(roles.list_roles, domain_id=domain_id)
    return json_answer(
        {
            "roles": [
                role_document(call, role) for role in page_of(found, call.query, most=MOST_A_PAGE)
            ],
            "links": {"self": f"{call.base_url}/v3.0/OS-ROLE/roles", "next": None},
            "total_number": len(found),
        }
    )


async def show_custom_policy(call: Call) -> Answer:
    """One custom policy."""
    count_read_of_grants(call)
    return json_answer({"role": role_document(call, _custom(call))})


async def create_cloud_service_custom_policy(call: Call) -> Answer:
    """Make a custom policy."""
    given = _given(call)
    domain_id = call.known_caller().domain_id

    def change(connection: Connection) -> Role:
        _check_title(connection, given, domain_id, but=None)
        number = len(roles.list_roles(connection, domain_id=domain_id))
        role_id = call.cloud.new_id()
        role = _role(given, role_id, f"custom_{domain_id}_{number}", domain_id, call.now, call.now)
        roles.put_role(connection, role)
        return role

    made = await call.cloud.store.write(change)
    return json_answer({"role": role_document(call, made)}, status=201)


async def update_cloud_service_custom_policy(call: Call) -> Answer:
    """Change a custom policy."""
    given, old = _given(call), _custom(call)

    def change(connection: Connection) -> Role:
        _check_title(connection, given, str(old.domain_id), but=old.id)
        role = _role(given, old.id, old.name, str(old.domain_id), old.created_at, call.now)
        roles.put_role(connection, role)
        return role

    changed = await call.cloud.store.write(change)
    return json_answer({"role": role_document(call, changed)})


async def delete_custom_policy(call: Call) -> Answer:
    """Forget a custom policy, and its grants."""
    old = _custom(call)
    await call.write(roles.delete_role, old.id)
    return Answer(200)


def role_document(call: Call, role: Role) -> JsonObject:
    """A role as IAM shows it."""
    document: JsonObject = {
        "id": role.id,
        "name": role.name,
        "display_name": role.display_name,
        "catalog": role.catalog,
        "domain_id": role.domain_id,
        "type": role.type,
        "description": role.description,
        "description_cn": role.description,
        "links": {"self": f"{call.base_url}/v3/roles/{role.id}"},
        "created_time": _milliseconds(role.created_at),
        "updated_time": _milliseconds(role.updated_at),
        "policy": role.policy,
    }
    if role.domain_id is None and role.is_policy:
        document["flag"] = "fine_grained"
    return document


def _is_asked_for(role: Role, call: Call) -> bool:
    query = call.query
    kinds = {"policy": True, "role": False}
    return (
        query.get("name") in {None, "", role.name}
        and query.get("display_name") in {None, "", role.display_name}
        and query.get("catalog") in {None, "", role.catalog}
        and kinds.get(query.get("permission_type", ""), role.is_policy) == role.is_policy
        and role.type in _TYPES.get(query.get("type", "all"), _TYPES["all"])
    )


def _custom(call: Call) -> Role:
    found = visible_role(call, call.path["role_id"])
    if found.domain_id is None:
        raise errors.NOT_FOUND.error(f"Could not find role: {found.id}.")
    return found


def _check_title(
    connection: Connection, given: JsonObject, domain_id: str, *, but: str | None
) -> None:
    taken = {
        role.display_name
        for role in roles.list_roles(connection, domain_id=domain_id)
        if role.id != but
    }
    if given["display_name"] in taken:
        raise errors.CONFLICT.error("The policy name already exists.")


def _given(call: Call) -> JsonObject:
    role = read_object(call, "role")
    title = role.get("display_name")
    if not isinstance(title, str) or not title.strip():
        raise errors.BAD_REQUEST.error("role.display_name is required")
    if role.get("type") not in ("AX", "XA"):  # may be unhashable
        raise errors.BAD_REQUEST.error("role.type must be AX or XA")
    problems = problems_of_policy(role.get("policy"))
    if problems:
        raise errors.BAD_REQUEST.error("; ".join(problems))
    return role


def _role(
    given: JsonObject,
    role_id: str,
    name: str,
    domain_id: str,
    created_at: datetime,
    updated_at: datetime,
) -> Role:
    policy = given["policy"]
    if not isinstance(policy, dict):
        raise AssertionError("the document has been checked")  # noqa: TRY004 # a broken contract of ours
    return Role(
        id=role_id,
        name=name,
        display_name=str(given["display_name"]),
        catalog=CUSTOM,
        domain_id=domain_id,
        type=str(given["type"]),
        description=str(given.get("description") or ""),
        policy=policy,
        created_at=created_at,
        updated_at=updated_at,
    )


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
