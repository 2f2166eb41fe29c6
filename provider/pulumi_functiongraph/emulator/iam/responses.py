"""Tokens, projects and domains: one handler an operation."""

from datetime import datetime

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import (
    Answer,
    JsonObject,
    json_answer,
)
from pulumi_functiongraph.emulator.iam import assumed, errors, models, tokens
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.catalog import catalog
from pulumi_functiongraph.emulator.iam.models import Domain, Project, Token, User
from pulumi_functiongraph.emulator.iam.requests import own_project, read_object
from pulumi_functiongraph.emulator.state.store import Connection

ROLES: list[JsonObject] = [{"id": "0", "name": "te_admin"}]
"""Roles shown in a token. The local cloud does not judge callers by roles."""


async def keystone_create_user_token(call: Call) -> Answer:
    """Issue a token for a password or for another token."""
    auth = read_object(call, "auth")

    def change(connection: Connection) -> tuple[JsonObject, str]:
        proven, method = tokens.authenticate_user(
            connection, auth, request=call.request, now=call.now
        )
        agency = tokens.read_assumed(connection, auth, proven, now=call.now) or proven.agency
        domain_id = proven.user.domain_id if agency is None else agency.domain_id
        scope = tokens.read_scope(connection, auth, domain_id)
        token = tokens.new_token(proven.user, scope, method=method, now=call.now)
        secret = call.cloud.new_request_id() + call.cloud.new_request_id()
        models.add_token(connection, secret, token)
        if agency is not None:
            assumed.remember(connection, secret, agency, expires_at=token.expires_at)
        return _token(connection, call, token, proven.user, agency), secret

    document, secret = await call.cloud.store.write(change)
    return json_answer({"token": document}, status=201, headers=(("X-Subject-Token", secret),))


async def create_temporary_access_key_by_agency(call: Call) -> Answer:
    """A temporary access key that acts for an agency."""
    auth = read_object(call, "auth")
    caller = call.known_caller()

    def change(connection: Connection) -> JsonObject:
        agency = tokens.read_assumed(connection, auth, caller, now=call.now)
        if agency is None:
            raise errors.BAD_REQUEST.error('auth.identity.methods must be ["assume_role"]')
        expires = call.now + tokens.temporary_lifetime(auth)
        access = call.cloud.new_request_id().upper()[:20]
        secret, token = call.cloud.new_request_id(), call.cloud.new_request_id()
        models.put_access_key(connection, models.AccessKey(access, secret, token, caller.user.id))
        assumed.remember(connection, access, agency, expires_at=expires)
        return {
            "access": access,
            "secret": secret,
            "securitytoken": token,
            "expires_at": _time(expires),
        }

    credential = await call.cloud.store.write(change)
    return json_answer({"credential": credential}, status=201)


async def keystone_validate_token(call: Call) -> Answer:
    """What a token stands for."""
    subject = call.request.headers.get("x-subject-token", "")

    def query(connection: Connection) -> JsonObject:
        token = models.find_token(connection, subject)
        user = None if token is None else models.find_user(connection, token.user_id)
        if token is None or user is None or token.expires_at <= call.now:
            raise errors.NOT_FOUND.error("Could not find token.")
        agency = assumed.agency_behind(connection, subject, now=call.now)
        return _token(connection, call, token, user, agency)

    document = call.read(query)
    return json_answer({"token": document}, headers=(("X-Subject-Token", subject),))


async def keystone_list_projects(call: Call) -> Answer:
    """Projects of the caller's account; `name` matches exactly."""
    domain_id = call.known_caller().domain_id
    name = call.query.get("name") or None
    found = call.read(models.list_projects, domain_id=domain_id, name=name)
    if call.query.get("domain_id", domain_id) != domain_id:
        found = []
    return _project_list(call, found, "/v3/projects")


async def keystone_list_auth_projects(call: Call) -> Answer:
    """Projects that the caller may use."""
    domain_id = call.known_caller().domain_id
    found = call.read(models.list_projects, domain_id=domain_id)
    return _project_list(call, found, "/v3/auth/projects")


async def keystone_show_project(call: Call) -> Answer:
    """One project of the caller's account."""
    return json_answer({"project": _project(call, own_project(call, call.path["project_id"]))})


