"""Answers that say no: the right error, with the service's words and what to do next."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import AccessKey, Credentials, Token
from pulumi_functiongraph.cloud.http.call import Answer
from pulumi_functiongraph.cloud.http.http_errors import (
    AGENCY_CODES,
    Asker,
    Reason,
    reason_of,
    refusal,
    skew_of,
)
from pulumi_functiongraph.core.errors import (
    CloudError,
    Conflict,
    Forbidden,
    NotFound,
    NotUnderstood,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)
from unit.cloud.doubles import AK, KEY, NOW, SK, USER, call, session_to
from unit.cloud.loopback import Loopback, Reply


def refused(
    status: int,
    content: object = None,
    *,
    headers: dict[str, str] | None = None,
    credentials: Credentials = KEY,
    is_local: bool = False,
) -> CloudError:
    answer = Answer(status, headers or {}, b"{}", content, is_json=True)
    asker = Asker(credentials, "the test's source", NOW, str, is_local=is_local)
    return refusal(call(), answer, asker)


@pytest.mark.parametrize("status", [400, 500, 503])
def test_who_helps_is_the_vendor_or_the_log_of_a_local_cloud(status: int) -> None:
    assert "take the request id to the vendor's support" in str(refused(status))
    local = str(refused(status, is_local=True))
    assert "local cloud" in local
    assert "look into its log" in local
    assert "vendor" not in local


def told_by(server: Loopback, *replies: Reply) -> CloudError:
    server.replies(*replies)
    with pytest.raises(CloudError) as caught:
        session_to(server.url).send(call())
    return caught.value


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"error_code": "FSS.0404", "error_msg": "can not find function"},
            Reason("FSS.0404", "can not find function"),
        ),
        (
            {"error_code": "FSS.1011", "error_msg": "Bad.", "details": {"error_msg": "Very."}},
            Reason("FSS.1011", "Bad. Very."),
        ),
        (
            {"error_msg": "verify aksk signature fail", "error_code": "APIGW.0301"},
            Reason("APIGW.0301", "verify aksk signature fail"),
        ),
        (
            {"error": {"code": 403, "title": "Forbidden", "message": "not authorized"}},
            Reason("Forbidden", "not authorized"),
        ),
        (
            {"request_id": "r", "code": "SMN.0006", "message": "Topic not found."},
            Reason("SMN.0006", "Topic not found."),
        ),
        (
            {"errorCode": "DIS.4301", "message": "The stream does not exist."},
            Reason("DIS.4301", "The stream does not exist."),
        ),
        ({"error_code": None, "error_msg": 7}, Reason("", "7")),
        ({}, Reason()),
        (["no", "object"], Reason()),
        (None, Reason()),
    ],
)
def test_every_form_of_an_error_body_is_read(body: object, expected: Reason) -> None:
    assert reason_of(body) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error", "error_msg", "code", "details", "message"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_no_body_however_odd_hides_the_error(body: object) -> None:
    assert isinstance(refused(400, body), Rejected)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "FSS.0400", Rejected),
        (400, "FSS.1303", Forbidden),
        (400, "FSS.1310", Unauthorized),
        (400, "DIS.4301", NotFound),
        (401, "APIGW.0301", Unauthorized),
        (403, "FSS.0403", Forbidden),
        (403, "FSS.1121", Forbidden),
        (404, "FSS.1051", NotFound),
        (404, "FSS.1171", NotFound),
        (404, "SMN.0006", NotFound),
        (404, "APIG.0101", Rejected),
        (409, "FSS.0409", Conflict),
        (410, "FSS.0410", NotFound),
        (413, "FSS.1201", Rejected),
        (428, "FSS.0428", Rejected),
        (429, "FSS.0429", Throttled),
        (500, "FSS.0500", Unavailable),
        (501, "", Unavailable),
        (503, "FSS.0503", Unavailable),
        (304, "", NotUnderstood),
    ],
)
def test_status_and_code_tell_the_kind_of_error(
    status: int, code: str, kind: type[CloudError]
) -> None:
    error = refused(status, {"error_code": code, "error_msg": "the service's words"})

    assert type(error) is kind
    assert error.status == status
    assert error.code == code
    assert "the service's words" in str(error)
    assert error.hint, "every error says what to do next"


@pytest.mark.parametrize("code", sorted(AGENCY_CODES))
def test_an_agency_error_names_the_setting(code: str) -> None:
    error = refused(403, {"error_code": code})

    assert isinstance(error, Forbidden)
    assert "xrole" in error.hint
    assert "agency" in error.hint


def test_attempt_resource_and_request_id_are_told(server: Loopback) -> None:
    error = told_by(server, Reply(404, {"error_code": "FSS.1051"}, {"x-request-id": "rid-7"}))

    assert str(error).startswith("could not read the thing of thing-7: HTTP 404 FSS.1051")
    assert "(request id rid-7)" in str(error)


def test_the_request_id_may_be_in_the_body(server: Loopback) -> None:
    error = told_by(server, Reply(403, {"error_code": "APIGW.0302", "request_id": "rid-8"}))

    assert error.request_id == "rid-8"


def test_clock_skew_is_told_in_seconds(server: Loopback) -> None:
    server.date = format_datetime(NOW - timedelta(seconds=1234), usegmt=True)

    error = told_by(server, Reply(401, {"error_code": "APIGW.0301"}))

    assert isinstance(error, Unauthorized)
    assert "clock is 1,234 seconds ahead of the cloud's" in str(error)


def test_a_clock_that_is_behind_is_told_so() -> None:
    headers = {"date": format_datetime(NOW + timedelta(hours=1), usegmt=True)}

    assert "3,600 seconds behind" in refused(401, headers=headers).hint
    assert skew_of(headers, now=NOW) == -3600


@pytest.mark.parametrize("date", ["", "nonsense", "Thu, 01 Jan 2026 00:00:00"])
def test_a_date_that_says_nothing_is_no_skew(date: str) -> None:
    assert skew_of({"date": date}, now=NOW) == 0


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        (KEY, "access key from the test's source was refused"),
        (AccessKey(SecretStr(AK), SecretStr(SK), SecretStr("t")), "may have expired"),
        (USER, "check name, domain and password"),
        (Token(SecretStr("t")), "tokens live 24 hours"),
    ],
)
def test_a_401_tells_what_to_check_by_the_kind_of_credentials(
    credentials: Credentials, expected: str
) -> None:
    hint = refused(401, {"error_code": "APIGW.0301"}, credentials=credentials).hint

    assert expected in hint
    assert "pulumi config set --secret functiongraph:accessKey" in hint
    assert "HUAWEICLOUD_SDK_AK" in hint
    assert "--run-program" in hint


def test_a_403_names_the_project() -> None:
    from factories import PROJECT

    assert f"project {PROJECT}" in refused(403, {"error_code": "FSS.0403"}).hint


@pytest.mark.parametrize("status", [404, 410])
def test_a_404_of_something_that_is_not_the_service_does_not_say_absent(
    server: Loopback, status: int
) -> None:
    page = b"<html>\n<h1>Not\x07 Found</h1>" + b"x" * 500

    error = told_by(server, Reply(status, raw=page, headers={"Content-Type": "text/html"}))

    assert isinstance(error, NotUnderstood)
    assert "text/html: <html> <h1>Not Found</h1>" in str(error)
    assert "x" * 100 not in str(error)
    assert "functiongraph:endpoints" in error.hint


def test_a_404_without_a_body_says_absent(server: Loopback) -> None:
    assert isinstance(told_by(server, Reply(404, raw=b"")), NotFound)


def test_a_gateway_page_instead_of_an_answer_is_shown_cut(server: Loopback) -> None:
    error = told_by(server, Reply(503, raw=b"<b>busy</b>", headers={"Content-Type": "text/html"}))

    assert isinstance(error, Unavailable)
    assert "text/html: <b>busy</b>" in str(error)


def test_a_200_that_is_no_json_is_not_understood(server: Loopback) -> None:
    error = told_by(server, Reply(raw=b"<login/>", headers={"Content-Type": "text/html; a=b"}))

    assert isinstance(error, NotUnderstood)
    assert "the answer is not JSON (text/html: <login/>)" in str(error)


def test_an_empty_200_is_not_understood(server: Loopback) -> None:
    assert "an empty answer" in str(told_by(server, Reply(raw=b"")))


def test_json_nested_beyond_reason_is_not_understood(server: Loopback) -> None:
    error = told_by(server, Reply(raw=b"[" * 100_000))

    assert isinstance(error, NotUnderstood)
