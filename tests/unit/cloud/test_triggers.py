"""Triggers of functions: the shapes of their listing, damaged ones included."""

from collections.abc import Mapping
from urllib.parse import unquote

import pytest

from factories import PROJECT, TOPIC, function_urn
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.triggers import ELSEWHERE
from pulumi_functiongraph.core.errors import NotUnderstood, Unauthorized, Unavailable
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Unfollowed
from unit.cloud.doubles import session_to
from unit.cloud.loopback import Loopback, Reply, Seen

URN = function_urn()
CREATED = ("ObjectCreated:*",)
OBS: Mapping[str, object] = {"bucket": "uploads", "events": ["s3:ObjectCreated:*"]}


@pytest.fixture
def client(server: Loopback) -> FunctionGraph:
    return FunctionGraph(session_to(server.url))


def item(kind: object, event_data: object, **changes: object) -> dict[str, object]:
    """One trigger as the API reference shows it."""
    return {
        "trigger_id": "9a14fae1-78cf-4185-ac7a-429eb6dc41fb",
        "trigger_type_code": kind,
        "trigger_status": "ACTIVE",
        "event_data": event_data,
        "last_updated_time": "2022-11-09 16:37:24",
        "created_time": "2022-11-09 16:37:24",
        **changes,
    }


def test_topics_buckets_and_streams_are_listed_with_what_they_trigger(
    server: Loopback, client: FunctionGraph
) -> None:
    alias = function_urn(version="prod", is_alias=True)
    server.replies(
        Reply(
            content=[
                item("OBS", {**OBS, "prefix": "in/", "suffix": ".json", "name": "obs-event"}),
                item("SMN", {"topic_urn": TOPIC, "subscription_status": "Confirmed"}),
                item("DIS", {"stream_name": "events", "sharditerator_type": "LATEST"}),
                item("TIMER", {"name": "t", "schedule": "3m", "schedule_type": "Rate"}),
            ]
        )
    )

    assert client.list_triggers(alias) == (
        FunctionTrigger(Bucket(bucket="uploads", prefix="in/"), alias, ".json", CREATED),
        FunctionTrigger(Topic(topic_urn=TOPIC), alias),
        FunctionTrigger(Stream(stream_name="events"), alias),
    )
    assert [(seen.method, unquote(seen.path)) for seen in server.seen] == [
        ("GET", f"/v2/{PROJECT}/fgs/triggers/{alias}")
    ]


@pytest.mark.parametrize(
    ("status", "counts"), [("DISABLED", False), ("disabled", False), (None, True), ("", True)]
)
def test_a_disabled_trigger_is_left_out(
    server: Loopback, client: FunctionGraph, *, status: object, counts: bool
) -> None:
    server.replies(Reply(content=[item("OBS", OBS, trigger_status=status)]))

    assert bool(client.list_triggers(URN)) is counts


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        (["s3:ObjectRemoved:*"], False),
        (["s3:ObjectRemoved:Delete", "s3:objectremoved:DeleteMarkerCreated"], False),
        (["ObjectRemoved", "Delete", "DeleteMarkerCreated"], False),
        (["s3:ObjectRemoved:*", "s3:ObjectCreated:Put"], True),
        (["Put"], True),
        (["s3:"], True),
        (["s3"], True),
        ([], True),
        ([5], True),
        ("s3:ObjectRemoved:*", True),
        (None, True),
    ],
)
def test_a_bucket_that_tells_of_deletions_alone_triggers_nothing_when_it_is_written_to(
    server: Loopback, client: FunctionGraph, *, events: object, counts: bool
) -> None:
    server.replies(Reply(content=[item("OBS", {**OBS, "events": events})]))

    assert bool(client.list_triggers(URN)) is counts


@pytest.mark.parametrize(
    ("odd", "listens_to"),
    [
        (item("OBS", None), Bucket),
        (item("OBS", []), Bucket),
        (item("OBS", "no JSON"), Bucket),
        (item("OBS", '["uploads"]'), Bucket),
        (item("OBS", "[" * 100_000), Bucket),
        (item("OBS", {}), Bucket),
        (item("OBS", {**OBS, "bucket": "NOT A BUCKET"}), Bucket),
        (item("OBS", {**OBS, "bucket": 5}), Bucket),
        (item("SMN", {"topic_urn": "alerts"}), Topic),
        (item("SMN", {"topic_urn": None}), Topic),
        (item("DIS", {"stream_name": "two words"}), Stream),
        (item("EVENTGRID", {"source_name": "HC.OBS"}), None),
        (item("PIGEON", {}), None),
        (item("\x1b[31m", {}), None),
        (item(None, {}), None),
        (item(5, {}), None),
        ({}, None),
    ],
)
def test_an_odd_trigger_is_told_as_not_known_and_does_not_hide_the_others(
    server: Loopback, client: FunctionGraph, odd: object, listens_to: object
) -> None:
    server.replies(Reply(content=[odd, item("OBS", OBS)]))

    unfollowed, known = client.list_triggers(URN)

    assert isinstance(unfollowed, Unfollowed)
    assert unfollowed.source is listens_to
    assert str(URN) in unfollowed.what
    assert "\x1b" not in unfollowed.what
    assert known == FunctionTrigger(Bucket(bucket="uploads"), URN, events=CREATED)


@pytest.mark.parametrize("kind", sorted(ELSEWHERE))
def test_a_trigger_that_no_notification_reaches_is_left_out(
    server: Loopback, client: FunctionGraph, kind: str
) -> None:
    server.replies(Reply(content=[item(kind, {"instance_id": "x"})]))

    assert client.list_triggers(URN) == ()


@pytest.mark.parametrize(
    "event_data",
    ['{"bucket": "uploads"}', {"bucket": "uploads", "prefix": None, "suffix": 5}],
)
def test_event_data_is_read_in_other_forms_too(
    server: Loopback, client: FunctionGraph, event_data: object
) -> None:
    server.replies(Reply(content=[item("obs", event_data)]))

    assert client.list_triggers(URN) == (FunctionTrigger(Bucket(bucket="uploads"), URN),)


@pytest.mark.parametrize("content", [{"triggers": []}, "text", ["text"], 7])
def test_an_answer_that_is_no_list_of_triggers_is_not_taken_for_an_empty_one(
    server: Loopback, client: FunctionGraph, content: object
) -> None:
    server.replies(Reply(content=content))

    with pytest.raises(NotUnderstood, match="could not list the triggers of"):
        client.list_triggers(URN)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Reply(401, {"error_code": "FSS.0401", "error_msg": "not permit"}), Unauthorized),
        (Reply(500, {"error_code": "FSS.0500", "error_msg": "broken"}), Unavailable),
    ],
)
def test_a_function_that_is_gone_has_no_triggers_however_that_is_said(
    server: Loopback, client: FunctionGraph, said: Reply, kind: type[Exception]
) -> None:
    is_gone = True

    def answer(seen: Seen) -> Reply:
        if "/triggers/" in seen.path:
            return said
        return (
            Reply(404, {"error_code": "FSS.1051"})
            if is_gone
            else Reply(content={"func_urn": str(URN)})
        )

    server.answer = answer

    assert client.list_triggers(URN) == ()
    is_gone = False
    with pytest.raises(kind):
        client.list_triggers(URN)


def test_a_missing_function_has_no_triggers(server: Loopback, client: FunctionGraph) -> None:
    server.replies(Reply(404, {"error_code": "FSS.1051"}))

    assert client.list_triggers(URN) == ()
