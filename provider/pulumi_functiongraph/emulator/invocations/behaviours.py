"""What a function does whose code is not run: a script of its results.

A behaviour speaks of one request: its attempts count from 1. Nothing set means that the function
returns its event.
"""

import asyncio
import json
from functools import cached_property
from typing import Annotated, Self

import msgspec
from msgspec.structs import replace
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StringConstraints,
    field_validator,
    model_validator,
)

from pulumi_functiongraph.emulator.http.loopback import AGENT, is_loopback_url
from pulumi_functiongraph.emulator.invocations.outcome import MAX_ANSWER, MAX_ERROR, Outcome

MAX_TIMES = 1000
MAX_SLEEP = 3600
"""Seconds."""
MAX_SIZE = 16 * 1024 * 1024
"""Bytes of a huge answer; ours."""
CONNECT_SECONDS = 5.0
"""For the connection to a url; ours."""

Times = Annotated[StrictInt, Field(ge=0, le=MAX_TIMES)]
Words = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_ERROR)]

_APART = (
    ("returns", "answer_bytes"),
    ("fails", "returns"),
    ("fails", "answer_bytes"),
    ("fails", "fail_times"),
    ("system_error", "fails"),
    ("system_error", "fail_times"),
)
_ALWAYS = ("returns", "answer_bytes")
"""What is never reached when every attempt is a system error."""


class Behaviour(BaseModel):
    """How a function behaves; frozen, and without contradictions."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    returns: JsonValue = None
    """What it returns; its event when this is not given (null is given)."""
    fail_times: Times = 0
    """So many first attempts of each request fail with a function error; others run its code."""
    fails: StrictBool | Words = False
    """Every attempt fails with a function error; a text is its message."""
    system_error: StrictBool | Times = False
    """Every attempt, or so many first ones, end with a system error."""
    sleep_seconds: float = Field(default=0, strict=True, ge=0, le=MAX_SLEEP, allow_inf_nan=False)
    """How long an attempt lasts before its result is there."""
    answer_bytes: StrictInt | None = Field(default=None, ge=2, le=MAX_SIZE)
    """It returns a text that is so long as JSON."""
    url: str | None = None
    """The event is posted to it, and its JSON answer is what the function returns."""

    @field_validator("returns")
    @classmethod
    def _can_be_sent(cls, value: JsonValue) -> JsonValue:
        _json(value)
        return value

    @field_validator("fails")
    @classmethod
    def _is_one_line(cls, value: bool | str) -> bool | str:  # noqa: FBT001 # pydantic's signature
        if isinstance(value, str) and not value.isprintable():
            raise ValueError("the text of an error is one line, without control characters")
        return value

    @field_validator("url")
    @classmethod
    def _is_here(cls, url: str | None) -> str | None:
        if url is not None and not is_loopback_url(url):
            raise ValueError("a url is http:// and leads to this machine, as http://127.0.0.1:8000")
        return url

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        said = self._said
        if "url" in said and len(said) > 1:
            others = ", ".join(sorted(said - {"url"}))
            raise ValueError(f"url stands alone: the server there decides, not {others}")
        for one, other in _APART:
            if {one, other} <= said:
                raise ValueError(f"{one} and {other} contradict each other")
        for name in _ALWAYS:
            if self.system_error is True and name in said:
                raise ValueError(f"system_error and {name} contradict each other")
        return self

    def leaves(self, attempt: int) -> bool:
        """Whether only earlier attempts were to fail, and this one is the function's own."""
        broken = self.system_error
        if broken is True or self._said & {"returns", "answer_bytes"}:
            return False
        return 0 < max(self.fail_times, broken) < attempt

    @cached_property
    def _said(self) -> set[str]:
        """The fields that do something; `returns: null` does."""
        fields = Behaviour.model_fields
        different = {name for name in fields if getattr(self, name) != fields[name].default}
        return different | (self.model_fields_set & {"returns"})


