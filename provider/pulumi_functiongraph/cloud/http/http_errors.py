"""The table of HTTP errors: what a status or a code means, and what to do next.

Sources: FunctionGraph API reference, "Error Codes"; the exception handler of huaweicloudsdkcore
(the forms of an error body); SMN and DIS API references, "Error Codes".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias

import msgspec
import requests

from pulumi_functiongraph.cloud.auth.credentials import Credentials
from pulumi_functiongraph.cloud.http import remedies
from pulumi_functiongraph.cloud.http.call import Answer, Call
from pulumi_functiongraph.cloud.http.json_fields import Misread
from pulumi_functiongraph.cloud.http.xml_fields import element_of
from pulumi_functiongraph.core.amounts import counted
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

AGENCY_CODES = frozenset({"FSS.1021", "FSS.1040", "FSS.1121", "FSS.1122", "FSS.1303"})
"""The function's agency is missing or may not; FunctionGraph API reference, "Error Codes"."""

GATEWAY = ("APIG.", "APIGW.")
"""Codes of the gateway before a service, which never saw the request."""

_REQUEST_IDS = ("x-request-id", "x-obs-request-id", "x-amz-request-id")
_SHOWN_OF_A_BODY = 80
_LOOKED_AT = 65_536  # bytes; tokens of these clouds have several thousand
_LONGEST_CODE = 60
_LONGEST_DATE = 64
_WORTH_TELLING = 60  # seconds of clock skew


class Reason(msgspec.Struct, frozen=True):
    """Why a service refused, whichever form it took."""

    code: str = ""
    message: str = ""


def reason_of(content: object) -> Reason:
    """The code and message of an error body, in any of the forms that the services use."""
    if not isinstance(content, Mapping):
        return Reason()
    inner = content.get("error")
    if isinstance(inner, Mapping):
        return Reason(_text(inner, "title"), _text(inner, "message"))
    message = _text(content, "error_msg", "message", "errorMsg")
    details = content.get("details")
    if isinstance(details, Mapping) and (more := _text(details, "error_msg")):
        message = f"{message} {more}".strip()
    return Reason(_text(content, "error_code", "errorCode", "code"), message)


def _in_xml(body: bytes) -> Reason:
    """Why OBS refused a GET; OBS API reference, "Error Codes"."""
    try:
        error = element_of(body)
    except Misread:
        return Reason()
    return Reason(*((error.findtext(name) or "").strip() for name in ("Code", "Message")))


def _in_headers(headers: Mapping[str, str]) -> Reason:
    """Why OBS refused a HEAD, whose answer has no body; the vendor's OBS clients read it there."""
    return Reason(headers.get("x-obs-error-code", ""), headers.get("x-obs-error-message", ""))


