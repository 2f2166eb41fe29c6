"""Who is judged by grants, and for what: an agency that was assumed, or a restricted user."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pulumi_functiongraph.emulator.iam import grants, models, roles
from pulumi_functiongraph.emulator.iam.authorization import (
    Decision,
    Granted,
    context_of,
    decide,
)
from pulumi_functiongraph.emulator.iam.grants import Scope
from pulumi_functiongraph.emulator.store import Connection

DEFAULT_ENTERPRISE_PROJECT = "0"
"""Where everything lies in the local cloud."""

GLOBAL_SERVICES = frozenset({"obs", "iam", "identity"})
"""Services whose grants belong on the account; IAM manual, "Permissions"."""

ACTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("smn", "PublishMessage"): "smn:topic:publish",
        ("smn", "ListTopics"): "smn:topic:list",
        ("smn", "ListTopicDetails"): "smn:topic:get",
        ("smn", "CreateTopic"): "smn:topic:create",
        ("smn", "DeleteTopic"): "smn:topic:delete",
        ("dis", "SendRecords"): "dis:records:write",
        ("dis", "ListStreams"): "dis:streams:list",
        ("dis", "DescribeStream"): "dis:streams:get",
        ("dis", "CreateStream"): "dis:streams:create",
        ("dis", "DeleteStream"): "dis:streams:delete",
        ("obs", "PutObject"): "obs:object:PutObject",
        ("obs", "GetObject"): "obs:object:GetObject",
        ("obs", "HeadObject"): "obs:object:GetObject",
        ("obs", "DeleteObject"): "obs:object:DeleteObject",
        ("obs", "HeadBucket"): "obs:bucket:HeadBucket",
        ("obs", "CreateBucket"): "obs:bucket:CreateBucket",
        ("obs", "DeleteBucket"): "obs:bucket:DeleteBucket",
        ("obs", "ListObjects"): "obs:bucket:ListBucket",
        ("obs", "ListBuckets"): "obs:bucket:ListAllMyBuckets",
        ("functiongraph", "ListFunctions"): "functiongraph:function:list",
        ("functiongraph", "ShowFunctionConfig"): "functiongraph:function:getConfig",
        ("functiongraph", "ListFunctionVersions"): "functiongraph:function:listVersion",
        ("functiongraph", "ListVersionAliases"): "functiongraph:function:listAlias",
        ("functiongraph", "CreateFunction"): "functiongraph:function:create",
        ("functiongraph", "DeleteFunction"): "functiongraph:function:delete",
        ("functiongraph", "UpdateFunctionConfig"): "functiongraph:function:updateConfig",
        ("functiongraph", "ListFunctionAsyncInvokeConfig"): "functiongraph:function:getConfig",
        ("functiongraph", "ShowFunctionAsyncInvokeConfig"): "functiongraph:function:getConfig",
        ("functiongraph", "UpdateFunctionAsyncInvokeConfig"): "functiongraph:function:updateConfig",
        ("functiongraph", "DeleteFunctionAsyncInvokeConfig"): "functiongraph:function:updateConfig",
        ("iam", "ListAgencies"): "iam:agencies:listAgencies",
        ("iam", "ShowAgency"): "iam:agencies:getAgency",
        ("iam", "CreateAgency"): "iam:agencies:createAgency",
        ("iam", "UpdateAgency"): "iam:agencies:updateAgency",
        ("iam", "DeleteAgency"): "iam:agencies:deleteAgency",
        ("iam", "KeystoneListPermissions"): "iam:roles:listRoles",
        ("iam", "KeystoneShowPermission"): "iam:roles:getRole",
        ("iam", "ListProjectPermissionsForAgency"): "iam:permissions:listRolesForAgencyOnProject",
        ("iam", "ListDomainPermissionsForAgency"): "iam:permissions:listRolesForAgencyOnDomain",
        ("iam", "ListAllProjectsPermissionsForAgency"): "iam:permissions:listRolesForAgency",
    }
)
"""Operations that are judged, and the actions that policies know them by."""


@dataclass(frozen=True, slots=True)
class Question:
    """May `subject_id` do `action` on `resource`, in a project or on the account?"""

    subject_id: str
    action: str
    resource: str
    project: models.Project
    user_name: str = ""


def answer(connection: Connection, question: Question, *, now: datetime) -> Decision:
    """Judge by the grants that count where the resource is."""
    granted = []
    for grant in grants.list_grants(connection, question.subject_id):
        role = roles.find_role(connection, grant.role_id)
        if role is not None and _counts(grant, question):
            granted.append(Granted(role.display_name, role.policy))
    domain = models.find_domain(connection, question.project.domain_id)
    service = question.action.partition(":")[0]
    context = context_of(
        {
            "g:CurrentTime": now.isoformat(),
            "g:DomainName": "" if domain is None else domain.name,
            "g:ProjectName": question.project.name,
            "g:ServiceName": service,
            "g:UserName": question.user_name,
            "g:UserId": question.subject_id,
            "g:MFAPresent": "false",
        }
    )
    return decide(granted, question.action, question.resource, context)


def _counts(grant: grants.Grant, question: Question) -> bool:
    if grant.scope is Scope.INHERITED:
        return True
    if question.action.partition(":")[0].lower() in GLOBAL_SERVICES:
        return grant.scope is Scope.DOMAIN
    if grant.scope is Scope.ENTERPRISE_PROJECT:
        return grant.scope_id == DEFAULT_ENTERPRISE_PROJECT
    return (grant.scope, grant.scope_id) == (Scope.PROJECT, question.project.id)


def resource_of(service: str, path: Mapping[str, str], project: models.Project) -> str:
    """What an operation works on, as policies name it.

    `path` holds the route's parameters; of OBS `bucket` and `key`.
    """
    place = f"{service}:{project.region}:{project.id}"
    match service:
        case "obs":
            bucket, key = path.get("bucket", ""), path.get("key", "")
            kind, name = ("object", f"{bucket}/{key}") if key else ("bucket", bucket or "*")
            return f"obs:*:*:{kind}:{name}"
        case "smn":
            return f"{place}:topic:{path.get('topic_urn', '*').rpartition(':')[2]}"
        case "dis":
            return f"{place}:stream:{path.get('stream_name', '*')}"
        case "functiongraph":
            return f"{place}:function:{_function(path.get('function_urn', '*'))}"
        case _:
            return f"iam:*:*:agency:{path.get('agency_id', '*')}"


def _function(urn: str) -> str:
    """Package and name out of a URN of any of its forms."""
    parts = urn.split(":")
    if len(parts) < 7:  # noqa: PLR2004 # fields of a full URN
        return f"default/{parts[0]}" if len(parts) == 1 and urn != "*" else "*"
    return f"{parts[5]}/{parts[6]}"
