"""Answers every check of a config from what is known of its function, agency and targets.

It is run again whenever more is known. The questions that it asks say what it still needs, so that
what is asked and what is judged cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeAlias

import msgspec

from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks import cloud_objects
from pulumi_functiongraph.core.prechecks.agency import judge_agency, judge_by_name
from pulumi_functiongraph.core.prechecks.answer import CheckAnswer, allowed, denied, unknown
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.grants import judge_grants
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AskAgency,
    AskFunction,
    AskTrusted,
    Known,
    Unanswered,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.prechecks.target import create_or_mend, judge_target

Mending: TypeAlias = Callable[[CheckedConfig, CloudObject], str]
"""By a config and a thing, the resource of the same program that may make or change it before the
config is sent; empty when there is none."""


def nobody(_subject: CheckedConfig, _thing: CloudObject) -> str:
    """Nothing else changes anything before the config is sent."""
    return ""


class _Case(msgspec.Struct, frozen=True):
    subject: CheckedConfig
    urn: FunctionUrn
    known: Known
    now: datetime
    mended_by: Mending

    def result(self, answer: CheckAnswer, *, path: str = "") -> CheckResult:
        mending = ""
        if answer.outcome is CheckOutcome.DENIED:
            told = (self.mended_by(self.subject, thing) for thing in answer.about)
            mending = next(filter(None, told), "")
        return CheckResult(
            resource=self.subject.resource,
            path=path,
            question=answer.question,
            outcome=answer.outcome,
            why=answer.why,
            remedy=answer.remedy,
            where=self.subject.where,
            kind=answer.kind,
            number=self.subject.number,
            mended_by=mending,
        )


def judge(
    subject: CheckedConfig, known: Known, *, now: datetime, mended_by: Mending = nobody
) -> tuple[CheckResult, ...]:
    """Answer every question about a config that can be answered by what is known.

    Unknown values are passed over. `now` has a time zone, as agencies expire.
    """
    if subject.function_urn is None:
        return ()
    case = _Case(subject, subject.function_urn, known, now, mended_by)
    return (*_of_targets(case), *_of_function(case))


def judge_secrets(subject: CheckedConfig) -> tuple[CheckResult, ...]:
    """What stays unknown of a config that is about to be sent: its secrets are not looked into."""
    open_paths = [aim.path for aim in subject.aims if aim.target is None]
    if subject.function_urn is None:
        open_paths.append("functionUrn")
    return tuple(
        CheckResult(
            subject.resource,
            path,
            Check.TARGET,
            CheckOutcome.UNKNOWN,
            "its name is a secret, and secrets are not looked into",
            where=subject.where,
            kind="secret",
            number=subject.number,
        )
        for path in open_paths
    )


def _of_targets(case: _Case) -> Iterator[CheckResult]:
    for aim in case.subject.aims:
        if aim.target is not None:
            for answer in judge_target(aim.target, at=case.urn, known=case.known):
                yield case.result(answer, path=aim.path)


def _of_function(case: _Case) -> Iterator[CheckResult]:
    found = case.known.look(AskFunction(case.urn))
    question = Check.FUNCTION
    if found is PENDING:
        return
    if isinstance(found, Unanswered):
        yield case.result(unknown(question, found))
    elif found is None:
        why = f"there is no function {case.urn}"
        remedy = create_or_mend(case.urn, "region, project, package and name of its URN")
        yield case.result(
            denied(question, why, remedy, about=(cloud_objects.function(case.urn.name),))
        )
    else:
        yield case.result(allowed(question, f"function {case.urn} is there"))
        if case.subject.aims:
            yield from _of_agency(case, found)


def _of_agency(case: _Case, found: FunctionFacts) -> Iterator[CheckResult]:
    name = found.xrole or found.app_xrole
    question = Check.AGENCY
    if not name:
        why = f"function {case.urn.function} has no agency, so it may write to no target"
        yield case.result(
            denied(question, why, SET_AN_AGENCY, about=(cloud_objects.function(case.urn.name),))
        )
        return
    if found.xrole:
        yield case.result(allowed(question, f"its configuration agency (xrole) is {name}"))
    else:
        yield case.result(unknown(question, _only_for_execution(name)))
    agency = case.known.look(AskAgency(name, case.urn.region))
    if agency is PENDING:
        return
    if isinstance(agency, Unanswered):
        yield from _unread_agency(case, name, agency)
    elif agency is None:
        why = f"there is no agency {name} in the account of the credentials"
        remedy = f"create it, delegated to FunctionGraph (op_svc_cff), or {SET_AN_AGENCY}"
        about = (cloud_objects.agency(name), cloud_objects.function(case.urn.name))
        yield case.result(denied(Check.AGENCY_EXISTS, why, remedy, about=about))
    else:
        for answer in judge_agency(agency, now=case.now, function=case.urn.name):
            yield case.result(answer)
        for aim in case.subject.aims:
            for answer in judge_grants(
                aim, agency=agency, at=case.urn, known=case.known, now=case.now
            ):
                yield case.result(answer, path=aim.path)


def _unread_agency(case: _Case, name: str, unread: Unanswered) -> Iterator[CheckResult]:
    """IAM does not tell; FunctionGraph itself may say that it can assume the agency."""
    trusted = case.known.look(AskTrusted(case.urn.region, case.urn.project_id))
    if trusted is not PENDING:
        for answer in judge_by_name(name, trusted=trusted, unread=unread):
            yield case.result(answer)


def _only_for_execution(name: str) -> Unanswered:
    return Unanswered(
        "no configuration agency",
        f"the function has no configuration agency (xrole), so its execution agency (app_xrole) "
        f"{name} was checked; no document says which of the two delivers notifications",
        "set the configuration agency too",
    )


SET_AN_AGENCY = (
    "set an agency on the function's page, Configuration > Permissions (xrole in the API)"
)
