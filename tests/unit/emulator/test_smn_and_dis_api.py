"""Topics and streams as a client meets them."""

from typing import Any

import pytest

from unit.emulator.client import PROJECT, CloudClient

TOPICS = f"/v2/{PROJECT}/notifications/topics"
STREAMS = f"/v2/{PROJECT}/streams"
URN = f"urn:smn:cn-north-4:{PROJECT}:order-events"


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_topic_is_shown(huawei: CloudClient) -> None:
    answer = huawei.call("GET", f"{TOPICS}/{URN}")

    topic = answer.json()
    assert (topic["topic_urn"], topic["name"]) == (URN, "order-events")
    assert topic["create_time"] == "2026-01-01T00:00:00Z"
    assert topic["request_id"] == answer.headers["X-Request-Id"]


def test_a_topic_is_created_once(huawei: CloudClient) -> None:
    created = huawei.call("POST", TOPICS, {"name": "alerts", "display_name": "Alerts"})
    again = huawei.call("POST", TOPICS, {"name": "alerts"})

    assert (created.status_code, again.status_code) == (201, 200)
    assert created.json()["topic_urn"] == again.json()["topic_urn"]
    listed = huawei.call("GET", TOPICS).json()
    assert [topic["name"] for topic in listed["topics"]] == ["alerts", "order-events"]
    assert listed["topic_count"] == 2
    assert huawei.call("GET", f"{TOPICS}?name=alerts").json()["topic_count"] == 1
    page = huawei.call("GET", f"{TOPICS}?offset=1&limit=1").json()
    assert [topic["name"] for topic in page["topics"]] == ["order-events"]


def test_a_deleted_topic_is_gone(huawei: CloudClient) -> None:
    assert huawei.call("DELETE", f"{TOPICS}/{URN}").status_code == 200
    assert error_of(huawei.call("GET", f"{TOPICS}/{URN}")) == (404, "SMN.0006")
    assert error_of(huawei.call("DELETE", f"{TOPICS}/{URN}")) == (404, "SMN.0006")


def test_a_message_is_kept_and_shown_in_the_state(huawei: CloudClient) -> None:
    body = {"subject": "s", "message": "m"}

    published = huawei.call("POST", f"{TOPICS}/{URN}/publish", body)

    assert len(published.json()["message_id"]) == 32
    [topic] = huawei.control("GET", "state")["topics"]
    assert topic["messages"] == [{"subject": "s", "message": "m"}]


@pytest.mark.parametrize(
    ("method", "rest", "body", "expected"),
    [
        ("GET", "/alerts", None, (400, "SMN.0005")),
        ("GET", f"/urn:smn:cn-north-4:{PROJECT}:none", None, (404, "SMN.0006")),
        ("GET", "/urn:smn:cn-north-4:elsewhere:order-events", None, (404, "SMN.0006")),
        ("GET", "?limit=x", None, (400, "SMN.0002")),
        ("POST", "", {"name": "-x"}, (400, "SMN.0002")),
        ("POST", "", {"name": 5}, (400, "SMN.0002")),
        ("POST", "", {"name": "x", "display_name": "d" * 193}, (400, "SMN.0002")),
        ("POST", "", b"not json", (400, "SMN.0002")),
        ("POST", f"/{URN}/publish", {"subject": "s"}, (400, "SMN.0002")),
        ("POST", f"/{URN}/publish", {"message": "m" * (256 * 1024 + 1)}, (400, "SMN.0002")),
        ("POST", f"/{URN}/publish", {"subject": "s" * 513, "message": "m"}, (400, "SMN.0002")),
        ("POST", "", b"[" + b" " * (1 << 20), (413, "SMN.0002")),
    ],
)
def test_what_smn_does_not_allow_is_refused_in_its_shape(
    huawei: CloudClient, method: str, rest: str, body: Any, expected: tuple[int, str]
) -> None:
    assert error_of(huawei.call(method, f"{TOPICS}{rest}", body)) == expected


def test_a_stream_is_shown_and_listed(huawei: CloudClient) -> None:
    stream = huawei.call("GET", f"{STREAMS}/order-stream").json()

    assert (stream["stream_name"], stream["status"]) == ("order-stream", "RUNNING")
    assert stream["create_time"] == 1_767_225_600_000
    assert huawei.call("GET", STREAMS).json()["stream_names"] == ["order-stream"]


def test_a_missing_stream_is_a_bad_request_as_dis_has_it(huawei: CloudClient) -> None:
    answer = huawei.call("GET", f"{STREAMS}/none")

    assert answer.status_code == 400
    assert answer.json() == {"errorCode": "DIS.4301", "message": "The stream does not exist."}
