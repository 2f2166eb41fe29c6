"""The port's double: a small account that answers what a pre-check asks, counts, and can fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.core.agencies import (
    Agency,
    BucketFacts,
    Grant,
    GrantScope,
    Role,
    StreamFacts,
    TopicFacts,
)
from pulumi_functiongraph.core.functions import Alias, FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn

EVERYTHING = Role(
    "r0",
    "te_admin",
    "Tenant Administrator",
    policy={"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["*:*:*"]}]},
)
ENOUGH = {GrantScope.INHERITED: (Grant(EVERYTHING, GrantScope.INHERITED),)}
"""Grants that let an agency write to every target."""


@dataclass
class Account:
    """What is there, by name; ``failing`` and ``before`` go by the name of the method."""

    functions: dict[FunctionUrn, FunctionFacts] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    trusted: tuple[str, ...] = ()
    grants: dict[GrantScope, tuple[Grant, ...]] = field(default_factory=lambda: {**ENOUGH})
    topics: set[str] = field(default_factory=set)
    streams: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, str] = field(default_factory=dict)
    failing: dict[str, Exception] = field(default_factory=dict)
    time: datetime = datetime(2026, 11, 25, 12, tzinfo=UTC)
    before: Callable[[str], object] = lambda _what: None
    asked: Counter[str] = field(default_factory=Counter)

    def now(self) -> datetime:
        return self.time

    def function(self, urn: FunctionUrn) -> FunctionFacts | None:
        self._ask("function", urn)
        return self.functions.get(urn)

    def aliases(self, urn: FunctionUrn) -> Sequence[Alias]:
        raise NotImplementedError

    def agency(self, name: str, *, region: str) -> Agency | None:
        assert region == REGION
        self._ask("agency", name)
        return self.agencies.get(name)

    def trusted_agencies(self, *, region: str, project_id: str) -> Sequence[str]:
        assert (region, project_id) == (REGION, PROJECT)
        self._ask("trusted", project_id)
        return self.trusted

    def project_grants(self, agency: Agency, *, project_id: str, region: str) -> Sequence[Grant]:
        assert (region, project_id) == (REGION, PROJECT)
        return self._granted(agency, GrantScope.PROJECT)

    def domain_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        assert region == REGION
        return self._granted(agency, GrantScope.DOMAIN)

    def inherited_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        assert region == REGION
        return self._granted(agency, GrantScope.INHERITED)

    def enterprise_project_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        assert region == REGION
        return self._granted(agency, GrantScope.ENTERPRISE_PROJECT)

    def object_storage_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        assert region == REGION
        return self._granted(agency, GrantScope.OBJECT_STORAGE)

    def topic(self, topic_urn: str) -> TopicFacts | None:
        self._ask("topic", topic_urn)
        return TopicFacts(topic_urn) if topic_urn in self.topics else None

    def stream(self, name: str, *, region: str, project_id: str) -> StreamFacts | None:
        assert (region, project_id) == (REGION, PROJECT)
        self._ask("stream", name)
        return StreamFacts(name, self.streams[name]) if name in self.streams else None

    def bucket(self, name: str, *, region: str) -> BucketFacts | None:
        assert region == REGION
        self._ask("bucket", name)
        return BucketFacts(name, self.buckets[name]) if name in self.buckets else None

    def _granted(self, agency: Agency, scope: GrantScope) -> Sequence[Grant]:
        self._ask(f"{scope.name.lower()} grants", agency.name)
        return self.grants.get(scope, ())

    def _ask(self, what: str, name: object) -> None:
        self.asked[f"{what} {name}"] += 1
        self.before(what)
        if what in self.failing:
            raise self.failing[what]


WRITER = Agency("a1", "writer", "d1", "op_svc_cff")


def account(*names: str) -> Account:
    """An account with these functions, a good agency, and a target of each kind."""
    urns = map(function_urn, names or ("orders",))
    return Account(
        functions={urn: FunctionFacts(urn, xrole="writer") for urn in urns},
        agencies={"writer": WRITER},
        topics={TOPIC},
        streams={"events": "RUNNING"},
        buckets={"results": "eu-de"},
    )
