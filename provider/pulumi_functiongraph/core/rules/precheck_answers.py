"""FGN201 to FGN209, FGN211 to FGN213: each says what is wrong when a question is denied.

The same answer for many configs is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from pulumi_functiongraph.core.amounts import first_of
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage

_FOLLOWS_FROM = {
    Check.PERMISSION: (Check.TARGET,),
    Check.SCOPE: (Check.TARGET,),
    Check.EXTRAS: (Check.TARGET, Check.PERMISSION, Check.SCOPE),
}
"""What is not reported of a target beside the denial that it follows from.

A policy that names its resources grants nothing on a name that is misspelled.
"""

MOST_NAMED = 4
"""Configs that one line names; a person looks at the first ones, and mends all at once."""


def _denied(rule: Rule, program: Program, *, question: Check) -> Iterator[Finding]:
    """One finding for each reason why the question of a rule is denied.

    What another resource of the same program may fix before the config is sent is a warning, and
    what is wrong with a config that is live already as it is declared: nothing is changed of it.
    """
    groups: dict[tuple[str, str, str, bool], list[CheckResult]] = {}
    denied = [each for each in program.prechecks if each.outcome is CheckOutcome.DENIED]
    causes = _FOLLOWS_FROM.get(question, ())
    reported = {_target(each) for each in denied if each.question in causes and not each.mended_by}
    for result in denied:
        if result.question is question and _target(result) not in reported:
            group = (result.why, result.remedy, result.mended_by, result.is_live)
            groups.setdefault(group, []).append(result)
    for (why, remedy, mended_by, is_live), results in groups.items():
        first = results[0]
        more = f" (also {named(results[1:])})" if len(results) > 1 else ""
        is_open = ""
        if mended_by:
            is_open = f"; {mended_by} of this program may change that before the config is sent"
        elif is_live:
            is_open = "; the config is live already as it is declared, and stays so"
        again = f"let the config depend on {mended_by}; it is checked again right before it is sent"
        yield Finding(
            rule=rule.id,
            severity=Severity.WARNING if mended_by or is_live else rule.severity,
            subject=first.resource,
            message=f"{why}{is_open}{more}",
            remedy=again if mended_by else remedy or rule.remedy,
            path=first.path,
            where=first.where,
        )


def _target(result: CheckResult) -> tuple[int, str, str]:
    return result.number, result.resource, result.path


def named(results: Iterable[CheckResult]) -> str:
    """The first places, and how many more there are."""
    return first_of(list(dict.fromkeys(result.place for result in results)), MOST_NAMED)


_error = partial(Rule, severity=Severity.ERROR, stage=RuleStage.PRECHECK)

RULES = (
    _error(
        id="FGN201",
        name="function-missing",
        summary="The function of a config does not exist.",
        why="The service refuses the config with 404 once the update has begun, when other "
        "resources have been changed already.",
        remedy="Create the function first, or fix its URN.",
        find=partial(_denied, question=Check.FUNCTION),
    ),
    _error(
        id="FGN202",
        name="no-agency",
        summary="A function with a target has no agency.",
        why="A notification is written to its target in the name of the agency of the function "
        '(FunctionGraph user guide, "Asynchronous Execution Notification": an agency that allows '
        "FunctionGraph to access the target service is needed). Without one the event is lost "
        "without a word.",
        remedy="Set an agency on the page of the function, Configuration > Permissions (xrole in "
        "the API).",
        find=partial(_denied, question=Check.AGENCY),
    ),
    _error(
        id="FGN203",
        name="agency-missing",
        summary="The agency of a function does not exist.",
        why="FunctionGraph cannot act in the name of an agency that has been deleted or was never "
        "made in this account; the event is lost without a word.",
        remedy="Make the agency in IAM, delegated to FunctionGraph, or set another one.",
        find=partial(_denied, question=Check.AGENCY_EXISTS),
    ),
    _error(
        id="FGN204",
        name="agency-not-delegated",
        summary="The agency of a function is not delegated to FunctionGraph.",
        why="Only the service that an agency is delegated to (op_svc_cff for FunctionGraph) may "
        'act in its name (FunctionGraph user guide, "Configuring Agency Permissions").',
        remedy="Make an agency of type cloud service for FunctionGraph in IAM, and set that one.",
        find=partial(_denied, question=Check.TRUST),
    ),
    _error(
        id="FGN205",
        name="agency-expired",
        summary="The agency of a function has expired.",
        why="An agency with a validity period ends by itself, and with it every notification (IAM "
        'API reference, "Querying Agencies", expire_time).',
        remedy="Prolong the validity period of the agency in IAM.",
        find=partial(_denied, question=Check.EXPIRY),
    ),
    _error(
        id="FGN206",
        name="permission-denied",
        summary="The agency of a function may not write to a target.",
        why="The service takes the config, and each event vanishes when it is delivered. What "
        'each kind of target needs is in the FunctionGraph user guide, "Configuring Agency '
        'Permissions", Table 1. Functions and streams are not in that table, and no document says '
        "which action they need: an agency to which nothing of the service is granted is denied, "
        "and one with other actions of it is not verified. Nor is a grant verified that matches "
        "by no documented rule: see docs/permissions.md and FGN210.",
        remedy="Grant the agency what is named, where it is named; a grant takes about ten "
        "minutes to take effect (FunctionGraph user guide).",
        find=partial(_denied, question=Check.PERMISSION),
    ),
    _error(
        id="FGN207",
        name="grant-in-wrong-scope",
        summary="A permission is granted in a scope where it has no effect.",
        why="OBS is a global service, so its permissions are granted on the account; SMN, DIS and "
        "FunctionGraph are services of a project, so theirs are granted on the project of the "
        'target (IAM user guide, "Permissions"). A grant elsewhere looks right in the console and '
        "permits nothing.",
        remedy="Grant it in the scope that is named.",
        find=partial(_denied, question=Check.SCOPE),
    ),
    _error(
        id="FGN208",
        name="target-missing",
        summary="A target does not exist.",
        why="The service may take the config all the same, and each event vanishes when it is "
        "delivered. What the agency may do there (FGN206, FGN207, FGN211) is not reported beside "
        "it, since a policy grants nothing on a name that is misspelled.",
        remedy="Create the target first, or fix its name.",
        find=partial(_denied, question=Check.TARGET),
    ),
    _error(
        id="FGN209",
        name="target-cannot-take-events",
        summary="A target exists and cannot take events.",
        why='A stream takes records in the state RUNNING only (DIS API reference, "Querying Stream '
        'Details"). Whether notifications reach a bucket in another region than the one of the '
        "function is said by no document: that is not verified (FGN210).",
        remedy="Use a stream that is RUNNING.",
        find=partial(_denied, question=Check.READINESS),
    ),
    Rule(
        id="FGN211",
        name="documented-right-missing",
        severity=Severity.WARNING,
        stage=RuleStage.PRECHECK,
        summary="The agency of a function lacks a right that is documented for a target.",
        why="The documented minimum for OBS has obs:bucket:CreateBucket, and for SMN "
        'smn:topic:list, beside the right to write (FunctionGraph user guide, "Configuring Agency '
        'Permissions", Table 1). Once bucket and topic are there, nothing is known to depend on '
        "them.",
        remedy="Nothing, as long as notifications arrive; else grant it too.",
        find=partial(_denied, question=Check.EXTRAS),
    ),
    _error(
        id="FGN212",
        name="already-configured",
        summary="A function has a config that this stack does not own.",
        why="The service has no owner mark, so ownership is Pulumi's state and nothing else. What "
        "is live and in no state of this stack may be another stack's or somebody's own, and a "
        "create would replace it. One that equals the declared config is taken over.\n\n"
        "Like cycles and the other pre-checks, this counts for every declared config: --target "
        "does not narrow what is judged, so that one that is refused stops an update of another "
        "one too. FUNCTIONGRAPH_PRECHECK=warn before the command lets that run pass; a create "
        "refuses it all the same.",
        remedy="adopt=True takes it over; with the native plugin pulumi import does, too.",
        find=partial(_denied, question=Check.UNOWNED),
    ),
    _error(
        id="FGN213",
        name="config-unreadable",
        summary="It could not be read whether a function has a config already.",
        why="A create asks the same right before it sends anything, and would fail amid the "
        "update, when other resources have been changed already.",
        remedy="Let the credentials read async configs, and see that the address is right.",
        find=partial(_denied, question=Check.READABLE),
    ),
)
