"""What a cloud has answered to the questions of a pre-check, each fetched once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

from pulumi_functiongraph.core.agencies import Scope
from pulumi_functiongraph.core.errors import CloudError, Forbidden, Unauthorized
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AnyAsk,
    AskAgency,
    AskBucket,
    AskFunction,
    AskGrants,
    AskStream,
    AskTopic,
    AskTrusted,
    FunctionFound,
    Unread,
)
from pulumi_functiongraph.core.read_permissions import NEEDED, Fact
from pulumi_functiongraph.core.single_flight import SingleFlight
from pulumi_functiongraph.operations.facts import Facts

Answer: TypeAlias = Any
"""The fact that an ask is typed with, ``None`` where there is no such thing, or `Unread`."""


class Answers:
    """What a cloud has answered so far; safe to use from any number of threads.

    Args:
        facts: the cloud.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._fetched = SingleFlight[AnyAsk, Answer]()

    def peek(self, ask: AnyAsk) -> Answer:
        """The answer when it is here, else ``PENDING``; asks for nothing."""
        return self._fetched.peek(ask, PENDING)

    def fetch(self, ask: AnyAsk) -> Answer:
        """The answer; the first who asks fetches it, the others wait for that."""
        return self._fetched.get(ask, partial(_fetched, self._facts, ask))

    def turn_to(self, facts: Facts) -> None:
        """Ask another source from now on, one that has kept nothing; what was answered stays."""
        self._facts = facts

    def forget(self, asks: Iterable[AnyAsk]) -> None:
        """Let these be asked for again: what they are about may have changed."""
        self._fetched.forget(asks)

    def about(self, is_meant: Callable[[str], object]) -> list[AnyAsk]:
        """The asks that have been answered about names of a kind.

        Args:
            is_meant: tells by the name of a function, agency, topic, stream or bucket.
        """
        return [ask for ask in self._fetched.asked_for() if is_meant(_name(ask))]


def _name(ask: AnyAsk) -> str:
    match ask:
        case AskFunction():
            return ask.urn.name
        case AskGrants():
            return ask.agency.name
        case AskTopic():
            return ask.topic_urn.rpartition(":")[2]
        case AskAgency() | AskStream() | AskBucket():
            return ask.name
    return ""


def _fetched(facts: Facts, ask: AnyAsk) -> Answer:
    try:
        return _asked(facts, ask)
    except CloudError as error:
        return _unread(ask, error)


def _asked(facts: Facts, ask: AnyAsk) -> Answer:
    answer: Answer
    match ask:
        case AskFunction():
            found = facts.function(ask.urn)
            answer = found and FunctionFound(found.urn, found.xrole, found.app_xrole)
        case AskAgency():
            answer = facts.agency(ask.name, region=ask.region)
        case AskTrusted():
            answer = tuple(facts.trusted_agencies(region=ask.region, project_id=ask.project_id))
        case AskTopic():
            answer = facts.topic(ask.topic_urn)
        case AskStream():
            answer = facts.stream(ask.name, region=ask.region, project_id=ask.project_id)
        case AskBucket():
            answer = facts.bucket(ask.name, region=ask.region)
        case AskGrants():
            answer = tuple(_granted(facts, ask))
        case _:
            message = f"nobody answers {type(ask).__name__}"
            raise TypeError(message)
    return answer


def _granted(facts: Facts, ask: AskGrants) -> Iterable[Any]:
    agency, region = ask.agency, ask.region
    match ask.scope:
        case Scope.PROJECT:
            return facts.project_grants(agency, project_id=ask.project_id, region=region)
        case Scope.DOMAIN:
            return facts.domain_grants(agency, region=region)
        case Scope.INHERITED:
            return facts.inherited_grants(agency, region=region)
        case Scope.OBJECT_STORAGE:
            return facts.object_storage_grants(agency, region=region)
        case _:
            return facts.enterprise_project_grants(agency, region=region)


def _unread(ask: AnyAsk, error: CloudError) -> Unread:
    asked = f"{type(ask).__name__}{'OnEnterpriseProjects' if _is_of_enterprise(ask) else ''}"
    kind = f"{asked} {type(error).__name__} {error.status} {error.code}"
    remedy = ""
    if isinstance(error, Forbidden | Unauthorized):
        remedy = f"the permission that would let us look: {_permission(ask)}"
    return Unread(kind, str(error), remedy)


def _permission(ask: AnyAsk) -> str:
    if _is_of_enterprise(ask):
        return NEEDED[Fact.ENTERPRISE_PROJECT_GRANTS]
    return _PERMISSIONS[type(ask)]


def _is_of_enterprise(ask: AnyAsk) -> bool:
    return isinstance(ask, AskGrants) and ask.scope is Scope.ENTERPRISE_PROJECT


_PERMISSIONS: dict[type[AnyAsk], str] = {
    AskFunction: NEEDED[Fact.FUNCTION],
    AskAgency: NEEDED[Fact.AGENCY],
    AskGrants: NEEDED[Fact.GRANTS],
    AskTrusted: NEEDED[Fact.FUNCTION],
    AskTopic: NEEDED[Fact.TOPIC],
    AskStream: NEEDED[Fact.STREAM],
    AskBucket: NEEDED[Fact.BUCKET],
}
"""By ask."""
