"""IAM v3.0 and v3: the agencies of an account, and what each is granted.

Sources: IAM API reference, "Agency Management", "Permission Management"; for enterprise projects
Huawei Cloud's, "Querying Authorization Records of an Account" (huaweicloudsdkiam,
``ShowDomainRoleAssignments``). All calls act in the account, not in a project.
"""

# ruff: noqa: ERA001 - the API line above a method names its route, and a test reads it

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from pulumi_functiongraph.cloud.http.call import AuthScope, Call, path_of
from pulumi_functiongraph.cloud.http.http_errors import changed
from pulumi_functiongraph.cloud.http.json_fields import JsonFields, Misread
from pulumi_functiongraph.cloud.http.pages import NextPage, any_time, pages
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.agencies import Agency, Role
from pulumi_functiongraph.core.clouds import cloud_of
from pulumi_functiongraph.core.errors import NotFound

AGENCIES_A_PAGE = 500
"""Most that Huawei Cloud gives; "Querying Agencies", ``per_page``. Open Telekom Cloud's reference
knows no pages: it gives all."""

RECORDS_A_PAGE = 50
"""Most that the service gives; "Querying Authorization Records of an Account", ``per_page``."""

_Item = TypeVar("_Item")


class Agencies:
    """The calls that find out what an agency may do.

    Args:
        session: with credentials that may read IAM.
        before_next: called before each further page of a list; what it raises ends the list.
    """

    def __init__(self, session: Session, *, before_next: NextPage = any_time) -> None:
        self._session = session
        self._before_next = before_next

    # API: GET /v3.0/OS-AGENCY/agencies
    def list_agencies(self, domain_id: str, *, region: str, name: str = "") -> tuple[Agency, ...]:
        """The agencies of an account, by name.

        Args:
            domain_id: the account's id; the service requires it.
            region: whose IAM is asked.
            name: only those of this very name, whatever the service makes of the filter.
        """
        call = _call(
            "list the agencies",
            f"account {domain_id}",
            region,
            domain_id,
            path_of("v3.0", "OS-AGENCY", "agencies"),
            query=(("domain_id", domain_id), *((("name", name),) if name else ())),
        )
        listed = self._paged(call, "agencies", AGENCIES_A_PAGE, lambda f: _agency(f, domain_id))
        found = {agency.id: agency for agency in listed if name in {"", agency.name}}
        return tuple(sorted(found.values(), key=lambda agency: (agency.name, agency.id)))

    # API: GET /v3.0/OS-AGENCY/projects/{project_id}/agencies/{agency_id}/roles
    def project_roles(self, agency: Agency, *, project_id: str, region: str) -> tuple[Role, ...]:
        """What an agency is granted on a project, policies included."""
        place = ("OS-AGENCY", "projects", project_id, "agencies", agency.id, "roles")
        return self._roles(agency, region, f"on project {project_id}", place)

    # API: GET /v3.0/OS-AGENCY/domains/{domain_id}/agencies/{agency_id}/roles
    def domain_roles(self, agency: Agency, *, region: str) -> tuple[Role, ...]:
        """What an agency is granted on its account, for global services, policies included."""
        place = ("OS-AGENCY", "domains", agency.domain_id, "agencies", agency.id, "roles")
        return self._roles(agency, region, "on the account", place)

    # API: GET /v3.0/OS-INHERIT/domains/{domain_id}/agencies/{agency_id}/roles/inherited_to_projects
    def inherited_roles(self, agency: Agency, *, region: str) -> tuple[Role, ...]:
        """What an agency is granted on all resources: id and internal name, never the policy."""
        place = ("OS-INHERIT", "domains", agency.domain_id, "agencies", agency.id, "roles")
        return self._roles(agency, region, "on all resources", (*place, "inherited_to_projects"))

    # API: GET /v3.0/OS-PERMISSION/role-assignments
    def enterprise_project_roles(
        self, agency: Agency, *, region: str
    ) -> tuple[tuple[str, str], ...]:
        """The enterprise projects and ids of the roles that an agency is granted there."""
        call = _call(
            "list the roles on enterprise projects",
            f"agency {agency.name}",
            region,
            agency.domain_id,
            path_of("v3.0", "OS-PERMISSION", "role-assignments"),
            query=(
                ("domain_id", agency.domain_id),
                ("subject.agency_id", agency.id),
                ("scope", "enterprise_project"),
            ),
        )
        listed = self._paged(call, "role_assignments", RECORDS_A_PAGE, _record)
        return tuple(sorted({record for record in listed if record is not None}))

    # API: GET /v3/roles/{role_id}
    def get_role(self, role_id: str, *, domain_id: str, region: str) -> Role:
        """A role with its policy.

        Raises:
            NotFound: there is none of that id.
        """
        path = path_of("v3", "roles", role_id)
        call = _call("read the policy", f"role {role_id}", region, domain_id, path)
        return self._session.read(call, lambda content: _role(_inner(content, "role")))

    def _roles(
        self, agency: Agency, region: str, where: str, place: tuple[str, ...]
    ) -> tuple[Role, ...]:
        call = _call(
            f"list the roles {where}",
            f"agency {agency.name}",
            region,
            agency.domain_id,
            path_of("v3.0", *place),
        )
        try:
            found = self._session.read(call, _roles_in)
        except NotFound as error:
            raise changed(
                error,
                hint="A new agency may answer so for some minutes: wait, and run it again",
            ) from error
        return tuple(sorted(found, key=lambda role: (role.title, role.id)))

    def _paged(
        self, call: Call, key: str, size: int, read: Callable[[JsonFields], _Item]
    ) -> Iterator[_Item]:
        """The items of every page, where the cloud has pages; else those of its one answer."""
        has_pages = _is_huawei(self._session, call.region)
        before: list[_Item] = []
        so_far = 0
        for page in pages(call.operation, call.resource, before_next=self._before_next):
            where = (("page", str(page + 1)), ("per_page", str(size))) if has_pages else ()
            asked = replace(call, query=(*call.query, *where))
            listed = partial(_listed, key=key, read=read, so_far=so_far)
            items = self._session.read(asked, listed)
            yield from items
            so_far += len(items)
            # A service that ignores the pages gives the same again.
            if not has_pages or len(items) < size or items == before:
                return
            before = items


