"""The notification event of the local cloud, and that our own reader takes each of its forms."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import PROJECT, URN
from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.emulator.deliveries.event import (
    MAX_ANSWER,
    event_text,
    notification_event,
)
from pulumi_functiongraph.emulator.invocations.decision import Condition, Policy, Progress, Status
from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result
from pulumi_functiongraph.emulator.invocations.request import MAX_EVENT, Request
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.regions import zone_of

STARTED = datetime(2025, 7, 28, 9, 47, 56, 893440, tzinfo=UTC)
SUCCESS = Outcome(Result.SUCCESS, payload='"hello world!"')
FAILED = Outcome(Result.FUNCTION_ERROR, payload='{"errorMessage":"boom"}', error="boom")
BROKEN = Outcome(Result.SYSTEM_ERROR, error="the worker is gone")
REQUEST = Request(
    number=1,
    id="1167bf8c-87b0-43ab-8f5f-26b16c64f252",
    project_id=PROJECT,
    package="default",
    name="f",
    version="latest",
    function_urn=URN,
    payload='{"key":"value"}',
    source="api",
    parent="",
    trace=(),
    policy=Policy(),
    on_success=None,
    on_failure=None,
    progress=Progress(STARTED, attempts=1, last_result=Result.SUCCESS),
    status=Status.SUCCESS,
    condition=Condition.SUCCESS,
    first_started_at=STARTED,
    finished_at=STARTED,
    response='"hello world!"',
    error="",
    log="",
    due=None,
)
BERLIN = zone_of("eu-de")
ZONES = st.sampled_from(["eu-de", "cn-north-4", "la-south-2", "elsewhere"]).map(zone_of)
OPTIONS = st.builds(
    Options,
    event_timestamp=st.sampled_from(["nanoseconds", "milliseconds", "example"]),
    event_first_attempt=st.sampled_from([0, 1]),
    event_function_error=st.sampled_from(["condition", "field"]),
)


def request(*, outcome: Outcome | None = SUCCESS, attempts: int = 1, **changed: Any) -> Request:
    """An ended request; `changed` is of its other fields."""
    last = None if outcome is None else outcome.result
    ended: dict[str, Any] = (
        {} if outcome is None else {"response": outcome.payload, "error": outcome.error}
    )
    progress = Progress(STARTED, attempts=attempts, last_result=last)
    return replace(REQUEST, progress=progress, **ended, **changed)


def event(options: Options | None = None, *, zone: tzinfo = UTC, **changed: Any) -> dict[str, Any]:
    return notification_event(request(**changed), options or Options(), zone=zone)


def test_the_event_has_the_manuals_keys_in_their_order() -> None:
    assert json.dumps(event(zone=BERLIN)) == json.dumps(
        {
            "timestamp": "2025-07-28T11:47:56.893440000+02:00",
            "request_context": {
                "request_id": "1167bf8c-87b0-43ab-8f5f-26b16c64f252",
                "function_urn": URN,
                "condition": "",
                "approximate_invoke_count": 0,
            },
            "request_payload": '{"key":"value"}',
            "response_context": {"status_code": 200, "function_error": ""},
            "response_payload": "hello world!",
        }
    )


ERROR = {"status_code": 500, "function_error": ""}
FAILURE, EXPIRED = Condition.RETRIES_EXHAUSTED, Condition.EXPIRED
ENDS = [
    (Condition.SUCCESS, SUCCESS),
    (FAILURE, FAILED),
    (FAILURE, BROKEN),
    (EXPIRED, FAILED),
    (EXPIRED, None),
]


@pytest.mark.parametrize(
    ("end", "error_type", "response"),
    [
        (ENDS[0], "", {"status_code": 200, "function_error": ""}),
        (ENDS[1], "UnhandledInvocationError", ERROR),
        (ENDS[2], "SystemError", ERROR),
        (ENDS[3], "EventAgeExceeded", ERROR),
        (ENDS[4], "EventAgeExceeded", ERROR),
    ],
)
def test_each_end_has_its_condition_and_status(
    end: tuple[Condition, Outcome | None], error_type: str, response: dict[str, Any]
) -> None:
    condition, outcome = end

    found = event(condition=condition, outcome=outcome)

    assert found["request_context"]["condition"] == error_type
    assert found["response_context"] == response
    answer = "" if outcome is None else outcome.payload.removeprefix('"').removesuffix('"')
    assert found["response_payload"] == answer


def test_an_error_of_the_code_can_be_told_by_the_field_instead() -> None:
    options = Options(event_function_error="field")
    by_code = {"status_code": 200, "function_error": "boom"}

    for condition, outcome in ENDS:
        told = event(options, condition=condition, outcome=outcome)
        seen = event(condition=condition, outcome=outcome)
        assert told == (seen | {"response_context": by_code} if outcome is FAILED else seen)


@pytest.mark.parametrize(
    ("attempts", "first_attempt", "count"),
    [(0, 0, 0), (1, 0, 0), (2, 0, 2), (0, 1, 0), (1, 1, 1), (4, 1, 4)],
)
def test_one_run_counts_as_0_or_as_1_and_more_as_so_many(
    attempts: int, first_attempt: Any, count: int
) -> None:
    found = event(Options(event_first_attempt=first_attempt), attempts=attempts)

    assert found["request_context"]["approximate_invoke_count"] == count


@pytest.mark.parametrize(
    ("region", "timestamp", "text"),
    [
        ("eu-de", "nanoseconds", "2025-07-28T11:47:56.893440000+02:00"),
        ("cn-north-4", "nanoseconds", "2025-07-28T17:47:56.893440000+08:00"),
        ("elsewhere", "nanoseconds", "2025-07-28T09:47:56.893440000+00:00"),
        ("eu-de", "milliseconds", "2025-07-28T09:47:56.893Z"),
        ("cn-north-4", "example", "2025-07-28T17:47:56.893Z+08:00"),
    ],
)
def test_the_timestamp_has_the_form_that_was_chosen(region: str, timestamp: Any, text: str) -> None:
    options = Options(event_timestamp=timestamp)

    assert event(options, zone=zone_of(region))["timestamp"] == text


@pytest.mark.parametrize(
    ("answer", "is_kept"),
    [
        ("x" * MAX_ANSWER, True),
        ("x" * (MAX_ANSWER + 1), False),
        ("ä" * (MAX_ANSWER // 2), True),
        ("ä" * (MAX_ANSWER // 2) + "x", False),
    ],
)
def test_an_answer_of_more_than_256_kb_is_empty(answer: str, *, is_kept: bool) -> None:
    found = event(outcome=Outcome(Result.SUCCESS, payload=answer))

    assert found["response_payload"] == (answer if is_kept else "")
    assert found["response_context"]["status_code"] == 200


@given(
    OPTIONS,
    ZONES,
    st.sampled_from(ENDS),
    st.integers(0, 4),
    st.integers(0, 10**11).map(lambda n: STARTED + timedelta(microseconds=n * 10**4 + n)),
    st.text(max_size=20),
)
def test_our_reader_takes_every_form(
    options: Options,
    zone: tzinfo,
    end: tuple[Condition, Outcome | None],
    attempts: int,
    started: datetime,
    payload: str,
) -> None:
    condition, outcome = end
    told = event(
        options,
        zone=zone,
        condition=condition,
        outcome=outcome,
        attempts=attempts,
        first_started_at=started,
        payload=payload,
    )

    read = NotificationEvent.parse(json.dumps(told))

    assert timedelta() <= started - read.started_at < timedelta(milliseconds=1)
    assert read.request_payload == payload
    assert read.succeeded is (outcome is SUCCESS)
    assert read.source is not None
    assert read.retried is (attempts > 1)


@pytest.mark.parametrize(
    ("asked", "answered", "kept"),
    [
        pytest.param(100, 100, (True, True), id="small"),
        pytest.param(200_000, 100_000, (False, True), id="too long together"),
        pytest.param(10, MAX_EVENT - 50, (False, False), id="too long by the answer alone"),
    ],
)
def test_an_event_that_is_too_long_is_told_without_its_payloads(
    asked: int, answered: int, kept: tuple[bool, bool]
) -> None:
    ended = request(payload="1" * asked, outcome=Outcome(Result.SUCCESS, payload="2" * answered))

    text = event_text(ended, Options(), zone=UTC, limit=MAX_EVENT)

    found = json.loads(text)
    assert len(text) <= MAX_EVENT
    assert (bool(found["request_payload"]), bool(found["response_payload"])) == kept
