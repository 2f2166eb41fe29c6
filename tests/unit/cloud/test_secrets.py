"""No key, token or password is in an error, a text of an object, or a log record."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from factories import function_urn
from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    Credentials,
    Password,
    Token,
    secrets_of,
)
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.core.errors import CloudError
from unit.cloud.doubles import Time, call, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply, Seen

CANARIES: dict[str, Credentials] = {
    "keys": AccessKey(SecretStr("AKcanary1"), SecretStr("SKcanary2"), SecretStr("TOKENcanary3")),
    "user": Password(SecretStr("PASScanary4"), username="u", domain_name="d"),
    "token": Token(SecretStr("TOKENcanary5")),
}
ISSUED = "ISSUEDcanary6"

TROUBLES: dict[str, Reply] = {
    "refused": Reply(401, {"error_code": "APIGW.0301", "error_msg": "ECHO"}),
    "forbidden": Reply(403, {"error": {"code": 403, "title": "ECHO", "message": "ECHO"}}),
    "rejected": Reply(400, {"error_code": "FSS.0400", "error_msg": "ECHO"}),
    "page": Reply(404, raw=b"ECHO"),
    "login": Reply(200, raw=b"<html>ECHO"),
    "busy": Reply(503, raw=b"ECHO"),
    "odd": Reply(200, {"func_urn": "ECHO"}),
    "reset": Reply(trouble="reset"),
    "truncated": Reply(trouble="truncate", content={"ECHO": 1}),
}


def echoing(reply: Reply, credentials: Credentials) -> Callable[[Seen], Reply]:
    """An answer that repeats all that it knows, which the worst of gateways do."""

    def answer(seen: Seen) -> Reply:
        if seen.path == "/v3/auth/tokens":
            content = {"token": {"expires_at": "2099-01-01T00:00:00.000000Z"}}
            return Reply(201, content, {"X-Subject-Token": ISSUED})
        known = [*seen.headers.values(), *secrets_of(credentials)]
        echo = " ".join(known).replace('"', "").encode()
        raw = reply.body.replace(b"ECHO", echo)
        return Reply(reply.status, headers=reply.headers, raw=raw, trouble=reply.trouble)

    return answer


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def whole_text(error: BaseException) -> str:
    texts = ["".join(traceback.format_exception(error))]
    chain: list[BaseException | None] = [error, error.__cause__, error.__context__]
    texts += [f"{each} {each!r} {getattr(each, 'args', '')}" for each in chain if each]
    texts += [f"{vars(each)}" for each in chain if isinstance(each, CloudError)]
    return "\n".join(texts)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", CANARIES)
def test_no_error_or_log_record_holds_a_secret(
    server: Loopback,
    everything_logged: pytest.LogCaptureFixture,
    kind: str,
    trouble: str,
) -> None:
    server.answer = echoing(TROUBLES[trouble], CANARIES[kind])
    client = FunctionGraph(session_to(server.url, credentials=CANARIES[kind]))

    with pytest.raises(CloudError) as caught:
        client.get_async_config(function_urn())

    records = "\n".join(
        f"{record.getMessage()} {record.args}" for record in everything_logged.records
    )
    for text in (whole_text(caught.value), records):
        assert "canary" not in text


@pytest.mark.parametrize("kind", CANARIES)
def test_a_call_that_succeeds_logs_no_secret(
    server: Loopback, everything_logged: pytest.LogCaptureFixture, kind: str
) -> None:
    server.answer = echoing(Reply(content={}), CANARIES[kind])

    session_to(server.url, credentials=CANARIES[kind]).send(call())

    assert everything_logged.records
    assert "canary" not in everything_logged.text


@pytest.mark.parametrize("credentials", CANARIES.values())
def test_no_object_shows_a_secret(credentials: Credentials) -> None:
    settings = settings_for("http://127.0.0.1:9", credentials=credentials)
    session = Session(settings, clocks=Time().clocks())

    for shown in (credentials, settings, session):
        assert "canary" not in f"{shown} {shown!r}"


def test_a_request_id_in_the_log_is_one_line_without_secrets(
    server: Loopback, everything_logged: pytest.LogCaptureFixture
) -> None:
    server.replies(Reply(content={"request_id": "a\r\nERROR \x1b[2J SKcanary2"}))

    session_to(server.url, credentials=CANARIES["keys"]).send(call())

    records = [record.getMessage() for record in everything_logged.records]
    assert any(r"request id a ERROR \x1b[2J (not shown)" in each for each in records)


def test_an_iam_that_repeats_the_password_is_not_quoted(server: Loopback) -> None:
    body = {"error": {"code": 401, "title": "Unauthorized", "message": "no PASScanary4 here"}}
    server.replies(Reply(401, body))

    with pytest.raises(CloudError) as caught:
        session_to(server.url, credentials=CANARIES["user"]).send(call())

    assert "canary" not in whole_text(caught.value)
    assert "(not shown)" in str(caught.value)


def test_a_connection_that_fails_names_no_header() -> None:
    client = FunctionGraph(
        session_to("http://127.0.0.1:9", credentials=CANARIES["keys"], deadline=1)
    )

    with pytest.raises(CloudError) as caught:
        client.get_async_config(function_urn())

    assert "canary" not in whole_text(caught.value)


def test_a_bucket_that_is_refused_shows_neither_key_nor_token(
    server: Loopback, everything_logged: pytest.LogCaptureFixture
) -> None:
    def answer(seen: Seen) -> Reply:
        echo = " ".join([*seen.headers.values(), *secrets_of(CANARIES["keys"])])
        headers = {"x-obs-error-code": echo, "x-obs-error-message": echo}
        return Reply(403, headers=headers, raw=b"")

    server.answer = answer

    with pytest.raises(CloudError) as caught:
        Obs(session_to(server.url, credentials=CANARIES["keys"])).get_bucket("b", region="eu-de")

    assert "canary" not in whole_text(caught.value)
    assert "canary" not in everything_logged.text
    assert "(not shown)" in str(caught.value)


@pytest.mark.parametrize("length", range(270, 310))
def test_a_secret_at_the_place_where_a_text_is_cut_is_not_half_shown(
    server: Loopback, length: int
) -> None:
    message = "x" * length + "SKcanary2"
    server.replies(Reply(400, {"error_code": "y" * 55 + "SKcanary2", "error_msg": message}))

    with pytest.raises(CloudError) as caught:
        session_to(server.url, credentials=CANARIES["keys"]).send(call())

    assert "SK" not in str(caught.value)


OF_OTHERS = {
    "JSON in a message": Reply(
        400, {"error_code": "FSS.0400", "error_msg": json.dumps({"securitytoken": "canary of ann"})}
    ),
    "a form in a title": Reply(
        403, {"error": {"title": "password=canary", "message": "sk=canary"}}
    ),
    "a page": Reply(502, raw=b"<p>X-Auth-Token: canary</p>"),
    "a request id": Reply(400, {}, {"X-Request-Id": "token=canary"}),
    "an address": Reply(500, raw=b"no way to http://ann:canary@proxy.example.com"),
    "an error of OBS": Reply(403, raw=b"<Error><AWSAccessKeyId>canary</AWSAccessKeyId></Error>"),
    "user data": Reply(400, {"message": 'user_data: "{\\"a\\":\\"canary\\"}"'}),
    "a login": Reply(200, raw=b'<input name="password" value="canary">'),
}


@pytest.mark.parametrize("form", OF_OTHERS)
def test_a_secret_of_somebody_else_is_hidden_too(
    server: Loopback, everything_logged: pytest.LogCaptureFixture, form: str
) -> None:
    server.answer = lambda _: OF_OTHERS[form]

    with pytest.raises(CloudError) as caught:
        FunctionGraph(session_to(server.url)).get_async_config(function_urn())

    assert "canary" not in whole_text(caught.value)
    assert "canary" not in everything_logged.text
