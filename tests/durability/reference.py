"""What ought to happen to asynchronous requests, written from the product document alone.

It shares no code with the local cloud: no store, no loop, no decision. Times are whole milliseconds
since the cloud began. Nothing depends on the order of what happens at the same time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["success", "failure"]
Health = Literal["up", "down", "deaf"]
"""A deaf target takes what it gets, and answers that it failed."""

SECOND = 1000
TIMEOUT = 3 * SECOND
DELIVERY_ATTEMPTS = 3


@dataclass(frozen=True)
class Config:
    """What a function is configured with; targets are services, or functions by name."""

    retries: int = 0
    age: int | None = None
    on_success: str | None = None
    on_failure: str | None = None


@dataclass(frozen=True)
class Script:
    """What a function does at each attempt."""

    fail_times: int = 0
    fails: bool = False
    system_error: bool = False
    sleep: int = 0

    def succeeds(self, attempt: int) -> bool:
        failed = self.fails or self.system_error or attempt <= self.fail_times
        return not failed and self.sleep <= TIMEOUT

    @property
    def lasts(self) -> int:
        return min(self.sleep, TIMEOUT)


@dataclass
class Delivery:
    """One notification."""

    outcome: Outcome
    target: str
    due: int
    status: str = "WAIT"
    attempts: int = 0
    arrivals: int = 0
    """How often the target has got it."""
    children: list["Request"] = field(default_factory=list)


@dataclass
class Request:
    """One asynchronous request."""

    function: str
    config: Config
    accepted: int
    status: str = "WAIT"
    condition: str = ""
    attempts: int = 0
    cancelled: bool = False
    due: int = 0
    ends: int | None = None
    """When the run ends that is under way."""
    will_succeed: bool = False
    delivery: Delivery | None = None

    @property
    def is_over(self) -> bool:
        return self.status != "WAIT"

    @property
    def expiry(self) -> float:
        age = self.config.age
        return float("inf") if age is None else self.accepted + age

    @property
    def next_event(self) -> int | None:
        return None if self.is_over else self.due if self.ends is None else self.ends


class Reference:
    """A cloud of functions `names` and targets, as it ought to be."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.now = 0
        self.configs = {name: Config() for name in names}
        self.scripts = {name: Script() for name in names}
        self.health: dict[str, Health] = {}
        self.roots: list[Request] = []

    def accept(self, function: str) -> Request:
        request = self._accepted(function)
        self.roots.append(request)
        return request

    def cancel(self, request: Request, *, force: bool) -> None:
        if request.is_over or (request.cancelled and not force):
            return
        request.cancelled, request.due = True, self.now
        if force:
            request.ends = None

    def advance(self, step: int) -> None:
        until = self.now + step
        self._work(until)
        self.now = until

    def run_until_idle(self) -> None:
        self._work(None)

    def restart(self) -> None:
        """What was running was not kept, and is still due."""
        for request in self.requests():
            request.ends = None

    def live_until(self, time: int) -> None:
        """Do all that is due before `time`, and nothing of what is due then."""
        self._work(time - 1)
        self.now = time

    def die(self, attempts: Mapping[int, int]) -> None:
        """Restart amid what is due now.

        Args:
            attempts: of requests by their `id()`, as they are known to whoever comes next; nothing
                else tells whether a run that ends now was kept.
        """
        for request in self.requests():
            kept = attempts.get(id(request), 0) > request.attempts
            if request.ends == self.now and kept:
                self._end_run(request)
        self.restart()

    def requests(self) -> Iterator[Request]:
        """All of them, those that led to others first."""
        waiting = list(self.roots)
        for request in waiting:
            yield request
            if request.delivery is not None:
                waiting += request.delivery.children

    def _work(self, until: int | None) -> None:
        while True:
            events = [
                (time, each)
                for request in self.requests()
                for time, each in _events(request)
                if until is None or time <= until
            ]
            if not events:
                return
            time, each = min(events, key=lambda event: event[0])
            self.now = max(self.now, time)
            if isinstance(each, Delivery):
                self._attempt(each)
            elif each.ends is not None:
                self._end_run(each)
            else:
                self._step(each)

    def _accepted(self, function: str) -> Request:
        return Request(function, self.configs[function], self.now, due=self.now)

    def _step(self, request: Request) -> None:
        if request.cancelled:
            _finish(request, "FAIL", "cancelled")
        elif self.now >= request.expiry:
            self._tell(request, "DISCARD", "expired", "failure")
        else:
            script = self.scripts[request.function]
            request.will_succeed = script.succeeds(request.attempts + 1)
            request.ends = self.now + script.lasts

    def _end_run(self, request: Request) -> None:
        request.ends = None
        request.attempts += 1
        if request.will_succeed:
            self._tell(request, "SUCCESS", "success", "success")
        elif request.cancelled:
            _finish(request, "FAIL", "cancelled")
        elif request.attempts > request.config.retries:
            self._tell(request, "FAIL", "retries_exhausted", "failure")
        elif self.now >= request.expiry:
            self._tell(request, "DISCARD", "expired", "failure")
        else:
            retry = self.now + SECOND * 2 ** (request.attempts - 1)
            request.due = int(min(retry, request.expiry))

    def _tell(self, request: Request, status: str, condition: str, outcome: Outcome) -> None:
        _finish(request, status, condition)
        config = request.config
        target = config.on_success if outcome == "success" else config.on_failure
        if target is not None:
            request.delivery = Delivery(outcome, target, self.now)

    def _attempt(self, delivery: Delivery) -> None:
        delivery.attempts += 1
        service = delivery.target if delivery.target not in self.configs else "FunctionGraph"
        health = self.health.get(service, "up")
        if health != "down":
            delivery.arrivals += 1
            if service == "FunctionGraph":
                delivery.children.append(self._accepted(delivery.target))
        if health == "up":
            delivery.status = "DELIVERED"
        elif delivery.attempts == DELIVERY_ATTEMPTS:
            delivery.status = "FAILED"
        else:
            delivery.due = self.now + SECOND * 2 ** (delivery.attempts - 1)


def _events(request: Request) -> Iterator[tuple[int, Request | Delivery]]:
    if request.next_event is not None:
        yield request.next_event, request
    if request.delivery is not None and request.delivery.status == "WAIT":
        yield request.delivery.due, request.delivery


def _finish(request: Request, status: str, condition: str) -> None:
    request.status, request.condition = status, condition
