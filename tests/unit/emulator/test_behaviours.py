"""Scripted results of functions whose code is not run."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_functiongraph.emulator.invocations.behaviours import (
    Behaviour,
    Planned,
    call_url,
    plan,
)
from pulumi_functiongraph.emulator.invocations.outcome import MAX_ANSWER, Outcome, Result

OK, FAILED, BROKEN = Result.SUCCESS, Result.FUNCTION_ERROR, Result.SYSTEM_ERROR


def planned(script: dict[str, Any], *, attempt: int = 1, event: str = '{"a": 1}') -> Planned:
    behaviour = Behaviour.model_validate(script)
    return plan(behaviour, attempt=attempt, event=event, timeout_seconds=10)


@pytest.mark.parametrize(
    ("script", "results"),
    [
        ({}, [OK, OK]),
        ({"returns": 5}, [OK, OK]),
        ({"fail_times": 2}, [FAILED, FAILED, OK, OK]),
        ({"fail_times": 0}, [OK]),
        ({"fails": True}, [FAILED] * 5),
        ({"fails": "no stock"}, [FAILED] * 5),
        ({"fails": False}, [OK]),
        ({"system_error": True}, [BROKEN] * 5),
        ({"system_error": 2}, [BROKEN, BROKEN, OK]),
        ({"system_error": 0}, [OK]),
        ({"system_error": False}, [OK]),
        ({"fail_times": 1, "returns": 3}, [FAILED, OK]),
        ({"system_error": 1, "answer_bytes": 10}, [BROKEN, OK]),
    ],
)
def test_attempts_end_as_the_script_says(script: dict[str, Any], results: list[Result]) -> None:
    found = [planned(script, attempt=number + 1) for number in range(len(results))]
    assert [each.outcome.result for each in found] == results


@pytest.mark.parametrize(
    ("script", "payload"),
    [
        ({}, '{"a": 1}'),
        ({"returns": None}, "null"),
        ({"returns": {"ü": [1, 2.5, "x"]}}, '{"ü": [1, 2.5, "x"]}'),
        ({"answer_bytes": 7}, '"aaaaa"'),
    ],
)
def test_a_success_returns_what_the_script_says(script: dict[str, Any], payload: str) -> None:
    assert planned(script).outcome.payload == payload


@given(st.integers(2, 10_000))
def test_a_huge_answer_is_json_of_that_size(size: int) -> None:
    payload = planned({"answer_bytes": size}).outcome.payload
    assert (len(payload), isinstance(json.loads(payload), str)) == (size, True)


@pytest.mark.parametrize(("size", "result"), [(0, OK), (1, FAILED)])
def test_an_answer_beyond_the_documented_limit_is_a_function_error(
    size: int, result: Result
) -> None:
    assert planned({"answer_bytes": MAX_ANSWER + size}).outcome.result is result


def test_the_text_of_an_error_is_told() -> None:
    outcome = planned({"fails": "no stock"}).outcome
    assert outcome.error == "Exception: no stock"
    assert json.loads(outcome.payload)["errorMessage"] == "no stock"


@pytest.mark.parametrize(
    ("sleep", "seconds", "result"), [(0, 0, OK), (2.5, 2.5, OK), (10, 10, OK), (10.5, 10, FAILED)]
)
def test_a_sleep_beyond_the_timeout_is_a_function_error_at_the_timeout(
    sleep: float, seconds: float, result: Result
) -> None:
    found = planned({"sleep_seconds": sleep})
    assert (found.seconds, found.outcome.result) == (seconds, result)
    assert found.outcome.milliseconds == seconds * 1000


@pytest.mark.parametrize(
    "script",
    [
        {"returns": 1, "answer_bytes": 5},
        {"returns": None, "answer_bytes": 5},
        {"fails": True, "returns": None},
        {"fails": "x", "fail_times": 1},
        {"fails": True, "answer_bytes": 5},
        {"system_error": True, "fails": True},
        {"system_error": 1, "fail_times": 1},
        {"system_error": True, "returns": 1},
        {"system_error": True, "answer_bytes": 5},
        {"url": "http://127.0.0.1:1", "returns": 1},
        {"url": "http://127.0.0.1:1", "sleep_seconds": 1},
    ],
)
def test_contradictions_are_refused(script: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"contradict each other|stands alone"):
        Behaviour.model_validate(script)


@pytest.mark.parametrize(
    "script",
    [
        {"fail_times": -1},
        {"fail_times": 1001},
        {"fail_times": True},
        {"fail_times": 1.5},
        {"fails": ""},
        {"fails": "two\nlines"},
        {"fails": 1},
        {"fails": "x" * 2000},
        {"system_error": -1},
        {"system_error": 1001},
        {"system_error": "yes"},
        {"sleep_seconds": -0.1},
        {"sleep_seconds": 3601},
        {"sleep_seconds": float("nan")},
        {"sleep_seconds": True},
        {"answer_bytes": 1},
        {"answer_bytes": 1 << 30},
        {"answer_bytes": True},
        {"returns": float("nan")},
        {"returns": "\ud800"},
        {"returns": object()},
        {"unknown": 1},
        {"url": ""},
        {"url": "https://127.0.0.1/"},
        {"url": "http://example.com/"},
        {"url": "http://127.0.0.1.example.com/"},
        {"url": "http://127.0.0.1@example.com/"},
        {"url": "http://user@127.0.0.1/"},
        {"url": "http://127.0.0.1:99999/"},
        {"url": "http://127.0.0.1/\nx"},
        {"url": "http:///x"},
        {"url": "http://[::1/"},
        {"url": "file:///etc/passwd"},
    ],
)
def test_what_is_no_behaviour_is_refused(script: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Behaviour.model_validate(script)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9:80", "localhost:8000", "[::1]:8000"])
def test_urls_of_this_machine_are_taken(host: str) -> None:
    assert Behaviour(url=f"http://{host}/orders?a=1").url


def test_what_comes_of_a_url_cannot_be_planned() -> None:
    with pytest.raises(ValueError, match="only when it was called"):
        planned({"url": "http://127.0.0.1:8000"})


class Answers(BaseHTTPRequestHandler):
    """Answers as the path says, and keeps what was posted."""

    posted: tuple[str | None, bytes] = (None, b"")
    go_on = threading.Event()

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        Answers.posted = (self.headers["content-type"], self.rfile.read(length))
        _, status, body = self.path.split("/")
        if body == "slow":
            Answers.go_on.wait(20)
        if body == "broken":
            self.close_connection = True
            return
        content = b'"' + b"a" * MAX_ANSWER + b'"' if body == "huge" else body.encode()
        self.send_response(int(status))
        self.send_header("location", "/200/1")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its own name
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


@pytest.fixture
def call(server: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    def call(path: str, *, timeout_seconds: int = 20) -> Outcome:
        return asyncio.run(
            call_url(server + path, event='{"ü": 1}', timeout_seconds=timeout_seconds)
        )

    return call


@pytest.mark.parametrize(
    ("path", "result", "told"),
    [
        ("/200/[1]", OK, "[1]"),
        ("/201/true", OK, "true"),
        ("/204/", OK, "null"),
        ("/302/1", FAILED, "answered 302"),
        ("/404/none", FAILED, "answered 404: none"),
        ("/500/1", FAILED, "answered 500: 1"),
        ("/200/text", FAILED, "no JSON"),
        ("/200/NaN", FAILED, "no JSON"),
        ("/200/huge", FAILED, "exceeds the limit"),
        ("/200/broken", BROKEN, "no answer"),
    ],
)
def test_answers_of_a_server_are_outcomes(
    call: Callable[..., Outcome], path: str, result: Result, told: str
) -> None:
    outcome = call(path)
    assert outcome.result is result
    assert told in (outcome.payload if result is OK else outcome.error)


def test_the_event_is_posted_as_json(call: Callable[..., Outcome]) -> None:
    call("/200/1")
    assert Answers.posted == ("application/json", '{"ü": 1}'.encode())


def test_a_server_that_is_too_slow_is_a_time_out(call: Callable[..., Outcome]) -> None:
    outcome = call("/200/slow", timeout_seconds=1)
    Answers.go_on.set()
    assert outcome.error.startswith("Timeout: ")
    assert 1000 <= outcome.milliseconds < 20_000


def test_nobody_there_is_a_system_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        outcome = asyncio.run(call_url(url, event="1", timeout_seconds=5))
    assert outcome.result is BROKEN
    assert url in outcome.error
