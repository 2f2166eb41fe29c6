"""What agencies are granted: one handler an operation, the same for each place."""

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import (
    Answer,
    JsonObject,
    json_answer,
)
from pulumi_functiongraph.emulator.http.routing import Handler
from pulumi_functiongraph.emulator.iam import agencies, errors, grants
from pulumi_functiongraph.emulator.iam.grants import Grant, Scope
from pulumi_functiongraph.emulator.iam.requests import (
    check_own_account,
    count_read_of_grants,
    own_agency,
    own_project,
    page_of,
    read_body,
    visible_role,
)
from pulumi_functiongraph.emulator.iam.role_responses import role_document
from pulumi_functiongraph.emulator.iam.roles import Role
from pulumi_functiongraph.emulator.state.store import Connection

MOST_RECORDS = 50
"""A page of grant records; IAM API reference, "Querying Permission Assignment Records"."""

_LISTING = "identity:list_grants"


def listing(scope: Scope) -> Handler:
    """The handler that lists the roles of an agency in one kind of place."""

    async def list_permissions(call: Call) -> Answer:
        """The roles with their documents; of all resources, only id and name."""
        count_read_of_grants(call)
        agency, place = _agency(call), _place(call, scope)
        found = call.read(grants.roles_granted, agency.id, scope=scope, scope_id=place)
        if scope is Scope.INHERITED:
            links = {"self": f"{call.base_url}{call.request.raw_path.decode('latin-1')}"}
            return json_answer({"roles": [_bare(call, role) for role in found], "links": links})
        return json_answer({"roles": [role_document(call, role) for role in found]})

    return list_permissions


def checking(scope: Scope) -> Handler:
    """The handler that tells whether an agency has a role in one kind of place."""

    async def check_permission(call: Call) -> Answer:
        """204, or 404."""
        count_read_of_grants(call)
        wanted = _grant(call, scope)
        if wanted not in call.read(grants.list_grants, wanted.agency_id):
            raise errors.NOT_FOUND.error(f"Could not find role: {wanted.role_id}.")
        return Answer(204)

    return check_permission


def granting(scope: Scope) -> Handler:
    """The handler that grants a role in one kind of place."""

    async def associate(call: Call) -> Answer:
        """204, also when it is granted already."""
        wanted = _grant(call, scope)
        await call.write(grants.put_grant, wanted)
        return Answer(204)

    return associate


def revoking(scope: Scope) -> Handler:
    """The handler that takes a role away in one kind of place."""

    async def remove(call: Call) -> Answer:
        """204, or 404 when it was not granted."""
        wanted = _grant(call, scope)

        def change(connection: Connection) -> None:
            if not grants.delete_grant(connection, wanted):
                raise errors.NOT_FOUND.error(f"Could not find role: {wanted.role_id}.")

        await call.cloud.store.write(change)
        return Answer(204)

    return remove


async def associate_role_to_agency_on_enterprise_project(call: Call) -> Answer:
    """Grant roles on enterprise projects."""
    wanted = _assignments(call)

    def change(connection: Connection) -> None:
        for grant in wanted:
            grants.put_grant(connection, grant)

    await call.cloud.store.write(change)
    return Answer(204)


async def revoke_role_from_agency_on_enterprise_project(call: Call) -> Answer:
    """Take roles on enterprise projects away."""
    wanted = _assignments(call)

    def change(connection: Connection) -> None:
        for grant in wanted:
            grants.delete_grant(connection, grant)

    await call.cloud.store.write(change)
    return Answer(204)


async def show_domain_role_assignments(call: Call) -> Answer:
    """The records of what agencies are granted, anywhere; users and groups have none here."""
    count_read_of_grants(call)
    domain_id = call.query.get("domain_id")
    if not domain_id:
        raise errors.BAD_REQUEST.error("domain_id is required")
    check_own_account(call, domain_id, action=_LISTING)
    found = call.read(_records, domain_id)
    chosen = [grant for grant in found if _is_asked_for(grant, call)]
    return json_answer(
        {
            "total_num": len(chosen),
            "role_assignments": [
                _record(grant) for grant in page_of(chosen, call.query, most=MOST_RECORDS)
            ],
        }
    )


def _records(connection: Connection, domain_id: str) -> list[Grant]:
    return [
        grant
        for agency in agencies.list_agencies(connection, domain_id)
        for grant in grants.list_grants(connection, agency.id)
    ]


def _is_asked_for(grant: Grant, call: Call) -> bool:
    query = call.query
    scope = {"enterprise_project": Scope.ENTERPRISE_PROJECT, "project": Scope.PROJECT}
    asked = query.get("scope") or ""
    inherited = query.get("is_inherited") == "true"
    return (
        query.get("subject") in {None, "", "agency"}
        and query.get("subject.agency_id") in {None, "", grant.agency_id}
        and query.get("role_id") in {None, "", grant.role_id}
        and not query.get("subject.user_id")
        and not query.get("subject.group_id")
        and (not inherited or grant.scope is Scope.INHERITED)
        and (asked != "domain" or grant.scope in {Scope.DOMAIN, Scope.INHERITED})
        and (asked in {"", "domain"} or grant.scope is scope.get(asked))
        and all(
            query.get(f"scope.{key}") in {None, "", grant.scope_id}
            for key in ("project_id", "domain_id", "enterprise_projects_id")
        )
    )


def _record(grant: Grant) -> JsonObject:
    key = "domain" if grant.scope is Scope.INHERITED else grant.scope.value
    return {
        "agency": {"id": grant.agency_id},
        "role": {"id": grant.role_id},
        "scope": {key: {"id": grant.scope_id}},
        "is_inherited": grant.scope is Scope.INHERITED,
    }


def _bare(call: Call, role: Role) -> JsonObject:
    return {
        "id": role.id,
        "name": role.name,
        "links": {"self": f"{call.base_url}/v3/roles/{role.id}"},
    }


def _grant(call: Call, scope: Scope) -> Grant:
    agency, place = _agency(call), _place(call, scope)
    return Grant(agency.id, visible_role(call, call.path["role_id"]).id, scope, place)


def _agency(call: Call) -> agencies.Agency:
    return own_agency(call, call.path["agency_id"])


def _place(call: Call, scope: Scope) -> str:
    if scope is not Scope.PROJECT:
        check_own_account(call, call.path["domain_id"], action=_LISTING)
        return call.path["domain_id"]
    return own_project(call, call.path["project_id"]).id


def _assignments(call: Call) -> list[Grant]:
    if not call.cloud.flavour.enterprise_projects:
        raise errors.NOT_FOUND.error("The API does not exist.")
    listed = read_body(call).get("role_assignments")
    if not isinstance(listed, list) or not listed:
        raise errors.BAD_REQUEST.error("role_assignments must be a list")
    found = []
    for each in listed:
        keys = ("agency_id", "role_id", "enterprise_project_id")
        if not isinstance(each, dict) or not all(isinstance(each.get(key), str) for key in keys):
            raise errors.BAD_REQUEST.error(f"each record needs {', '.join(keys)}")
        agency, role = own_agency(call, each["agency_id"]), visible_role(call, each["role_id"])
        scope = Scope.ENTERPRISE_PROJECT
        found.append(Grant(agency.id, role.id, scope, each["enterprise_project_id"]))
    return found
