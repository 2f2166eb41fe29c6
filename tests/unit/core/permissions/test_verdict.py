"""What the grants of an agency amount to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from factories import PROJECT, REGION
from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.permissions import (
    Decision,
    Doubt,
    Need,
    Verdict,
    evaluate,
    judge_need,
    needs_of,
    request_at,
    snippet,
)
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Topic
from unit.core.permissions.policies import allow, deny, policy

AT = FunctionUrn.parse(f"urn:fss:{REGION}:{PROJECT}:function:default:orders:latest")
TOPIC = Topic(topic_urn=f"urn:smn:{REGION}:{PROJECT}:done")
PUBLISH, LIST = needs_of(TOPIC, at=AT)
PUT, HEAD, CREATE = needs_of(Bucket(bucket="results", prefix="in/"), at=AT)

SMN = Role("r1", "smn_adm", "SMN Administrator", "SMN")
GUEST = Role("r2", "readonly", "Tenant Guest", "BASE", policy(allow("::Get"), version="1.0"))
OBS = Role("r3", "system_all_159", "OBS Administrator", "OBS", policy(allow("obs:*:*")))


def smn(**more: Any) -> Role:
    return Role("r1", "smn_adm", "SMN Administrator", "SMN", {**policy(allow("smn:*:*")), **more})


def on_project(*roles: Role, project_id: str = PROJECT) -> list[Grant]:
    return [Grant(role, GrantScope.PROJECT, project_id) for role in roles]


def on(scope: GrantScope, *roles: Role) -> list[Grant]:
    return [Grant(role, scope, "somewhere") for role in roles]


def test_a_target_needs_what_is_documented() -> None:
    [stream] = needs_of(Stream(stream_name="s"), at=AT)
    [function] = needs_of(Function(function_urn=AT), at=AT)

    assert (PUBLISH.action, PUBLISH.resource) == ("smn:topic:publish", f"smn:{REGION}:*:topic:done")
    assert (LIST.action, LIST.is_essential) == ("smn:topic:list", False)
    assert (PUT.resource, PUT.is_beginning) == ("obs:*:*:object:results/in/", True)
    assert (HEAD.is_essential, CREATE.is_essential) == (True, False)
    assert {PUT.scope, HEAD.scope, CREATE.scope} == {GrantScope.DOMAIN}
    assert (stream.action, stream.project_id) == ("dis:records:write", PROJECT)
    assert function.resource == f"functiongraph:{REGION}:*:function:default/orders"
    assert needs_of(Opaque(destination="DMS", param="{}"), at=AT) == ()


def test_nothing_granted_is_denied() -> None:
    assert judge_need(PUBLISH, []) == Verdict(PUBLISH, Decision.DENIED)


def test_a_grant_on_the_project_of_the_target_or_on_all_resources_allows() -> None:
    assert judge_need(PUBLISH, on_project(smn())).role == smn()
    assert judge_need(PUBLISH, on(GrantScope.INHERITED, smn())).decision is Decision.ALLOWED
    assert judge_need(PUT, on(GrantScope.DOMAIN, OBS)).decision is Decision.ALLOWED
    assert judge_need(PUT, on(GrantScope.INHERITED, OBS)).decision is Decision.ALLOWED


@pytest.mark.parametrize(
    ("need", "grants"),
    [
        (PUT, on_project(OBS)),
        (PUBLISH, on(GrantScope.DOMAIN, smn())),
        (PUBLISH, on_project(smn(), project_id="another")),
    ],
)
def test_a_grant_in_the_wrong_place_allows_nothing_and_is_named(
    need: Need, grants: list[Grant]
) -> None:
    found = judge_need(need, grants)

    assert (found.decision, found.misplaced) == (Decision.DENIED, grants[0])


def test_a_grant_elsewhere_of_something_else_is_not_named() -> None:
    assert judge_need(PUT, on_project(smn())).misplaced is None


def test_a_grant_elsewhere_that_denies_it_is_not_named_but_another_is() -> None:
    refusing = Role("r8", "x", "x", policy=policy(allow("smn:*:*"), deny("smn:topic:publish")))
    alone = on(GrantScope.DOMAIN, refusing)

    assert judge_need(PUBLISH, alone).misplaced is None
    found = judge_need(PUBLISH, [*alone, *on(GrantScope.DOMAIN, smn())]).misplaced
    assert found is not None
    assert found.role == smn()


def test_a_role_without_those_that_it_depends_on_allows_nothing() -> None:
    dependent = smn(Depends=[{"catalog": "BASE", "display_name": "Tenant Guest"}, "odd", {"x": 1}])

    alone = judge_need(PUBLISH, on_project(dependent))
    assert (alone.decision, alone.unmet) == (Decision.DENIED, (dependent, ("Tenant Guest",)))
    assert judge_need(PUBLISH, on_project(dependent, GUEST)).decision is Decision.ALLOWED
    beside = [*on_project(dependent), *on(GrantScope.INHERITED, GUEST)]
    assert judge_need(PUBLISH, beside).decision is Decision.ALLOWED
    elsewhere = [*on_project(dependent), *on_project(GUEST, project_id="another")]
    assert judge_need(PUBLISH, elsewhere).decision is Decision.DENIED
    mine = Role("r4", "custom_4", "mine", policy=dependent.policy)
    elsewhere = [*on_project(mine), *on_project(GUEST, project_id="another")]
    found = judge_need(PUBLISH, elsewhere)
    assert (found.decision, found.doubt) == (Decision.UNKNOWN, Doubt.DEPENDENCY_ELSEWHERE)
    assert judge_need(PUBLISH, on_project(mine)).unmet == (mine, ("Tenant Guest",))


def test_what_a_role_denies_without_those_that_it_depends_on_is_not_known_to_count() -> None:
    denying = Role(
        "r9",
        "x",
        "x",
        policy={**policy(deny("smn:*:*")), "Depends": [{"display_name": "Tenant Guest"}]},
    )

    found = judge_need(PUBLISH, on_project(smn(), denying))
    assert (found.decision, found.role) == (Decision.UNKNOWN, denying)
    assert found.doubt is Doubt.NO_DEPENDENCY
    alone = judge_need(PUBLISH, on_project(denying))
    assert (alone.decision, alone.role) == (Decision.DENIED, None)
    beside = judge_need(PUBLISH, on_project(smn(), denying, GUEST))
    assert (beside.decision, beside.role) == (Decision.DENIED, denying)


def test_what_it_denies_of_something_else_raises_no_doubt() -> None:
    other = Role(
        "r9",
        "x",
        "x",
        policy={**policy(deny("obs:*:*")), "Depends": [{"display_name": "Tenant Guest"}]},
    )

    assert judge_need(PUBLISH, on_project(smn(), other)).decision is Decision.ALLOWED


@pytest.mark.parametrize("named", ["tenant guest", "TENANT GUEST", "readonly", "ReadOnly"])
@pytest.mark.parametrize("said", [allow, deny])
def test_a_dependency_that_is_named_in_another_way_is_not_known_to_be_met(
    named: str, said: Callable[..., Any]
) -> None:
    guest = Role("r2", "readonly", "Tenant Guest", policy=policy(allow("*:*:get*")))
    role = Role(
        "r9", "x", "x", policy={**policy(said("smn:*:*")), "Depends": [{"display_name": named}]}
    )
    beside = [smn()] if said is deny else []

    found = judge_need(PUBLISH, on_project(role, guest, *beside))

    assert (found.decision, found.role) == (Decision.UNKNOWN, role)
    assert (found.doubt, found.unmet) == (Doubt.DEPENDENCY_NAME, None)


@pytest.mark.parametrize(
    "depends", [[{"display_name": "Tenant Guest"}], {"display_name": "Tenant Guest"}]
)
@pytest.mark.parametrize("listed", [deny("smn:*:*"), [allow("smn:*:*"), deny("smn:*:*")]])
def test_a_single_statement_or_dependency_is_one_too(depends: object, listed: object) -> None:
    denying = Role(
        "r9", "x", "x", policy={"Version": "1.1", "Statement": listed, "Depends": depends}
    )

    assert judge_need(PUBLISH, on_project(smn(), denying)).role == denying


def test_a_single_dependency_is_needed_too() -> None:
    dependent = smn(Depends={"display_name": "Tenant Guest"})

    assert judge_need(PUBLISH, on_project(dependent)).unmet == (dependent, ("Tenant Guest",))


@pytest.mark.parametrize(
    "listed", [None, "odd", ["odd"], [{"Effect": "deny", "Action": ["smn:*:*"]}]]
)
def test_what_cannot_be_read_of_a_role_without_its_dependencies_may_deny(listed: object) -> None:
    odd = Role(
        "r9",
        "x",
        "x",
        policy={
            "Version": "1.1",
            "Statement": listed,
            "Depends": [{"display_name": "Tenant Guest"}],
        },
    )

    assert judge_need(PUBLISH, on_project(smn(), odd)).decision is Decision.UNKNOWN


def test_a_role_of_which_iam_gives_no_document_is_looked_up_in_the_tables() -> None:
    found = judge_need(PUBLISH, on_project(SMN, GUEST))

    assert (found.decision, found.role, found.by_table) == (Decision.ALLOWED, SMN, True)
    assert found.statement is None
    viewer = Role("v", "obs_b_list", "OBS Buckets Viewer")
    assert judge_need(PUT, on(GrantScope.DOMAIN, viewer)).decision is Decision.DENIED
    assert judge_need(HEAD, on(GrantScope.DOMAIN, viewer)).decision is Decision.ALLOWED
    admin = Role("a", "te_admin", "Tenant Administrator")
    assert judge_need(PUBLISH, on_project(admin)).decision is Decision.ALLOWED


def test_a_role_of_which_nothing_is_known_is_unknown() -> None:
    strange = Role("s", "custom_1", "mine")

    found = judge_need(PUBLISH, on_project(strange))

    assert (found.decision, found.role, found.by_table) == (Decision.UNKNOWN, strange, True)


def test_a_role_of_the_tables_depends_on_what_they_say() -> None:
    alone = judge_need(PUBLISH, on_project(SMN))

    assert (alone.decision, alone.unmet) == (Decision.DENIED, (SMN, ("Tenant Guest",)))


@pytest.mark.parametrize(
    "document",
    [
        policy(deny("smn:*:*", Condition={"StringEquals": {"g:ServiceName": ["x"]}})),
        policy(deny("smn:*:*"), version="9"),
    ],
)
def test_a_role_of_the_tables_does_not_allow_what_another_may_deny(
    document: Mapping[str, object],
) -> None:
    full = Role("f", "system_all_62", "SMN FullAccess")
    denying = Role("d", "custom_1", "mine", policy=document)

    found = judge_need(PUBLISH, on_project(full, denying))

    assert (found.decision, found.role) == (Decision.UNKNOWN, denying)


def test_a_role_of_which_nothing_is_known_may_deny_what_another_allows() -> None:
    strange = Role("s", "custom_1", "mine")

    found = judge_need(PUBLISH, on_project(smn(), strange))

    assert (found.decision, found.role, found.by_table) == (Decision.UNKNOWN, strange, True)


def test_a_role_that_is_documented_to_allow_it_is_not_said_to_deny_it() -> None:
    odd = Role("r3", "system_all_159", "OBS Administrator", "OBS", policy(allow("obs:bucket:*")))

    found = judge_need(PUT, on(GrantScope.DOMAIN, odd))

    assert (found.decision, found.role, found.doubt) == (Decision.UNKNOWN, odd, Doubt.TITLE)
    refusing = Role("r8", "x", "x", policy=policy(deny("obs:*:*")))
    assert judge_need(PUT, on(GrantScope.DOMAIN, odd, refusing)).decision is Decision.DENIED


STREAM = needs_of(Stream(stream_name="s"), at=AT)[0]
INVOKE = needs_of(Function(function_urn=AT), at=AT)[0]


@pytest.mark.parametrize(
    ("need", "other"), [(STREAM, "dis:streams:put"), (INVOKE, "functiongraph:function:getConfig")]
)
def test_where_no_document_of_today_names_the_action_others_of_the_service_may_do(
    need: Need, other: str
) -> None:
    mine = Role("m", "custom", "mine", policy=policy(allow(other)))
    found = judge_need(need, on_project(mine))

    assert (found.decision, found.doubt) == (Decision.UNKNOWN, Doubt.OTHER_ACTION)
    elsewhere = policy(allow(other, Resource=["obs:*:*:bucket:b"]), allow("ecs:*:*"))
    assert judge_need(need, on_project(Role("m", "custom", "mine", policy=elsewhere))).decision is (
        Decision.DENIED
    )
    assert judge_need(need, []).decision is Decision.DENIED


@pytest.mark.parametrize(
    ("need", "denied"),
    [
        (STREAM, ["dis:records:write"]),
        (STREAM, ["dis:records:*"]),
        (STREAM, ["dis:*:write"]),
        (INVOKE, ["functiongraph:function:invoke*"]),
        (INVOKE, ["functiongraph:function:invoke", "functiongraph:function:invokeAsync"]),
        (INVOKE, ["functiongraph:function:*"]),
    ],
)
def test_where_no_document_of_today_names_the_action_a_deny_of_some_may_be_of_others(
    need: Need, denied: list[str]
) -> None:
    everything = policy(allow(f"{need.service}:*:*"))
    closed = Role("d", "custom", "closed", policy=policy(deny(*denied)))
    by_table = {"dis": "DIS User", "functiongraph": "FunctionGraph FullAccess"}[need.service]
    for other in (
        Role("m", "custom", "mine", policy=everything),
        Role("t", "system_all_1", by_table),
        Role("u", "system_all_2", "Nobody Knows"),
        Role("s", "custom", "some", policy=policy(allow(f"{need.service}:anything:list"))),
    ):
        found = judge_need(need, on_project(other, closed))
        assert (found.decision, found.doubt) == (Decision.UNKNOWN, Doubt.DENIED_ACTION), other
        assert found.role == closed
    for elsewhere in ([], on_project(GUEST), on_project(OBS)):
        found = judge_need(need, [*elsewhere, *on_project(closed)])
        assert found.decision is Decision.DENIED


@pytest.mark.parametrize("need", [STREAM, INVOKE])
@pytest.mark.parametrize("denied", ["{}:*:*", "{}:*", "*", "*:*:*"])
def test_a_deny_of_all_of_the_service_denies_whatever_action_is_needed(
    need: Need, denied: str
) -> None:
    both = policy(allow(f"{need.service}:*:*"), deny(denied.format(need.service)))

    found = judge_need(need, on_project(Role("m", "custom", "mine", policy=both)))

    assert (found.decision, found.doubt) == (Decision.DENIED, None)


@pytest.mark.parametrize(
    ("need", "title"), [(STREAM, "DIS Operator"), (INVOKE, "FunctionGraph ReadOnlyAccess")]
)
@pytest.mark.parametrize("document", [None, policy(allow("dis:streams:*", "functiongraph:*:get"))])
def test_a_role_that_is_documented_not_to_allow_it_denies_it(
    need: Need, title: str, document: Any
) -> None:
    role = Role("r", "system_all_1", title, policy=document)

    assert judge_need(need, on_project(role)).decision is Decision.DENIED


def test_a_grant_on_the_built_in_project_of_obs_makes_a_denial_unknown() -> None:
    found = judge_need(PUT, on(GrantScope.OBJECT_STORAGE, OBS))

    assert (found.decision, found.doubt) == (Decision.UNKNOWN, Doubt.OBJECT_STORAGE)
    assert found.misplaced is None
    assert judge_need(PUT, on(GrantScope.OBJECT_STORAGE, smn())).decision is Decision.DENIED
    assert judge_need(PUBLISH, on(GrantScope.OBJECT_STORAGE, smn())).decision is Decision.DENIED


def test_grants_on_enterprise_projects_make_a_denial_unknown() -> None:
    elsewhere = on(GrantScope.ENTERPRISE_PROJECT, smn())

    assert judge_need(PUBLISH, elsewhere).decision is Decision.UNKNOWN
    assert judge_need(PUBLISH, on(GrantScope.ENTERPRISE_PROJECT, OBS)).decision is Decision.DENIED
    assert judge_need(PUBLISH, on_project(smn()) + elsewhere).decision is Decision.ALLOWED
    denying = Role("d", "x", "x", policy=policy(deny("smn:*:*")))
    both = [*on_project(smn()), *on(GrantScope.ENTERPRISE_PROJECT, denying)]
    assert judge_need(PUBLISH, both).decision is Decision.UNKNOWN


@pytest.mark.parametrize("need", [PUBLISH, PUT, HEAD])
def test_the_snippet_mends_it(need: Need) -> None:
    document = json.loads(snippet(need))
    role = Role("m", "custom", "mended", policy=document)
    scope = [Grant(role, need.scope, need.project_id)]

    assert judge_need(need, scope).decision is Decision.ALLOWED
    assert ("Resource" in snippet(need)) is (need is not PUBLISH)
    assert evaluate([document], "iam:users:list", need.resource, {}).decision is Decision.DENIED


def test_what_is_inherited_is_beside_what_is_granted_on_the_project() -> None:
    dependent = smn(Depends=[{"catalog": "BASE", "display_name": "Tenant Guest"}])
    inherited = on(GrantScope.INHERITED, dependent)

    assert judge_need(PUBLISH, [*inherited, *on_project(GUEST)]).decision is Decision.ALLOWED
    elsewhere = on_project(GUEST, project_id="another")
    assert judge_need(PUBLISH, [*inherited, *elsewhere]).decision is Decision.DENIED


def test_a_slash_at_the_beginning_of_a_prefix_may_be_dropped_by_the_service() -> None:
    put, *_ = needs_of(Bucket(bucket="results", prefix="/in/"), at=AT)
    assert (put.resource, put.otherwise) == (
        "obs:*:*:object:results//in/",
        "obs:*:*:object:results/in/",
    )

    def on_keys(*patterns: str) -> Verdict:
        document = policy(allow("obs:object:PutObject", Resource=list(patterns)))
        return judge_need(put, on(GrantScope.DOMAIN, Role("m", "custom", "mine", policy=document)))

    as_it_is, without = f"{put.resource}*", f"{put.otherwise}*"
    assert on_keys(as_it_is, without).decision is Decision.ALLOWED
    assert on_keys("obs:*:*:object:results/*").decision is Decision.ALLOWED
    assert on_keys("obs:*:*:object:others/*").decision is Decision.DENIED
    for one in (as_it_is, without):
        assert (on_keys(one).decision, on_keys(one).by_name) == (Decision.UNKNOWN, True)
    mended = Role("m", "custom", "mended", policy=json.loads(snippet(put)))
    assert judge_need(put, on(GrantScope.DOMAIN, mended)).decision is Decision.ALLOWED


@pytest.mark.parametrize(
    ("dependent_on", "guest_on"),
    [
        (GrantScope.ENTERPRISE_PROJECT, GrantScope.PROJECT),
        (GrantScope.ENTERPRISE_PROJECT, GrantScope.INHERITED),
        (GrantScope.PROJECT, GrantScope.ENTERPRISE_PROJECT),
        (GrantScope.INHERITED, GrantScope.ENTERPRISE_PROJECT),
    ],
)
def test_whether_a_role_is_completed_by_one_on_an_enterprise_project_is_not_known(
    dependent_on: GrantScope, guest_on: GrantScope
) -> None:
    dependent = smn(Depends=[{"catalog": "BASE", "display_name": "Tenant Guest"}])
    grants = [Grant(dependent, dependent_on, PROJECT), Grant(GUEST, guest_on, PROJECT)]

    found = judge_need(PUBLISH, grants)

    assert (found.decision, found.by_enterprise_project) == (Decision.UNKNOWN, True)
    assert judge_need(PUBLISH, grants[:1]).decision is Decision.DENIED


def test_two_enterprise_projects_may_complete_each_other() -> None:
    dependent = smn(Depends=[{"catalog": "BASE", "display_name": "Tenant Guest"}])
    grants = [
        Grant(dependent, GrantScope.ENTERPRISE_PROJECT, "one"),
        Grant(GUEST, GrantScope.ENTERPRISE_PROJECT, "two"),
    ]

    assert judge_need(PUBLISH, grants).decision is Decision.UNKNOWN


def test_of_two_actions_the_one_that_is_not_known_decides() -> None:
    [need] = needs_of(Function(function_urn=AT), at=AT, account="d1")
    sure = allow("functiongraph:function:invoke")
    perhaps = allow(
        "functiongraph:function:invokeAsync",
        Condition={"StringEquals": {"g:UserName": ["functiongraph"]}},
    )
    mine = Role("m", "custom", "mine", policy=policy(sure, perhaps))

    found = judge_need(need, on_project(mine))

    assert (found.need, found.decision, found.missing) == (need, Decision.UNKNOWN, ("g:UserName",))
    assert found.by_action is None


def test_nothing_is_known_of_a_request_but_its_time() -> None:
    moment = datetime(2026, 11, 25, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))

    assert request_at(moment) == {"g:CurrentTime": "2026-11-25T12:00:00Z"}


def test_the_account_of_a_resource_is_named_where_it_is_known() -> None:
    publish, _ = needs_of(TOPIC, at=AT, account="d1")
    put, *_ = needs_of(Bucket(bucket="results"), at=AT, account="d1")

    assert publish.named == f"smn:{REGION}:d1:topic:done"
    assert PUBLISH.named == PUBLISH.resource == publish.resource
    assert put.named == put.resource
