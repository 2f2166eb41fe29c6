"""A bucket's event notifications: what they lead to, in every form, and what is refused."""

from __future__ import annotations

import pytest

from factories import REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.http.json_fields import Misread
from pulumi_functiongraph.cloud.services.bucket_notifications import bucket_notifications
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.core.errors import CloudError, Forbidden, NotUnderstood, Unauthorized
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Publication, Unfollowed
from unit.cloud.doubles import session_to
from unit.cloud.loopback import Loopback, Reply

URN = function_urn()
OF_OBS = {"x-obs-request-id": "rid-obs", "Content-Type": "application/xml"}
NAMESPACE = "http://obs.eu-de.otc.t-systems.com/doc/2015-06-30/"
RULES = (
    "<FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule>"
    "<FilterRule><Name>Suffix</Name><Value>.json</Value></FilterRule>"
)


def document(*configurations: str, xmlns: str = f' xmlns="{NAMESPACE}"') -> bytes:
    told = "".join(configurations)
    text = f"<NotificationConfiguration{xmlns}>{told}</NotificationConfiguration>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def configuration(
    kind: str, leaf: str, *events: str, rules: str = "", holder: str = "Object"
) -> str:
    told = "".join(f"<Event>{event}</Event>" for event in events)
    filters = f"<Filter><{holder}>{rules}</{holder}></Filter>" if rules else ""
    return f"<{kind}Configuration><Id>a</Id>{filters}{leaf}{told}</{kind}Configuration>"


def to_topic(*events: str, **more: str) -> str:
    return configuration("Topic", f"<Topic>{TOPIC}</Topic>", *events, **more)


def read(*configurations: str) -> tuple[object, ...]:
    return bucket_notifications(document(*configurations), bucket="results")


@pytest.mark.parametrize(
    "told",
    [
        f"text{to_topic()}",
        f"{to_topic()}text",
        to_topic().replace("<Id>", "text<Id>"),
        to_topic().replace("</Id>", "</Id>text"),
        to_topic().replace("<Id>", "<Queue>q</Queue><Id>"),
        to_topic().replace("<Id>", f"<Topic>{TOPIC}2</Topic><Id>"),
        to_topic().replace("<Id>", f"<FunctionGraph>{URN}</FunctionGraph><Id>"),
    ],
)
def test_what_no_document_has_is_told_beside_what_is_understood(told: str) -> None:
    found = read(told)

    assert [each.source for each in found if isinstance(each, Unfollowed)] == [Bucket]
    assert len(found) == 2


def test_a_text_alone_is_not_passed_over() -> None:
    [found] = read("all of it goes elsewhere")

    assert isinstance(found, Unfollowed)


def test_a_topic_is_told_with_what_the_bucket_tells_it_of() -> None:
    told = to_topic("ObjectCreated:Put", "s3:ObjectCreated:Copy", rules=RULES)

    assert read(told) == (
        Publication(
            Bucket(bucket="results", prefix="in/"),
            Topic(topic_urn=TOPIC),
            ".json",
            ("ObjectCreated:Copy", "ObjectCreated:Put"),
        ),
    )


@pytest.mark.parametrize("kind", ["FunctionGraph", "FunctionStage", "CloudFunction"])
def test_a_function_is_told_whatever_the_release_of_the_service_calls_it(kind: str) -> None:
    told = configuration(kind, f"<{kind}>{URN}</{kind}>", "ObjectCreated:*", rules=RULES)

    (found,) = read(told)

    source = Bucket(bucket="results", prefix="in/")
    assert found == FunctionTrigger(source, URN, ".json", ("ObjectCreated:*",))


@pytest.mark.parametrize("holder", ["Object", "S3Key"])
@pytest.mark.parametrize("xmlns", ["", f' xmlns="{NAMESPACE}"', f' xmlns:o="{NAMESPACE}"'])
def test_namespaces_and_the_name_of_the_filter_do_not_matter(xmlns: str, holder: str) -> None:
    body = document(to_topic(rules=RULES, holder=holder), xmlns=xmlns)

    (found,) = bucket_notifications(body, bucket="results")

    assert isinstance(found, Publication)
    assert (found.source.prefix, found.suffix) == ("in/", ".json")


