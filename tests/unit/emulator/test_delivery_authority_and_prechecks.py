"""The local cloud delivers whatever a pre-check allows, and nothing that it denies.

The two judge with code of their own. What a pre-check does not know either of them may decide.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.core import agencies as core
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.prechecks.questions import (
    AnyQuestion,
    AskAgency,
    AskFunction,
    AskGrants,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic
from pulumi_functiongraph.emulator.deliveries.authority import Refused, Write, refusal
from pulumi_functiongraph.emulator.functiongraph.configs import Destination
from unit.core.prechecks.known import ORDERS, judged
from unit.emulator.small_worlds import (
    DOMAIN,
    HERE,
    NOW,
    PRESETS,
    SECOND_PROJECT,
    Granted,
    World,
    built,
)

BILLING = function_urn("billing")
TARGETS: dict[str, tuple[Target, str]] = {
    "OBS": (Bucket(bucket="results", prefix="orders/"), '{"bucket":"results","prefix":"orders/"}'),
    "SMN": (Topic(topic_urn=TOPIC), f'{{"topic_urn":"{TOPIC}"}}'),
    "DIS": (Stream(stream_name="events"), '{"stream_name":"events"}'),
    "FunctionGraph": (Function(function_urn=BILLING), f'{{"func_urn":"{BILLING}"}}'),
}
KEYS = ("orders/1.json", "orders/", "orders/a/b c.json")

ACTIONS = (
    *("*:*:*", "*", "obs:*:*", "obs:object:PutObject", "OBS:object:putobject", "obs:object:*"),
    *("obs:bucket:HeadBucket", "obs:bucket:*", "obs:object:Put*", "obs:object:GetObject", "obs::"),
    *("smn:*:*", "smn:topic:publish", "SMN:Topic:Publish", "smn:topic:list", "smn:topic:p?blish"),
    *("dis:*:*", "dis:records:write", "dis:streams:*", "::Get", "::Put", "*:topic:*"),
    *("functiongraph:*:*", "FunctionGraph:function:invokeAsync", "functiongraph:function:invoke*"),
    *("functiongraph:function:invoke", "identity:*", "dis:records:*"),
)
RESOURCES = (
    *("*", "*:*:*:*:*", "obs:*:*:object:*", "obs:*:*:object:results/*", "obs:*:*:bucket:results"),
    *("obs:*:*:object:results/orders/*", "obs:*:*:object:results/orders/1.json", "obs:*:*:*:*"),
    *("obs:*:*:object:results/other/*", "obs:*:*:bucket:*", "OBS:*:*:OBJECT:results/orders/*"),
    *("obs:::object:results/*", "obs:*:d1:object:results/*", "obs:*:d2:object:results/*"),
    *("obs:eu-de:*:object:*", "obs:*:*:object:Results/*", "obs:*:*:object:results"),
    *("smn:*:*:topic:alerts", f"smn:{REGION}:{DOMAIN}:topic:alerts", TOPIC, "smn:*:*:*:*"),
    *(f"smn:*:{PROJECT}:topic:*", "smn:eu-nl:*:topic:*", "dis:*:*:stream:events", "dis:*:*:*:*"),
    *("functiongraph:*:*:function:default/billing", "FUNCTIONGRAPH:*:*:function:default/*"),
    *(f"functiongraph:eu-??:{DOMAIN}:function:*", "functiongraph:*:*:function:other/*"),
    *(str(BILLING), "functiongraph:eu-nl:*:function:*", "functiongraph:*:*:function:billing"),
)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"DateLessThan": {"g:CurrentTime": ["2027-01-01T00:00:00Z"]}},
    {"DateGreaterThan": {"g:CurrentTime": ["2027-01-01T00:00:00Z"]}},
    {"DateLessThanEquals": {"g:CurrentTime": ["2026-11-25T12:00:00Z"]}},
    {"DateLessThan": {"g:CurrentTime": ["2026-11-25T13:00:00+02:00", "soon"]}},
    {"DateNotEquals": {"g:CurrentTime": ["2026-11-25T12:00:00Z"]}},
    {"StringEquals": {"g:CurrentTime": ["2026-11-25T12:00:00Z"]}},
    {"StringStartWith": {"g:CurrentTime": ["2026-11-25"]}},
    {"StringEndWith": {"g:CurrentTime": ["Z"]}},
    {"StringMatch": {"g:CurrentTime": ["2026-*Z"]}},
    {"Null": {"g:CurrentTime": ["true"]}},
    {"Null": {"g:CurrentTime": ["false"]}},
    {"StringEquals": {"g:DomainName": ["account-d1"]}},
    {"StringNotEquals": {"g:UserName": ["ann"]}},
    {"StringResembles": {"g:CurrentTime": ["2026"]}},
    {"Bool": {"g:MFAPresent": ["false"]}},
)


def one_or_list(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    return st.sampled_from(values) | some


def statements(*effects: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"Effect": st.sampled_from(effects), "Action": one_or_list(ACTIONS)},
        optional={"Resource": one_or_list(RESOURCES), "Condition": st.sampled_from(CONDITIONS)},
    )


def policies(
    statement: st.SearchStrategy[dict[str, Any]], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    version = st.sampled_from(["1.1", "1.1", "1.0", "5.0", "1.2"])
    listed = st.lists(statement, min_size=1, max_size=2)
    return st.fixed_dictionaries({"Version": version, "Statement": listed, **more})


# A dependency is a display name, as documented ("Querying Role Details", Depends).
DEPENDENCIES = ("Tenant Guest", "SMN Administrator", "Nobody", "tenant guest", "in Tenant Guest")
depends = st.lists(st.sampled_from(DEPENDENCIES), min_size=1, max_size=2).map(
    lambda names: [{"catalog": "BASE", "display_name": name} for name in names]
)

said = statements("Allow", "Allow", "Deny")
documents = policies(said) | policies(said, Depends=depends)
places = st.sampled_from(
    [
        *[("project", PROJECT)] * 2,
        *[("domain", DOMAIN)] * 2,
        ("inherited", DOMAIN),
        ("project", SECOND_PROJECT),
        ("enterprise_project", "0"),
        ("enterprise_project", "shop"),
    ]
)
granted = st.builds(
    lambda role, place: replace(role, scope=place[0], scope_id=place[1]),
    st.sampled_from(sorted(PRESETS)).map(Granted)
    | documents.map(lambda policy: Granted("mine", policy=policy)),
    places,
)
worlds = st.builds(
    World,
    granted=st.lists(granted, max_size=3).map(tuple),
    xrole=st.sampled_from(["writer", "writer", "writer", "writer", "gone", "", None]),
    app_xrole=st.sampled_from([None, "writer", ""]),
    trust=st.sampled_from(["op_svc_cff", "op_svc_cff", "op_svc_cff", "op_svc_obs", ""]),
    expire_time=st.sampled_from(
        [None, None, None, "2027-01-01T00:00:00.000000Z", "2026-11-25T12:00:00", "2020-01-01"]
    ),
)


def told(world: World) -> dict[AnyQuestion, Any]:
    """What IAM and FunctionGraph would answer a pre-check of a world."""
    found = FunctionFacts(ORDERS, world.xrole or None, world.app_xrole or None)
    agency = core.Agency("a1", "writer", DOMAIN, world.trust, world.expire_time)
    table: dict[AnyQuestion, Any] = {
        AskFunction(ORDERS): found,
        AskAgency("writer", REGION): agency,
        AskAgency("gone", REGION): None,
    }
    by_scope: dict[core.GrantScope, dict[core.Grant, None]] = {
        scope: {} for scope in core.GrantScope
    }
    for number, each in enumerate(world.granted):
        scope = core.GrantScope[each.scope.upper()]
        if scope is core.GrantScope.PROJECT and each.scope_id != PROJECT:
            continue  # a pre-check asks for the grants on the function's own project
        title = each.role if each.policy is None else f"{each.role}-{number}"
        role = core.Role(title, f"in {title}", title, policy=each.document)
        by_scope[scope][core.Grant(role, scope, each.scope_id)] = None
    for scope, grants in by_scope.items():
        project = PROJECT if scope is core.GrantScope.PROJECT else ""
        table[AskGrants(agency, scope, REGION, project)] = tuple(grants)
    return table


def outcomes(world: World, target: Target) -> set[CheckOutcome]:
    """What a pre-check says of the agency and of what it may do to the target."""
    about = {
        *(Check.AGENCY, Check.AGENCY_EXISTS, Check.TRUST, Check.EXPIRY),
        *(Check.PERMISSION, Check.SCOPE),
    }
    results = judged(told(world), target, now=NOW)
    return {result.outcome for question, result in results.items() if question in about}


def refused(world: World, service: str, key: str) -> Refused | None:
    with built(world) as (connection, version):
        target = Destination(service, TARGETS[service][1])
        return refusal(connection, Write(version, HERE, target, key), now=NOW)


@settings(max_examples=150)
@given(worlds, st.sampled_from(sorted(TARGETS)), st.sampled_from(KEYS))
def test_what_a_precheck_allows_is_delivered_and_what_it_denies_is_not(
    world: World, service: str, key: str
) -> None:
    found = outcomes(world, TARGETS[service][0])
    decided = refused(world, service, key)

    if CheckOutcome.DENIED in found:
        assert decided is not None
    elif found == {CheckOutcome.ALLOWED}:
        assert decided is None
