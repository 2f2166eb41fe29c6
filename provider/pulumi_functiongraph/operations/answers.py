"""What a cloud has answered to the questions of a pre-check, each fetched once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeAlias

from pulumi_functiongraph.core.agencies import (
    Agency,
    BucketFacts,
    Grant,
    GrantScope,
    StreamFacts,
    TopicFacts,
)
from pulumi_functiongraph.core.errors import CloudError, Forbidden, Unauthorized
from pulumi_functiongraph.core.functions import Alias, FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AnyQuestion,
    AskAgency,
    AskBucket,
    AskFunction,
    AskGrants,
    AskStream,
    AskTopic,
    AskTrusted,
    Unanswered,
)
from pulumi_functiongraph.core.read_permissions import NEEDED, Fact
from pulumi_functiongraph.core.single_flight import SingleFlight


class Facts(Protocol):
    """What is asked of a cloud; each method may be called from many threads at once.

    Every method but `now` raises a ``CloudError`` when the cloud does not say; ``None`` means that
    the cloud said there is no such thing.
    """

    def now(self) -> datetime:
        """The cloud's time, with its zone: the local time until it has told its own."""

    def function(self, urn: FunctionUrn) -> FunctionFacts | None:
        """A function version; an alias is followed to its version."""

    def aliases(self, urn: FunctionUrn) -> Sequence[Alias]:
        """The aliases of a function."""

    def agency(self, name: str, *, region: str) -> Agency | None:
        """The agency of that name in the caller's own account."""

    def trusted_agencies(self, *, region: str, project_id: str) -> Sequence[str]:
        """Names of the agencies that FunctionGraph may assume, as FunctionGraph itself lists them.

        Needs no right to read IAM, and says nothing of grants. Not on every cloud.
        """

    def project_grants(self, agency: Agency, *, project_id: str, region: str) -> Sequence[Grant]:
        """What the agency is granted on one project, policies included."""

    def domain_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on the account, for global services such as OBS."""

    def inherited_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on all resources, with the policies fetched role by role."""

    def enterprise_project_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on enterprise projects; none where the cloud has none."""

    def object_storage_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on MOS, the built-in project of OBS; none where there is none."""

    def topic(self, topic_urn: str) -> TopicFacts | None:
        """An SMN topic, asked for in the region and project that its URN names."""

    def stream(self, name: str, *, region: str, project_id: str) -> StreamFacts | None:
        """A DIS stream."""

    def bucket(self, name: str, *, region: str) -> BucketFacts | None:
        """An OBS bucket, asked for in a region; it may turn out to lie in another one."""


AnyFact: TypeAlias = Any
"""The fact that an ask is typed with, ``None`` where there is no such thing, or `Unanswered`."""


class Answers:
    """What a cloud has answered so far; safe to use from any number of threads.

    Args:
        facts: the cloud.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = self._answered_last = facts
        self._fetched = SingleFlight[AnyQuestion, AnyFact]()

    def peek(self, ask: AnyQuestion) -> AnyFact:
        """The answer when it is here, else ``PENDING``; asks for nothing."""
        return self._fetched.peek(ask, PENDING)

    def fetch(self, ask: AnyQuestion) -> AnyFact:
        """The answer; the first who asks fetches it, the others wait for that."""
        return self._fetched.get(ask, partial(self._fetch_from, self._facts, ask))

    def now(self) -> datetime:
        """The cloud's time, by which agencies expire and conditions hold."""
        return self._answered_last.now()

    def _fetch_from(self, facts: Facts, ask: AnyQuestion) -> AnyFact:
        answer = _fact_or_unanswered(facts, ask)
        self._answered_last = facts
        return answer

    def turn_to(self, facts: Facts) -> None:
        """Ask another source from now on, one that has kept nothing; what was answered stays."""
        self._facts = facts

    def forget(self, asks: Iterable[AnyQuestion]) -> None:
        """Let these be asked for again: what they are about may have changed."""
        self._fetched.forget(asks)

    def about(self, is_meant: Callable[[str], object]) -> list[AnyQuestion]:
        """The asks that have been answered about names of a kind.

        Args:
            is_meant: tells by the name of a function, agency, topic, stream or bucket.
        """
        return [ask for ask in self._fetched.asked_for() if is_meant(_name(ask))]


def _name(ask: AnyQuestion) -> str:
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


def _fact_or_unanswered(facts: Facts, ask: AnyQuestion) -> AnyFact:
    try:
        return _fact(facts, ask)
    except CloudError as error:
        return _unread(ask, error)


def _fact(facts: Facts, ask: AnyQuestion) -> AnyFact:
    answer: AnyFact
    match ask:
        case AskFunction():
            answer = facts.function(ask.urn)
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
        case GrantScope.PROJECT:
            return facts.project_grants(agency, project_id=ask.project_id, region=region)
        case GrantScope.DOMAIN:
            return facts.domain_grants(agency, region=region)
        case GrantScope.INHERITED:
            return facts.inherited_grants(agency, region=region)
        case GrantScope.OBJECT_STORAGE:
            return facts.object_storage_grants(agency, region=region)
        case _:
            return facts.enterprise_project_grants(agency, region=region)


def _unread(ask: AnyQuestion, error: CloudError) -> Unanswered:
    asked = f"{type(ask).__name__}{'OnEnterpriseProjects' if _is_of_enterprise(ask) else ''}"
    kind = f"{asked} {type(error).__name__} {error.status} {error.code}"
    remedy = ""
    if isinstance(error, Forbidden | Unauthorized):
        remedy = f"the permission that would let us look: {_permission(ask)}"
    return Unanswered(kind, str(error), remedy)


def _permission(ask: AnyQuestion) -> str:
    if _is_of_enterprise(ask):
        return NEEDED[Fact.ENTERPRISE_PROJECT_GRANTS]
    return _PERMISSIONS[type(ask)]


def _is_of_enterprise(ask: AnyQuestion) -> bool:
    return isinstance(ask, AskGrants) and ask.scope is GrantScope.ENTERPRISE_PROJECT


_PERMISSIONS: dict[type[AnyQuestion], str] = {
    AskFunction: NEEDED[Fact.FUNCTION],
    AskAgency: NEEDED[Fact.AGENCY],
    AskGrants: NEEDED[Fact.GRANTS],
    AskTrusted: NEEDED[Fact.FUNCTION],
    AskTopic: NEEDED[Fact.TOPIC],
    AskStream: NEEDED[Fact.STREAM],
    AskBucket: NEEDED[Fact.BUCKET],
}
"""By ask."""
