import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from factories import URN, event, function_urn
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.events import NotificationEvent

SAMPLE_OF_THE_USER_GUIDE = """{
    "timestamp": "2020-08-20T12:00:00.000Z+08:00",
    "request_context": {
        "request_id": "1167bf8c-87b0-43ab-8f5f-26b16c64f252",
        "function_urn": "urn:fss:xx-xxxx-x:xxxxxxx:function:xxxx:xxxx:latest",
        "condition": "",
        "approximate_invoke_count": 0
    },
    "request_payload": "",
    "response_context": {"status_code": 200, "function_error": ""},
    "response_payload": "hello world!"
}"""


def request(**fields: object) -> dict[str, object]:
    return {"request_id": "1", "function_urn": URN, **fields}


def problems_of(unread: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        NotificationEvent.parse(unread)  # type: ignore[arg-type] # what is not typed is refused too
    return {problem.path: problem.what for problem in caught.value.problems}


@pytest.mark.parametrize(
    "spelled",
    [
        SAMPLE_OF_THE_USER_GUIDE,
        SAMPLE_OF_THE_USER_GUIDE.encode(),
        bytearray(SAMPLE_OF_THE_USER_GUIDE, "utf-8"),
        SAMPLE_OF_THE_USER_GUIDE.encode("utf-8-sig"),
        json.loads(SAMPLE_OF_THE_USER_GUIDE),
    ],
    ids=["str", "bytes", "bytearray", "bytes with a byte order mark", "mapping"],
)
def test_the_sample_of_the_user_guide_is_read_from_every_form(
    spelled: bytes | bytearray | str | dict[str, object],
) -> None:
    read = NotificationEvent.parse(spelled)

    assert read.request_context.request_id == "1167bf8c-87b0-43ab-8f5f-26b16c64f252"
    assert read.response == "hello world!"
    assert read.request == ""
    assert read.succeeded
    assert not read.retried


@pytest.mark.parametrize(
    ("timestamp", "started_at"),
    [
        ("2020-08-20T12:00:00.000Z", datetime(2020, 8, 20, 12, tzinfo=UTC)),
        (
            "2020-08-20T12:00:00.000Z+08:00",
            datetime(2020, 8, 20, 12, tzinfo=timezone(timedelta(hours=8))),
        ),
        (
            "2025-07-28T11:47:56.893440957+02:00",
            datetime(2025, 7, 28, 11, 47, 56, 893440, tzinfo=timezone(timedelta(hours=2))),
        ),
    ],
    ids=["UTC", "Z and an offset", "nanoseconds"],
)
def test_every_timestamp_form_is_read_and_its_text_kept(
    timestamp: str, started_at: datetime
) -> None:
    read = NotificationEvent.parse(event(timestamp=timestamp))

    assert read.started_at == started_at
    assert read.started_at.utcoffset() == started_at.utcoffset()
    assert read.timestamp == timestamp


@pytest.mark.parametrize(
    "timestamp", ["", "yesterday", "2020-08-20T12:00:00.000", "2020-13-20T12:00:00Z", "Z+08:00"]
)
def test_a_timestamp_that_names_no_instant_is_refused(timestamp: str) -> None:
    assert problems_of(event(timestamp=timestamp)) == {"timestamp": "is not a time with an offset"}


@pytest.mark.parametrize("key", ["status_code", "statusCode"])
def test_the_status_is_read_in_both_spellings(key: str) -> None:
    read = NotificationEvent.parse(event(response_context={key: 500}))

    assert read.response_context.status_code == 500
    assert not read.succeeded


def test_the_spelling_that_the_service_sends_wins_over_the_one_of_the_table() -> None:
    read = NotificationEvent.parse(event(response_context={"statusCode": 500, "status_code": 200}))

    assert read.response_context.status_code == 200


def test_a_function_error_is_no_success_although_the_status_is_200() -> None:
    context = {"status_code": 200, "function_error": "division by zero"}

    assert not NotificationEvent.parse(event(response_context=context)).succeeded


@pytest.mark.parametrize(("count", "retried"), [(0, False), (1, False), (2, True), (4.0, True)])
def test_an_event_was_retried_when_its_count_is_greater_than_one(
    count: float, *, retried: bool
) -> None:
    context = request(approximate_invoke_count=count)

    assert NotificationEvent.parse(event(request_context=context)).retried is retried


@pytest.mark.parametrize(
    ("payload", "decoded"),
    [
        ('{"order": 7}', {"order": 7}),
        ("[1, null]", [1, None]),
        ('"text"', "text"),
        ("7", 7),
        ("hello world!", "hello world!"),
        ("{broken", "{broken"),
        ("NaN", "NaN"),
        ("", ""),
        ("[" * 100_000, "[" * 100_000),
    ],
    ids=["object", "list", "string", "number", "text", "broken", "no JSON", "empty", "deep"],
)
def test_payloads_are_decoded_where_they_are_json(payload: str, decoded: object) -> None:
    read = NotificationEvent.parse(event(request_payload=payload, response_payload=payload))

    assert read.request == decoded
    assert read.response == decoded
    assert read.request_payload == payload


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_every_json_payload_comes_back(value: object) -> None:
    read = NotificationEvent.parse(event(response_payload=json.dumps(value)))

    assert read.response == value


def test_the_source_is_the_function_version_that_ran() -> None:
    assert NotificationEvent.parse(event()).source == function_urn()


def test_the_source_of_an_unknown_form_is_none_and_its_text_is_kept() -> None:
    read = NotificationEvent.parse(event(request_context=request(function_urn="fss/orders")))

    assert read.source is None
    assert read.request_context.function_urn == "fss/orders"


def test_fields_that_the_service_may_add_are_ignored() -> None:
    spelled = event(
        version="2",
        request_context=request(region="eu-de"),
        response_context={"status_code": 200, "new": {}},
    )

    assert NotificationEvent.parse(spelled).succeeded


def test_what_is_not_sent_or_null_is_empty() -> None:
    spelled = event(
        request_payload=None,
        request_context=request(condition=None),
        response_context={"status_code": 200, "function_error": None},
    )
    del spelled["response_payload"]

    read = NotificationEvent.parse(spelled)

    assert (read.request_payload, read.response_payload) == ("", "")
    assert (read.request_context.condition, read.response_context.function_error) == ("", "")
    assert read.request_context.approximate_invoke_count == 0


def test_every_problem_is_told_at_once_with_its_path() -> None:
    spelled = {
        "timestamp": 5,
        "request_context": {"function_urn": 1, "approximate_invoke_count": "2"},
        "response_context": {"statusCode": True, "function_error": []},
        "response_payload": {"a": 1},
    }

    assert problems_of(spelled) == {
        "request_context.approximate_invoke_count": "is a string",
        "request_context.function_urn": "is 1, not a string",
        "request_context.request_id": "is missing",
        "response_context.function_error": "is a list, not a string",
        "response_context.statusCode": "is true or false",
        "response_payload": "is an object, not a string",
        "timestamp": "is 5, not a string",
    }


def test_an_empty_event_lacks_its_three_parts() -> None:
    assert problems_of({}) == dict.fromkeys(
        ["request_context", "response_context", "timestamp"], "is missing"
    )


def test_a_part_that_is_no_object_is_told() -> None:
    spelled = event(request_context="orders", response_context=None)

    assert problems_of(spelled) == {
        "request_context": "is not an object",
        "response_context": "is missing",
    }


@pytest.mark.parametrize(
    ("unread", "what"),
    [
        (b"\xff\xfe\xfa", "is not JSON"),
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("null", "is JSON, but not an object"),
        ("[]", "is JSON, but not an object"),
        (None, "is not text, bytes or a mapping"),
        ([], "is not text, bytes or a mapping"),
    ],
    ids=["no text", "empty", "cut", "deep", "null", "list", "None", "list object"],
)
def test_what_is_no_event_at_all_is_refused(unread: object, what: str) -> None:
    assert problems_of(unread) == {"event": what}


CANARY = "canary-7f3a"


@pytest.mark.parametrize(
    "unread",
    [
        f'{{"request_payload": "{CANARY}"',
        f'["{CANARY}"]',
        {"request_payload": {"card": CANARY}, "response_payload": [CANARY], "timestamp": CANARY},
        event(request_payload=CANARY, response_payload={"a": CANARY}, request_context=CANARY),
    ],
    ids=["cut", "list", "objects", "one bad field"],
)
def test_no_problem_quotes_a_payload(unread: str | dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        NotificationEvent.parse(unread)

    error = caught.value
    assert CANARY not in f"{error!s}{error!r}{error.__cause__!r}{error.__context__!r}"
    assert error.__suppress_context__ or error.__context__ is None


def test_an_event_is_frozen_and_hides_its_payloads() -> None:
    read = NotificationEvent.parse(event(request_payload=CANARY, response_payload=CANARY))

    with pytest.raises(ValidationError, match="frozen"):
        read.request_payload = "other"  # type: ignore[misc] # the type checker refuses it as well
    assert CANARY not in f"{read!r}{read!s}"


def test_an_event_is_read_without_pulumi_or_a_network_library() -> None:
    program = (
        "import sys\n"
        "from pulumi_functiongraph import NotificationEvent\n"
        "print(sorted({'pulumi', 'requests', 'urllib3', 'typer', 'rich'} & sys.modules.keys()))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.strip() == "[]"
