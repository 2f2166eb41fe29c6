"""`fgctl invoke` against the local cloud: at once, later, and what cannot be invoked."""

from __future__ import annotations

import json
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.cloud.services.invocations import Invocations, Requested
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.local_cloud import Local

SEED = {
    "functions": [
        {"name": "orders", "versions": ["v1"], "aliases": {"prod": "v1"}},
        {"name": "billing", "package": "shop"},
    ]
}


@pytest.fixture
def local(functiongraph_emulator: Emulator) -> Local:
    functiongraph_emulator.seed(SEED)
    return Local(functiongraph_emulator, "invoke")


@pytest.mark.parametrize(
    "named",
    [
        "orders",
        "default/orders",
        "default/orders:v1",
        "default/orders:!prod",
        "shop:billing",
        "urn",
    ],
)
def test_it_prints_what_the_function_returns(local: Local, named: str) -> None:
    if named == "urn":
        named = f"urn:fss:{local.region}:{local.project_id}:function:default:orders:!prod"

    ran = local.fgctl(named, "--data", '{"order": 7}')

    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, '{"order": 7}\n', "")


def test_a_version_that_is_written_as_a_package_is_told_how_it_is_named(local: Local) -> None:
    ran = local.fgctl("orders:v1")

    assert ran.exit_code == 2
    assert (
        "of its URN; if v1 is a version of the function orders, name it default/orders:v1"
        in ran.stderr
    )


