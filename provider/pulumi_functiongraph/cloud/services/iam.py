"""IAM v3: projects and domains; tokens are got by keystoneauth1 (see http.authentication).

Source: IAM API reference, "Querying Project Information", "Querying the Accounts Accessible to
Users"; huaweicloudsdkcore looks ids up with the same two calls.
"""

# ruff: noqa: ERA001 - the API line above a method names its route, and a test reads it
from __future__ import annotations

import msgspec

from pulumi_functiongraph.cloud.http.call import Call, path_of
from pulumi_functiongraph.cloud.http.domains import Domain, domains_call, read_domains
from pulumi_functiongraph.cloud.http.json_fields import JsonFields
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.errors import NotFound

NOT_A_REGION = "MOS"
"""A project that exists for object storage only; the vendor's SDK skips it too."""


class Project(msgspec.Struct, frozen=True, order=True):
    """A project: a region's part of an account.

    Attributes:
        name: the region's id, for the project that each region has by itself.
        id: project id.
        domain_id: the account that it belongs to.
    """

    name: str
    id: str
    domain_id: str


class Iam:
    """The calls that find out where the credentials work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # API: GET /v3/projects
    def projects(self, name: str, *, region: str) -> tuple[Project, ...]:
        """The projects of a name that the credentials may use, by id.

        Args:
            name: a project's name; the one of a region is the region's id.
            region: whose IAM is asked.
        """
        found = self._named("look up the project", name, region)
        return tuple(sorted(each for each in found if each.name != NOT_A_REGION))

    # API: GET /v3/projects
    def object_storage_project(self, *, region: str) -> str | None:
        """Id of the built-in project of OBS, ``None`` where IAM shows none.

        Args:
            region: whose IAM is asked.
        """
        found = self._named("look up the project of OBS", NOT_A_REGION, region)
        return next((each.id for each in found if each.name == NOT_A_REGION), None)

    # API: GET /v3/auth/domains
    def domains(self, *, region: str) -> tuple[Domain, ...]:
        """The accounts that the credentials may use, as a rule one."""
        return self._session.read(domains_call(region), read_domains)

    # API: GET /v3/projects/{project_id}
    def project(self, project_id: str, *, region: str) -> Project:
        """One project of the account.

        Args:
            project_id: its id.
            region: whose IAM is asked.

        Raises:
            NotFound: there is none, or it is another account's.
        """
        path = path_of("v3", "projects", project_id)
        call = Call("look up the project", project_id, "GET", "iam", region, path)
        return self._session.read(
            call,
            lambda c: _project(
                JsonFields.of(JsonFields.of(c).values.get("project"), at="project.")
            ),
        )

    def project_of(self, region: str) -> Project:
        """The project that a region has by itself.

        Raises:
            NotFound: the credentials may use none there, or several of that name.
        """
        name = self._session.settings.project_name_in(region)
        found = self.projects(name, region=region)
        if len(found) == 1:
            return found[0]
        raise NotFound(
            operation="find the project id",
            resource=f"region {region}",
            detail=f"{counted(len(found), 'project')} named {name} can be used with these "
            "credentials",
            hint="Set it: pulumi config set functiongraph:projectId <id>, "
            "or FUNCTIONGRAPH_PROJECT_ID",
        )

    def domain_of(self, region: str) -> str:
        """Id of the account that the credentials belong to: as it was set, or looked up.

        Args:
            region: whose IAM is asked.

        Raises:
            NotFound: the credentials belong to none, or to several.
        """
        if self._session.settings.domain_id:
            return self._session.settings.domain_id
        found = self.domains(region=region)
        if len(found) == 1:
            return found[0].id
        domain_id = self.project_of(region).domain_id
        if domain_id:
            return domain_id
        raise NotFound(
            operation="find the id of the account",
            resource="the credentials",
            detail=f"they may use {counted(len(found), 'account')}",
            hint="Set it: pulumi config set functiongraph:domainId <id>, "
            "or FUNCTIONGRAPH_DOMAIN_ID",
        )

    def _named(self, operation: str, name: str, region: str) -> list[Project]:
        path, query = path_of("v3", "projects"), (("name", name),)
        call = Call(operation, name, "GET", "iam", region, path, query=query)
        return self._session.read(call, _projects)


def _projects(content: object) -> list[Project]:
    return [_project(each) for each in JsonFields.of(content).listed("projects")]


def _project(fields: JsonFields) -> Project:
    return Project(fields.text("name"), fields.text("id"), fields.optional("domain_id"))
