"""A bucket's event notifications: what is taken, refused, kept and answered."""

from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PROJECT_ID
from unit.emulator.client import CloudClient, local_cloud
from unit.emulator.obs_calls import obs

PATH = "/order-failures?notification"
TOPIC = f"urn:smn:cn-north-4:{DEFAULT_PROJECT_ID}:order-events"
FUNCTION = f"urn:fss:cn-north-4:{DEFAULT_PROJECT_ID}:function:default:orders:latest"
RULE = "<FilterRule><Name>prefix</Name><Value>in/&amp;</Value></FilterRule>"
TWICE = f"<Filter><Object>{RULE}{RULE}</Object></Filter>"
WHOLE = f"""<TopicConfiguration><Id>one</Id><Filter><Object>{RULE}</Object></Filter>\
<Topic>{TOPIC}</Topic><Event>ObjectCreated:*</Event></TopicConfiguration>\
<FunctionGraphConfiguration><FunctionGraph>{FUNCTION}</FunctionGraph>\
<Event>s3:ObjectRemoved:Delete</Event></FunctionGraphConfiguration>"""


def document(inside: str) -> bytes:
    root = "NotificationConfiguration"
    namespace = "http://obs.myhwclouds.com/doc/2015-06-30/"
    return f'<{root} xmlns="{namespace}">{inside}</{root}>'.encode()


def topic(*, urn: str = TOPIC, event: str = "ObjectCreated:Put", more: str = "") -> str:
    told = f"{more}<Topic>{urn}</Topic><Event>{event}</Event>"
    return f"<TopicConfiguration>{told}</TopicConfiguration>"


def test_what_is_set_is_answered_also_after_a_restart(tmp_path: Path) -> None:
    with local_cloud(directory=tmp_path) as first:
        assert obs(first, "PUT", PATH, document(WHOLE)).status_code == 200
    with local_cloud(directory=tmp_path) as second:
        answer = obs(second, "GET", PATH)
        assert answer.status_code == 200
        assert answer.headers["x-obs-request-id"]
        assert answer.content.partition(b"\n")[2] == document(WHOLE)
        assert obs(second, "PUT", PATH, document("")).status_code == 200
        assert obs(second, "GET", PATH).content.partition(b"\n")[2] == document("")


def test_a_bucket_that_nobody_told_of_has_none(huawei: CloudClient) -> None:
    assert obs(huawei, "GET", PATH).content.partition(b"\n")[2] == document("")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedXML"),
        (b"{}", "MalformedXML"),
        (b"<Other/>", "MalformedXML"),
        (document("<Queue/>"), "MalformedXML"),
        (document(topic() * 11), "MalformedXML"),
        (b'<!DOCTYPE x [<!ENTITY e "x">]>' + document(""), "MalformedXML"),
        (document(topic(urn="alerts")), "InvalidArgument"),
        (document(topic(event="ObjectRead")), "InvalidArgument"),
        (document(topic(event="ObjectCreated")), "InvalidArgument"),
        (document(topic(more="<Id>a</Id>") * 2), "InvalidArgument"),
        (document(topic(more=TWICE)), "InvalidArgument"),
        (document(WHOLE.replace("urn:fss", "urn:cff")), "InvalidArgument"),
    ],
)
def test_what_obs_does_not_take_is_refused(huawei: CloudClient, body: bytes, code: str) -> None:
    answer = obs(huawei, "PUT", PATH, body)

    assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (400, True)


def test_a_missing_bucket_and_another_method_are_refused(huawei: CloudClient) -> None:
    assert obs(huawei, "GET", "/nobodys?notification").status_code == 404
    assert obs(huawei, "DELETE", PATH).status_code == 405


def test_notifications_end_with_their_bucket(huawei: CloudClient) -> None:
    obs(huawei, "PUT", PATH, document(WHOLE))
    assert obs(huawei, "DELETE", "/order-failures").status_code == 204
    assert obs(huawei, "PUT", "/order-failures").status_code == 200

    assert obs(huawei, "GET", PATH).content.partition(b"\n")[2] == document("")


SEED = """
topics: [{name: done}]
buckets:
  - name: results
    notifications:
      - {topic: done, prefix: in/}
      - {function: orders, events: ["ObjectCreated:Put"]}
"""


def test_a_seed_may_have_them(huawei: CloudClient) -> None:
    assert huawei.request("POST", "/_emulator/seed", content=SEED.encode()).status_code < 300

    (bucket,) = (
        each for each in huawei.control("GET", "state")["buckets"] if each["name"] == "results"
    )
    where = f"cn-north-4:{DEFAULT_PROJECT_ID}"
    assert bucket["notifications"] == [
        {"kind": "Topic", "target": f"urn:smn:{where}:done", "events": ["ObjectCreated:*"]},
        {
            "kind": "FunctionGraph",
            "target": f"urn:fss:{where}:function:default:orders",
            "events": ["ObjectCreated:Put"],
        },
    ]


@pytest.mark.parametrize(
    "wrong",
    ["{}", "{topic: a, function: b}", "{topic: a, events: [ObjectRead]}", "{topic: 'urn:x'}"],
)
def test_a_seed_with_a_wrong_one_is_refused_by_its_path(huawei: CloudClient, wrong: str) -> None:
    seed = f"buckets: [{{name: results, notifications: [{wrong}]}}]"

    answer = huawei.request("POST", "/_emulator/seed", content=seed.encode())

    assert answer.status_code == 400
    assert "buckets[0].notifications[0]" in answer.text
