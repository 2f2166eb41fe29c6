"""The state without what grows, and what one topic, stream or bucket holds."""

import json
from urllib.parse import urlencode

import pytest

from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.obs_calls import obs

TOPIC = f"urn:smn:cn-north-4:{PROJECT}:order-events"
STREAM = {"stream": "order-stream", "project_id": PROJECT}


def fill(cloud: CloudClient, number: int) -> None:
    for at in range(number):
        path = f"/v2/{PROJECT}/notifications/topics/{TOPIC}/publish"
        assert cloud.call("POST", path, {"subject": "s", "message": f"m{at}"}).status_code == 200
        record = {"data": f"cjA{at}", "partition_key": "k"}
        body = {"stream_name": "order-stream", "records": [record]}
        assert cloud.call("POST", f"/v2/{PROJECT}/records", body).status_code == 200
        assert obs(cloud, "PUT", f"/order-failures/o{at}", b"x").status_code == 200


def contents(cloud: CloudClient, **query: object) -> dict[str, list[object]]:
    found: dict[str, list[object]] = cloud.control("GET", f"contents?{urlencode(query)}")
    return found


def test_the_state_with_counts_has_numbers_in_place_of_contents(huawei: CloudClient) -> None:
    fill(huawei, 3)

    whole, short = huawei.control("GET", "state"), huawei.control("GET", "state?contents=counts")

    assert huawei.control("GET", "state?contents=all")["topics"] == whole["topics"]
    for kind in ("topics", "streams", "buckets"):
        [all_of_it], [counted] = whole[kind], short[kind]
        counts = counted.pop("counts")
        assert counts == {name: len(all_of_it.pop(name)) for name in counts}
        assert counted == all_of_it
    assert short["functions"] == whole["functions"]


def test_what_one_thing_holds_ends_with_what_came_last(huawei: CloudClient) -> None:
    fill(huawei, 3)
    state = huawei.control("GET", "state")
    [topic], [stream], [bucket] = state["topics"], state["streams"], state["buckets"]

    assert contents(huawei, topic_urn=TOPIC) == {
        "messages": topic["messages"],
        "calls": topic["calls"],
    }
    assert contents(huawei, topic_urn=TOPIC, last=2)["messages"] == topic["messages"][1:]
    assert contents(huawei, **STREAM, last=2) == {"records": stream["records"][1:]}
    assert contents(huawei, bucket="order-failures", last=2) == {"objects": bucket["objects"][1:]}
    assert json.dumps(topic["messages"]).count("m2") == 1


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("contents", "query: needs exactly one of topic_urn, stream and bucket"),
        ("contents?bucket=a&stream=b", "query: needs exactly one of topic_urn, stream and bucket"),
        ("contents?bucket=nobodys", "bucket: there is no bucket nobodys"),
        ("contents?topic_urn=nobodys", "topic_urn: there is no topic nobodys"),
        ("contents?stream=order-stream", "stream: there is no stream order-stream in that project"),
        (
            f"contents?stream=nobodys&project_id={PROJECT}",
            "stream: there is no stream nobodys in that project",
        ),
        ("contents?bucket=order-failures&last=0", "last: must be at least 1"),
        ("state?contents=none", "contents: must be "),
        ("state?last=1", "last: "),
    ],
)
def test_what_is_not_there_is_refused(huawei: CloudClient, query: str, problem: str) -> None:
    answer = huawei.request("GET", f"/_emulator/{query}")

    assert answer.status_code == 400
    [said] = answer.json()["problems"]
    assert said.startswith(problem)