def answer_of(response: requests.Response) -> Answer:
    """The answer as a value."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    body = response.content
    try:
        content, is_json = json.loads(body), True
    except (ValueError, RecursionError):
        content, is_json = None, False
    request_id = next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")
    if not request_id and isinstance(content, Mapping):
        request_id = _text(content, "request_id")
    return Answer(response.status_code, headers, body, content, is_json, request_id)


def changed(error: CloudError, *, detail: str | None = None, hint: str | None = None) -> CloudError:
    """The same error with another detail or hint."""
    return type(error)(
        operation=error.operation,
        resource=error.resource,
        status=error.status,
        code=error.code,
        detail=error.detail if detail is None else detail,
        request_id=error.request_id,
        hint=error.hint if hint is None else hint,
        may_have_acted=error.may_have_acted,
    )


def _text(values: Mapping[str, object], *keys: str) -> str:
    found = (values.get(key) for key in keys)
    return next((str(value) for value in found if isinstance(value, str | int) and value), "")


class Asker(msgspec.Struct, frozen=True):
    """Who asked, and when.

    Attributes:
        credentials: of which a hint tells the kind.
        source: where they came from.
        now: the local time.
        hide: takes what is secret out of a text, before the text is cut.
        is_local: whether what was asked is on this machine, as a local cloud is.
    """

    credentials: Credentials
    source: str
    now: datetime
    hide: Callable[[str], str]
    is_local: bool = False


def refusal(call: Call, answer: Answer, asker: Asker) -> CloudError:
    """The error that an answer amounts to."""
    if not answer.is_json and answer.status in {404, 410} and answer.body:
        # A proxy or web server answered: that the thing is absent must not be read from it.
        return not_understood(call, answer, asker, what="no such address there")
    reason = _reason(call, answer)
    error, remedy = _meaning(answer.status, reason.code)
    return error(
        operation=call.operation,
        resource=call.resource,
        status=answer.status,
        code=asker.hide(reason.code)[:_LONGEST_CODE],
        detail=asker.hide(reason.message) or ("" if answer.is_json else _shown(answer, asker)),
        request_id=asker.hide(answer.request_id),
        hint=remedy if isinstance(remedy, str) else remedy(call, answer, asker),
        may_have_acted=_may_have_acted(answer.status),
    )


def _reason(call: Call, answer: Answer) -> Reason:
    if not answer.body:
        return _in_headers(answer.headers)
    return _in_xml(answer.body) if call.subresource else reason_of(answer.content)


def not_understood(call: Call, answer: Answer, asker: Asker, *, what: str) -> NotUnderstood:
    """The error of an answer that is not what the API promises."""
    return NotUnderstood(
        operation=call.operation,
        resource=call.resource,
        status=answer.status,
        detail=f"{what} ({_shown(answer, asker)})",
        request_id=asker.hide(answer.request_id),
        hint=remedies.wrong_address(call.service),
        may_have_acted=_may_have_acted(answer.status),
    )


def _may_have_acted(status: int) -> bool:
    """Whether a service that answers so may have done what it was asked to.

    A gateway that lost its backend answers 5xx or 408, and a success that cannot be read is one.
    """
    return status >= 500 or status == 408 or 200 <= status < 300  # noqa: PLR2004 - HTTP: classes


def _unauthorized(_call: Call, answer: Answer, asker: Asker) -> str:
    skew = skew_of(answer.headers, now=asker.now)
    worth_telling = skew if abs(skew) >= _WORTH_TELLING else 0
    return remedies.unauthorized(asker.credentials, asker.source, skew=worth_telling)


_Remedy: TypeAlias = str | Callable[[Call, Answer, Asker], str]
_Meaning: TypeAlias = tuple[type[CloudError], _Remedy]

_ABSENT: _Meaning = (NotFound, "Check region, project and name: it may have been deleted")
_REFUSED: _Meaning = (
    Rejected,
    lambda _call, _answer, asker: remedies.rejected(is_local=asker.is_local),
)
_CONFLICT: _Meaning = (
    Conflict,
    "Another change may be under way: wait a moment and run it again",
)

_DOWN: _Meaning = (
    Unavailable,
    lambda call, answer, asker: remedies.unavailable(call, answer.status, is_local=asker.is_local),
)
_NO_SUCH_API: _Meaning = (
    Rejected,
    lambda call, *_: f"The gateway knows no such API. {remedies.wrong_address(call.service)}",
)

_BY_STATUS: Mapping[int, _Meaning] = {
    401: (Unauthorized, _unauthorized),
    403: (Forbidden, lambda call, *_: remedies.forbidden(call)),
    404: _ABSENT,
    408: _DOWN,
    409: _CONFLICT,
    410: _ABSENT,
    429: (
        Throttled,
        lambda _call, answer, _asker: remedies.throttled(answer.headers.get("retry-after", "")),
    ),
}
_BY_HUNDREDS: Mapping[int, _Meaning] = {
    3: (NotUnderstood, lambda call, *_: remedies.wrong_address(call.service)),
    5: _DOWN,
}
"""Statuses that have no row of their own; any other one is refused as 400 is."""

_BY_CODE: Mapping[str, _Meaning] = {
    **dict.fromkeys(AGENCY_CODES, (Forbidden, remedies.AGENCY)),
    "FSS.1310": (Unauthorized, _unauthorized),  # 400 "Unauthorized user"
    # 400 "The stream does not exist."
    "DIS.4301": (NotFound, "The DIS stream does not exist: create it, or fix its name"),
    # 403 of OBS; "Error Codes" of its API reference
    "InvalidAccessKeyId": (Unauthorized, _unauthorized),
    "SignatureDoesNotMatch": (Unauthorized, _unauthorized),
    "RequestTimeTooSkewed": (Unauthorized, _unauthorized),
}
"""Codes that say more than their status."""

_REMEDIES: Mapping[str, str] = {
    "FSS.1051": "There is no such function: check region, project, package and name of its URN",
    "FSS.1052": "The function has no such version",
    "FSS.1053": "The function has no such alias",
    "FSS.1171": "The SMN topic of a target does not exist: create it, or fix its topic URN",
    "FSS.1309": "Check the function URN",
    "FSS.1015": "Check the version in the function URN",
    "FSS.1014": "Check the alias in the function URN",
}
"""Codes of which the status says what they are, and the code what to do."""


def _meaning(status: int, code: str) -> _Meaning:
    by_status = _BY_STATUS.get(status) or _BY_HUNDREDS.get(status // 100, _REFUSED)
    if code.startswith(GATEWAY) and by_status in (_ABSENT, _REFUSED):
        return _NO_SUCH_API
    if code in _REMEDIES and by_status in (_ABSENT, _CONFLICT, _REFUSED):
        return by_status[0], _REMEDIES[code]
    return _BY_CODE.get(code, by_status)


def skew_of(headers: Mapping[str, str], *, now: datetime) -> int:
    """Seconds that the local clock is ahead of the one that answered, 0 when that is not known."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")[:_LONGEST_DATE])
        return round((now - theirs).total_seconds()) if theirs.tzinfo else 0
    except (ValueError, OverflowError):
        return 0


def _shown(answer: Answer, asker: Asker) -> str:
    """Content type and the start of a body that is no JSON, as safe characters on one line.

    What starts like JSON is a damaged answer of the service itself; what that names may be secret,
    and is not known here.
    """
    if not answer.body:
        return "an empty answer"
    kind = answer.headers.get("content-type", "no content type").partition(";")[0]
    if answer.body.lstrip()[:1] in {b"{", b"["}:
        return f"{kind}: {counted(len(answer.body), 'byte')} of damaged JSON"
    start = asker.hide(answer.body[:_LOOKED_AT].decode("utf-8", errors="replace"))
    line = " ".join("".join(c if c.isprintable() else " " for c in start).split())
    return f"{kind}: {line[:_SHOWN_OF_A_BODY]}"
