"""What a pre-check asks a cloud, each thing once and within the limits."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar

from pulumi_functiongraph.cloud.endpoints import Service
from pulumi_functiongraph.cloud.http.in_flight import RequestsInFlight
from pulumi_functiongraph.cloud.http.limiter import Limiter, RateLimit
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.agencies import Agencies, has_enterprise_projects
from pulumi_functiongraph.cloud.services.dis import Dis
from pulumi_functiongraph.cloud.services.functiongraph import FUNCTIONS_A_PAGE, FunctionGraph
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
from pulumi_functiongraph.core.functions import Alias, FunctionFacts
from pulumi_functiongraph.core.names import LATEST, FunctionUrn, Place
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.single_flight import SingleFlight
from pulumi_functiongraph.core.targets import Topic

GRANTS_A_SECOND = 10
"""Lists of grants that IAM takes in a second; Huawei Cloud's Terraform provider waits 200 ms after
each for that reason. No document gives the number."""

_ENOUGH_FOR_ONE = 15.0
"""Seconds; four attempts or more where the answers are quick."""

_Functions: TypeAlias = Mapping[FunctionUrn, FunctionFacts]
_Value = TypeVar("_Value")


class PrecheckClient:
    """What a cloud says of functions, agencies, grants and targets.

    Safe to use from any number of threads. Every fact is asked for once, whoever asks, and a
    failure is kept like an answer; a service that does not answer is not asked about anything else.

    What it costs, in requests: the account's id 1 (0 where it is set), all agencies 1 for 500, an
    agency's grants 1 a scope, the id of OBS's built-in project 1, each further policy 1, a target
    1, an alias 1 for the aliases of its function. Of the functions that are to be asked
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
        self._limiter = Limiter(
            "get the facts", deadline=deadline, clock=clocks.monotonic, sleep=clocks.sleep
        )
        late = self._limiter.refuse_late
        self._functiongraph, self._iam = FunctionGraph(session, before_next=late), Iam(session)
        self._smn, self._dis, self._obs = Smn(session), Dis(session), Obs(session)
        self._agencies = Agencies(session, before_next=late)
        self._rate = RateLimit(GRANTS_A_SECOND)
        self._wanted = _by_place(functions)
        self._found = SingleFlight[object, Any]()

    def now(self) -> datetime:
        """The cloud's time, as IAM tells it with its answers; until then the local time."""
        return self._session.cloud_time()

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
        if urn in self._wanted.get(urn.place, ()):
            key = ("pages", urn.place)
            pages: _Functions = self._found.get(key, partial(self._pages_of, urn.place))
            if urn in pages:
                return pages[urn]
        ask = partial(self._functiongraph.get_function, urn)
        return self._once(ask, "functiongraph", urn.region, str(urn))

    def aliases(self, urn: FunctionUrn) -> tuple[Alias, ...]:
        """The aliases of a function."""
        ask = partial(self._functiongraph.list_aliases, urn.latest)
        return self._once(ask, "functiongraph", urn.region, urn.function)

    def trusted_agencies(self, *, region: str, project_id: str) -> tuple[str, ...]:
        """Names of the agencies that FunctionGraph may assume, as FunctionGraph itself lists them.

        Raises:
            CloudError: also when this cloud has no such call.
        """
        ask = partial(
            self._functiongraph.list_trusted_agencies, region=region, project_id=project_id
        )
        return self._once(ask, "functiongraph", region, f"project {project_id}")

    def agency(self, name: str, *, region: str) -> Agency | None:
        """The agency of that name in the caller's own account; not listed, it is asked for."""
        domain = partial(self._iam.domain_of, region)
        domain_id = self._once(domain, "iam", region, "the credentials' account")
        every = partial(self._agencies.list_agencies, domain_id, region=region)
        for each in self._once(every, "iam", region, f"account {domain_id}"):
            if each.name == name:
                return each
        named = partial(self._agencies.list_agencies, domain_id, region=region, name=name)
        found = self._once(named, "iam", region, f"agency {name}")
        return found[0] if found else None

    def project_grants(self, agency: Agency, *, project_id: str, region: str) -> tuple[Grant, ...]:
        """What the agency is granted on one project, policies included."""
        ask = partial(self._agencies.project_roles, agency, project_id=project_id, region=region)
        return self._granted(agency, agencies.GrantScope.PROJECT, project_id, region, ask)

    def domain_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on the account, for global services such as OBS."""
        ask = partial(self._agencies.domain_roles, agency, region=region)
        return self._granted(agency, agencies.GrantScope.DOMAIN, agency.domain_id, region, ask)

    def inherited_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on all resources, with the policies fetched role by role."""
        ask = partial(self._agencies.inherited_roles, agency, region=region)
        return self._granted(agency, agencies.GrantScope.INHERITED, agency.domain_id, region, ask)

    def enterprise_project_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on enterprise projects; none where the cloud has none."""
        if not has_enterprise_projects(self._session, region):
            return ()
        ask = partial(self._agencies.enterprise_project_roles, agency, region=region)
        records = self._once(ask, "iam", region, f"agency {agency.name}", rate=self._rate)
        roles = self._read_roles([role for _, role in records], agency.domain_id, region)
        scope = agencies.GrantScope.ENTERPRISE_PROJECT
        return tuple(Grant(roles[role], scope, place) for place, role in records)

    def object_storage_grants(self, agency: Agency, *, region: str) -> tuple[Grant, ...]:
        """What it is granted on MOS, the built-in project of OBS; none where there is none."""
        project = partial(self._iam.object_storage_project, region=region)
        project_id = self._once(project, "iam", region, "project MOS")
        if project_id is None:
            return ()
        ask = partial(self._agencies.project_roles, agency, project_id=project_id, region=region)
        return self._granted(agency, agencies.GrantScope.OBJECT_STORAGE, project_id, region, ask)

    def topic(self, topic_urn: str) -> TopicFacts | None:
        """An SMN topic, asked for in the region and project that its URN names."""
        region = Topic(topic_urn=topic_urn).region
        return self._once(partial(self._smn.get_topic, topic_urn), "smn", region, topic_urn)

    def stream(self, name: str, *, region: str, project_id: str) -> StreamFacts | None:
        """A DIS stream."""
        ask = partial(self._dis.get_stream, name, region=region, project_id=project_id)
        return self._once(ask, "dis", region, name)

    def bucket(self, name: str, *, region: str) -> BucketFacts | None:
        """An OBS bucket, asked for in a region; it may turn out to lie in another one."""
        return self._once(partial(self._obs.get_bucket, name, region=region), "obs", region, name)

    def _pages_of(self, place: Place) -> _Functions:
        """The functions that will be asked about, as far as the lists of a project give them."""
        wanted = self._wanted[place]
        if len(wanted) < 2:  # noqa: PLR2004 - of one, a page is no fewer
            return {}
        region, project_id = place
        try:
            ask = partial(self._read_pages, region, project_id, wanted)
            of, resource = f"functiongraph in {region}", f"project {project_id}"
            return self._limiter.run(ask, of=of, resource=resource)
        except CloudError:
            return {}  # one by one then: to list takes a permission of its own

    def _read_pages(
        self, region: str, project_id: str, wanted: Collection[FunctionUrn]
    ) -> _Functions:
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

    def _granted(
        self,
        agency: Agency,
        scope: agencies.GrantScope,
        scope_id: str,
        region: str,
        ask: partial[tuple[Role, ...]],
    ) -> tuple[Grant, ...]:
        """The grants in a scope, with the policies of roles that were listed without."""
        roles = self._once(ask, "iam", region, f"agency {agency.name}", rate=self._rate)
        for role in roles:
            if role.policy is not None:
                self._found.keep(_key(self._role(role.id, agency.domain_id, region)), role)
        bare = [role.id for role in roles if role.policy is None]
        whole = self._read_roles(bare, agency.domain_id, region)
        return tuple(Grant(whole.get(role.id, role), scope, scope_id) for role in roles)

    def _role(self, role_id: str, domain_id: str, region: str) -> partial[Role]:
        return partial(self._agencies.get_role, role_id, domain_id=domain_id, region=region)

    def _read_roles(
        self, role_ids: Collection[str], domain_id: str, region: str
    ) -> Mapping[str, Role]:
        """Roles with their policies, each read once a run."""

        def read(role_id: str) -> Role:
            ask = self._role(role_id, domain_id, region)
            return self._once(ask, "iam", region, f"role {role_id}")

        ids = sorted(set(role_ids))
        if not ids:
            return {}
        with ThreadPoolExecutor(REQUESTS_IN_FLIGHT) as pool:
            return dict(zip(ids, pool.map(read, ids), strict=True))

    def _once(
        self,
        ask: partial[_Value],
        service: Service,
        region: str,
        resource: str,
        *,
        rate: RateLimit | None = None,
    ) -> _Value:
        """What a call answers; it is made once, whoever asks."""
        of = f"{service} in {region}"
        run = partial(self._limiter.run, ask, of=of, resource=resource, rate=rate)
        found: _Value = self._found.get(_key(ask), run)
        return found


def _key(ask: partial[Any]) -> object:
    """Names a call and what it is about."""
    return ask.func, ask.args, tuple(sorted(ask.keywords.items()))


def of_settings(
    settings: Settings,
    *,
    functions: Collection[FunctionUrn],
    deadline: float,
    in_flight: RequestsInFlight | None = None,
) -> PrecheckClient:
    """The facts of the account that settings lead to; it changes nothing there.

    Args:
        settings: with credentials.
        functions: function versions that will be asked about.
        deadline: a time of the monotonic clock after which nothing more is asked, and at which
            whatever is under way ends.
        in_flight: as of `Session`.
    """
    seconds = patience(settings.precheck_timeout)
    session = Session(
        settings, deadline=seconds, until=deadline, read_only=True, in_flight=in_flight
    )
    return PrecheckClient(session, functions=functions, deadline=deadline)


def patience(timeout: float) -> float:
    """Seconds for one fact with all its attempts, of the seconds that the whole pre-check may take.

    Short, so that a service that is down leaves time to ask the others.
    """
    return min(timeout, max(_ENOUGH_FOR_ONE, timeout / 4))


def _by_place(functions: Collection[FunctionUrn]) -> Mapping[Place, Collection[FunctionUrn]]:
    """By region and project, what the lists of a project give: their latest versions."""
    found: dict[Place, set[FunctionUrn]] = defaultdict(set)
    for urn in functions:
        if urn.version == LATEST and not urn.is_alias:
            found[urn.place].add(urn)
    return {**found}
