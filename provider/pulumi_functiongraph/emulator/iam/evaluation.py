"""Who is judged by grants, and for what: an agency that was assumed, or a restricted user."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from pulumi_functiongraph.emulator.auth.authentication import Caller
from pulumi_functiongraph.emulator.iam import grants, models, roles
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.authorization import (
    Decision,
    Granted,
    context_of,
    decide,
)
from pulumi_functiongraph.emulator.iam.conditions import Context
from pulumi_functiongraph.emulator.iam.grants import Scope
from pulumi_functiongraph.emulator.iam.needs import Need
from pulumi_functiongraph.emulator.state.store import Connection

DEFAULT_ENTERPRISE_PROJECT = "0"
"""Where everything lies in the local cloud."""

GLOBAL_SERVICES = frozenset({"obs", "iam", "identity"})
"""Services whose grants belong on the account; IAM manual, "Permissions"."""

ASSUME = "iam:agencies:assume"
"""What a restricted user needs to act for an agency; IAM manual, role "Agent Operator"."""


class Question(msgspec.Struct, frozen=True):
    """May `subject_id` do `action` on `resource`, in a project or on the account?"""

    subject_id: str
    action: str
    resource: str
    project: models.Project
    user_name: str = ""


def missing_action(
    connection: Connection,
    caller: Caller,
    needs: Iterable[Need],
    *,
    project: models.Project | None,
    now: datetime,
) -> str | None:
    """The first action of those needed that the caller is not granted; None when all are."""
    where = project or models.first_project(connection)
    for need in needs:
        question = Question(
            subject_id=caller.user.id if caller.agency is None else caller.agency.id,
            action=need.action,
            resource=resource_of(need.action.partition(":")[0], need.names, where),
            project=where,
            user_name=caller.user.name,
        )
        if answer(connection, question, now=now).decision != "Allowed":
            return need.action
    return None


def may_assume(connection: Connection, caller: Caller, agency: Agency, *, now: datetime) -> bool:
    """Whether a user may act for an agency: everyone may but who is held to grants."""
    need = Need(ASSUME, {"agency_id": agency.id})
    return not caller.is_judged or (
        missing_action(connection, caller, [need], project=None, now=now) is None
    )


def answer(connection: Connection, question: Question, *, now: datetime) -> Decision:
    """Judge by the grants that count where the resource is."""
    granted = []
    for grant in grants.list_grants(connection, question.subject_id):
        role = roles.find_role(connection, grant.role_id) if counts(grant, question) else None
        if role is not None:
            granted.append(Granted(role.display_name, role.policy))
    context = request_context(connection, question, now=now)
    return decide(granted, question.action, question.resource, context)


def request_context(connection: Connection, question: Question, *, now: datetime) -> Context:
    """The global condition keys of the request that is asked about.

    The time is to the second, as "2026-11-11T23:59:59Z"; IAM manual, "Policy Syntax", Table 1.
    """
    domain = models.find_domain(connection, question.project.domain_id)
    return context_of(
        {
            "g:CurrentTime": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "g:DomainName": "" if domain is None else domain.name,
            "g:ProjectName": question.project.name,
            "g:ServiceName": question.action.partition(":")[0],
            "g:UserName": question.user_name,
            "g:UserId": question.subject_id,
            "g:MFAPresent": "false",
        }
    )


def counts(grant: grants.Grant, question: Question) -> bool:
    """Whether a grant has an effect where the resource is."""
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
    place = f"{service}:{project.region}:{project.domain_id}"
    match service:
        case "obs":
            bucket, key = path.get("bucket", ""), path.get("key", "")
            kind, name = ("object", f"{bucket}/{key}") if key else ("bucket", bucket or "*")
            return f"obs:*:*:{kind}:{name}"
        case "smn":
            return f"{place}:topic:{_topic(path)}"
        case "dis":
            return f"{place}:stream:{path.get('stream_name', '*')}"
        case "functiongraph":
            return f"{place}:function:{_function(path.get('function_urn', '*'))}"
        case _:
            if "role_id" in path and "agency_id" not in path:
                return f"iam:*:*:role:{path['role_id']}"
            return f"iam:*:*:agency:{path.get('agency_id', '*')}"


def _topic(path: Mapping[str, str]) -> str:
    """The topic's name; a subscription's URN is that of its topic and an id."""
    if "subscription_urn" in path:
        return path["subscription_urn"].rpartition(":")[0].rpartition(":")[2] or "*"
    return path.get("topic_urn", "*").rpartition(":")[2]


def _function(urn: str) -> str:
    """Package and name out of a URN of any of its forms."""
    parts = urn.split(":")
    if len(parts) < 7:  # noqa: PLR2004 # fields of a full URN
        return f"default/{parts[0]}" if len(parts) == 1 and urn != "*" else "*"
    return f"{parts[5]}/{parts[6]}"
