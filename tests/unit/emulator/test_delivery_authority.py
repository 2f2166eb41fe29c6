"""Why FunctionGraph may not deliver a notification, in the words of a pre-check."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from factories import PROJECT, REGION, TOPIC, URN, function_urn
from pulumi_functiongraph.emulator.deliveries.authority import Refused, Write, refusal
from pulumi_functiongraph.emulator.functiongraph.configs import Destination
from unit.emulator.small_worlds import (
    DOMAIN,
    HERE,
    NOW,
    OTHER_DOMAIN,
    SECOND_PROJECT,
    THEIR_PROJECT,
    Granted,
    World,
    built,
)

BILLING = str(function_urn("billing"))
OBS = Destination("OBS", json.dumps({"bucket": "results", "prefix": "orders/", "expires": 5}))
SMN = Destination("SMN", json.dumps({"topic_urn": TOPIC}))
DIS = Destination("DIS", json.dumps({"stream_name": "events"}))
FUNCTION = Destination("FunctionGraph", json.dumps({"func_urn": BILLING}))
KEY = "orders/1.json"
TOPIC_NAME = f"smn:{REGION}:{DOMAIN}:topic:alerts"
GUEST = Granted("Tenant Guest")
ON_ACCOUNT = ("domain", DOMAIN)


def custom(
    *actions: str, effect: str = "Allow", place: tuple[str, str] = ("project", PROJECT)
) -> Granted:
    statement: dict[str, Any] = {"Effect": effect, "Action": list(actions)}
    return Granted("mine", *place, policy={"Version": "1.1", "Statement": [statement]})


def refused(target: Destination, *granted: Granted, **world: Any) -> Refused | None:
    with built(World(granted=granted, **world)) as (connection, version):
        return refusal(connection, Write(version, HERE, target, KEY), now=NOW)


def reason(target: Destination, *granted: Granted, **world: Any) -> str:
    found = refused(target, *granted, **world)
    assert found is not None
    return found.reason


@pytest.mark.parametrize(
    ("target", "granted"),
    [
        (OBS, [custom("obs:object:PutObject", "obs:bucket:HeadBucket", place=ON_ACCOUNT)]),
        (OBS, [Granted("OBS OperateAccess", *ON_ACCOUNT)]),
        (OBS, [Granted("Tenant Administrator", "inherited", DOMAIN)]),
        (SMN, [custom("smn:topic:publish")]),
        (SMN, [Granted("SMN Administrator"), GUEST]),
        (SMN, [Granted("SMN Administrator"), replace(GUEST, scope="inherited", scope_id=DOMAIN)]),
        (SMN, [Granted("SMN FullAccess", "enterprise_project", "0")]),
        (DIS, [Granted("DIS User")]),
        (DIS, [custom("dis:records:write")]),
        (FUNCTION, [Granted("FunctionGraph CommonOperations")]),
        (FUNCTION, [custom("functiongraph:function:invokeAsync")]),
    ],
)
def test_what_is_granted_is_delivered(target: Destination, granted: list[Granted]) -> None:
    assert refused(target, *granted) is None


@pytest.mark.parametrize(
    ("target", "action", "resource"),
    [
        (OBS, "obs:object:PutObject", f"obs:*:*:object:results/{KEY}"),
        (SMN, "smn:topic:publish", TOPIC_NAME),
        (DIS, "dis:records:write", f"dis:{REGION}:{DOMAIN}:stream:events"),
        (
            FUNCTION,
            "functiongraph:function:invokeAsync",
            f"functiongraph:{REGION}:{DOMAIN}:function:default/billing",
        ),
    ],
)
def test_what_is_not_granted_is_refused_by_its_name(
    target: Destination, action: str, resource: str
) -> None:
    why = f"agency writer may not write to the target: nothing grants it {action} on {resource}"

    assert refused(target) == Refused(action, resource, why)


def test_a_bucket_needs_to_be_looked_at_as_well() -> None:
    found = refused(OBS, custom("obs:object:PutObject", place=ON_ACCOUNT))

    assert found is not None
    assert (found.action, found.resource) == ("obs:bucket:HeadBucket", "obs:*:*:bucket:results")


@pytest.mark.parametrize("none", [None, ""])
def test_a_function_without_agency_may_write_nowhere(none: str | None) -> None:
    function = URN.rpartition(":")[0]

    assert reason(SMN, custom("*"), xrole=none) == (
        f"function {function} has no agency, so it may write to no target"
    )


def test_the_execution_agency_delivers_where_there_is_no_other() -> None:
    granted = custom("smn:topic:publish")

    assert refused(SMN, granted, xrole=None, app_xrole="writer") is None
    assert reason(SMN, granted, xrole="gone", app_xrole="writer") == (
        "there is no agency gone in the account of the function"
    )


def test_an_agency_of_another_account_is_none() -> None:
    assert reason(SMN, custom("*"), agency_domain=OTHER_DOMAIN) == (
        "there is no agency writer in the account of the function"
    )


def test_an_agency_that_is_delegated_to_somebody_else_cannot_be_assumed() -> None:
    assert reason(SMN, custom("*"), trust="op_svc_obs") == (
        "agency writer is delegated to op_svc_obs, not to FunctionGraph (op_svc_cff)"
    )


@pytest.mark.parametrize(
    ("expire_time", "is_over"),
    [
        ("2026-11-25T12:00:00", True),
        ("2026-11-25T12:00:00.000000Z", True),
        ("2026-11-25T12:00:00.000001Z", False),
        ("2026-11-25T14:00:00+02:00", True),
        (None, False),
    ],
)
def test_an_agency_ends_with_its_time(expire_time: str | None, *, is_over: bool) -> None:
    found = refused(SMN, custom("smn:topic:publish"), expire_time=expire_time)

    assert (found is not None) is is_over
    assert found is None or found.reason == f"agency writer expired at {expire_time} (UTC)"


def test_a_deny_wins() -> None:
    denied = custom("smn:topic:*", effect="Deny")

    assert reason(SMN, Granted("SMN FullAccess"), denied) == (
        "agency writer may not write to the target: role mine-1 denies smn:topic:publish on "
        f"{TOPIC_NAME}"
    )


@pytest.mark.parametrize("operator", ["StringEquals", "DateEquals", "DateLessThanEquals"])
def test_conditions_know_the_time_to_the_second(operator: str) -> None:
    statement = {
        "Effect": "Allow",
        "Action": ["smn:topic:publish"],
        "Condition": {operator: {"g:CurrentTime": ["2026-11-25T12:00:00Z"]}},
    }
    granted = Granted("mine", policy={"Version": "1.1", "Statement": [statement]})
    a_little_later = NOW + timedelta(milliseconds=999)

    with built(World(granted=(granted,))) as (connection, version):
        assert refusal(connection, Write(version, HERE, SMN), now=a_little_later) is None
        later = a_little_later + timedelta(seconds=1)
        assert refusal(connection, Write(version, HERE, SMN), now=later) is not None


def test_a_role_without_those_that_it_depends_on_has_no_effect() -> None:
    assert reason(SMN, Granted("SMN Administrator")) == (
        "agency writer may not write to the target: role SMN Administrator has no effect without "
        "Tenant Guest beside it"
    )


@pytest.mark.parametrize(
    ("target", "granted", "place", "right_place"),
    [
        (
            OBS,
            Granted("OBS Administrator"),
            "project",
            "the account (OBS is a global service)",
        ),
        (SMN, Granted("SMN FullAccess", *ON_ACCOUNT), "domain", f"project {PROJECT}"),
        (
            SMN,
            Granted("SMN FullAccess", "project", SECOND_PROJECT),
            "project",
            f"project {PROJECT}",
        ),
        (
            SMN,
            Granted("SMN FullAccess", "enterprise_project", "shop"),
            "enterprise project",
            f"project {PROJECT}",
        ),
    ],
)
def test_a_grant_in_the_wrong_place_has_no_effect(
    target: Destination, granted: Granted, place: str, right_place: str
) -> None:
    action = "obs:object:PutObject" if target is OBS else "smn:topic:publish"

    assert reason(target, granted) == (
        f"agency writer: role {granted.role} allows {action}, but it is granted on the {place}, "
        f"where that has no effect; it takes effect on {right_place}"
    )


@pytest.mark.parametrize(
    ("service", "key", "urn"),
    [
        ("SMN", "topic_urn", f"urn:smn:{REGION}:{{}}:alerts"),
        ("FunctionGraph", "func_urn", f"urn:fss:{REGION}:{{}}:function:default:billing"),
    ],
)
def test_a_target_elsewhere_is_judged_where_it_is(service: str, key: str, urn: str) -> None:
    def target(project: str) -> Destination:
        return Destination(service, json.dumps({key: urn.format(project)}))

    allowed = Granted("Tenant Administrator", "project", SECOND_PROJECT)

    assert refused(target(SECOND_PROJECT), allowed) is None
    assert "takes effect on project" in reason(target(PROJECT), allowed)
    assert reason(target("nowhere"), allowed) == "there is no project that the target's URN names"


def test_a_target_in_another_account_is_out_of_reach() -> None:
    target = Destination("SMN", json.dumps({"topic_urn": f"urn:smn:eu-de:{THEIR_PROJECT}:alerts"}))

    assert reason(target, Granted("Tenant Administrator", "inherited", DOMAIN)) == (
        "the target is in another account than agency writer"
    )