def has_enterprise_projects(session: Session, region: str) -> bool:
    """Whether the cloud of a region has enterprise projects; Open Telekom Cloud has none."""
    return _is_huawei(session, region)


def _is_huawei(session: Session, region: str) -> bool:
    return (session.settings.endpoints.cloud or cloud_of(region)) == "huawei"


def _call(
    operation: str,
    resource: str,
    region: str,
    domain_id: str,
    path: str,
    *,
    query: tuple[tuple[str, str], ...] = (),
) -> Call:
    scope = AuthScope("domain", domain_id)
    return Call(operation, resource, "GET", "iam", region, path, query=query, scope=scope)


def _roles_in(content: object) -> list[Role]:
    """The roles of an answer that is not paged by any document; a further page would be unread."""
    links = _part(JsonFields.of(content), "links")
    if links.optional("next"):
        raise Misread("links.next", "leads to a further page, which no document tells how to read")
    return _listed(content, key="roles", read=_role)


def _listed(
    content: object, *, key: str, read: Callable[[JsonFields], _Item], so_far: int = 0
) -> list[_Item]:
    return [read(each) for each in JsonFields.of(content).listed(key, so_far=so_far)]


def _inner(content: object, key: str) -> JsonFields:
    fields = content if isinstance(content, JsonFields) else JsonFields.of(content)
    return JsonFields.of(fields.values.get(key), at=f"{fields.name(key)}.")


def _agency(fields: JsonFields, domain_id: str) -> Agency:
    return Agency(
        id=fields.text("id"),
        name=fields.text("name"),
        domain_id=fields.optional("domain_id") or domain_id,
        trust_domain_name=fields.optional("trust_domain_name"),
        expire_time=fields.optional("expire_time") or None,
    )


def _role(fields: JsonFields) -> Role:
    policy = fields.values.get("policy")
    return Role(
        id=fields.text("id"),
        name=fields.optional("name"),
        display_name=fields.optional("display_name"),
        catalog=fields.optional("catalog"),
        policy=policy if isinstance(policy, Mapping) and policy else None,
    )


def _record(fields: JsonFields) -> tuple[str, str] | None:
    """Enterprise project and role of a record; ``None`` where it says that it is of another scope.

    Raises:
        Misread: it does not say of which scope it is, or leaves out where or what it grants.
    """
    scope = _part(fields, "scope")
    if not isinstance(scope.values.get("enterprise_project"), Mapping) and any(
        isinstance(scope.values.get(other), Mapping) for other in _OTHER_SCOPES
    ):
        return None
    return _inner(scope, "enterprise_project").text("id"), _inner(fields, "role").text("id")


_OTHER_SCOPES = ("project", "domain")
"""Where else a record may grant something; the same source, model RoleAssignmentScope."""


def _part(fields: JsonFields, key: str) -> JsonFields:
    value = fields.values.get(key)
    return JsonFields(value if isinstance(value, Mapping) else {}, at=f"{fields.name(key)}.")