def test_deletions_alone_lead_nowhere_because_no_notification_deletes() -> None:
    assert read(to_topic("ObjectRemoved:*"), to_topic("s3:ObjectRemoved:Delete")) == ()
    assert len(read(to_topic("ObjectRemoved:*", "ObjectCreated:Put"), to_topic())) == 2


@pytest.mark.parametrize(
    "odd",
    [
        configuration("Topic", "<Topic>alerts</Topic>"),
        configuration("Topic", ""),
        configuration("FunctionGraph", "<FunctionGraph>not a:urn:</FunctionGraph>"),
        configuration("Queue", "<Queue>urn:dms:x</Queue>"),
        "<EventBridgeConfiguration/>",
    ],
)
def test_what_is_not_understood_is_told_as_not_known(odd: str) -> None:
    unknown, known = read(odd, to_topic())

    assert isinstance(unknown, Unfollowed)
    assert unknown.source is Bucket
    assert isinstance(known, Publication)


def test_a_bucket_without_notifications_leads_nowhere() -> None:
    assert read() == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is not XML"),
        (b"{}", "is not XML"),
        (b"<Error><Code>X</Code></Error>", "NotificationConfiguration"),
        (b"<NotificationConfiguration>", "is not XML"),
        (b'<!DOCTYPE x [<!ENTITY e "x">]><NotificationConfiguration>&e;', "a document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "a document type"),
        (b"<a>" * 33, "nested too deep"),
    ],
)
def test_other_documents_and_those_with_entities_are_refused(body: bytes, why: str) -> None:
    with pytest.raises(Misread, match=why):
        bucket_notifications(body, bucket="results")


@pytest.fixture
def obs(server: Loopback) -> Obs:
    return Obs(session_to(server.url))


def test_a_bucket_is_asked_once_with_the_subresource_in_the_signature(
    server: Loopback, obs: Obs
) -> None:
    server.replies(Reply(raw=document(to_topic()), headers=OF_OBS))

    assert len(obs.list_notifications("results", region=REGION)) == 1
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("GET", "/results?notification")
    assert seen.headers["authorization"].startswith("OBS ")


def test_a_bucket_that_is_not_there_leads_nowhere(server: Loopback, obs: Obs) -> None:
    error = b"<Error><Code>NoSuchBucket</Code></Error>"
    server.replies(Reply(404, raw=error, headers=OF_OBS))

    assert obs.list_notifications("results", region=REGION) == ()


def test_a_bucket_in_another_region_is_asked_there(server: Loopback, obs: Obs) -> None:
    there = {**OF_OBS, "x-obs-bucket-location": "eu-nl"}
    server.replies(Reply(301, raw=b"", headers=there), Reply(raw=document(), headers=OF_OBS))

    assert obs.list_notifications("results", region=REGION) == ()
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        (Reply(403, raw=b"<Error><Code>AccessDenied</Code></Error>"), Forbidden, "AccessDenied"),
        (
            Reply(403, raw=b"<Error><Code>SignatureDoesNotMatch</Code></Error>"),
            Unauthorized,
            "SignatureDoesNotMatch",
        ),
        (Reply(403, raw=b"<html>"), Forbidden, "HTTP 403"),
        (Reply(404, raw=b"<html>not here</html>"), NotUnderstood, "does not come from OBS"),
        (Reply(301, raw=b"", headers={}), NotUnderstood, "not in which"),
        (
            Reply(301, raw=b"", headers={"x-obs-bucket-location": REGION}),
            NotUnderstood,
            "not in which",
        ),
        (Reply(raw=b"<!DOCTYPE x><x/>", headers=OF_OBS), NotUnderstood, "a document type"),
        (Reply(raw=b"<html/>"), NotUnderstood, "no NotificationConfiguration"),
    ],
)
def test_what_obs_does_not_say_is_an_error(
    server: Loopback, obs: Obs, reply: Reply, kind: type[CloudError], told: str
) -> None:
    server.replies(reply)

    with pytest.raises(kind, match="could not read the event notifications of results") as raised:
        obs.list_notifications("results", region=REGION)
    assert told in str(raised.value)