async def keystone_list_auth_domains(call: Call) -> Answer:
    """The caller's account."""
    domain = call.read(_own_domain, call)
    return json_answer(
        {
            "domains": [
                {
                    "id": domain.id,
                    "name": domain.name,
                    "enabled": True,
                    "description": "",
                    "links": {"self": f"{call.base_url}/v3/domains/{domain.id}"},
                }
            ],
            "links": {"self": f"{call.base_url}/v3/auth/domains"},
        }
    )


async def keystone_show_catalog(call: Call) -> Answer:
    """Where the services are, for what the credentials are good for.

    An access key is good for the project in X-Project-Id; without it only what works in no project
    is listed, as for a token of an account.
    """
    caller = call.known_caller()
    project: Project | None = None
    if caller.project_id is not None:
        project_id = caller.project_id
        project = call.read(models.find_project, project_id)
        if project is None or not caller.may_use(project):
            raise errors.FORBIDDEN.error(f"The credentials are not for the project {project_id}")
    elif caller.token is not None and caller.token.domain_id is None:
        raise errors.FORBIDDEN.error("The token has no scope: ask for one of a project")
    return json_answer(
        {
            "catalog": list(catalog(call.base_url, project=project)),
            "links": {"self": f"{call.base_url}/v3/auth/catalog"},
        }
    )


async def keystone_list_versions(call: Call) -> Answer:
    """The versions of the Identity API; there is one."""
    return json_answer({"versions": {"values": [_version(call)]}}, status=300)


async def keystone_show_version(call: Call) -> Answer:
    """Version 3 of the Identity API."""
    return json_answer({"version": _version(call)})


def _own_domain(connection: Connection, call: Call) -> Domain:
    domain = models.find_domain(connection, call.known_caller().domain_id)
    if domain is None:
        raise errors.NOT_FOUND.error("Could not find domain.")
    return domain


def _token(
    connection: Connection, call: Call, token: Token, user: User, agency: Agency | None
) -> JsonObject:
    owner = _owner(connection, user.domain_id if agency is None else agency.domain_id)
    document: JsonObject = {
        "methods": [token.method],
        "issued_at": _time(token.issued_at),
        "expires_at": _time(token.expires_at),
    }
    if agency is None:
        document["user"] = _user(user, owner)
    else:
        # IAM API reference, "Obtaining an Agency Token".
        name = f"{owner['name']}/{agency.name}"
        document["user"] = {"id": agency.id, "name": name, "domain": owner}
        document["assumed_by"] = {"user": _user(user, _owner(connection, user.domain_id))}
    if token.project_id is not None:
        project = models.find_project(connection, token.project_id)
        if project is None:
            raise errors.NOT_FOUND.error("Could not find project.")
        document["project"] = {"id": project.id, "name": project.name, "domain": owner}
        document["catalog"] = _catalog(call, project)
        document["roles"] = ROLES
    elif token.domain_id is not None:
        document["domain"] = owner
        document["catalog"] = _catalog(call, None)
        document["roles"] = ROLES
    return document


def _owner(connection: Connection, domain_id: str) -> JsonObject:
    domain = models.find_domain(connection, domain_id)
    return {"id": domain_id, "name": "" if domain is None else domain.name}


def _user(user: User, domain: JsonObject) -> JsonObject:
    return {"id": user.id, "name": user.name, "domain": domain, "password_expires_at": ""}


def _catalog(call: Call, project: Project | None) -> list[JsonObject]:
    return [] if "nocatalog" in call.query else list(catalog(call.base_url, project=project))


def _project_list(call: Call, found: list[Project], path: str) -> Answer:
    return json_answer(
        {
            "projects": [_project(call, project) for project in found],
            "links": {"self": f"{call.base_url}{path}", "previous": None, "next": None},
        }
    )


def _project(call: Call, project: Project) -> JsonObject:
    return {
        "id": project.id,
        "name": project.name,
        "domain_id": project.domain_id,
        "parent_id": project.domain_id,
        "is_domain": False,
        "enabled": True,
        "description": "",
        "links": {"self": f"{call.base_url}/v3/projects/{project.id}"},
    }


def _version(call: Call) -> JsonObject:
    return {
        "id": "v3.6",
        "status": "stable",
        "updated": "2016-04-04T00:00:00Z",
        "links": [{"rel": "self", "href": f"{call.base_url}/v3/"}],
        "media-types": [
            {
                "base": "application/json",
                "type": "application/vnd.openstack.identity-v3+json",
            }
        ],
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
