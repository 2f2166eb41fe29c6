"""A local cloud that runs, and the orders that a test gives it.

Imports nothing heavy: whoever only holds the handle does not load the server.
"""

import contextlib
import http.client
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from operator import methodcaller
from pathlib import Path
from typing import Any, Literal, TypeAlias, overload

from pulumi_functiongraph.emulator.testing import transcript
from pulumi_functiongraph.emulator.testing.observed import ObservedInvocation, ObservedNotification

CONTROL_TIMEOUT = 30.0
"""Seconds for one answer of a control."""
CLOCK_TIMEOUT = 600.0
"""Seconds for an order that moves the time, which carries out all that becomes due."""
DEFAULT_WAIT = 30.0
"""Seconds that an expectation waits."""

MAX_STEP = 10**9
"""Seconds by which an order moves the time, and by which the clock is set wrong."""
MAX_WAIT = 60
"""Seconds that an order waits."""

_FOLLOW_WAIT = 25
"""Seconds for which a follower waits in one request."""

_OPERATIONS = {
    "obs": ("obs", "PutObject"),
    "smn": ("smn", "PublishMessage"),
    "dis": ("dis", "SendRecords"),
    "function": ("functiongraph", "AsyncInvokeFunction"),
}
"""What brings a notification to each kind of target."""

Target = Literal["obs", "smn", "dis", "function"]


GivenSeed: TypeAlias = Mapping[str, Any] | str | Path
"""What a cloud holds: a mapping, the same as YAML text, or the path of a file with that."""


class EmulatorError(RuntimeError):
    """The local cloud did not start, or refused an order."""


class NotificationMissingError(AssertionError):
    """A notification that a test expects is not there; the message says what is."""


__tracebackhide__ = methodcaller("errisinstance", (EmulatorError, NotificationMissingError))
"""pytest shows where a test gave the order, not where the refusal was read."""


