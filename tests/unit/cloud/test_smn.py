"""The SMN client: who is subscribed to a topic, page by page."""

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.core.errors import Forbidden, NotFound, NotUnderstood, Unavailable
from pulumi_functiongraph.core.targets import Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Unfollowed
from unit.cloud.doubles import session_to
from unit.cloud.loopback import Loopback, Reply, Seen

URN = function_urn()


@pytest.fixture
def client(server: Loopback) -> Smn:
    return Smn(session_to(server.url))


def item(endpoint: object, **changes: object) -> dict[str, object]:
    """One subscription as the API reference shows it."""
    return {
        "topic_urn": TOPIC,
        "protocol": "functionstage",
        "subscription_urn": f"{TOPIC}:{endpoint}",
        "owner": PROJECT,
        "endpoint": endpoint,
        "remark": "",
        "status": 1,
        **changes,
    }


def answer(*items: object, count: object = -1) -> Reply:
    told = len(items) if count == -1 else count
    return Reply(content={"request_id": "r", "subscription_count": told, "subscriptions": [*items]})


def paged(listing: Callable[[], list[dict[str, object]]]) -> Callable[[Seen], Reply]:
    """A server of pages of what the listing holds at that moment."""

    def reply(seen: Seen) -> Reply:
        items = listing()
        query = parse_qs(urlsplit(seen.path).query)
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        return answer(*items[offset : offset + limit], count=len(items))

    return reply


def names(found: tuple[object, ...]) -> list[str]:
    return [each.function_urn.name for each in found if isinstance(each, FunctionTrigger)]


def many(number: int) -> list[dict[str, object]]:
    return [item(str(function_urn(f"f{index}"))) for index in range(number)]


def test_only_functions_are_told(server: Loopback, client: Smn) -> None:
    alias = function_urn(version="prod", is_alias=True)
    server.replies(
        answer(
            item("a@b.example", protocol="email"),
            item(str(URN)),
            item(str(alias), protocol="functiongraph"),
            item("https://x.example/urn:fss:", protocol="https"),
            item(URN.function, subscription_urn=""),
        )
    )

    topic = Topic(topic_urn=TOPIC)
    assert client.list_subscriptions(TOPIC) == (
        FunctionTrigger(topic, URN),
        FunctionTrigger(topic, alias),
    )
    path = urlsplit(server.seen[0].path)
    assert unquote(path.path) == f"/v2/{PROJECT}/notifications/topics/{TOPIC}/subscriptions"
    assert path.query == "limit=100&offset=0"


@pytest.mark.parametrize(
    ("endpoint", "protocol"),
    [
        (f"urn:fss:eu-de:{PROJECT}:graph:default:workflow:latest", "functiongraph"),
        ("workflow-1", "functiongraph"),
        ("urn:fss:broken", "functionstage"),
        (None, "functionstage"),
        ("queue", "dms"),
        ("https://0a1b.apig.eu-de.huaweicloudapis.com/token", "https"),
        ("a@b.example", "carrier-pigeon"),
        ("a@b.example", None),
    ],
)
def test_a_subscriber_that_may_lead_on_is_told_as_not_known_and_never_with_its_endpoint(
    server: Loopback, client: Smn, endpoint: object, protocol: object
) -> None:
    server.replies(answer(item(endpoint, protocol=protocol), item(str(URN))))

    unknown, known = client.list_subscriptions(TOPIC)

    assert isinstance(unknown, Unfollowed)
    assert str(endpoint) not in unknown.what
    assert known == FunctionTrigger(Topic(topic_urn=TOPIC), URN)


@pytest.mark.parametrize(
    ("endpoint", "protocol"),
    [
        ("a@b.example", "email"),
        ("+49", "sms"),
        ("https://hooks.example/x", "https"),
        ("https://[broken", "https"),
        ("id", "dingTalkBot"),
        ("u", "welink"),
    ],
)
def test_a_subscriber_that_ends_the_way_is_left_out(
    server: Loopback, client: Smn, endpoint: str, protocol: str
) -> None:
    server.replies(answer(item(endpoint, protocol=protocol)))

    assert client.list_subscriptions(TOPIC) == ()


