"""What a pre-check looks at, through the vendor's clients and through ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from huaweicloudsdkdis import v2 as dis
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdksmn import v2 as smn

from contract import ours, vendor
from contract.drivers import Reason, Refused
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.precheck_client import PrecheckClient
from pulumi_functiongraph.cloud.settings import resolve

NOWHERE = Path("/nonexistent")


@dataclass(frozen=True, slots=True)
class Trusting:
    """What a client sees of an agency."""

    trusts: str
    until: str | None


Granted: TypeAlias = Mapping[str, Mapping[str, object]]
"""By scope, the names of roles with the actions of their first statement."""


class Looker(Protocol):
    """What every client can tell; ``None`` where there is no such thing."""

    def agency(self, name: str) -> Trusting | None:
        """An agency of the account."""

    def granted(self, name: str) -> Granted:
        """What an agency is granted, by scope: project, domain, inherited, enterprise."""

    def topic(self, urn: str) -> bool:
        """Whether there is a topic."""

    def stream(self, name: str) -> str | None:
        """The status of a stream."""

    def bucket(self, name: str) -> str | None:
        """The region of a bucket."""


NewLooker = Callable[[Mapping[str, str]], Looker]
"""Makes a looker from the environment variables that lead to a cloud."""


class OurLooker:
    """pulumi_functiongraph.cloud."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        settings = resolve({}, environment, NOWHERE, directory=NOWHERE)
        clocks = Clocks(sleep=lambda _seconds: None, chance=lambda: 0.0)
        self._place = {"region": settings.region, "project_id": settings.project_id}
        self._region = settings.region
        self.facts = PrecheckClient(Session(settings, deadline=20.0, clocks=clocks, read_only=True))

    def agency(self, name: str) -> Trusting | None:
        """An agency of the account."""
        with ours.told():
            found = self.facts.agency(name, region=self._region)
        return Trusting(found.trust_domain_name, found.expire_time) if found else None

    def granted(self, name: str) -> Granted:
        """What an agency is granted, by scope: project, domain, inherited, enterprise."""
        facts, region = self.facts, self._region
        agency = facts.agency(name, region=region)
        if agency is None:
            raise AssertionError(name)
        found = {
            "project": facts.project_grants(agency, **self._place),
            "domain": facts.domain_grants(agency, region=region),
            "inherited": facts.inherited_grants(agency, region=region),
            "enterprise": facts.enterprise_project_grants(agency, region=region),
        }
        return {
            scope: {grant.role.name: _actions(grant.role.policy or {}) for grant in grants}
            for scope, grants in found.items()
        }

    def topic(self, urn: str) -> bool:
        """Whether there is a topic."""
        with ours.told():
            return self.facts.topic(urn) is not None

    def stream(self, name: str) -> str | None:
        """The status of a stream."""
        with ours.told():
            found = self.facts.stream(name, **self._place)
        return found.status if found else None

    def bucket(self, name: str) -> str | None:
        """The region of a bucket."""
        with ours.told():
            found = self.facts.bucket(name, region=self._region)
        return found.region if found else None


