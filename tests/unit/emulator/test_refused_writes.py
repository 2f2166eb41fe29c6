"""A state that cannot be written: every change is refused, and none of it is there."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.state.store import FILE_NAME
from unit.emulator.client import PROJECT, CloudClient, local_cloud
from unit.emulator.controls_client import controls
from unit.emulator.obs_calls import obs

TOPIC = f"/v2/{PROJECT}/notifications/topics/urn:smn:cn-north-4:{PROJECT}:order-events"


@contextmanager
def read_only(cloud: CloudClient) -> Iterator[None]:
    """SQLite refuses every write meanwhile, as it does for a file that is read-only."""
    cloud.cloud.store._writer.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        cloud.cloud.store._writer.execute("PRAGMA query_only = OFF")


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[CloudClient]:
    with local_cloud(directory=tmp_path) as client:
        assert obs(client, "PUT", "/results").status_code == 200
        assert obs(client, "PUT", "/results/a", b"before").status_code == 200
        client.control("POST", "options", {"max_hops": 3})
        client.control("POST", "faults", {"service": "gateway", "status": 503})
        client.control("POST", "clock", {"seconds": 60})
        yield client


def control(name: str, content: bytes = b"{}") -> Any:
    return lambda cloud: cloud.request("POST", f"/_emulator/{name}", content=content)


CHANGES: dict[str, Any] = {
    "an asynchronous request": lambda cloud: cloud.invoke_async("orders"),
    "a function": lambda cloud: cloud.create_function("new"),
    "no function any more": lambda cloud: cloud.functions("DELETE", "/audit"),
    "a message": lambda cloud: cloud.call("POST", f"{TOPIC}/publish", {"message": "m"}),
    "an object": lambda cloud: obs(cloud, "PUT", "/results/b", b"new"),
    "another object": lambda cloud: obs(cloud, "PUT", "/results/a", b"after"),
    "no object any more": lambda cloud: obs(cloud, "DELETE", "/results/a"),
    "a bucket": lambda cloud: obs(cloud, "PUT", "/new-bucket"),
    "a script": control("script", b'{"function": "orders", "fails": true}'),
    "an order to invoke": control("invoke", b'{"function": "orders"}'),
    "options": control("options", b'{"put": "merge"}'),
    "a seed": control("seed", b"functions: [{name: new}]"),
    "a reset": control("reset"),
}


def shown(cloud: CloudClient) -> list[Any]:
    """All that a client can see."""
    names = ("state", "options", "faults", "clock", "invocations", "deliveries", "journal")
    return [
        *(cloud.control("GET", name) for name in names),
        obs(cloud, "GET", "/results/a").content,
        obs(cloud, "GET", "/results/b").status_code,
        obs(cloud, "HEAD", "/new-bucket").status_code,
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_cannot_be_kept_is_refused_with_what_to_do_and_leaves_nothing(
    cloud: CloudClient, change: str
) -> None:
    before = shown(cloud)

    with read_only(cloud):
        refused: httpx.Response = CHANGES[change](cloud)

    assert refused.status_code in {500, 503}
    assert "cannot use its state, nothing was changed: attempt to write a readonly" in refused.text
    assert "let the folder and the files in it be written" in refused.text
    assert shown(cloud) == before
    assert CHANGES[change](cloud).status_code < 300


def test_a_run_that_was_made_is_answered_where_the_journal_cannot_be_written(
    cloud: CloudClient, caplog: pytest.LogCaptureFixture
) -> None:
    before = cloud.control("GET", "journal")
    order = b'{"function": "orders", "payload": 5, "async": false}'

    with read_only(cloud):
        answered = cloud.invoke("orders", 5)
        ordered = cloud.request("POST", "/_emulator/invoke", content=order)

    assert (answered.status_code, answered.json()) == (200, 5)
    assert (ordered.status_code, ordered.json()["response"]) == (200, "5")
    assert cloud.control("GET", "journal") == before
    for answer in (answered.headers["X-Cff-Request-Id"], ordered.json()["request_id"]):
        assert (
            f"request {answer}, and the journal has no line of it: attempt to write" in caplog.text
        )


@contextmanager
def read_only_after_a_commit(cloud: CloudClient) -> Iterator[None]:
    """SQLite refuses every write after the next one."""
    store, writer = cloud.cloud.store, cloud.cloud.store._writer
    former = store.after_commit

    def refuse() -> None:
        writer.execute("PRAGMA query_only = ON")
        former()

    store.after_commit = refuse
    try:
        yield
    finally:
        store.after_commit = former
        writer.execute("PRAGMA query_only = OFF")


def test_a_request_that_is_kept_is_told_where_what_follows_cannot_be_kept() -> None:
    with controls() as cloud, read_only_after_a_commit(cloud):
        refused = cloud.request(
            "POST", "/_emulator/invoke", content=b'{"function": "orders", "wait_seconds": 5}'
        )

        [problem], request_id = refused.json()["problems"], refused.json()["request_id"]
        assert refused.status_code == 500
        assert f"the request {request_id} was accepted and is kept" in problem
        assert "let the folder and the files in it be written" in problem
        [kept] = cloud.control("GET", "invocations")["invocations"]
        assert (kept["request_id"], kept["attempts"]) == (request_id, 0)


def test_who_moves_the_time_is_told_how_far_it_went() -> None:
    with controls() as cloud:
        cloud.accept("orders")
        with read_only_after_a_commit(cloud):
            refused = cloud.request("POST", "/_emulator/clock", content=b'{"seconds": 60}')
        now = cloud.control("GET", "clock")["now"]
        [request] = cloud.control("GET", "invocations")["invocations"]

        assert refused.status_code == 500
        assert f"the time is {now} now" in refused.json()["problems"][0]
        assert (refused.json()["now"], request["attempts"]) == (now, 1)


def test_an_order_that_has_changed_something_does_not_say_that_nothing_was_changed() -> None:
    with controls() as cloud:
        cloud.accept("orders")
        with read_only_after_a_commit(cloud):
            refused = cloud.request("POST", "/_emulator/expect", content=b"{}")
            again = cloud.request("POST", "/_emulator/expect", content=b"{}")

        assert "what was changed before is kept: attempt to write" in refused.text
        assert "nothing was changed: attempt to write" in again.text


async def _start(cloud: CloudClient) -> None:
    cloud.cloud.start()


@pytest.mark.parametrize("order", [b'{"seconds": 1}', b'{"idle": true}'])
@pytest.mark.parametrize("obstacle", ["a full disk", "another process"])
def test_on_a_real_clock_too_who_moves_the_time_is_told_what_cannot_be_kept(
    tmp_path: Path, order: bytes, obstacle: str
) -> None:
    with local_cloud(directory=tmp_path, clock=Clock()) as cloud:
        cloud.run(_start(cloud))
        cloud.cloud.store._writer.execute("PRAGMA busy_timeout = 10")
        behaviour = {"sleep_seconds": 0.3, "returns": "x" * 50_000}
        cloud.control("POST", "script", {"function": "orders", **behaviour})
        assert cloud.invoke_async("orders").status_code == 202
        with obstacles(cloud, tmp_path)[obstacle]:
            refused = cloud.run(
                asyncio.wait_for(cloud._http.post("/_emulator/clock", content=order), 10)
            )
        moved = cloud.request("POST", "/_emulator/clock", content=order)

    assert refused.status_code == 500
    assert "the local cloud cannot use its state, the time is" in refused.text
    assert "make room" in refused.text or "end the other program" in refused.text
    assert moved.status_code == 200


def obstacles(cloud: CloudClient, folder: Path) -> dict[str, AbstractContextManager[object]]:
    return {"a full disk": full(cloud), "another process": held(folder)}


@contextmanager
def full(cloud: CloudClient) -> Iterator[None]:
    """The file cannot grow meanwhile."""
    writer = cloud.cloud.store._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        writer.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Somebody else writes meanwhile."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_what_is_due_meanwhile_is_carried_out_once_the_state_can_be_written_again() -> None:
    with controls() as cloud:
        cloud.accept("orders")
        with read_only(cloud):
            refused = cloud.request("POST", "/_emulator/clock", content=b'{"idle": true}')
            assert refused.status_code == 500
            assert "cannot use its state" in refused.text
            assert [each.attempts for each in map(_progress, cloud.inside.requests())] == [0]

        cloud.inside.run_until_idle()

        assert len(cloud.inside.messages("alerts")) == 1


def _progress(request: Any) -> Any:
    return request.progress