class RunningCloud:
    """The local cloud at an address such as `http://127.0.0.1:8080`."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which clients reach this cloud."""
        found: dict[str, str] = self.control("GET", "environment")
        return found

    def seed(self, seed: GivenSeed) -> dict[str, Any]:
        """Add what a seed describes; returns the state.

        Args:
            seed: a mapping, the same as YAML text, or the path of a file with that.
        """
        state: dict[str, Any] = self.control("POST", "seed", text_of(seed))
        return state

    def state(self) -> dict[str, Any]:
        """All that the cloud holds."""
        state: dict[str, Any] = self.control("GET", "state")
        return state

    def requests(self) -> list[dict[str, Any]]:
        """Every request seen since the start, the last reset or the last `forget_requests`."""
        requests: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return requests

    def writes(self) -> list[dict[str, Any]]:
        """Only those requests that asked for a change; asking for a token is none."""
        return [request for request in self.requests() if request["writing"]]

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        self.control("DELETE", "requests")

    def faults(self, *faults: Mapping[str, Any]) -> None:
        """Put these faults in the place of those in force; none at all lifts them."""
        self.control("DELETE", "faults")
        if faults:
            self.control("POST", "faults", json.dumps(faults))

    def options(self, **options: Any) -> dict[str, Any]:
        """Change options; returns all of them."""
        found: dict[str, Any] = self.control("POST", "options", json.dumps(options))
        return found

    def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the cloud's time on, and carry out what becomes due on the way, in due order."""
        step = 0.0
        for name, value, unit in (("hours", hours, 3600), ("minutes", minutes, 60)):
            step += _number(name, value, low=0, high=MAX_STEP / unit) * unit
        step += _number("seconds", seconds, low=0, high=MAX_STEP - step)
        order = json.dumps({"seconds": step})
        self.control("POST", "clock", order, seconds=CLOCK_TIMEOUT)

    def skew(self, *, seconds: float) -> None:
        """Set the clock wrong that dates of requests are held against, and that dates answers."""
        wrong_by = _number("seconds", seconds, low=-MAX_STEP, high=MAX_STEP)
        self.control("POST", "clock", json.dumps({"skew_seconds": wrong_by}))

    def reset(self) -> None:
        """Back to the seed: state, faults, options, clock and log of requests."""
        self.control("POST", "reset")

    def run_until_idle(self) -> None:
        """Jump to what is due next until nothing is; timers, which never end, do not count."""
        self.control("POST", "clock", json.dumps({"idle": True}), seconds=CLOCK_TIMEOUT)

    def script(self, function: str, **behaviour: Any) -> None:
        """Tell a function what to do instead of running its code, such as `fail_times=2`.

        `docs/running-functions.md` has every field; `clear=True` lets it run its code again.
        """
        self.control("POST", "script", json.dumps({"function": function, **behaviour}))

    def fail(
        self, target: Target, *, times: int | None = None, probability: float = 1, seed: int = 0
    ) -> None:
        """Let targets of one kind answer 503, to deliveries as to everybody else.

        Without `times` until the faults are lifted, or the cloud is reset.

        Raises:
            EmulatorError: there is no such kind of target.
        """
        if target not in _OPERATIONS:
            raise EmulatorError(f"target: {target!r} is none of {', '.join(_OPERATIONS)}")
        service, operation = _OPERATIONS[target]
        _number("probability", probability, low=0, high=1)
        fault: dict[str, Any] = {"service": service, "operation": operation, "status": 503}
        if times is not None:
            fault |= {"nth": 1, "times": times}
        if probability < 1:
            fault |= {"probability": probability, "seed": seed}
        self.control("POST", "faults", json.dumps(fault))

    @overload
    def invoke(self, function: str, payload: Any = ..., *, wait: Literal[False] = ...) -> str: ...

    @overload
    def invoke(
        self, function: str, payload: Any = ..., *, wait: Literal[True], timeout: float = ...
    ) -> ObservedInvocation: ...

    def invoke(
        self,
        function: str,
        payload: Any = None,
        *,
        wait: bool = False,
        timeout: float = DEFAULT_WAIT,
    ) -> str | ObservedInvocation:
        """Invoke a function asynchronously, as the API does, without credentials.

        Args:
            function: a name, `package/name:version`, `package/name:!alias` or a URN.
            payload: what becomes JSON; an empty object when left out.
            wait: whether to wait for the end of the request, not of its notifications; a virtual
                clock is moved so far, and no further.
            timeout: seconds of that wait, 60 at most; then the request is returned as it is.

        Returns:
            The id of the request, or the whole request when it was waited for.

        Raises:
            EmulatorError: there is no such function, it cannot run here, the payload cannot become
                JSON, or the timeout is none.
        """
        timeout = _number("timeout", timeout, low=0, high=MAX_WAIT)
        order: dict[str, Any] = {"function": function}
        order |= {} if payload is None else {"payload": payload}
        order |= {"wait_seconds": timeout} if wait else {}
        try:
            text = json.dumps(order)
        except (TypeError, ValueError) as error:
            raise EmulatorError(f"payload: it cannot become JSON: {error}") from None
        answer = self.control("POST", "invoke", text, seconds=timeout + CONTROL_TIMEOUT)
        return ObservedInvocation.of(answer) if wait else str(answer["request_id"])

    def invocations(self, **filters: Any) -> list[ObservedInvocation]:
        """Asynchronous requests, oldest first; by `function`, `status`, `source`, `request_id`."""
        return [ObservedInvocation.of(each) for each in self._list("invocations", filters)]

    def notifications(self, **filters: Any) -> list[ObservedNotification]:
        """Notifications, oldest first; by `function`, `outcome`, `target`, `status`."""
        return [ObservedNotification.of(each) for each in self._list("deliveries", filters)]

    def expect_notification(
        self,
        *,
        function: str | None = None,
        outcome: Literal["success", "failure"] | None = None,
        target: Target | None = None,
        status: Literal["DELIVERED", "FAILED"] = "DELIVERED",
        request_id: str | None = None,
        after: int = 0,
        timeout: float = DEFAULT_WAIT,
    ) -> ObservedNotification:
        """Wait for a notification, and return the first one that matches.

        On a virtual clock all that is due is carried out first, and nothing is waited for.

        Args:
            function: whose result it tells.
            outcome: which result.
            target: what kind of target it goes to.
            status: DELIVERED, or FAILED for one that was given up.
            request_id: of the request whose result it tells.
            after: number of a notification; only those that arrive after it count. One that is
                under way is waited for first.
            timeout: seconds to wait, 60 at most.

        Raises:
            NotificationMissingError: there is none; the message says what is there instead.
        """
        timeout = _number("timeout", timeout, low=0, high=MAX_WAIT)
        given = {
            "function": function,
            "outcome": outcome,
            "target": target,
            "status": status,
            "request_id": request_id,
            "after": after or None,
        }
        expected = {name: value for name, value in given.items() if value is not None}
        order = json.dumps({**expected, "timeout_seconds": timeout})
        answer = self.control("POST", "expect", order, seconds=timeout + CONTROL_TIMEOUT)
        if answer["arrived"] is None:
            raise NotificationMissingError(transcript.missing_text(expected, answer))
        return ObservedNotification.of(answer["arrived"])

    def journal(self, *, after: int = 0, **filters: Any) -> list[dict[str, Any]]:
        """What happened, a line a step; by `function`, `request_id`, `step`.

        With `wait=…` it goes on until no line has come for so many seconds.

        Raises:
            EmulatorError: there is no such function and no line of it, or no such filter.
        """
        lines: list[dict[str, Any]] = []
        while (page := self._journal({"after": after, **filters}))["lines"]:
            lines += page["lines"]
            after = page["next"]
        if not lines and page.get("reason"):
            raise EmulatorError(page["reason"])
        return lines

    def follow_journal(self, *, last: int = 0, **filters: Any) -> Iterator[dict[str, Any]]:
        """The `last` lines, and then each one as it is written, until the cloud ends.

        Raises:
            EmulatorError: there is no such filter; told when the first line is asked for.
            OSError: it has ended, or was not there.
        """
        page = self._journal({"last": max(last, 1), "wait": 0, **filters})
        yield from page["lines"] if last else ()
        while True:
            page = self._journal({"after": page["next"], "wait": _FOLLOW_WAIT, **filters})
            yield from page["lines"]

    def control(
        self, method: str, name: str, body: str = "", *, seconds: float = CONTROL_TIMEOUT
    ) -> Any:
        """Give an order under `/_emulator/` and return its answer.

        Args:
            method: of HTTP.
            name: what follows `/_emulator/`, with the query.
            body: JSON, or YAML for a seed.
            seconds: that the answer may take.

        Raises:
            EmulatorError: it is refused.
            OSError: there is no answer.
        """
        address = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=seconds
        )
        with contextlib.closing(connection):
            try:
                connection.request(method, f"/_emulator/{name}", body.encode())
                response = connection.getresponse()
                content = response.read()
            except http.client.HTTPException as error:
                raise ConnectionError(str(error)) from error
        if response.status != http.client.OK:
            raise EmulatorError(f"{method} /_emulator/{name} was refused: {_problems(content)}")
        return json.loads(content)

    def _journal(self, query: Mapping[str, Any]) -> Any:
        name = f"journal?{urllib.parse.urlencode(query)}"
        return self.control("GET", name, seconds=2 * CONTROL_TIMEOUT)

    def _list(self, name: str, filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] | None = dict(filters)
        while asked is not None:
            page = self.control("GET", f"{name}?{urllib.parse.urlencode(asked)}")
            yield from page[name]
            asked = None if page["next"] is None else {**asked, "after": page["next"]}


def text_of(seed: GivenSeed) -> str:
    """A seed as text.

    Raises:
        EmulatorError: it cannot be read, or cannot become JSON; or the text is the name of a file.
    """
    try:
        if isinstance(seed, Path):
            return seed.read_text(encoding="utf-8")
        text = seed if isinstance(seed, str) else json.dumps(seed)
    except (OSError, TypeError, ValueError) as error:
        raise EmulatorError(f"seed: it cannot be read: {error}") from None
    if ":" not in text and text.endswith((".yaml", ".yml", ".json")):
        raise EmulatorError(f"seed: a text is the seed itself; for the file say Path({text!r})")
    return text


def _number(name: str, value: object, *, low: float, high: float) -> float:
    """A number that an order may have.

    Raises:
        EmulatorError: it is none; the message names it.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise EmulatorError(f"{name}: must be a number from {low:g} to {high:g}, and is {value!r}")


def _problems(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    try:
        return "; ".join(json.loads(text)["problems"])
    except (ValueError, KeyError, TypeError):
        return text
