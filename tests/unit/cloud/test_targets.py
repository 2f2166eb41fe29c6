"""Topics, streams and buckets: there, not there, or not to be looked at."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
import requests
from msgspec.structs import replace
from pydantic import SecretStr, ValidationError

from factories import PROJECT, REGION, TOPIC
from pulumi_functiongraph.cloud.auth.credentials import Credentials, Token
from pulumi_functiongraph.cloud.endpoints import Endpoints
from pulumi_functiongraph.cloud.http.call import Call
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.dis import Dis
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.core.agencies import BucketFacts, StreamFacts, TopicFacts
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotFound,
    NotUnderstood,
    Rejected,
    Unauthorized,
    Unavailable,
)
from unit.cloud.doubles import AK, USER, Time, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply

OF_OBS = {"x-obs-request-id": "rid-obs"}


@pytest.fixture
def obs(server: Loopback) -> Obs:
    return Obs(session_to(server.url))


def test_a_topic_is_there(server: Loopback) -> None:
    server.replies(Reply(content={"name": "alerts", "topic_urn": TOPIC, "request_id": "r"}))

    assert Smn(session_to(server.url)).get_topic(TOPIC) == TopicFacts(TOPIC)
    assert unquote(server.seen[0].path) == f"/v2/{PROJECT}/notifications/topics/{TOPIC}"
    assert server.seen[0].headers["x-project-id"] == PROJECT


def test_a_topic_that_smn_does_not_know_is_none(server: Loopback) -> None:
    server.replies(Reply(404, {"request_id": "r", "code": "SMN.0006", "message": "not found."}))

    assert Smn(session_to(server.url)).get_topic(TOPIC) is None


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404, {"code": "SMN.0099", "message": "?"}), NotFound),
        (Reply(404, {}), NotFound),
        (Reply(404, {"error_code": "APIGW.0101"}), Rejected),
        (Reply(403, {"code": "SMN.0001", "message": "no"}), Forbidden),
        (Reply(400, {"code": "SMN.0005", "message": "no"}), Rejected),
        (Reply(200, []), NotUnderstood),
    ],
)
def test_a_topic_that_smn_says_nothing_about_is_an_error(
    server: Loopback, reply: Reply, kind: type[CloudError]
) -> None:
    server.replies(reply)

    with pytest.raises(kind, match="could not look at the topic of urn:smn:"):
        Smn(session_to(server.url)).get_topic(TOPIC)


def test_a_name_that_is_no_topic_urn_is_not_asked_for(server: Loopback) -> None:
    with pytest.raises(ValidationError, match="is not a topic URN"):
        Smn(session_to(server.url)).get_topic("urn:smn:alerts")
    assert server.seen == []


@pytest.mark.parametrize("status", ["RUNNING", "CREATING", "FROZEN"])
def test_a_stream_tells_its_status(server: Loopback, status: str) -> None:
    server.replies(Reply(content={"stream_name": "events", "status": status, "stream_id": "x"}))

    found = Dis(session_to(server.url)).get_stream("events", region=REGION, project_id=PROJECT)

    assert found == StreamFacts("events", status)
    assert server.seen[0].path == f"/v2/{PROJECT}/streams/events"


@pytest.mark.parametrize(
    "content",
    [
        {"errorCode": "DIS.4301", "message": "The stream does not exist."},
        {"error_code": "DIS.4301", "error_msg": "The stream does not exist."},
    ],
)
def test_a_stream_that_dis_does_not_know_is_none_in_either_spelling(
    server: Loopback, content: object
) -> None:
    server.replies(Reply(400, content))

    client = Dis(session_to(server.url))
    assert client.get_stream("events", region=REGION, project_id=PROJECT) is None


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404, {"errorCode": "DIS.4117"}), NotFound),
        (Reply(403, {"errorCode": "DIS.4116", "message": "arrears"}), Forbidden),
        (Reply(400, {"errorCode": "DIS.4117", "message": "project"}), Rejected),
        (Reply(200, {"stream_name": "events"}), NotUnderstood),
    ],
)
def test_a_stream_that_dis_says_nothing_about_is_an_error(
    server: Loopback, reply: Reply, kind: type[CloudError]
) -> None:
    server.replies(reply)

    with pytest.raises(kind, match="could not look at the stream of events"):
        Dis(session_to(server.url)).get_stream("events", region=REGION, project_id=PROJECT)


def test_a_bucket_is_there_with_its_region(server: Loopback, obs: Obs) -> None:
    server.replies(Reply(headers={**OF_OBS, "x-obs-bucket-location": "eu-de"}, raw=b""))

    assert obs.get_bucket("results", region=REGION) == BucketFacts("results", "eu-de")
    [seen] = server.seen
    assert (seen.method, seen.path) == ("HEAD", "/results")
    assert seen.headers["authorization"].startswith(f"OBS {AK}:")
    assert seen.headers["x-obs-date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert "content-type" not in seen.headers


def test_a_bucket_whose_region_is_not_said_is_there_all_the_same(
    server: Loopback, obs: Obs
) -> None:
    server.replies(Reply(headers=OF_OBS, raw=b""))

    assert obs.get_bucket("results", region=REGION) == BucketFacts("results")


@pytest.mark.parametrize(
    "headers",
    [
        OF_OBS,
        {"x-amz-request-id": "r"},
        {"x-obs-error-code": "NoSuchBucket", "x-obs-error-message": "none"},
    ],
)
def test_a_bucket_that_obs_does_not_know_is_none(
    server: Loopback, obs: Obs, headers: dict[str, str]
) -> None:
    server.replies(Reply(404, headers=headers, raw=b""))

    assert obs.get_bucket("results", region=REGION) is None
    assert len(server.seen) == 1


@pytest.mark.parametrize("headers", [{}, {**OF_OBS, "x-obs-error-code": "NoSuchKey"}])
def test_a_404_that_may_not_be_of_obs_is_not_taken_for_a_missing_bucket(
    server: Loopback, obs: Obs, headers: dict[str, str]
) -> None:
    server.replies(Reply(404, headers=headers, raw=b""))

    with pytest.raises(NotUnderstood, match="functiongraph:endpoints"):
        obs.get_bucket("results", region=REGION)


@pytest.mark.parametrize("status", [301, 302, 307])
@pytest.mark.parametrize(
    "headers",
    [
        {"x-obs-bucket-location": "eu-nl"},
        {"x-amz-bucket-region": "eu-nl"},
        {"Location": "https://results.obs.eu-nl.otc.t-systems.com/"},
        {"Location": "https://obs.eu-nl.otc.t-systems.com/results"},
    ],
)
def test_a_bucket_in_another_region_is_told_with_it(
    server: Loopback, obs: Obs, status: int, headers: dict[str, str]
) -> None:
    server.replies(Reply(status, headers={**OF_OBS, **headers}, raw=b""))

    assert obs.get_bucket("results", region=REGION) == BucketFacts("results", "eu-nl")
    assert len(server.seen) == 1


@pytest.mark.parametrize("location", ["", "https://storage.example/", "https://[x"])
def test_a_redirection_to_nobody_knows_where_is_an_error(
    server: Loopback, obs: Obs, location: str
) -> None:
    server.replies(Reply(301, headers={**OF_OBS, "Location": location}, raw=b""))

    with pytest.raises(NotUnderstood, match="lies in another region") as caught:
        obs.get_bucket("results", region=REGION)
    assert caught.value.request_id == "rid-obs"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "AccessDenied", Forbidden),
        (403, "", Forbidden),
        (403, "SignatureDoesNotMatch", Unauthorized),
        (403, "InvalidAccessKeyId", Unauthorized),
        (403, "RequestTimeTooSkewed", Unauthorized),
        (503, "SlowDown", Unavailable),
    ],
)
def test_a_bucket_that_may_not_be_looked_at_is_an_error_with_the_code_of_the_headers(
    server: Loopback, obs: Obs, status: int, code: str, kind: type[CloudError]
) -> None:
    told = {"x-obs-error-code": code, "x-obs-error-message": "the reason"} if code else {}
    server.replies(Reply(status, headers={**OF_OBS, **told}, raw=b""))

    with pytest.raises(kind) as caught:
        obs.get_bucket("results", region=REGION)

    assert (caught.value.code, caught.value.request_id) == (code, "rid-obs")
    assert ("the reason" in str(caught.value)) is bool(code)


def test_a_wrong_clock_is_told_of(server: Loopback, obs: Obs) -> None:
    server.date = "Thu, 01 Jan 2026 01:00:00 GMT"
    server.replies(Reply(403, headers={"x-obs-error-code": "RequestTimeTooSkewed"}, raw=b""))

    with pytest.raises(Unauthorized, match="clock is 3,600 seconds behind"):
        obs.get_bucket("results", region=REGION)


@pytest.mark.parametrize(
    ("credentials", "what"),
    [(USER, "a user and password"), (Token(SecretStr("canary")), "a token")],
)
def test_without_access_keys_obs_is_not_asked_and_it_is_said_why(
    server: Loopback, credentials: Credentials, what: str
) -> None:
    obs = Obs(session_to(server.url, credentials=credentials))

    with pytest.raises(Rejected, match=f"credentials are {what}, and OBS takes access keys only"):
        obs.get_bucket("results", region=REGION)
    assert server.seen == []


@pytest.mark.parametrize(
    ("endpoint", "name", "address"),
    [
        ("", "results", "https://results.obs.eu-de.otc.t-systems.com/"),
        ("", "my.results", "https://obs.eu-de.otc.t-systems.com/my.results"),
        ("", "Odd/Name", "https://obs.eu-de.otc.t-systems.com/Odd%2FName"),
        ("https://obs.x.example", "results", "https://results.obs.x.example/"),
        ("http://obs.x.example:8080", "results", "http://results.obs.x.example:8080/"),
        ("http://127.0.0.1:9", "results", "http://127.0.0.1:9/results"),
        ("http://[::1]:9", "results", "http://[::1]:9/results"),
        ("http://localhost:9", "results", "http://localhost:9/results"),
    ],
)
def test_a_bucket_is_addressed_by_host_where_the_host_can_take_it(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, name: str, address: str
) -> None:
    settings = settings_for("http://127.0.0.1:9")
    settings = replace(settings, endpoints=Endpoints("otc", {"obs": endpoint} if endpoint else {}))
    session = Session(settings, clocks=Time().clocks())
    asked: list[str] = []

    def send(request: requests.PreparedRequest, **_options: object) -> requests.Response:
        asked.append(str(request.url))
        found = requests.Response()
        found.status_code = 200
        found.raw = None
        found._content = b""
        return found

    monkeypatch.setattr(session._transport, "send", send)

    assert Obs(session).get_bucket(name, region=REGION) == BucketFacts(name)
    assert asked == [address]


def test_a_host_label_stands_before_the_host_only() -> None:
    call = Call("look", "it", "HEAD", "obs", REGION, "/", host_label="b")

    assert call.url("https://x.example:1") == "https://b.x.example:1/"
