"""Functions, their agencies and their targets, judged by what is known of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from factories import OTHER_PROJECT, PROJECT, REGION, TOPIC, URN, bag, declaration, function_urn
from pulumi_functiongraph.core.agencies import BucketFacts, StreamFacts, TopicFacts
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.prechecks import cloud_objects
from pulumi_functiongraph.core.prechecks.checked_configs import checked_config
from pulumi_functiongraph.core.prechecks.judging import judge, judge_secrets
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AnyQuestion,
    AskBucket,
    AskFunction,
    AskStream,
    AskTopic,
    AskTrusted,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic
from unit.core.prechecks.known import (
    AGENCY,
    FOUND,
    NOW,
    ORDERS,
    REFUSED,
    Known,
    judged,
    subject,
    world,
)

ALLOWED, DENIED, NOT_KNOWN = CheckOutcome.ALLOWED, CheckOutcome.DENIED, CheckOutcome.UNKNOWN
BILLING = function_urn("billing")
PROD = function_urn("billing", version="prod", is_alias=True)
TO_BUCKET, TO_TOPIC = Bucket(bucket="results"), Topic(topic_urn=TOPIC)
TO_STREAM = Stream(stream_name="events")
TO_FUNCTION, TO_ALIAS = Function(function_urn=BILLING), Function(function_urn=PROD)


def test_a_function_without_targets_needs_no_agency() -> None:
    known = Known({AskFunction(ORDERS): FunctionFacts(ORDERS)})

    (result,) = judge(subject(), known, now=NOW)

    assert (result.question, result.outcome) == (Check.FUNCTION, ALLOWED)
    assert known.looked == [AskFunction(ORDERS)]


def test_a_function_that_is_not_there_is_denied() -> None:
    results = judged({AskFunction(ORDERS): None}, TO_TOPIC)

    assert results[Check.FUNCTION].outcome is DENIED
    assert results[Check.FUNCTION].why == f"there is no function {URN}"
    assert results[Check.FUNCTION].where == "__main__.py:7"


def test_a_function_that_cannot_be_read_is_unknown_with_what_would_let_us_look() -> None:
    result = judged({AskFunction(ORDERS): REFUSED}, TO_TOPIC)[Check.FUNCTION]

    assert (result.outcome, result.why) == (NOT_KNOWN, REFUSED.why)
    assert (result.remedy, result.kind) == (REFUSED.remedy, REFUSED.kind)


def test_what_is_under_way_is_not_judged() -> None:
    assert judged({}, TO_TOPIC) == {}
    assert set(judged({AskFunction(ORDERS): FOUND}, TO_TOPIC)) == {
        Check.FUNCTION,
        Check.AGENCY,
    }


def test_a_target_without_an_agency_is_denied() -> None:
    result = judged(world(found=FunctionFacts(ORDERS)), TO_TOPIC)[Check.AGENCY]

    assert result.outcome is DENIED
    assert "has no agency" in result.why
    assert "xrole" in result.remedy


def test_the_execution_agency_is_checked_where_there_is_no_other_and_that_is_said() -> None:
    results = judged(world(found=FunctionFacts(ORDERS, app_xrole="writer")), TO_TOPIC)

    assert results[Check.AGENCY].outcome is NOT_KNOWN
    assert "execution agency (app_xrole) writer was checked" in results[Check.AGENCY].why
    assert results[Check.AGENCY_EXISTS].outcome is ALLOWED


def test_an_agency_that_is_not_there_is_denied() -> None:
    result = judged(world(agency=None), TO_TOPIC)[Check.AGENCY_EXISTS]

    assert result.outcome is DENIED
    assert "there is no agency writer" in result.why


@pytest.mark.parametrize("trusted", ["op_svc_obs", ""])
def test_an_agency_that_is_not_delegated_to_functiongraph_is_denied(trusted: str) -> None:
    agency = replace(AGENCY, trust_domain_name=trusted)

    result = judged(world(agency=agency), TO_TOPIC)[Check.TRUST]

    assert result.outcome is DENIED
    assert "not to FunctionGraph (op_svc_cff)" in result.why
    assert (trusted or "nobody") in result.why


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (None, ALLOWED),
        ("2026-11-25T12:00:01.000000", ALLOWED),
        ("2026-11-25T12:00:00.000000", DENIED),
        ("2026-11-25T11:59:59Z", DENIED),
        ("2026-11-25T13:30:00+02:00", DENIED),
        ("next week", NOT_KNOWN),
    ],
)
def test_an_agency_ends_at_its_time_in_utc(end: str | None, outcome: CheckOutcome) -> None:
    result = judged(world(agency=replace(AGENCY, expire_time=end)), TO_TOPIC)[Check.EXPIRY]

    assert result.outcome is outcome


def test_an_agency_that_never_ends_stays_valid() -> None:
    assert judged(world(), TO_TOPIC, now=NOW + timedelta(days=40_000))[Check.EXPIRY].outcome is (
        ALLOWED
    )


def test_an_agency_that_iam_hides_is_looked_for_in_the_list_of_functiongraph() -> None:
    listed = {AskTrusted(REGION, PROJECT): ("other", "writer")}

    results = judged(world(agency=REFUSED) | listed, TO_TOPIC)

    assert results[Check.TRUST].outcome is ALLOWED
    assert results[Check.PERMISSION].outcome is NOT_KNOWN
    assert results[Check.PERMISSION].remedy == REFUSED.remedy


@pytest.mark.parametrize("listed", [("other",), REFUSED, None])
def test_an_agency_that_nobody_shows_is_unknown(listed: Any) -> None:
    results = judged(world(agency=REFUSED) | {AskTrusted(REGION, PROJECT): listed}, TO_TOPIC)

    assert results[Check.AGENCY_EXISTS].outcome is NOT_KNOWN
    assert Check.PERMISSION not in results


def test_the_list_of_functiongraph_is_waited_for() -> None:
    assert Check.AGENCY_EXISTS not in judged(world(agency=REFUSED), TO_TOPIC)


@pytest.mark.parametrize(
    ("target", "ask", "there"),
    [
        (TO_BUCKET, AskBucket("results", REGION), BucketFacts("results", REGION)),
        (TO_TOPIC, AskTopic(TOPIC), TopicFacts(TOPIC)),
        (TO_STREAM, AskStream("events", REGION, PROJECT), StreamFacts("events", "RUNNING")),
        (TO_FUNCTION, AskFunction(BILLING), FunctionFacts(BILLING)),
        (TO_ALIAS, AskFunction(PROD), FunctionFacts(BILLING)),
    ],
)
def test_a_target_is_there_or_not_or_unknown(target: Target, ask: Any, there: Any) -> None:
    found = {
        answer_of: judged({ask: answer}, target).get(Check.TARGET)
        for answer_of, answer in {
            "there": there,
            "missing": None,
            "unread": REFUSED,
            "under way": PENDING,
        }.items()
    }

    assert {key: result and result.outcome for key, result in found.items()} == {
        "there": ALLOWED,
        "missing": DENIED,
        "unread": NOT_KNOWN,
        "under way": None,
    }
    assert found["missing"] is not None
    assert found["missing"].why.startswith("there is no ")
    assert found["missing"].path == "onSuccess"


@pytest.mark.parametrize("status", ["CREATING", "FROZEN", ""])
def test_a_stream_that_does_not_run_takes_no_events(status: str) -> None:
    stream: dict[AnyQuestion, Any] = {
        AskStream("events", REGION, PROJECT): StreamFacts("events", status)
    }

    result = judged(stream, TO_STREAM)[Check.READINESS]

    assert result.outcome is DENIED
    assert "not RUNNING" in result.why


@pytest.mark.parametrize(
    ("region", "outcome"), [(REGION, ALLOWED), ("", NOT_KNOWN), ("eu-nl", NOT_KNOWN)]
)
def test_a_bucket_lies_in_the_region_of_the_function(region: str, outcome: CheckOutcome) -> None:
    bucket: dict[AnyQuestion, Any] = {AskBucket("results", REGION): BucketFacts("results", region)}

    assert judged(bucket, TO_BUCKET)[Check.READINESS].outcome is outcome


@pytest.mark.parametrize(
    "target",
    [
        Topic(topic_urn=TOPIC.replace(PROJECT, OTHER_PROJECT)),
        Function(function_urn=function_urn("billing", project_id=OTHER_PROJECT)),
        Opaque(destination="DMS", param="{}"),
    ],
)
def test_what_cannot_be_looked_at_from_here_is_unknown_and_not_asked_for(target: Target) -> None:
    known = Known({})

    results = judge(subject(target), known, now=NOW)

    assert [(each.question, each.outcome) for each in results] == [(Check.TARGET, NOT_KNOWN)]
    assert known.looked == [AskFunction(ORDERS)]


def test_another_resource_of_the_program_may_mend_what_is_denied() -> None:
    table = {AskFunction(ORDERS): None, AskTopic(TOPIC): TopicFacts(TOPIC)}

    results = judged(
        table,
        TO_TOPIC,
        mended_by=lambda _subject, thing: (
            "made" if thing == cloud_objects.function("orders") else ""
        ),
    )

    assert results[Check.FUNCTION].mended_by == "made"
    assert results[Check.TARGET].mended_by == ""


def test_values_that_are_unknown_are_passed_over() -> None:
    declared = declaration(bag(functionUrn=UNKNOWN, onSuccess={"destination": "OBS"}))
    assert checked_config(declared) is None

    declared = declaration(bag(functionUrn=UNKNOWN))
    found = checked_config(declared)
    assert found is not None
    assert found.is_open
    assert judge(found, Known({}), now=NOW) == ()


def test_a_target_with_an_unknown_name_or_kind_is_judged_later() -> None:
    open_topic = {"destination": "SMN", "topicUrn": UNKNOWN}
    declared = declaration(bag(onSuccess=open_topic, onFailure=UNKNOWN))

    found = checked_config(declared, number=3)

    assert found is not None
    assert (found.is_open, found.number) == (True, 3)
    assert [aim.target for aim in found.aims] == [None, None]
    known = Known({AskFunction(ORDERS): FOUND})
    assert {each.question for each in judge(found, known, now=NOW)} == {
        Check.FUNCTION,
        Check.AGENCY,
    }


def test_a_config_with_known_values_is_not_open() -> None:
    found = checked_config(declaration(bag(onSuccess={"destination": "OBS", "bucket": "results"})))

    assert found is not None
    assert not found.is_open


def test_what_is_secret_stays_unknown_and_is_said_to_be() -> None:
    declared = declaration(bag(functionUrn=UNKNOWN, onSuccess=UNKNOWN))
    found = checked_config(declared)
    assert found is not None

    results = judge_secrets(found)

    assert [(each.path, each.outcome) for each in results] == [
        ("onSuccess", NOT_KNOWN),
        ("functionUrn", NOT_KNOWN),
    ]
    assert judge_secrets(subject(TO_TOPIC)) == ()


def test_a_result_is_named_by_its_config_and_target() -> None:
    results = judged({AskFunction(ORDERS): FOUND, AskTopic(TOPIC): None}, TO_TOPIC)

    assert results[Check.FUNCTION].place == "notify"
    assert results[Check.TARGET].place == "notify.onSuccess"


@pytest.mark.parametrize(
    ("table", "target", "question", "about"),
    [
        ({AskTopic(TOPIC): None}, TO_TOPIC, Check.TARGET, {cloud_objects.topic(TOPIC)}),
        (
            {AskStream("events", REGION, PROJECT): StreamFacts("events", "CREATING")},
            TO_STREAM,
            Check.READINESS,
            {cloud_objects.stream("events")},
        ),
        (
            world(agency=None),
            TO_TOPIC,
            Check.AGENCY_EXISTS,
            {cloud_objects.agency("writer"), cloud_objects.function("orders")},
        ),
        (
            world(),
            TO_TOPIC,
            Check.PERMISSION,
            {cloud_objects.agency("writer"), cloud_objects.function("orders")},
        ),
    ],
)
def test_who_makes_or_changes_what_a_denial_is_about_may_mend_it(
    table: dict[AnyQuestion, Any],
    target: Target,
    question: Check,
    about: set[cloud_objects.CloudObject],
) -> None:
    asked: dict[cloud_objects.CloudObject, None] = {}

    def mended_by(_subject: object, thing: cloud_objects.CloudObject) -> str:
        asked[thing] = None
        return "made" if thing in about else ""

    assert judged(table, target, mended_by=mended_by)[question].mended_by == "made"
    assert asked.keys() & about


def test_a_topic_goes_by_its_urn_and_its_name() -> None:
    assert cloud_objects.topic(TOPIC).names == (TOPIC, TOPIC.rpartition(":")[2])