def test_a_function_is_recognised_by_its_old_urn_too(server: Loopback, client: Smn) -> None:
    server.replies(answer(item(f"urn:cff:{REGION}:{PROJECT}:function:DEFAULT:orders:latest")))

    (trigger,) = client.list_subscriptions(TOPIC)

    assert trigger == FunctionTrigger(Topic(topic_urn=TOPIC), function_urn("orders"))


@pytest.mark.parametrize(
    ("status", "counts"),
    [(0, False), (1, True), (2, True), (3, False), (4, False), ("0", False), (None, True)],
)
def test_a_subscription_that_gets_no_messages_triggers_nothing(
    server: Loopback, client: Smn, *, status: object, counts: bool
) -> None:
    server.replies(answer(item(str(URN), status=status)))

    assert bool(client.list_subscriptions(TOPIC)) is counts


@pytest.mark.parametrize("number", [0, 99, 100, 101, 250])
def test_all_pages_are_read(server: Loopback, client: Smn, number: int) -> None:
    server.answer = paged(lambda: many(number))

    found = client.list_subscriptions(TOPIC)

    assert names(found) == [f"f{index}" for index in range(number)]
    assert len(server.seen) == max(1, -(-number // 100))


@pytest.mark.parametrize("number", [0, 100, 101])
def test_a_service_that_does_not_count_is_read_to_its_end(
    server: Loopback, client: Smn, number: int
) -> None:
    def reply(seen: Seen) -> Reply:
        offset = int(parse_qs(urlsplit(seen.path).query)["offset"][0])
        return answer(*many(number)[offset : offset + 100], count=None)

    server.answer = reply

    assert len(client.list_subscriptions(TOPIC)) == number


def test_a_service_that_does_not_count_and_repeats_a_page_is_not_read_for_ever(
    server: Loopback, client: Smn
) -> None:
    server.replies(answer(*many(100), count=None))

    assert len(client.list_subscriptions(TOPIC)) == 100
    assert len(server.seen) == 2


def test_a_list_that_changes_while_it_is_read_is_read_anew(server: Loopback, client: Smn) -> None:
    """Without that, the subscription that moves up to the first page would be missed."""
    listings = [many(150), many(150)[1:]]
    server.answer = paged(lambda: listings[min(1, len(server.seen) - 1)])

    found = client.list_subscriptions(TOPIC)

    assert names(found) == [f"f{index}" for index in range(1, 150)]
    assert len(server.seen) == 4


def test_a_list_that_never_stands_still_is_given_up(server: Loopback, client: Smn) -> None:
    server.answer = paged(lambda: many(101 + len(server.seen)))

    with pytest.raises(Unavailable, match="changed while it was read, 3 times"):
        client.list_subscriptions(TOPIC)


def test_a_list_that_ends_before_its_count_is_not_taken_for_whole(
    server: Loopback, client: Smn
) -> None:
    server.replies(answer(*many(3), count=5))

    with pytest.raises(Unavailable, match="could not list the subscriptions of urn:smn:"):
        client.list_subscriptions(TOPIC)
    assert len(server.seen) == 6


@pytest.mark.parametrize("content", [[], {}, {"subscriptions": 5}, {"subscriptions": ["x"]}])
def test_a_damaged_answer_is_not_taken_for_an_empty_one(
    server: Loopback, client: Smn, content: object
) -> None:
    server.replies(Reply(content=content))

    with pytest.raises(NotUnderstood, match="in the answer"):
        client.list_subscriptions(TOPIC)


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (403, Forbidden)])
def test_a_topic_out_of_reach_is_told(
    server: Loopback, client: Smn, status: int, kind: type[Exception]
) -> None:
    server.replies(Reply(status, {"code": "SMN.0006", "message": "Topic not found."}))

    with pytest.raises(kind, match=TOPIC):
        client.list_subscriptions(TOPIC)
