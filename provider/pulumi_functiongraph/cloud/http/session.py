"""Sends calls: signs each attempt, tries again where that can help, names what fails.

Tried again: 408, 429, 502, 503, 504, lost connections and time-outs of calls that may be repeated;
500 twice at most. Not tried again: any answer that another attempt would not change.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn, TypeVar

import requests
from msgspec.structs import replace
from requests.auth import AuthBase

from pulumi_functiongraph.cloud.http.authentication import is_from_iam
from pulumi_functiongraph.cloud.http.call import WITHOUT_ANSWER, Answer, Call
from pulumi_functiongraph.cloud.http.http_errors import (
    Asker,
    answer_of,
    not_understood,
    refusal,
    skew_of,
)
from pulumi_functiongraph.cloud.http.identity import Identity
from pulumi_functiongraph.cloud.http.in_flight import RequestsInFlight
from pulumi_functiongraph.cloud.http.json_fields import Misread, check
from pulumi_functiongraph.cloud.http.no_answer import LIBRARY_ERRORS, failure, is_loopback
from pulumi_functiongraph.cloud.http.request_builder import RequestBuilder
from pulumi_functiongraph.cloud.http.retries import (
    MOST_ATTEMPTS_AFTER_500,
    Again,
    Clocks,
    repeated,
    retry_after,
)
from pulumi_functiongraph.cloud.http.transport import Transport
from pulumi_functiongraph.cloud.http.value_redaction import redactor
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.errors import CloudError, NotUnderstood, SettingsError, Unavailable
from pulumi_functiongraph.core.one_line import on_one_line
from pulumi_functiongraph.core.pattern_redaction import redacted

_LOG = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10.0
"""Seconds to reach a service."""

READ_TIMEOUT = 30.0
"""Seconds for the whole of one answer."""

DEADLINE = 120.0
"""Seconds for one call with all its attempts and waits."""

_Read = TypeVar("_Read")

_PASSING = frozenset({408, 429, 502, 503, 504})
_NEVER_REACHED_THE_SERVICE = frozenset({429})


class Session:
    """Calls to the services of one account; safe to use from several threads.

    Args:
        settings: with credentials.
        deadline: seconds for one call with all its attempts.
        until: a time of the monotonic clock at which every call ends, whatever its deadline.
        read_only: refuse whatever could change something.
        clocks: time and chance.
        user_agent: what the services' logs show.
        before_attempt: called before each attempt; what it raises ends the call.
        in_flight: the limit of requests in flight, which sessions of one account share; this one's
            own when not given.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        deadline: float = DEADLINE,
        until: float = math.inf,
        read_only: bool = False,
        clocks: Clocks | None = None,
        user_agent: str = "",
        before_attempt: Callable[[], None] = lambda: None,
        in_flight: RequestsInFlight | None = None,
    ) -> None:
        if settings.credentials is None:
            raise SettingsError("the settings were resolved without credentials")
        self._settings = settings
        self._deadline = deadline
        self._until = until
        self._clocks = clocks or Clocks()
        self._before_attempt = before_attempt
        self._in_flight = in_flight or RequestsInFlight()
        self._transport = Transport(read_only=read_only, clock=self._clocks.monotonic)
        self._http = requests.Session()
        self._http.mount("https://", self._transport)
        self._http.mount("http://", self._transport)
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._http.headers["User-Agent"] = user_agent or _user_agent()
        self._identity = Identity(
            settings,
            settings.credentials,
            session=self._http,
            clocks=self._clocks,
            timeout=READ_TIMEOUT,
        )
        self._builder = RequestBuilder(self._http)
        self._environment: dict[str, Mapping[str, Any]] = {}
        self._ahead = 0

    def __repr__(self) -> str:
        """Names the source of the credentials, never the key."""
        return f"Session(credentials from {self._settings.source})"

    @property
    def settings(self) -> Settings:
        """What the session was made with."""
        return self._settings

    @property
    def calls(self) -> Counter[str]:
        """How many requests were sent so far, by method; IAM's token calls are POSTs."""
        return self._transport.calls

    @property
    def user(self) -> str:
        """The user of the credentials, once IAM has sent it with a token; empty until then."""
        return self._identity.user

    def cloud_time(self) -> datetime:
        """The time by the `Date` of IAM's last answer, to the second; until then the local time.

        Agencies expire by that clock, and a local one may be wrong.
        """
        return self._clocks.now() - timedelta(seconds=self._ahead)

    def close(self) -> None:
        """Close the connections that were kept open."""
        self._http.close()

    def send(self, call: Call, *, deadline: float | None = None) -> Answer:
        """Make one call.

        Args:
            call: what to send.
            deadline: seconds for all attempts, the session's when not given.

        Raises:
            CloudError: the one of its kinds that fits, after the retries.
        """
        allowed = self._deadline if deadline is None else deadline
        end = min(self._clocks.monotonic() + allowed, self._until)
        is_first, may_have_acted = True, False

        def attempt() -> Answer:
            """One attempt, whose error knows what became of the ones before."""
            nonlocal is_first, may_have_acted
            try:
                self._before_attempt()
                if not is_first:
                    call.before_retry()
                is_first = False
                return self._attempt(call, end)
            except (Again, CloudError) as failed:
                error = failed.error if isinstance(failed, Again) else failed
                may_have_acted |= error.may_have_acted
                error.may_have_acted = may_have_acted
                raise

        return repeated(attempt, end=end, clocks=self._clocks)

    def read(self, call: Call, read: Callable[[object], _Read]) -> _Read:
        """Make one call and read its JSON.

        Args:
            call: what to send.
            read: makes a value of the JSON, or raises `Misread`.

        Raises:
            CloudError: as `send` does; NotUnderstood when the JSON is not what the API promises.
        """
        return self._understood(call, self.send(call), read)

    def _understood(self, call: Call, answer: Answer, read: Callable[[object], _Read]) -> _Read:
        try:
            check(answer.content)
            return read(answer.content)
        except Misread as error:
            raise NotUnderstood(
                operation=call.operation,
                resource=call.resource,
                status=answer.status,
                detail=f"in the answer, {error}",
                request_id=answer.request_id,
                hint="The service may have changed: take the request id to its support",
                may_have_acted=True,
            ) from error

    def _attempt(self, call: Call, end: float) -> Answer:
        """One attempt, with a second one at once when a token was refused."""
        endpoint = self._settings.endpoints.url(call.service, region=call.region)
        auth = self._auth(call, end)
        answer = self._exchange(call, endpoint, auth, end)
        if answer.status == 401 and self._identity.renew(call, auth):  # noqa: PLR2004 - HTTP: unauthorized
            answer = self._exchange(call, endpoint, self._auth(call, end), end)
        return self._accepted(call, answer)

    def _auth(self, call: Call, end: float) -> AuthBase:
        def ask(question: Call, read: Callable[[object], _Read]) -> _Read:
            return self._understood(question, self._attempt(question, end), read)

        return self._identity.auth(call, ask)

    def _exchange(self, call: Call, endpoint: str, auth: AuthBase, end: float) -> Answer:
        left = max(0.001, end - self._clocks.monotonic())
        try:
            with self._in_flight.place(call.operation, call.resource, seconds=left):
                self._transport.end_by(end)
                response = self._transport.send(
                    auth(self._builder.build(call, endpoint)),
                    timeout=(CONNECT_TIMEOUT, call.seconds or READ_TIMEOUT),
                    **self._of_environment(endpoint),
                )
        except CloudError:
            raise
        except Exception as error:  # noqa: BLE001 - each kind is told apart below
            failed = error
        else:
            return answer_of(response)
        # Raised out here, so that the text of IAM's answer does not come along as its context.
        if is_from_iam(failed):
            self._raise_without_token(call, failed)
        if isinstance(failed, LIBRARY_ERRORS):
            self._raise_unanswered(call, endpoint, failed, cause=failed)
        raise failed

    def _of_environment(self, endpoint: str) -> Mapping[str, Any]:
        """Proxies and certificates, looked for once per address: requests reads all variables."""
        found = self._environment.get(endpoint)
        if found is None:
            found = {**self._http.merge_environment_settings(endpoint, {}, False, None, None)}
            self._environment[endpoint] = found
        return found

    def _raise_unanswered(
        self, call: Call, endpoint: str, error: Exception, *, cause: Exception | None
    ) -> NoReturn:
        """Raise what it amounts to that no answer came, or the wish to try again."""
        found = failure(call, endpoint, error)
        _LOG.debug("%s %s: %s", call.method, call.service, redacted(found.what))
        kind = NotUnderstood if found.has_answered else Unavailable
        named = kind(
            operation=call.operation,
            resource=call.resource,
            detail=found.what,
            hint=found.hint,
            may_have_acted=found.was_sent,
        )
        repeatable = call.may_repeat or not found.was_sent
        raise (Again(named) if found.may_pass and repeatable else named) from cause

    def _raise_without_token(self, call: Call, error: Exception) -> NoReturn:
        """Raise what became of asking IAM for the token that a call needs; it was never sent."""
        asking = replace(call, service="iam", body=None)
        response = getattr(error, "response", None)
        try:
            if not isinstance(response, requests.Response):
                iam = self._settings.endpoints.url("iam", region=call.region)
                self._raise_unanswered(asking, iam, error, cause=None)
            answer = answer_of(response)
            if answer.status < 300:  # noqa: PLR2004 - HTTP: success
                what = "the answer of IAM holds no token"
                raise not_understood(asking, answer, self._asker(asking), what=what)
            self._raise_refused(asking, answer)
        except (Again, CloudError) as failed:
            named = failed.error if isinstance(failed, Again) else failed
            named.may_have_acted = False
            raise

    def _accepted(self, call: Call, answer: Answer) -> Answer:
        if _LOG.isEnabledFor(logging.DEBUG):
            request_id = on_one_line(self._asker(call).hide(answer.request_id)) or "none"
            shown = (call.method, call.service, answer.status, request_id)
            _LOG.debug("%s %s: HTTP %s, request id %s", *shown)
        if 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP: success
            if call.service == "iam":
                self._ahead = skew_of(answer.headers, now=self._clocks.now())
            if answer.is_json or (call.method in WITHOUT_ANSWER and not answer.body):
                return answer
            if call.subresource or call.is_free_form:
                return answer
            raise not_understood(call, answer, self._asker(call), what="the answer is not JSON")
        if answer.status not in call.answers:
            self._raise_refused(call, answer)
        return answer

    def _raise_refused(self, call: Call, answer: Answer) -> NoReturn:
        """Raise the error of an answer that says no, or the wish to try again."""
        asker = self._asker(call)
        error = refusal(call, answer, asker)
        repeatable = call.may_repeat or answer.status in _NEVER_REACHED_THE_SERVICE
        if answer.status in _PASSING and repeatable:
            raise Again(error, after=retry_after(answer.headers, now=asker.now))
        if answer.status == 500 and repeatable:  # noqa: PLR2004 - HTTP: server error
            raise Again(error, most=MOST_ATTEMPTS_AFTER_500)
        raise error

    def _asker(self, call: Call) -> Asker:
        hide = redactor((*self._identity.secrets, *call.hidden))
        who = self._identity.whose(call)
        endpoint = self._settings.endpoints.url(call.service, region=call.region)
        return Asker(
            who, self._settings.source, self._clocks.now(), hide, is_local=is_loopback(endpoint)
        )


def _user_agent() -> str:
    try:
        return f"pulumi-functiongraph/{version('pulumi-functiongraph')}"
    except PackageNotFoundError:
        return "pulumi-functiongraph"