def test_where_no_local_cloud_runs_it_says_so_at_once(
    local: Local,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    endpoints = {"functiongraph": nowhere, "iam": nowhere}
    began = time.monotonic()

    ran = local.fgctl("orders", FUNCTIONGRAPH_ENDPOINTS=json.dumps(endpoints))

    assert ran.exit_code == 2
    assert f"nothing listens at {nowhere}" in ran.stderr
    assert "fgctl emulator" in ran.stderr
    assert time.monotonic() - began < 5


def test_a_request_that_was_queued_hours_ago_is_found_by_its_id(
    local: Local, functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    functiongraph_emulator.script("orders", sleep_seconds=0.5)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        functiongraph_emulator.advance(hours=7)

    monkeypatch.setattr("pulumi_functiongraph.cli.invoke.time.sleep", pause)

    ran = local.fgctl("orders", "--wait")

    assert ran.exit_code == 0, ran.output
    assert pauses


def test_a_wait_of_hours_names_since_when_requests_are_to_be_listed(
    local: Local, functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    functiongraph_emulator.script("orders", sleep_seconds=2)
    began, passed = datetime.now(UTC), [0.0]

    def pause(_seconds: float) -> None:
        passed[0] += 1200

    asked: list[datetime | None] = []
    find = Invocations.find_request

    def find_request(
        self: Invocations, urn: FunctionUrn, request_id: str, *, since: datetime | None = None
    ) -> Requested | None:
        asked.append(since)
        if len(asked) == 5:
            functiongraph_emulator.advance(seconds=10)
        return find(self, urn, request_id, since=since)

    monkeypatch.setattr("pulumi_functiongraph.cli.invoke.time.sleep", pause)
    monkeypatch.setattr("pulumi_functiongraph.cli.invoke.time.monotonic", lambda: passed[0])
    monkeypatch.setattr(Invocations, "find_request", find_request)

    ran = local.fgctl("orders", "--wait", "--timeout", "86400")

    assert ran.exit_code == 0, ran.output
    assert asked[:3] == [None, None, None]
    named = [each for each in asked[3:] if each is not None]
    assert len(named) == len(asked) - 3 >= 2
    assert set(named) == {named[0]}
    assert began - named[0] >= timedelta(minutes=14)


@pytest.mark.parametrize("source", ["@order.json", "@-"])
def test_the_event_may_be_in_a_file(
    local: Local, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("order.json").write_text('{"order": "Grün"}', encoding="utf-8")

    ran = local.fgctl("orders", "--data", source, told='{"order": "Grün"}')

    assert ran.exit_code == 0, ran.stderr
    assert "Gr" in ran.stdout


def test_without_data_the_event_is_an_empty_object(local: Local) -> None:
    assert local.fgctl("orders").stdout == "{}\n"


def test_a_function_that_fails_exits_with_1_and_prints_its_error(
    local: Local, functiongraph_emulator: Emulator
) -> None:
    functiongraph_emulator.script("orders", fails="no such order")

    ran = local.fgctl("orders")

    assert ran.exit_code == 1
    assert '"errorMessage":"no such order"' in ran.stdout.replace(": ", ":")
    assert ran.stderr.startswith("orders failed (request id ")


def test_a_queued_request_is_told_by_its_id(local: Local, functiongraph_emulator: Emulator) -> None:
    ran = local.fgctl("orders", "--data", '{"order": 7}', "--async")

    [request] = functiongraph_emulator.invocations()
    assert (ran.exit_code, ran.stdout) == (0, f"{request.request_id}\n")
    assert request.payload == '{"order": 7}'


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        ({"returns": 1}, 0, "SUCCESS"),
        ({"fails": "no such order"}, 1, "FAIL: Exception: no such order"),
    ],
)
def test_a_request_is_waited_for(
    local: Local,
    functiongraph_emulator: Emulator,
    behaviour: dict[str, object],
    code: int,
    said: str,
) -> None:
    functiongraph_emulator.script("orders", **behaviour)

    ran = local.fgctl("orders", "--wait")

    assert ran.exit_code == code, ran.output
    assert ran.stdout.splitlines()[1:] == [said]


def test_what_the_runs_of_a_request_have_printed_is_shown_beside_its_end(
    local: Local, functiongraph_emulator: Emulator
) -> None:
    code = "def handler(event, context):\n    print('seven apples')\n    return 7\n"
    functiongraph_emulator.seed({"functions": [{"name": "printing", "code": code}]})

    ran = local.fgctl("printing", "--wait")

    assert ran.exit_code == 0, ran.output
    assert ran.stdout.splitlines()[1:] == ["SUCCESS"]
    assert "\nseven apples\n" in ran.stderr


def test_without_credentials_a_local_cloud_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in os.environ:
        if name.startswith(("FUNCTIONGRAPH_", "HUAWEICLOUD_", "HW_", "OS_", "OTC_")):
            monkeypatch.delenv(name)

    ran = CliRunner().invoke(app, ["invoke", "orders", "--region", "cn-north-4"])

    assert ran.exit_code == 2
    assert "start a local one with fgctl emulator, and export what it prints" in ran.stderr


def test_a_wait_that_is_too_short_exits_with_2(
    local: Local, functiongraph_emulator: Emulator
) -> None:
    functiongraph_emulator.script("orders", sleep_seconds=2)

    ran = local.fgctl("orders", "--wait", "--timeout", "0.3")

    assert ran.exit_code == 2
    assert ran.stderr.startswith("after 0.3 s the request ")
    assert ran.stderr.rstrip().endswith("is RUNNING")


def test_who_waits_on_a_clock_that_stands_still_is_told_how_it_is_moved() -> None:
    with Emulator(clock="virtual") as emulator:
        emulator.seed(SEED)
        ran = Local(emulator, "invoke").fgctl("orders", "--wait", "--timeout", "0.1")

        assert ran.exit_code == 2
        assert "stands still" in ran.stderr
        assert f"{emulator.url}/_emulator/clock" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ordrs",), "could not make an invocation of urn:fss:"),
        (("ordrs", "--async"), "could not queue an invocation of urn:fss:"),
        (("-",), "FUNCTION: "),
        (("orders", "--data", "{"), "--data: is no JSON"),
        (("orders", "--data", '{"a": NaN}'), "--data: is no JSON"),
        (("orders", "--data", "[1]"), "--data: must be a JSON object"),
        (("orders", "--data", "@nowhere.json"), "--data: nowhere.json: No such file"),
        (("orders", "--wait", "--timeout", "90000"), "86400"),
        (("orders", "--timeout", "5"), "--timeout: only --wait waits"),
    ],
)
def test_what_cannot_be_invoked_exits_with_2(
    local: Local, functiongraph_emulator: Emulator, arguments: tuple[str, ...], said: str
) -> None:
    ran = local.fgctl(*arguments)

    assert ran.exit_code == 2
    assert said in ran.stderr
    assert ran.stdout == ""
    assert functiongraph_emulator.invocations() == []


def test_an_invocation_whose_answer_is_lost_is_not_repeated(
    local: Local, functiongraph_emulator: Emulator
) -> None:
    functiongraph_emulator.faults({"operation": "AsyncInvokeFunction", "status": 503})

    assert local.fgctl("orders", "--async").exit_code == 2

    assert [each["operation"] for each in functiongraph_emulator.writes()] == [
        "AsyncInvokeFunction"
    ]
