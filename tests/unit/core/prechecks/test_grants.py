"""What an agency is granted, laid against what a target needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedTarget
from pulumi_functiongraph.core.prechecks.grants import judge_grants
from pulumi_functiongraph.core.prechecks.questions import PENDING, AskGrants
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic
from unit.core.prechecks.known import AGENCY, NOW, ORDERS, REFUSED, Known, judged, world

TO_BUCKET = Bucket(bucket="results", prefix="failed/")
TO_TOPIC = Topic(topic_urn=TOPIC)
TO_STREAM = Stream(stream_name="events")
TO_FUNCTION = Function(function_urn=function_urn("billing"))

OBS = ("obs:object:PutObject", "obs:bucket:HeadBucket")
SMN = ("smn:topic:publish", "smn:topic:list")
INVOKE = ("functiongraph:function:invokeAsync", "functiongraph:function:invoke")


def role(
    *actions: str,
    effect: str = "Allow",
    title: str = "writer role",
    version: str = "1.1",
    **more: Any,
) -> Role:
    statement = {"Effect": effect, "Action": list(actions), **more}
    return Role("r1", "custom_1", title, "CUSTOMED", {"Version": version, "Statement": [statement]})


def named(title: str) -> Role:
    return Role(title, title, title)


def on(target: Target, **granted: Any) -> dict[Check, CheckResult]:
    """What is judged of the grants, by the scopes that they are in."""
    given = {
        scope: tuple(Grant(each, GrantScope[scope.upper()]) for each in roles)
        if isinstance(roles, tuple)
        else roles
        for scope, roles in granted.items()
    }
    return judged(world(**given), target)


def outcome(results: dict[Check, CheckResult]) -> CheckOutcome | None:
    found = results.get(Check.PERMISSION)
    return found.outcome if found else None


@pytest.mark.parametrize("scope", ["domain", "inherited"])
def test_obs_takes_grants_on_the_account_or_on_everything(scope: str) -> None:
    results = on(TO_BUCKET, **{scope: (role(*OBS),)})

    assert outcome(results) is CheckOutcome.ALLOWED
    assert "writer role" in results[Check.PERMISSION].why
    assert Check.SCOPE not in results


@pytest.mark.parametrize(
    ("target", "actions"),
    [
        (TO_TOPIC, SMN),
        (TO_STREAM, ("dis:records:write",)),
        (TO_FUNCTION, INVOKE),
    ],
)
@pytest.mark.parametrize("scope", ["project", "inherited"])
def test_the_others_take_grants_on_the_project(
    target: Target, actions: tuple[str, ...], scope: str
) -> None:
    assert outcome(on(target, **{scope: (role(*actions),)})) is CheckOutcome.ALLOWED


def test_without_a_grant_it_is_denied_with_the_policy_to_paste() -> None:
    result = on(TO_TOPIC)[Check.PERMISSION]

    assert result.outcome is CheckOutcome.DENIED
    assert "nothing grants it smn:topic:publish on smn:eu-de:*:topic:alerts" in result.why
    assert '"Action": ["smn:topic:publish"]}' in result.remedy
    assert "ten minutes" in result.remedy


def test_all_that_lacks_is_one_policy_to_paste() -> None:
    remedy = on(TO_BUCKET)[Check.PERMISSION].remedy

    document = json.loads(remedy[remedy.index("{") : remedy.rindex("}") + 1])
    assert [each["Action"] for each in document["Statement"]] == [
        ["obs:object:PutObject"],
        ["obs:bucket:HeadBucket"],
    ]


def test_a_grant_for_another_bucket_is_none() -> None:
    other = role(*OBS, Resource=["obs:*:*:object:other/*", "obs:*:*:bucket:other"])

    result = on(TO_BUCKET, domain=(other,))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.DENIED
    assert "obs:object:PutObject on obs:*:*:object:results/failed/*" in result.why


def test_a_deny_wins_and_names_its_role() -> None:
    deny = role("smn:topic:publish", effect="Deny", title="no mail")

    result = on(TO_TOPIC, project=(role(*SMN), deny))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.DENIED
    assert "role no mail denies smn:topic:publish" in result.why
    assert "take the Deny out of role no mail" in result.remedy


@pytest.mark.parametrize(
    ("target", "scope", "actions", "place"),
    [(TO_BUCKET, "project", OBS, "the account"), (TO_TOPIC, "domain", SMN, "project ")],
)
def test_a_grant_in_the_wrong_scope_is_named_as_such(
    target: Target, scope: str, actions: tuple[str, ...], place: str
) -> None:
    results = on(target, **{scope: (role(*actions),)})

    assert Check.PERMISSION not in results
    assert results[Check.SCOPE].outcome is CheckOutcome.DENIED
    assert "role writer role allows" in results[Check.SCOPE].why
    assert f"takes effect on {place}" in results[Check.SCOPE].why


def test_to_create_the_bucket_is_asked_for_apart() -> None:
    assert on(TO_BUCKET, domain=(role(*OBS),))[Check.EXTRAS].outcome is CheckOutcome.DENIED
    assert Check.EXTRAS not in on(TO_BUCKET, domain=(role("obs:*:*"),))


@pytest.mark.parametrize("unread", ["domain", "inherited"])
def test_grants_that_cannot_be_read_may_allow_and_deny(unread: str) -> None:
    readable = "inherited" if unread == "domain" else "domain"

    for roles in ((), (role("obs:*:*"),)):
        result = on(TO_BUCKET, **{unread: REFUSED, readable: roles})[Check.PERMISSION]
        assert (result.outcome, result.remedy) == (CheckOutcome.UNKNOWN, REFUSED.remedy)


def test_grants_that_are_of_no_effect_need_not_be_read() -> None:
    results = on(TO_TOPIC, project=(role(*SMN),), domain=REFUSED, object_storage=REFUSED)

    assert outcome(results) is CheckOutcome.ALLOWED


def test_grants_that_are_under_way_are_waited_for() -> None:
    assert outcome(on(TO_TOPIC, project=(role(*SMN),), inherited=PENDING)) is None


def test_a_condition_that_nobody_can_judge_now_is_unknown() -> None:
    bound = role(*SMN, Condition={"StringEquals": {"g:DomainName": ["shop"]}})

    result = on(TO_TOPIC, project=(bound,))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert "decides by g:DomainName" in result.why


def test_a_role_that_is_not_understood_is_said_so() -> None:
    result = on(TO_TOPIC, project=(role(*SMN, effect="Perhaps"),))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert "cannot be judged from here" in result.why


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_a_role_for_some_of_the_objects_only_is_said_so(element: str) -> None:
    about: dict[str, Any] = {element: ["obs:*:*:object:results/failed/new/*"]}
    some = role(*OBS, version="5.0", **about)
    whole = role("obs:bucket:HeadBucket")

    result = on(TO_BUCKET, domain=(some, whole))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert "not documented for obs:*:*:object:results/failed/*, or a part of it" in result.why


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("SMN FullAccess",), CheckOutcome.ALLOWED),
        (("SMN Administrator", "Tenant Guest"), CheckOutcome.ALLOWED),
        (("SMN ReadOnlyAccess",), CheckOutcome.DENIED),
        (("Tenant Administrator",), CheckOutcome.ALLOWED),
        (("Something New",), CheckOutcome.UNKNOWN),
    ],
)
def test_roles_without_a_document_are_judged_by_their_documented_names(
    titles: tuple[str, ...], expected: CheckOutcome
) -> None:
    result = on(TO_TOPIC, project=tuple(map(named, titles)))[Check.PERMISSION]

    assert result.outcome is expected
    assert ("documented name" in result.why) is (expected is CheckOutcome.ALLOWED)


def test_a_role_without_the_ones_that_it_depends_on_has_no_effect() -> None:
    document = {
        "Version": "1.0",
        "Statement": [{"Effect": "Allow", "Action": ["smn:*:*"]}],
        "Depends": [{"catalog": "BASE", "display_name": "Tenant Guest"}],
    }
    admin = Role("r2", "smn_adm", "SMN Administrator", "SMN", document)
    guest = role("::Get", title="Tenant Guest")

    assert outcome(on(TO_TOPIC, project=(admin,))) is CheckOutcome.DENIED
    assert outcome(on(TO_TOPIC, project=(admin, guest))) is CheckOutcome.ALLOWED


def test_a_target_of_an_unknown_service_or_an_unknown_prefix_is_not_weighed() -> None:
    opaque = Opaque(destination="DMS", param="{}")
    assert outcome(on(opaque)) is None

    aim = CheckedTarget("onFailure", TO_BUCKET, prefix_is_known=False)
    assert list(judge_grants(aim, agency=AGENCY, at=ORDERS, known=Known({}), now=NOW)) == []


def test_what_is_known_of_a_grant_on_an_enterprise_project_does_not_decide() -> None:
    result = on(TO_TOPIC, enterprise_project=(role(*SMN),))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert "grants on enterprise projects decide" in result.why


def test_a_deny_that_was_read_stands_whatever_could_not_be_read() -> None:
    deny = role("obs:*:*", effect="Deny", title="closed")

    assert outcome(on(TO_BUCKET, domain=(deny,), inherited=REFUSED)) is CheckOutcome.DENIED


@pytest.mark.parametrize(("target", "scope"), [(TO_TOPIC, "project"), (TO_BUCKET, "domain")])
@pytest.mark.parametrize("granted", [(), (role("*"),)])
def test_enterprise_projects_that_cannot_be_read_might_allow_and_deny_it(
    target: Target, scope: str, granted: tuple[Role, ...]
) -> None:
    results = on(target, **{scope: granted}, enterprise_project=REFUSED)

    assert outcome(results) is CheckOutcome.UNKNOWN
    assert results[Check.PERMISSION].remedy == REFUSED.remedy


def test_a_deny_that_was_read_stands_whatever_enterprise_projects_say() -> None:
    granted = (role(*SMN), role("smn:*:*", effect="Deny"))

    assert outcome(on(TO_TOPIC, project=granted, enterprise_project=REFUSED)) is CheckOutcome.DENIED


def test_a_role_that_lacks_another_one_says_which() -> None:
    document = {
        "Version": "1.0",
        "Statement": [{"Effect": "Allow", "Action": ["smn:*:*"]}],
        "Depends": [{"catalog": "BASE", "display_name": "Tenant Guest"}],
    }
    result = on(TO_TOPIC, project=(Role("r2", "smn_adm", "SMN Administrator", "", document),))

    assert "has no effect without Tenant Guest" in result[Check.PERMISSION].why
    assert "grant Tenant Guest on project" in result[Check.PERMISSION].remedy


def test_a_grant_that_depends_on_a_slash_which_may_be_dropped_is_not_verified() -> None:
    keys = ["obs:*:*:object:results/failed/*", "obs:*:*:bucket:results"]

    results = on(Bucket(bucket="results", prefix="/failed/"), domain=(role(*OBS, Resource=keys),))

    assert outcome(results) is CheckOutcome.UNKNOWN
    assert "prefix's first slash" in results[Check.PERMISSION].why


@pytest.mark.parametrize(("granted", "lacking"), [INVOKE, tuple(reversed(INVOKE))])
def test_of_two_actions_that_may_be_needed_one_is_not_known_to_be_enough(
    granted: str, lacking: str
) -> None:
    result = on(TO_FUNCTION, project=(role(granted),))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert f"role writer role allows {granted}, but nothing grants it {lacking} on" in result.why
    assert "no document says which of the two actions a notification needs" in result.why
    assert f'"Action": ["{lacking}"]' in result.remedy


def test_an_agency_that_may_do_neither_of_two_actions_may_not_write() -> None:
    result = on(TO_FUNCTION, project=(role("functiongraph:function:get"),))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert "allows other actions of the service than" in result.why

    result = on(TO_FUNCTION, project=(role("smn:*:*"),))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.DENIED
    assert f"nothing grants it {INVOKE[0]} or {INVOKE[1]} on functiongraph:" in result.why
    assert f'"Action": ["{INVOKE[0]}", "{INVOKE[1]}"]' in result.remedy


def test_a_deny_of_one_of_two_actions_is_named() -> None:
    deny = role(INVOKE[0], effect="Deny", title="no async")

    result = on(TO_FUNCTION, project=(role(*INVOKE), deny))[Check.PERMISSION]

    assert result.outcome is CheckOutcome.UNKNOWN
    assert f"role no async denies {INVOKE[0]} on" in result.why
    assert "take the Deny out of role no async" in result.remedy


@pytest.mark.parametrize(
    ("operator", "end", "expected"),
    [
        ("DateLessThan", "2026-11-25T12:00:01Z", CheckOutcome.ALLOWED),
        ("DateLessThan", "2026-11-25T12:00:00Z", CheckOutcome.DENIED),
        ("DateGreaterThan", "2026-11-25T13:00:00+02:00", CheckOutcome.ALLOWED),
    ],
)
def test_a_grant_that_holds_for_a_time_is_judged_by_the_clock(
    operator: str, end: str, expected: CheckOutcome
) -> None:
    bound = role(*SMN, Condition={operator: {"g:CurrentTime": [end]}})

    result = on(TO_TOPIC, project=(bound,))[Check.PERMISSION]

    assert result.outcome is expected
    if expected is CheckOutcome.DENIED:
        assert "allows smn:topic:publish on smn:eu-de:*:topic:alerts by g:CurrentTime" in result.why
        assert "change the condition of role writer role" in result.remedy


@pytest.mark.parametrize(
    ("account", "expected"),
    [("d1", CheckOutcome.ALLOWED), ("d2", CheckOutcome.UNKNOWN), (PROJECT, CheckOutcome.UNKNOWN)],
)
def test_what_is_in_the_project_of_the_function_belongs_to_the_account_of_its_agency(
    account: str, expected: CheckOutcome
) -> None:
    assert AGENCY.domain_id == "d1"
    bound = role(*INVOKE, Resource=[f"functiongraph:eu-de:{account}:function:default/billing"])

    assert outcome(on(TO_FUNCTION, project=(bound,))) is expected


def test_whose_bucket_it_is_is_not_known() -> None:
    bound = role(*OBS, Resource=["obs:*:d1:object:*", "obs:*:d1:bucket:*"])

    assert outcome(on(TO_BUCKET, domain=(bound,))) is CheckOutcome.UNKNOWN


MOS = AskGrants(AGENCY, GrantScope.OBJECT_STORAGE, REGION)


def test_the_built_in_project_of_obs_is_read_before_obs_is_denied() -> None:
    known = Known({ask: answer for ask, answer in world().items() if ask != MOS})
    aim = CheckedTarget("onFailure", TO_BUCKET)

    assert list(judge_grants(aim, agency=AGENCY, at=ORDERS, known=known, now=NOW)) == []
    assert MOS in known.looked
    denied = on(TO_BUCKET)[Check.PERMISSION]
    assert denied.outcome is CheckOutcome.DENIED


@pytest.mark.parametrize(
    ("target", "granted"),
    [
        (TO_BUCKET, {"domain": (role(*OBS),)}),
        (TO_BUCKET, {"domain": (role("obs:*:*", effect="Deny"),)}),
        (TO_TOPIC, {}),
    ],
)
def test_else_it_is_not_asked_about(target: Target, granted: dict[str, Any]) -> None:
    known = Known(
        world(
            **{
                scope: tuple(Grant(each, GrantScope[scope.upper()]) for each in roles)
                for scope, roles in granted.items()
            }
        )
    )

    list(
        judge_grants(
            CheckedTarget("onFailure", target), agency=AGENCY, at=ORDERS, known=known, now=NOW
        )
    )

    assert MOS not in known.looked


def test_grants_on_the_built_in_project_of_obs_do_not_decide() -> None:
    granted = on(TO_BUCKET, object_storage=(role(*OBS),), project=(role(*OBS),))
    unread = on(TO_BUCKET, object_storage=REFUSED, project=(role(*OBS),))[Check.PERMISSION]

    assert granted[Check.PERMISSION].outcome is CheckOutcome.UNKNOWN
    assert "is granted on MOS, the built-in project of OBS" in granted[Check.PERMISSION].why
    assert Check.SCOPE not in granted
    assert (unread.outcome, unread.remedy) == (CheckOutcome.UNKNOWN, REFUSED.remedy)


def test_a_denial_is_about_the_agency_and_each_of_its_roles() -> None:
    opinions = judge_grants(
        CheckedTarget("onFailure", TO_TOPIC),
        agency=AGENCY,
        at=ORDERS,
        known=Known(world(project=(Grant(role("ecs:*:*"), GrantScope.PROJECT),))),
        now=NOW,
    )

    names = {name for opinion in opinions for thing in opinion.about for name in thing.names}
    assert {"writer", "a1", "writer role", "custom_1", "r1", ORDERS.name} <= names
