"""The facts behind a pre-check: each asked for once a run, and never too much at once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias, TypeVar

from pulumi_functiongraph.cloud.endpoints import Service
from pulumi_functiongraph.cloud.http.limiter import Limiter, RateLimit
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.agencies import Agencies, has_enterprise_projects
from pulumi_functiongraph.cloud.services.dis import Dis
from pulumi_functiongraph.cloud.services.functiongraph import FUNCTIONS_A_PAGE, FunctionGraph
from pulumi_functiongraph.cloud.services.functions import Alias, FunctionFacts
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core import agencies
from pulumi_functiongraph.core.agencies import (
    Agency,
    BucketFacts,
    Grant,
    Role,
    StreamFacts,
    TopicFacts,
)
from pulumi_functiongraph.core.errors import CloudError
from pulumi_functiongraph.core.names import LATEST, FunctionUrn
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.single_flight import SingleFlight
from pulumi_functiongraph.core.targets import Topic

GRANTS_A_SECOND = 10
"""Lists of grants that IAM takes in a second; Huawei Cloud's Terraform provider waits 200 ms after
each for that reason. No document gives the number."""

_ENOUGH_FOR_ONE = 15.0
"""Seconds; four attempts or more where the answers are quick."""

_Place: TypeAlias = tuple[str, str]
_Value = TypeVar("_Value")


class CloudFacts:
    """What a cloud says of functions, agencies, grants and targets; `operations.facts.Facts`.

    Safe to use from any number of threads. Every fact is asked for once, whoever asks, and a
    failure is kept like an answer; a service that does not answer is not asked about anything else.

    What it costs, in requests: the account's id 1 (0 where it is set), all agencies 1 for 500, an
    agency's grants 1 a scope, the id of OBS's built-in project 1, each further policy 1, a target
    1, an alias 1 for the aliases of its function. Of the functions that were said to be asked
    about, those of a project are read 400 to a page where that is fewer requests, the others with 1
    each. An agency that is not listed is asked for once more by its name, and a function or an
    alias that is not listed once more by its own.

    Args:
        session: with credentials; its time limit is that of one fact.
        functions: function versions that will be asked about.
        deadline: a time of the monotonic clock after which nothing more is asked.
        clocks: time.
    """

    def __init__(
        self,
        session: Session,
        *,
        functions: Collection[FunctionUrn] = (),
        deadline: float = math.inf,
        clocks: Clocks | None = None,
    ) -> None:
        clocks = clocks or Clocks()
        self._session = session
        self._functiongraph, self._iam = FunctionGraph(session), Iam(session)
        self._smn, self._dis, self._obs = Smn(session), Dis(session), Obs(session)
        self._agencies = Agencies(session)
        self._limiter = Limiter(
            "get the facts", deadline=deadline, clock=clocks.monotonic, sleep=clocks.sleep
        )
        self._rate = RateLimit(GRANTS_A_SECOND)
        self._wanted = _by_place(functions)
        self._functions = SingleFlight[FunctionUrn, FunctionFacts | None]()
        self._pages = SingleFlight[_Place, Mapping[FunctionUrn, FunctionFacts]]()
        self._aliases = SingleFlight[str, tuple[Alias, ...]]()
        self._trusted = SingleFlight[_Place, tuple[str, ...]]()
        self._domains = SingleFlight[str, str]()
        self._listed = SingleFlight[str, Mapping[str, Agency]]()
        self._named = SingleFlight[tuple[str, str], Agency | None]()
        self._grants = SingleFlight[tuple[agencies.Scope, str, str, str], tuple[Grant, ...]]()
        self._object_storage = SingleFlight[str, str | None]()
        self._roles = SingleFlight[tuple[str, str], Role]()
        self._topics = SingleFlight[str, TopicFacts | None]()
        self._streams = SingleFlight[tuple[str, str, str], StreamFacts | None]()
        self._buckets = SingleFlight[tuple[str, str], BucketFacts | None]()

    def function(self, urn: FunctionUrn) -> FunctionFacts | None:
        """A function version; an alias is followed to its version.

        That an alias is not listed does not say that there is none: a list of null is read as an
        empty one. So it is asked for by its own name then.
        """
        if urn.is_alias:
            versions = (alias.versions[0] for alias in self.aliases(urn) if alias.urn == urn)
            version = next(versions, None)
            if version is not None:
                return self.function(version)
        return self._functions.get(urn, partial(self._function, urn))

    def aliases(self, urn: FunctionUrn) -> tuple[Alias, ...]:
        """The aliases of a function."""
        ask = partial(self._functiongraph.list_aliases, urn)
        find = partial(self._ask, ask, "functiongraph", urn.region, urn.function)
        return self._aliases.get(urn.function, find)

    def trusted_agencies(self, *, region: str, project_id: str) -> tuple[str, ...]:
        """Names of the agencies that FunctionGraph may assume, as FunctionGraph itself lists them.

        Raises:
            CloudError: also when this cloud has no such call.
        """
        ask = partial(
            self._functiongraph.list_trusted_agencies, region=region, project_id=project_id
        )
        find = partial(self._ask, ask, "functiongraph", region, f"project {project_id}")
        return self._trusted.get((region, project_id), find)

    def agency(self, name: str, *, region: str) -> Agency | None:
        """The agency of that name in the caller's own account."""
        listed = self._listed.get(region, partial(self._all_agencies, region))
        return listed.get(name) or self._named.get(
            (name, region), partial(self._agency_named, name, region)
        )

    def project_grants(self, agency: Agency, *, project_id: str, region: str) -> tuple[Grant, ...]:
        """What the agency is granted on one project, policies included."""
        ask = partial(self._agencies.project_roles, agency, project_id=project_id, region=region)
        return self._granted(agency, agencies.Scope.PROJECT, project_id, region, ask)

    def domain_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on the account, for global services such as OBS."""
        ask = partial(self._agencies.domain_roles, agency, region=region)
        return self._granted(agency, agencies.Scope.DOMAIN, agency.domain_id, region, ask)

    def inherited_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on all resources, with the policies fetched role by role."""
        ask = partial(self._agencies.inherited_roles, agency, region=region)
        return self._granted(agency, agencies.Scope.INHERITED, agency.domain_id, region, ask)

    def enterprise_project_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on enterprise projects; none where the cloud has none."""
        if not has_enterprise_projects(self._session, region):
            return ()
        scope = agencies.Scope.ENTERPRISE_PROJECT
        find = partial(self._on_enterprise_projects, agency, region)
        return self._grants.get((scope, "", agency.id, region), find)

    def object_storage_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on MOS, the built-in project of OBS; none where there is none."""
        ask = partial(self._iam.object_storage_project, region=region)
        find = partial(self._ask, ask, "iam", region, "project MOS")
        project_id = self._object_storage.get(region, find)
        if project_id is None:
            return ()
        asking = partial(self._agencies.project_roles, agency, project_id=project_id, region=region)
        return self._granted(agency, agencies.Scope.OBJECT_STORAGE, project_id, region, asking)

    def topic(self, topic_urn: str) -> TopicFacts | None:
        """An SMN topic, asked for in the region and project that its URN names."""
        region = Topic(topic_urn=topic_urn).region
        ask = partial(self._smn.get_topic, topic_urn)
        return self._topics.get(topic_urn, partial(self._ask, ask, "smn", region, topic_urn))

    def stream(self, name: str, *, region: str, project_id: str) -> StreamFacts | None:
        """A DIS stream."""
        ask = partial(self._dis.get_stream, name, region=region, project_id=project_id)
        find = partial(self._ask, ask, "dis", region, name)
        return self._streams.get((name, region, project_id), find)

    def bucket(self, name: str, *, region: str) -> BucketFacts | None:
        """An OBS bucket, asked for in a region; it may turn out to lie in another one."""
        ask = partial(self._obs.get_bucket, name, region=region)
        return self._buckets.get((name, region), partial(self._ask, ask, "obs", region, name))

    def _function(self, urn: FunctionUrn) -> FunctionFacts | None:
        place = (urn.region, urn.project_id)
        if urn in self._wanted.get(place, ()):
            listed = self._pages.get(place, partial(self._pages_of, place))
            if urn in listed:
                return listed[urn]
        ask = partial(self._functiongraph.get_function, urn)
        return self._ask(ask, "functiongraph", urn.region, str(urn))

    def _pages_of(self, place: _Place) -> Mapping[FunctionUrn, FunctionFacts]:
        """The functions that will be asked about, as far as the lists of a project give them."""
        wanted = self._wanted[place]
        if len(wanted) < 2:  # noqa: PLR2004 - of one, a page is no fewer
            return {}
        region, project_id = place
        try:
            ask = partial(self._read_pages, region, project_id, wanted)
            return self._ask(ask, "functiongraph", region, f"project {project_id}")
        except CloudError:
            return {}  # one by one then: to list takes a permission of its own

    def _read_pages(
        self, region: str, project_id: str, wanted: Collection[FunctionUrn]
    ) -> Mapping[FunctionUrn, FunctionFacts]:
        """Pages are read while that promises to be fewer requests than one a function.

        They are believed only when some function has an agency: a list that leaves the field out
        must not pass for functions without one.
        """
        found: dict[FunctionUrn, FunctionFacts] = {}
        names_agencies = False
        listed = self._functiongraph.list_functions(region=region, project_id=project_id)
        for number, facts in enumerate(listed, start=1):
            names_agencies = names_agencies or bool(facts.xrole or facts.app_xrole)
            if facts.urn in wanted:
                found[facts.urn] = facts
            pages, rest = divmod(number, FUNCTIONS_A_PAGE)
            if len(found) == len(wanted) or (not rest and pages >= len(wanted) - len(found)):
                break
        return found if names_agencies else {}

    def _all_agencies(self, region: str) -> Mapping[str, Agency]:
        domain_id = self._domain(region)
        ask = partial(self._agencies.list_agencies, domain_id, region=region)
        found = self._ask(ask, "iam", region, f"account {domain_id}")
        return {agency.name: agency for agency in found}

    def _agency_named(self, name: str, region: str) -> Agency | None:
        ask = partial(self._agencies.list_agencies, self._domain(region), region=region, name=name)
        return next(iter(self._ask(ask, "iam", region, f"agency {name}")), None)

    def _domain(self, region: str) -> str:
        ask = partial(self._iam.domain_of, region)
        find = partial(self._ask, ask, "iam", region, "the credentials' account")
        return self._domains.get(region, find)

    def _granted(
        self,
        agency: Agency,
        scope: agencies.Scope,
        scope_id: str,
        region: str,
        ask: Callable[[], tuple[Role, ...]],
    ) -> tuple[Grant, ...]:
        """The grants in a scope, with the policies of roles that were listed without."""

        def find() -> tuple[Grant, ...]:
            roles = self._ask(ask, "iam", region, f"agency {agency.name}", rate=self._rate)
            for role in roles:
                if role.policy is not None:
                    self._roles.keep((role.id, region), role)
            bare = [role.id for role in roles if role.policy is None]
            whole = self._read_roles(bare, agency.domain_id, region)
            return tuple(Grant(whole.get(role.id, role), scope, scope_id) for role in roles)

        return self._grants.get((scope, scope_id, agency.id, region), find)

    def _on_enterprise_projects(self, agency: Agency, region: str) -> tuple[Grant, ...]:
        ask = partial(self._agencies.enterprise_project_roles, agency, region=region)
        records = self._ask(ask, "iam", region, f"agency {agency.name}", rate=self._rate)
        roles = self._read_roles([role for _, role in records], agency.domain_id, region)
        scope = agencies.Scope.ENTERPRISE_PROJECT
        return tuple(Grant(roles[role], scope, place) for place, role in records)

    def _read_roles(
        self, role_ids: Collection[str], domain_id: str, region: str
    ) -> Mapping[str, Role]:
        """Roles with their policies, each read once a run."""

        def read(role_id: str) -> Role:
            ask = partial(self._agencies.get_role, role_id, domain_id=domain_id, region=region)
            find = partial(self._ask, ask, "iam", region, f"role {role_id}")
            return self._roles.get((role_id, region), find)

        ids = sorted(set(role_ids))
        if not ids:
            return {}
        with ThreadPoolExecutor(REQUESTS_IN_FLIGHT) as pool:
            return dict(zip(ids, pool.map(read, ids), strict=True))

    def _ask(
        self,
        ask: Callable[[], _Value],
        service: Service,
        region: str,
        resource: str,
        *,
        rate: RateLimit | None = None,
    ) -> _Value:
        of = f"{service} in {region}"
        return self._limiter.run(ask, of=of, resource=resource, rate=rate)


def of_settings(
    settings: Settings, *, functions: Collection[FunctionUrn], deadline: float
) -> CloudFacts:
    """The facts of the account that settings lead to; it changes nothing there.

    Args:
        settings: with credentials.
        functions: function versions that will be asked about.
        deadline: a time of the monotonic clock after which nothing more is asked, and at which
            whatever is under way ends.
    """
    seconds = patience(settings.precheck_timeout)
    session = Session(settings, deadline=seconds, until=deadline, read_only=True)
    return CloudFacts(session, functions=functions, deadline=deadline)


def patience(timeout: float) -> float:
    """Seconds for one fact with all its attempts, of the seconds that the whole pre-check may take.

    Short, so that a service that is down leaves time to ask the others.
    """
    return min(timeout, max(_ENOUGH_FOR_ONE, timeout / 4))


def _by_place(functions: Collection[FunctionUrn]) -> Mapping[_Place, Collection[FunctionUrn]]:
    """By region and project, what the lists of a project give: their latest versions."""
    found: dict[_Place, set[FunctionUrn]] = defaultdict(set)
    for urn in functions:
        if urn.version == LATEST and not urn.is_alias:
            found[urn.region, urn.project_id].add(urn)
    return {**found}
