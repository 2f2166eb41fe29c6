"""Whether FunctionGraph may bring a notification to a target, with the agency of the function.

What each kind of target needs: FunctionGraph user guide, "Configuring Agency Permissions", Table 1
(OBS, SMN). For a stream the action of DIS's API reference of 2022, for a function that of its
asynchronous invocation: no document of today names them (ours). Whether `xrole` or `app_xrole`
delivers is not documented either: `xrole`, and the other one where it is empty (ours).
"""

import json
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.functiongraph.configs import Destination
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion, urn_of
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam import agencies, evaluation, grants, models, roles
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.authorization import (
    Decision,
    Granted,
    decide,
    needed_roles,
)
from pulumi_functiongraph.emulator.iam.evaluation import Question
from pulumi_functiongraph.emulator.iam.grants import Grant
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.iam.needs import Need
from pulumi_functiongraph.emulator.iam.roles import Role
from pulumi_functiongraph.emulator.state.store import Connection

_PROJECT = 3
"""Field of a URN, of SMN and of FunctionGraph."""


class Refused(msgspec.Struct, frozen=True):
    """Why a notification may not be delivered."""

    action: str
    """Such as `smn:topic:publish`; the first that is needed where it is the agency's fault."""
    resource: str
    """What it would be done to, as policies name it."""
    reason: str


class Write(msgspec.Struct, frozen=True):
    """What FunctionGraph is to do for a function: bring a notification to a target."""

    version: StoredVersion
    project: Project
    """Of the function."""
    target: Destination
    key: str = ""
    """Of the object to be written; for OBS only."""


def refusal(connection: Connection, write: Write, *, now: datetime) -> Refused | None:
    """Why FunctionGraph may not deliver, None when it may."""
    needs = _needs(write.target, write.key)
    action = needs[0].action
    project = _project_of_target(connection, write)
    if project is None:
        return Refused(action, "", "there is no project that the target's URN names")
    resource = _resource(needs[0], project)
    found = _agency(connection, write, now=now)
    if not isinstance(found, Agency):
        return Refused(action, resource, found)
    if project.domain_id != found.domain_id:
        why = f"the target is in another account than agency {found.name}"
        return Refused(action, resource, why)
    for need in needs:
        question = Question(found.id, need.action, _resource(need, project), project)
        decision = evaluation.answer(connection, question, now=now)
        if decision.decision != "Allowed":
            why = _why(connection, found, question, decision, now=now)
            return Refused(question.action, question.resource, why)
    return None


def _needs(target: Destination, key: str) -> tuple[Need, ...]:
    """What has to be allowed.

    `obs:bucket:CreateBucket` and `smn:topic:list` are documented as well; nothing is known to
    depend on them once bucket and topic are there, and here nothing does.
    """
    named = _param(target)
    match target.service:
        case "OBS":
            bucket = {"bucket": named["bucket"]}
            put = Need("obs:object:PutObject", {**bucket, "key": key})
            return (put, Need("obs:bucket:HeadBucket", bucket))
        case "SMN":
            return (Need("smn:topic:publish", named),)
        case "DIS":
            return (Need("dis:records:write", named),)
        case _:
            function = {"function_urn": named["func_urn"]}
            return (Need("functiongraph:function:invokeAsync", function),)


def _param(target: Destination) -> dict[str, str]:
    """What a config says of the target; it was checked when it was put."""
    param: JsonObject = json.loads(target.param)
    return {name: str(value) for name, value in param.items()}


def _project_of_target(connection: Connection, write: Write) -> Project | None:
    """The project in the target's URN; of a bucket and a stream the function's own."""
    named = _param(write.target)
    urn = named.get("topic_urn") or named.get("func_urn")
    project_id = write.project.id if urn is None else urn.split(":")[_PROJECT]
    if project_id == write.project.id:
        return write.project
    return models.find_project(connection, project_id)


def _resource(need: Need, project: Project) -> str:
    return evaluation.resource_of(need.action.partition(":")[0], need.names, project)


def _agency(connection: Connection, write: Write, *, now: datetime) -> Agency | str:
    """The agency that FunctionGraph may assume, or why it may assume none."""
    document = write.version.document
    name = document.get("xrole") or document.get("app_xrole")
    if not name:
        function = urn_of(write.version, write.project)
        return f"function {function} has no agency, so it may write to no target"
    found = agencies.find_named_agency(connection, write.project.domain_id, str(name))
    if found is None:
        return f"there is no agency {name} in the account of the function"
    if found.trust_domain_name != agencies.FUNCTIONGRAPH:
        whom = f"{found.trust_domain_name}, not to FunctionGraph ({agencies.FUNCTIONGRAPH})"
        return f"agency {name} is delegated to {whom}"
    if found.has_expired(now):
        return f"agency {name} expired at {found.expire_time} (UTC)"
    return found


def _why(
    connection: Connection, agency: Agency, question: Question, decision: Decision, *, now: datetime
) -> str:
    """What decides, in the words of a pre-check."""
    action, resource = question.action, question.resource
    may_not = f"agency {agency.name} may not write to the target"
    if decision.role is not None:
        return f"{may_not}: role {decision.role} denies {action} on {resource}"
    allowing = _allowing(connection, question, now=now)
    for grant, role in allowing:
        if evaluation.counts(grant, question):
            lacking = ", ".join(_lacking(connection, role, question))
            return f"{may_not}: role {role.display_name} has no effect without {lacking} beside it"
    for grant, role in allowing:
        return (
            f"agency {agency.name}: role {role.display_name} allows {action}, but it is granted "
            f"on the {grant.scope.replace('_', ' ')}, where that has no effect; it takes effect on "
            f"{_where(question)}"
        )
    return f"{may_not}: nothing grants it {action} on {resource}"


def _allowing(
    connection: Connection, question: Question, *, now: datetime
) -> list[tuple[Grant, Role]]:
    """Roles that would allow it, granted in the right place and with what they depend on."""
    context = evaluation.request_context(connection, question, now=now)
    found = []
    for grant, role in _granted(connection, question):
        alone = {key: value for key, value in role.policy.items() if key != "Depends"}
        granted = [Granted(role.display_name, alone)]
        if decide(granted, question.action, question.resource, context).decision == "Allowed":
            found.append((grant, role))
    return found


def _lacking(connection: Connection, role: Role, question: Question) -> list[str]:
    """The roles that a role depends on and that are not granted beside it."""
    beside = {
        other.display_name
        for grant, other in _granted(connection, question)
        if evaluation.counts(grant, question)
    }
    return sorted(needed_roles(role.policy) - beside)


def _granted(connection: Connection, question: Question) -> list[tuple[Grant, Role]]:
    found = (
        (grant, roles.find_role(connection, grant.role_id))
        for grant in grants.list_grants(connection, question.subject_id)
    )
    return [(grant, role) for grant, role in found if role is not None]


def _where(question: Question) -> str:
    service = question.action.partition(":")[0]
    if service in evaluation.GLOBAL_SERVICES:
        return f"the account ({service.upper()} is a global service)"
    return f"project {question.project.id}"
