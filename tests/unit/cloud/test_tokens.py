"""Users and tokens: keystoneauth1 gets, keeps and renews what each scope needs."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from factories import PROJECT, REGION
from pulumi_functiongraph.cloud.auth.credentials import Password, Token
from pulumi_functiongraph.cloud.http.call import AuthScope
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.core.errors import (
    Forbidden,
    NotUnderstood,
    Unauthorized,
    Unavailable,
)
from unit.cloud.doubles import USER, Time, call, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply, Seen


class Iam:
    """Hands out tokens and takes the last one."""

    def __init__(self, *, hours: float = 24) -> None:
        self.numbers = count(1)
        self.asked: list[dict[str, object]] = []
        self.refused: set[str] = set()
        self.hours = hours

    def __call__(self, seen: Seen) -> Reply:
        if seen.path == "/v3/auth/tokens":
            self.asked.append(json.loads(seen.body)["auth"])
            expires = datetime.now(UTC) + timedelta(hours=self.hours)
            token = {
                "methods": ["password"],
                "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
                "issued_at": "2026-01-01T00:00:00.000000Z",
                "user": {"id": "u", "name": "developer", "domain": {"id": "d", "name": "acme"}},
            }
            return Reply(201, {"token": token}, {"X-Subject-Token": f"token-{next(self.numbers)}"})
        if seen.headers.get("x-auth-token") in self.refused:
            return Reply(401, {"error_code": "APIGW.0301", "error_msg": "token expired"})
        return Reply(content={"token": seen.headers.get("x-auth-token")})


@pytest.fixture
def iam(server: Loopback) -> Iam:
    found = Iam()
    server.answer = found
    return found


def test_a_user_gets_a_token_of_the_project(server: Loopback, iam: Iam) -> None:
    answer = session_to(server.url, credentials=USER).send(call())

    assert answer.content == {"token": "token-1"}
    assert iam.asked == [
        {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {
                        "name": "developer",
                        "password": "pass-word-canary",
                        "domain": {"name": "acme"},
                    }
                },
            },
            "scope": {"project": {"id": PROJECT}},
        }
    ]


def test_a_user_may_be_known_by_id(server: Loopback, iam: Iam) -> None:
    user = Password(SecretStr("p"), user_id="u0")

    session_to(server.url, credentials=user).send(call())

    assert iam.asked[0]["identity"] == {
        "methods": ["password"],
        "password": {"user": {"id": "u0", "password": "p"}},
    }


def test_a_token_is_kept_per_scope(server: Loopback, iam: Iam) -> None:
    session = session_to(server.url, credentials=USER)
    elsewhere = replace(call(), scope=AuthScope("domain", "d7"))

    tokens = [session.send(each).content for each in (call(), elsewhere, call(), elsewhere)]

    assert tokens == [{"token": "token-1"}, {"token": "token-2"}] * 2
    assert [asked["scope"] for asked in iam.asked] == [
        {"project": {"id": PROJECT}},
        {"domain": {"id": "d7"}},
    ]


def test_a_call_without_scope_acts_in_the_project_of_the_settings(
    server: Loopback, iam: Iam
) -> None:
    session_to(server.url, credentials=USER).send(replace(call(), scope=None))

    assert iam.asked[0]["scope"] == {"project": {"id": PROJECT}}


def test_without_a_project_id_the_regions_project_is_named(server: Loopback, iam: Iam) -> None:
    settings = settings_for(server.url, credentials=USER, project_id="")

    Session(settings, clocks=Time().clocks()).send(replace(call(), scope=None))

    assert iam.asked[0]["scope"] == {"project": {"name": REGION}}


def test_a_given_token_is_exchanged_for_one_of_the_scope(server: Loopback, iam: Iam) -> None:
    answer = session_to(server.url, credentials=Token(SecretStr("given"))).send(call())

    assert answer.content == {"token": "token-1"}
    assert iam.asked[0]["identity"] == {"methods": ["token"], "token": {"id": "given"}}


def test_a_refused_token_is_renewed_once(server: Loopback, iam: Iam) -> None:
    session = session_to(server.url, credentials=USER)
    session.send(call())
    iam.refused.add("token-1")

    assert session.send(call()).content == {"token": "token-2"}


def test_a_token_that_stays_refused_is_an_error(server: Loopback, iam: Iam) -> None:
    iam.refused.update({"token-1", "token-2", "token-3"})

    with pytest.raises(Unauthorized, match="check name, domain and password"):
        session_to(server.url, credentials=USER).send(call())

    assert len(iam.asked) == 2


def test_a_token_is_renewed_before_it_expires(server: Loopback) -> None:
    server.answer = Iam(hours=0.001)
    session = session_to(server.url, credentials=USER)

    assert session.send(call()).content == {"token": "token-1"}
    assert session.send(call()).content == {"token": "token-2"}


def test_many_threads_ask_for_one_token(server: Loopback, iam: Iam) -> None:
    session = session_to(server.url, credentials=USER)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: session.send(call()), range(24)))

    assert len(iam.asked) == 1


def test_token_calls_are_counted(server: Loopback, iam: Iam) -> None:
    session = session_to(server.url, credentials=USER)

    session.send(call())

    assert session.calls == {"POST": 1, "GET": 1}


def test_a_read_only_session_may_ask_for_a_token(server: Loopback, iam: Iam) -> None:
    session = session_to(server.url, credentials=USER, read_only=True)

    assert session.send(call()).status == 200


def test_a_wrong_password_is_named(server: Loopback) -> None:
    wrong = {"error": {"code": 401, "title": "Unauthorized", "message": "wrong password"}}
    server.replies(Reply(401, wrong, {"X-Request-Id": "rid"}))

    with pytest.raises(Unauthorized, match="wrong password") as caught:
        session_to(server.url, credentials=USER).send(call())

    assert caught.value.request_id == "rid"
    assert "The user from a test was refused" in str(caught.value)


def test_a_scope_that_the_user_may_not_have_is_named(server: Loopback) -> None:
    server.replies(Reply(403, {"error": {"code": 403, "title": "Forbidden", "message": "no"}}))

    with pytest.raises(Forbidden):
        session_to(server.url, credentials=USER).send(call())


def test_an_iam_that_is_busy_is_asked_again(server: Loopback, iam: Iam) -> None:
    replies = iter([Reply(503), Reply(429)])
    server.answer = lambda seen: next(replies, None) or iam(seen)

    assert session_to(server.url, credentials=USER).send(call()).status == 200


def test_an_iam_that_cannot_be_reached_is_named() -> None:
    with pytest.raises(Unavailable, match='"iam"') as caught:
        session_to("http://127.0.0.1:9", credentials=USER, deadline=2).send(call())

    assert "http://127.0.0.1:9" in str(caught.value)


def test_an_iam_answer_without_a_token_is_not_understood(server: Loopback) -> None:
    server.replies(Reply(201, {"token": {"expires_at": "2030-01-01T00:00:00.000000Z"}}))

    with pytest.raises(NotUnderstood, match="X-Subject-Token"):
        session_to(server.url, credentials=USER).send(call())


@pytest.mark.parametrize("body", [b"<login>", b'{"other": 1}'])
def test_an_iam_answer_that_is_something_else_is_not_understood(
    server: Loopback, body: bytes
) -> None:
    server.replies(Reply(201, raw=body))

    with pytest.raises(NotUnderstood, match="holds no token"):
        session_to(server.url, credentials=USER).send(call())