class VendorLooker:
    """The vendor's clients; for OBS, which has none on PyPI that is typed or small, S3's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._project_id = environment["HUAWEICLOUD_SDK_PROJECT_ID"]
        self._has_enterprise_projects = environment["FUNCTIONGRAPH_REGION"] != "eu-de"
        self._iam = vendor.iam_client(environment)
        self._smn = vendor.smn_client(environment)
        self._dis = vendor.dis_client(environment)
        self._s3 = boto3.client(
            "s3",
            endpoint_url=vendor.endpoint(environment, "obs"),
            region_name=environment["FUNCTIONGRAPH_REGION"],
            aws_access_key_id=environment["HUAWEICLOUD_SDK_AK"],
            aws_secret_access_key=environment["HUAWEICLOUD_SDK_SK"],
            config=Config(retries={"max_attempts": 0}),
        )

    def agency(self, name: str) -> Trusting | None:
        """An agency of the account."""
        with vendor.told():
            domains = self._iam.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest())
            request = iam.ListAgenciesRequest(domain_id=domains.domains[0].id, name=name)
            found = self._iam.list_agencies(request).agencies
        same = [each for each in found if each.name == name]
        return Trusting(same[0].trust_domain_name, same[0].expire_time) if same else None

    def granted(self, name: str) -> Granted:
        """What an agency is granted, by scope: project, domain, inherited, enterprise."""
        client = self._iam
        domains = client.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest())
        domain_id = domains.domains[0].id
        [agency] = client.list_agencies(
            iam.ListAgenciesRequest(domain_id=domain_id, name=name)
        ).agencies
        where = {"domain_id": domain_id, "agency_id": agency.id}
        on_project = client.list_project_permissions_for_agency(
            iam.ListProjectPermissionsForAgencyRequest(
                project_id=self._project_id, agency_id=agency.id
            )
        )
        on_domain = client.list_domain_permissions_for_agency(
            iam.ListDomainPermissionsForAgencyRequest(**where)
        )
        inherited = client.list_all_projects_permissions_for_agency(
            iam.ListAllProjectsPermissionsForAgencyRequest(**where)
        )
        found = {
            "project": on_project.roles,
            "domain": on_domain.roles,
            "inherited": [self._role(role.id) for role in inherited.roles],
            "enterprise": self._on_enterprise_projects(domain_id, agency.id),
        }
        return {
            scope: {role.name: _actions(role.policy.to_dict()) for role in roles}
            for scope, roles in found.items()
        }

    def _on_enterprise_projects(self, domain_id: str, agency_id: str) -> list[Any]:
        if not self._has_enterprise_projects:
            return []
        request = iam.ShowDomainRoleAssignmentsRequest(
            domain_id=domain_id, subject_agency_id=agency_id, scope="enterprise_project"
        )
        records = self._iam.show_domain_role_assignments(request).role_assignments
        return [self._role(record.role.id) for record in records]

    def _role(self, role_id: str) -> Any:
        request = iam.KeystoneShowPermissionRequest(role_id=role_id)
        return self._iam.keystone_show_permission(request).role

    def topic(self, urn: str) -> bool:
        """Whether there is a topic."""
        request = smn.ListTopicDetailsRequest(topic_urn=urn)
        return _absent("SMN.0006", lambda: self._smn.list_topic_details(request)) is not None

    def stream(self, name: str) -> str | None:
        """The status of a stream."""
        request = dis.ShowStreamRequest(stream_name=name)
        found = _absent("DIS.4301", lambda: self._dis.show_stream(request))
        return None if found is None else str(found.status)

    def bucket(self, name: str) -> str | None:
        """The region of a bucket."""
        try:
            found = self._s3.head_bucket(Bucket=name)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 404:
                return None
            raise Refused(_STATUS[status]) from error
        headers: Mapping[str, str] = found["ResponseMetadata"]["HTTPHeaders"]
        return headers["x-obs-bucket-location"]


def _actions(policy: Mapping[str, object]) -> object:
    """Of a document in JSON's spelling, or in that of the vendor's models."""
    statements = cast("list[Mapping[str, object]]", policy.get("Statement") or policy["statement"])
    return statements[0].get("Action") or statements[0]["action"]


_STATUS: Mapping[int, Reason] = {403: "forbidden"}
"""Of a HEAD, whose answer has no body that could say more."""


def _absent(code: str, ask: Callable[[], Any]) -> Any:
    """What the vendor's client says, ``None`` when it says so with that code."""
    try:
        with vendor.told():
            return ask()
    except Refused as refused:
        # The client of DIS finds no code in what DIS answers, and gives the whole body instead.
        if code in str(getattr(refused.__cause__, "error_msg", refused.__cause__)):
            return None
        if code == getattr(refused.__cause__, "error_code", ""):
            return None
        raise
