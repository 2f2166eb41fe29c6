"""The facts of a pre-check: what they are, what they cost, and what a failing service does."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from factories import OTHER_PROJECT, PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.endpoints import SERVICES, Endpoints
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.precheck_client import PrecheckClient, of_settings, patience
from pulumi_functiongraph.core.agencies import (
    Agency,
    BucketFacts,
    Grant,
    GrantScope,
    StreamFacts,
    TopicFacts,
)
from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotFound,
    Rejected,
    SettingsError,
    Unavailable,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.operations.answers import Facts
from unit.cloud.doubles import Time, settings_for
from unit.cloud.loopback import Loopback, Reply
from unit.cloud.scripted_account import DOMAIN, POLICY, Account, role, whole_role


@pytest.fixture
def account(server: Loopback) -> Account:
    return Account(server, agencies=["notify", "other"])


def facts_of(
    account: Account,
    *,
    functions: Collection[FunctionUrn] = (),
    cloud: Cloud = "huawei",
    time: Time | None = None,
    deadline: float = 600.0,
    url: str = "",
) -> PrecheckClient:
    clocks = (time or Time()).clocks()
    settings = settings_for(account.server.url)
    addresses: dict[str, str] = {**dict.fromkeys(SERVICES, url or account.server.url)}
    addresses["iam"] = account.server.url
    settings = replace(settings, cloud=cloud, endpoints=Endpoints(cloud, addresses))
    session = Session(settings, clocks=clocks, deadline=60.0, read_only=True)
    return PrecheckClient(session, functions=functions, deadline=deadline, clocks=clocks)


def found_agency(facts: PrecheckClient, name: str = "notify") -> Agency:
    agency = facts.agency(name, region=REGION)
    assert agency is not None
    return agency


def many(number: int) -> list[FunctionUrn]:
    return [function_urn(f"f{index:04}") for index in range(number)]


def test_they_are_what_a_pre_check_asks(account: Account) -> None:
    account.functions = {function_urn(): "notify"}

    facts: Facts = facts_of(account)

    function = facts.function(function_urn())
    assert function is not None
    assert (function.urn, function.xrole, function.app_xrole) == (function_urn(), "notify", None)
    assert facts.agency("notify", region=REGION) == Agency(
        "id-notify", "notify", DOMAIN, "op_svc_cff"
    )
    assert facts.topic(TOPIC) == TopicFacts(TOPIC)
    place = {"region": REGION, "project_id": PROJECT}
    assert facts.stream("events", **place) == StreamFacts("events", "RUNNING")
    assert facts.bucket("results", region=REGION) == BucketFacts("results", "eu-de")
    assert facts.trusted_agencies(**place) == ("notify", "other")


def test_everything_is_asked_for_once_however_often_it_is_wanted(account: Account) -> None:
    account.functions = {function_urn(): "notify"}
    account.inherited = [role("a", whole=False)]
    facts = facts_of(account)
    place = {"region": REGION, "project_id": PROJECT}

    def everything(_number: int) -> None:
        agency = found_agency(facts)
        facts.function(function_urn())
        facts.aliases(function_urn())
        facts.aliases(function_urn(version="v1"))
        facts.trusted_agencies(**place)
        facts.project_grants(agency, project_id=PROJECT, region=REGION)
        facts.domain_grants(agency, region=REGION)
        facts.inherited_grants(agency, region=REGION)
        facts.enterprise_project_grants(agency, region=REGION)
        facts.topic(TOPIC)
        facts.stream("events", **place)
        facts.bucket("results", region=REGION)
        facts.agency("nobody", region=REGION)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(everything, range(24)))

    twice = "/v3.0/OS-AGENCY/agencies"  # all of them, and nobody by name
    assert account.asked.pop(twice) == 2
    assert set(account.asked.values()) == {1}


def test_grants_say_what_where_and_with_which_policy(account: Account) -> None:
    account.on_project = [role("smn_adm")]
    account.on_domain = [role("obs")]
    account.inherited = [role("te_admin", whole=False)]
    account.enterprise = [("e1", "id-eps")]
    facts = facts_of(account)
    agency = found_agency(facts)

    on_project = facts.project_grants(agency, project_id=PROJECT, region=REGION)
    assert on_project == (Grant(whole_role("smn_adm"), GrantScope.PROJECT, PROJECT),)
    assert facts.domain_grants(agency, region=REGION) == (
        Grant(whole_role("obs"), GrantScope.DOMAIN, DOMAIN),
    )
    assert facts.inherited_grants(agency, region=REGION) == (
        Grant(whole_role("te_admin"), GrantScope.INHERITED, DOMAIN),
    )
    assert facts.enterprise_project_grants(agency, region=REGION) == (
        Grant(whole_role("eps"), GrantScope.ENTERPRISE_PROJECT, "e1"),
    )


def test_grants_on_the_built_in_project_of_obs_are_read_where_there_is_one(
    account: Account,
) -> None:
    account.on_project = [role("obs")]
    without = facts_of(account)
    assert without.object_storage_grants(found_agency(without), region=REGION) == ()

    account.storage = "mos"
    facts = facts_of(account)
    for _ in range(2):
        assert facts.object_storage_grants(found_agency(facts), region=REGION) == (
            Grant(whole_role("obs"), GrantScope.OBJECT_STORAGE, "mos"),
        )
    assert account.asked["/v3/projects"] == 2
    assert account.asked_about("/projects/mos/") == 1


def test_a_policy_is_read_once_a_run_for_every_agency_that_has_it(account: Account) -> None:
    account.inherited = [role(name, whole=False) for name in ("a", "b", "c")]
    facts = facts_of(account)

    for name in ("notify", "other"):
        facts.inherited_grants(found_agency(facts, name), region=REGION)

    assert account.asked_about("/v3/roles/") == 3


def test_a_policy_that_a_list_gave_is_not_read_again(account: Account) -> None:
    account.on_project = [role("a")]
    account.inherited = [role("a", whole=False)]
    facts = facts_of(account)
    agency = found_agency(facts)
    facts.project_grants(agency, project_id=PROJECT, region=REGION)

    [grant] = facts.inherited_grants(agency, region=REGION)

    assert grant.role.policy == POLICY
    assert account.asked_about("/v3/roles/") == 0


def test_a_policy_that_may_not_be_read_leaves_the_grants_unknown(account: Account) -> None:
    account.inherited = [role("a", whole=False), role("b", whole=False)]
    account.refused = {"/v3/roles/id-b": Reply(403, {"error": {"code": 403, "message": "no"}})}
    facts = facts_of(account)

    with pytest.raises(Forbidden, match="read the policy of role id-b"):
        facts.inherited_grants(found_agency(facts), region=REGION)


def test_a_cloud_without_enterprise_projects_is_not_asked_for_them(account: Account) -> None:
    facts = facts_of(account, cloud="otc")

    assert facts.enterprise_project_grants(found_agency(facts), region=REGION) == ()
    assert account.asked_about("OS-PERMISSION") == 0


def test_an_agency_that_is_not_listed_is_asked_for_by_its_name(account: Account) -> None:
    account.new_agency = "fresh"
    facts = facts_of(account)

    assert found_agency(facts, "fresh").name == "fresh"
    assert facts.agency("nobody", region=REGION) is None
    assert account.asked_about("OS-AGENCY/agencies") == 3


def test_an_account_that_may_not_be_read_is_asked_once(account: Account) -> None:
    account.refused = {"OS-AGENCY": Reply(403, {"error": {"code": 403, "message": "no"}})}
    facts = facts_of(account)

    for index in range(1000):
        with pytest.raises(Forbidden, match="list the agencies of account d0"):
            facts.agency(f"a{index}", region=REGION)

    assert account.asked_about("OS-AGENCY") == 1


def test_a_cloud_that_lists_no_trusted_agencies_says_so_once(account: Account) -> None:
    account.refused = {"service-trusted": Reply(404, {"error_code": "FSS.0404"})}
    facts = facts_of(account)

    for _ in range(2):
        with pytest.raises(Rejected, match="this cloud has no such call"):
            facts.trusted_agencies(region=REGION, project_id=PROJECT)
    assert account.asked.total() == 1


def test_an_alias_is_followed_to_its_version(account: Account) -> None:
    v1, prod = function_urn(version="v1"), function_urn(version="prod", is_alias=True)
    account.functions = {v1: "notify"}
    account.aliases = {v1.function: [{"name": "prod", "version": "v1"}]}
    facts = facts_of(account)

    function = facts.function(prod)

    assert function is not None
    assert function.urn == v1
    assert account.asked.total() == 2
    assert facts.function(function_urn(version="none", is_alias=True)) is None
    assert account.asked.total() == 3


@pytest.mark.parametrize("listed", [[], None, {"aliases": None}])
def test_an_alias_that_is_not_listed_is_asked_for_by_its_own_name(
    account: Account, listed: object
) -> None:
    prod = function_urn(version="prod", is_alias=True)
    account.functions = {prod: "notify"}
    account.aliases = {prod.function: listed}

    function = facts_of(account).function(prod)

    assert function is not None
    assert function.xrole == "notify"


@pytest.mark.parametrize("number", [2, 400])
def test_functions_that_will_be_asked_about_are_read_by_pages(
    account: Account, number: int
) -> None:
    account.functions = dict.fromkeys(many(number), "notify")
    facts = facts_of(account, functions=many(number))

    found = [facts.function(urn) for urn in many(number)]

    assert [each.urn for each in found if each] == many(number)
    assert {each.xrole for each in found if each} == {"notify"}
    assert account.asked.total() == 1


def test_a_thousand_functions_cost_three_requests(account: Account) -> None:
    account.functions = dict.fromkeys(many(1000), "notify")
    facts = facts_of(account, functions=many(1000))

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(facts.function, many(1000)))

    assert account.asked.total() == 3


@pytest.mark.parametrize(
    ("wanted", "requests"),
    [
        ([function_urn("f0900")], 1),  # one by one is never more
        ([function_urn("f0000"), function_urn("f0001")], 1),  # on the first page, no further
        ([function_urn("f0000"), function_urn("f0900")], 2),  # one left after a page: not another
        ([function_urn("f0500"), function_urn("f0900")], 3),  # one left after two of three pages
    ],
)
def test_pages_are_read_only_while_they_are_fewer(
    account: Account, wanted: list[FunctionUrn], requests: int
) -> None:
    account.functions = dict.fromkeys(many(1000), "notify")
    facts = facts_of(account, functions=wanted)

    assert [each.urn for each in map(facts.function, wanted) if each] == wanted
    assert account.asked.total() == requests


def test_versions_and_aliases_are_not_looked_for_in_pages(account: Account) -> None:
    versions = [function_urn(version=name) for name in ("v1", "v2", "v3")]
    aliases = [function_urn(version=name, is_alias=True) for name in ("latest", "prod")]
    account.functions = dict.fromkeys(versions, "notify")
    facts = facts_of(account, functions=[*versions, *aliases])

    assert all(map(facts.function, versions))
    assert account.asked.total() == 3


def test_each_project_has_pages_of_its_own(account: Account) -> None:
    here = many(2)
    there = [replace(urn, project_id=OTHER_PROJECT) for urn in here]
    account.functions = dict.fromkeys([*here, *there], "notify")
    facts = facts_of(account, functions=[*here, *there])

    assert all(map(facts.function, [*here, *there]))
    assert account.asked.total() == 2


def test_a_function_that_is_not_listed_is_asked_for_before_it_is_missing(
    account: Account,
) -> None:
    listed, hidden, gone = function_urn("a"), function_urn("b"), function_urn("c")
    account.functions = {listed: "notify", hidden: "notify"}
    account.unlisted = {hidden}
    facts = facts_of(account, functions=[listed, hidden, gone])

    assert facts.function(listed) is not None
    assert facts.function(hidden) is not None
    assert facts.function(gone) is None
    assert account.asked.total() == 3


def test_pages_that_name_no_agency_at_all_are_not_taken_for_functions_without(
    account: Account,
) -> None:
    account.functions = dict.fromkeys(many(3))
    facts = facts_of(account, functions=many(3))

    assert [each.xrole for each in map(facts.function, many(3)) if each] == [None] * 3
    assert account.asked_about("/config") == 3


def test_functions_that_may_not_be_listed_are_asked_for_one_by_one(account: Account) -> None:
    account.functions = dict.fromkeys(many(3), "notify")
    account.refused = {"fgs/functions": Reply(403, {"error_code": "FSS.0403"})}
    facts = facts_of(account, functions=many(3))
    with pytest.raises(Forbidden, match="read the settings"):
        facts.function(many(3)[0])
    account.refused = {}

    assert facts.function(many(3)[1]) is not None


def test_no_more_than_sixteen_requests_are_under_way(account: Account) -> None:
    account.too_many = REQUESTS_IN_FLIGHT + 1
    facts = facts_of(account)

    with ThreadPoolExecutor(3 * REQUESTS_IN_FLIGHT) as pool:
        list(pool.map(lambda n: facts.topic(f"{TOPIC}{n}"), range(3 * REQUESTS_IN_FLIGHT)))

    assert account.most == REQUESTS_IN_FLIGHT


def test_grants_are_asked_for_ten_times_a_second(account: Account) -> None:
    account.agencies = [f"a{index}" for index in range(10)]
    time = Time()
    facts = facts_of(account, time=time)

    for name in account.agencies:
        agency = found_agency(facts, name)
        facts.project_grants(agency, project_id=PROJECT, region=REGION)
        facts.domain_grants(agency, region=REGION)
        facts.inherited_grants(agency, region=REGION)

    assert time.passed == pytest.approx(2.0)
    assert account.asked.total() == 2 + 30


def asked_of_targets(facts: PrecheckClient) -> Mapping[str, Callable[[int], object]]:
    return {
        "smn": lambda n: facts.topic(f"{TOPIC}{n}"),
        "dis": lambda n: facts.stream(f"s{n}", region=REGION, project_id=PROJECT),
        "obs": lambda n: facts.bucket(f"bucket-{n}", region=REGION),
        "functiongraph": lambda n: facts.function(function_urn(f"f{n}")),
    }


@pytest.mark.parametrize("service", ["smn", "dis", "obs", "functiongraph"])
def test_a_service_that_cannot_be_reached_is_given_up_and_the_others_are_not(
    account: Account, service: str
) -> None:
    time = Time()
    facts = facts_of(account, time=time, url="http://127.0.0.1:9")
    ask = asked_of_targets(facts)[service]

    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        ask(0)
    waited = time.passed
    for number in range(1, 1000):
        with pytest.raises(Unavailable, match=f"not asked, because {service} in {REGION} failed"):
            ask(number)

    assert waited <= 60.0
    assert time.passed == waited
    assert found_agency(facts).name == "notify"


def test_a_missing_target_says_nothing_about_the_service(account: Account) -> None:
    account.refused = {"alerts1": Reply(404, {"code": "SMN.0006"}), "alerts2": Reply(404, {})}
    facts = facts_of(account)

    assert facts.topic(f"{TOPIC}1") is None
    with pytest.raises(NotFound):
        facts.topic(f"{TOPIC}2")
    assert facts.topic(f"{TOPIC}3") == TopicFacts(f"{TOPIC}3")


def test_nothing_is_asked_after_the_deadline(account: Account) -> None:
    time = Time()
    facts = facts_of(account, time=time, deadline=10.0)
    agency = found_agency(facts)
    time.passed = 10.0
    asked = account.asked.total()

    for ask in (
        lambda: facts.topic(TOPIC),
        lambda: facts.domain_grants(agency, region=REGION),
        lambda: facts.function(function_urn()),
    ):
        with pytest.raises(Unavailable, match="no time left"):
            ask()
    assert account.asked.total() == asked
    assert facts.agency("notify", region=REGION) == agency


def test_the_budget_of_a_thousand_configs(account: Account) -> None:
    """Ten agencies, five hundred targets, every question asked by sixteen threads."""
    account.agencies = [f"a{index}" for index in range(10)]
    sources, targets = many(1000), [f"{TOPIC}{index}" for index in range(500)]
    account.functions = {urn: f"a{index % 10}" for index, urn in enumerate(sources)}
    account.on_project = [role("smn_adm")]
    account.inherited = [role(name, whole=False) for name in ("te_admin", "readonly")]
    facts = facts_of(account, functions=sources)

    def check(index: int) -> object:
        function = facts.function(sources[index])
        assert function is not None
        agency = facts.agency(function.xrole or "", region=REGION)
        assert agency is not None
        facts.project_grants(agency, project_id=PROJECT, region=REGION)
        facts.domain_grants(agency, region=REGION)
        facts.inherited_grants(agency, region=REGION)
        facts.enterprise_project_grants(agency, region=REGION)
        return facts.topic(targets[index % 500])

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(check, range(1000)))

    iam = account.asked_about("/v3.0/") + account.asked_about("/v3/")
    assert iam <= 10 * 5
    assert account.asked_about("/topics/") == 500
    assert account.asked_about("/fgs/") == 3


@pytest.mark.parametrize(
    ("timeout", "expected"), [(60.0, 15.0), (5.0, 5.0), (240.0, 60.0), (20.0, 15.0)]
)
def test_one_fact_leaves_time_for_the_others(timeout: float, expected: float) -> None:
    assert patience(timeout) == expected


def test_facts_are_made_of_settings_and_end_at_their_deadline(account: Account) -> None:
    facts = of_settings(settings_for(account.server.url), functions=(), deadline=math.inf)
    assert facts.topic(TOPIC) == TopicFacts(TOPIC)

    late = of_settings(settings_for(account.server.url), functions=(), deadline=0.0)
    with pytest.raises(Unavailable, match="no time left"):
        late.topic(TOPIC)


def test_facts_need_credentials() -> None:
    settings = replace(settings_for("http://127.0.0.1:9"), credentials=None)

    with pytest.raises(SettingsError):
        of_settings(settings, functions=(), deadline=1.0)


def test_what_is_raised_is_a_cloud_error_for_every_kind_of_trouble(account: Account) -> None:
    account.refused = {"topics": Reply(200, raw=b"<html>")}

    with pytest.raises(CloudError, match="could not look at the topic"):
        facts_of(account).topic(TOPIC)