class Planned(msgspec.Struct, frozen=True):
    """How an attempt ends, and after how many seconds."""

    outcome: Outcome
    seconds: float


def plan(behaviour: Behaviour, *, attempt: int, event: str, timeout_seconds: int) -> Planned:
    """What comes of one attempt; of every behaviour but one with a `url`.

    Args:
        behaviour: the script.
        attempt: of the request, from 1.
        event: JSON text.
        timeout_seconds: of the function; who sleeps longer ends there.

    Raises:
        ValueError: the behaviour has a `url`.
    """
    if behaviour.url is not None:
        raise ValueError("what comes of a url is known only when it was called")
    if behaviour.sleep_seconds > timeout_seconds:
        outcome, seconds = Outcome.timed_out(timeout_seconds), float(timeout_seconds)
    else:
        outcome, seconds = _result(behaviour, attempt, event), behaviour.sleep_seconds
    if seconds:
        outcome = replace(outcome, milliseconds=round(seconds * 1000))
    return Planned(outcome, seconds)


def _result(behaviour: Behaviour, attempt: int, event: str) -> Outcome:
    broken = behaviour.system_error
    if broken is True or attempt <= broken:
        return Outcome.system_error("the behaviour of the function is a system error")
    if behaviour.fails is not False:
        said = behaviour.fails
        message = said if isinstance(said, str) else "the behaviour of the function is to fail"
        return Outcome.function_error(message, "Exception")
    if attempt <= behaviour.fail_times:
        message = f"attempt {attempt} fails, as do {behaviour.fail_times} of each request"
        return Outcome.function_error(message, "Exception")
    if behaviour.answer_bytes is not None:
        return Outcome.success('"' + "a" * (behaviour.answer_bytes - 2) + '"')
    if "returns" in behaviour.model_fields_set:
        return Outcome.success(_json(behaviour.returns))
    return Outcome.success(event)


async def call_url(url: str, *, event: str, timeout_seconds: int) -> Outcome:
    """Let a server on this machine be the function.

    Args:
        url: of a behaviour.
        event: JSON text; the body of the POST.
        timeout_seconds: of the function.

    Returns:
        The JSON of an answer with a status of 200 to 299 (null when it has no body); a function
        error for another status, another body or the time-out; a system error when there is no
        connection, or it breaks.
    """
    import httpx

    clock = asyncio.get_running_loop().time
    started = clock()
    try:
        async with asyncio.timeout(timeout_seconds):
            outcome = await _post(url, event)
    except TimeoutError:
        outcome = Outcome.timed_out(timeout_seconds)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        outcome = Outcome.system_error(f"no answer of {url}: {str(error) or type(error).__name__}")
    return replace(outcome, milliseconds=round((clock() - started) * 1000))


async def _post(url: str, event: str) -> Outcome:
    import httpx

    limits = httpx.Timeout(None, connect=CONNECT_SECONDS)
    headers = {
        "content-type": "application/json",
        "accept-encoding": "identity",
        "user-agent": AGENT,
    }
    async with (
        httpx.AsyncClient(timeout=limits, trust_env=False) as client,
        client.stream("POST", url, content=event.encode(), headers=headers) as response,
    ):
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > MAX_ANSWER:
                message = f"response body size exceeds the limit of {MAX_ANSWER}"
                return Outcome.function_error(message, "ResponseTooLarge")
        if not response.is_success:
            words = body[:MAX_ERROR].decode("utf-8", "replace")
            message = f"{url} answered {response.status_code}: {words}"
            return Outcome.function_error(message, "HTTPError")
    try:
        return Outcome.success(_json(json.loads(body)) if body else "null")
    except (ValueError, RecursionError):
        return Outcome.function_error(f"{url} answered what is no JSON", "HTTPError")


def _json(value: JsonValue) -> str:
    """JSON text.

    Raises:
        ValueError: the value has a number or half a character that no JSON text can hold.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()
    return text
