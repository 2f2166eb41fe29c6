"""The local cloud as a process: how it starts, answers, breaks and ends."""

import http.client
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.emulator.command import main
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.server import PlainFormatter
from pulumi_functiongraph.emulator.testing.running_cloud import EmulatorError
from unit.emulator.client import PROJECT, config_body
from unit.emulator.process_client import Client

CONFIG = f"/v2/{PROJECT}/fgs/functions/orders/async-invoke-config"
PUT = "UpdateFunctionAsyncInvokeConfig"


@pytest.fixture(scope="module")
def process() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(process: Emulator) -> Emulator:
    process.reset()
    return process


def test_the_fault_reset_breaks_the_connection(emulator: Emulator) -> None:
    client = Client(emulator)
    emulator.faults({"operation": PUT, "nth": 1, "reset": True})

    with pytest.raises(ConnectionResetError):
        client.call("PUT", CONFIG, config_body())

    assert client.call("GET", CONFIG)[0] == 404
    assert client.call("PUT", CONFIG, config_body())[0] == 200


def test_a_reset_after_the_commit_loses_only_the_answer(emulator: Emulator) -> None:
    client = Client(emulator)
    emulator.faults({"operation": PUT, "nth": 1, "reset": True, "when": "after"})

    with pytest.raises(ConnectionResetError):
        client.call("PUT", CONFIG, config_body())

    assert client.call("GET", CONFIG)[0] == 200
    assert emulator.writes()[0]["status"] is None


def test_the_fault_truncate_sends_half_of_the_body(emulator: Emulator) -> None:
    client = Client(emulator)
    emulator.faults({"operation": PUT, "nth": 1, "truncate": True})

    with pytest.raises(http.client.IncompleteRead) as caught:
        client.call("PUT", CONFIG, config_body())

    assert len(caught.value.partial) > 0
    assert client.call("GET", CONFIG)[0] == 200


def test_a_body_that_says_it_is_huge_is_refused_without_being_read(emulator: Emulator) -> None:
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            f"PUT {CONFIG} HTTP/1.1\r\nHost: {host}\r\n"
            "Content-Length: 1000000000000\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_the_process_bounds_the_head_of_a_request(emulator: Emulator) -> None:
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /v3 HTTP/1.1\r\n" + b"X-A: b\r\n" * 300 + b"\r\n")
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 431 ")


def status(address: str, *, host: str) -> int:
    """What a control answers to a request with that Host."""
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request("GET", "/_emulator/environment", headers={"Host": host})
    found = connection.getresponse().status
    connection.close()
    return found


def test_the_process_answers_no_other_host_unless_it_is_allowed() -> None:
    command = [sys.executable, "-m", "pulumi_functiongraph.emulator"]
    with subprocess.Popen(
        [*command, "--allow-host", "docker.internal"], stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        address = started.stdout.readline().removeprefix("ready http://").strip()
        statuses = [status(address, host=host) for host in ("docker.internal:8080", "evil.example")]
        started.terminate()
        started.stdout.read()

    assert statuses == [200, 403]


def test_the_log_shows_control_characters_as_text() -> None:
    text = "\x1b]0;title\x07 \x9b31m \x00\r\n\tend"
    record = logging.LogRecord("a", logging.ERROR, "", 0, "%s", (text,), None)

    shown = PlainFormatter().format(record)

    assert shown == "\\x1b]0;title\\x07 \\x9b31m \\x00\\x0d\n\tend"


def test_the_date_of_an_answer_is_of_the_clock_that_signatures_are_held_against(
    emulator: Emulator,
) -> None:
    emulator.advance(hours=24)
    emulator.skew(seconds=3600)
    now = datetime.now(UTC) + timedelta(hours=1)
    dates = []
    for path in (CONFIG, "/_emulator/clock", "/_emulator/nothing"):
        connection = http.client.HTTPConnection(emulator.url.removeprefix("http://"), timeout=20)
        connection.request("GET", path)
        dates.append(connection.getresponse().headers.get_all("Date", []))
        connection.close()

    assert [len(each) for each in dates] == [1, 1, 1]
    assert all(abs(parsedate_to_datetime(each[0]) - now) < timedelta(seconds=20) for each in dates)


def test_a_kill_after_the_commit_keeps_the_change(tmp_path: Path) -> None:
    with Emulator(data=tmp_path) as first:
        client = Client(first)
        first.faults({"operation": PUT, "kill_after_commit": True})
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            client.call("PUT", CONFIG, config_body())
        assert first.process.wait(10) == -signal.SIGKILL

    with Emulator(data=tmp_path) as second:
        status, body = Client(second).call("GET", CONFIG)

    assert status == 200
    assert json.loads(body)["max_async_retry_attempts"] == 2


def test_state_and_tokens_survive_a_restart(tmp_path: Path) -> None:
    with Emulator(data=tmp_path) as first:
        client = Client(first)
        client.call("PUT", CONFIG, config_body())
        before = first.state()
        address = int(first.url.rpartition(":")[2])

    with Emulator(data=tmp_path, port=address) as second:
        after = second.state()
        status, _ = client.call("GET", CONFIG)

    assert status == 200
    assert {**after, "now": ""} == {**before, "now": ""}


def test_without_data_nothing_survives() -> None:
    with Emulator() as first:
        Client(first).call("PUT", CONFIG, config_body())

    with Emulator() as second:
        assert Client(second).call("GET", CONFIG)[0] == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_success(number: signal.Signals) -> None:
    with Emulator() as emulator:
        emulator.process.send_signal(number)

        assert emulator.process.wait(15) == 0


def test_stop_gives_the_exit_code_and_may_be_repeated() -> None:
    emulator = Emulator()

    assert emulator.stop() == 0
    assert emulator.stop() == 0


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pulumi_functiongraph.emulator", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says on standard error where it ends before it opens anything."""
    assert main([*arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["0.0.0.0"], "0.0.0.0 is not a loopback address"),
        (["192.0.2.1"], "192.0.2.1 is not a loopback address"),
        (["::"], ":: is not a loopback address"),
        (["example.org"], "example.org is no address"),
        (["example.org", "--allow-remote"], "example.org is no address"),
        (["192.0.2.1", "--allow-remote"], "cannot listen on 192.0.2.1"),
    ],
)
def test_it_listens_on_no_address_that_is_not_allowed(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "--host", *arguments).startswith(f"error: {problem}")


def test_an_address_that_others_reach_is_warned_of_and_answers_only_the_names_allowed() -> None:
    command = [sys.executable, "-m", "pulumi_functiongraph.emulator", "--run-code"]
    command += ["--host", "0.0.0.0", "--allow-remote", "--allow-host", "10.1.2.3"]

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        warning = process.stderr.readline()
        url = process.stdout.readline().removeprefix("ready ").strip()
        answers = [
            status(url.removeprefix("http://"), host=host)
            for host in ("127.0.0.1", "10.1.2.3", "10.1.2.4", "example.org")
        ]
        process.terminate()

    assert url.startswith("http://127.0.0.1:")
    assert "warning: other machines can reach 0.0.0.0" in warning
    assert "run code as you" in warning
    assert answers == [200, 200, 403, 403]


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = refused(capsys, "--port", str(port))

    assert f"cannot listen on 127.0.0.1 port {port}" in said


def test_a_folder_in_use_is_told(tmp_path: Path) -> None:
    with Emulator(data=tmp_path):
        ended = run("--data", str(tmp_path))

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: the state in {tmp_path} is in use")


def test_a_seed_for_the_other_cloud_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("cloud: otc\n", encoding="utf-8")

    said = refused(capsys, "--seed", str(seed))

    assert "is made for --cloud otc, not for --cloud huawei" in said


def test_a_state_of_the_other_cloud_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Emulator(data=data, cloud="otc"):
        pass

    ended = run("--data", str(data), "--cloud", "huawei")

    assert ended.returncode == 2
    assert "is of --cloud otc, not of --cloud huawei" in ended.stderr
    with Emulator(data=data, cloud="otc") as again:
        assert again.url


@pytest.mark.parametrize(
    "name", ["", "*", "*.internal", "docker.internal:8080", "http://docker.internal", "a b", "a/b"]
)
def test_a_name_to_allow_that_is_no_host_name_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "--allow-host", name)

    assert f"--allow-host {name!r} is no host name; give one such as docker.internal" in said


def test_a_broken_seed_ends_it_with_every_problem(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("functions: [{nme: x}]\n", encoding="utf-8")

    with pytest.raises(EmulatorError) as caught:
        Emulator(seed=seed)

    assert "functions[0].nme: " in str(caught.value)
    assert "functions[0].name: " in str(caught.value)


def test_a_seed_that_a_service_refuses_is_named_with_the_path_of_each_trigger(
    tmp_path: Path,
) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text(
        "functions: [{name: f, triggers: [{topic: a}, {topic: b}]}]\n", encoding="utf-8"
    )

    with pytest.raises(EmulatorError) as caught:
        Emulator(seed=seed)

    assert f"{seed} cannot be used:" in str(caught.value)
    assert "functions[0].triggers[0].topic: there is no topic a" in str(caught.value)
    assert "functions[0].triggers[1].topic: there is no topic b" in str(caught.value)


SEEDS: dict[str, Any] = {
    "a mapping": {"functions": [{"name": "given", "code": "def handler(event, context): pass"}]},
    "a text": "functions: [{name: given, code: 'def handler(event, context): pass'}]",
}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_a_cloud_begins_with_a_seed_that_is_no_file_and_runs_its_code(
    seed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with Emulator(seed=seed) as emulator:
        assert not list(tmp_path.glob("functiongraph-seed-*"))
        assert emulator.invoke("given", wait=True).status == "SUCCESS"


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        ({"functions": [{"nme": "x"}]}, "the seed cannot be used:\n  functions[0].name: "),
        ("functions: [", "the seed cannot be used:"),
        ("cloud.yaml", "a text is the seed itself; for the file say Path('cloud.yaml')"),
        ({"functions": {1, 2}}, "seed: it cannot be read: "),
        (Path("/nowhere/cloud.yaml"), "/nowhere/cloud.yaml cannot be used:"),
    ],
)
def test_a_seed_that_cannot_be_used_is_told_in_its_own_words(seed: Any, told: str) -> None:
    with pytest.raises(EmulatorError, match=re.escape(told)):
        Emulator(seed=seed)


def test_a_running_cloud_takes_a_seed_in_every_form(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text("topics: [{name: third}]")

    emulator.seed({"topics": [{"name": "first"}]})
    emulator.seed("topics: [{name: second}]")
    emulator.seed(file)

    names = {each["topic_urn"].rpartition(":")[2] for each in emulator.state()["topics"]}
    assert {"first", "second", "third"} <= names
    with pytest.raises(EmulatorError, match=r"seed: it cannot be read: .*No such file"):
        emulator.seed(tmp_path / "none")


def test_an_order_that_is_refused_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(EmulatorError, match="colour"):
        emulator.options(colour="red")


def test_what_it_prints_is_one_ready_line_and_exports() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pulumi_functiongraph.emulator", "--cloud", "otc"],
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        ready = started.stdout.readline()
        started.terminate()
        rest = started.stdout.read()

    assert ready.startswith("ready http://127.0.0.1:")
    assert all(line.startswith("export ") for line in rest.splitlines())
    assert "export FUNCTIONGRAPH_CLOUD=otc\n" in rest
    assert "export FUNCTIONGRAPH_REGION=eu-de\n" in rest
    assert f"export HUAWEICLOUD_SDK_PROJECT_ID={PROJECT}\n" in rest


def test_ipv6_loopback_is_served() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with subprocess.Popen(
        [sys.executable, "-m", "pulumi_functiongraph.emulator", "--host", "::1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        ready = started.stdout.readline()
        started.terminate()
        _, errors = started.communicate()

    if "cannot listen" in errors:
        pytest.skip("this machine has no IPv6 loopback")
    assert ready.startswith("ready http://[::1]:")


def test_the_handle_loads_no_server() -> None:
    code = (
        "import sys, pulumi_functiongraph.emulator.process, "
        "pulumi_functiongraph.emulator.pytest_plugin; "
        "heavy = {'uvicorn', 'moto', 'pydantic', 'boto3', 'yaml'}; "
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[]"


def test_a_call_that_a_fault_holds_back_does_not_hold_back_a_stop() -> None:
    with Emulator() as emulator:
        emulator.faults({"operation": "KeystoneShowVersion", "delay_seconds": 3600})
        statuses: list[int] = []
        held = threading.Thread(target=lambda: statuses.append(get_status(emulator, "/v3")))
        held.start()
        while not emulator.requests():
            time.sleep(0.01)

        code = emulator.stop()
        held.join(10)

    assert (code, statuses) == (0, [200])


@pytest.mark.parametrize("way", ["api", "control"])
def test_a_run_that_a_stop_cuts_off_is_answered_as_a_system_error(way: str) -> None:
    function = f"urn:fss:cn-north-4:{PROJECT}:function:default:orders:latest"
    order = {"function": "orders", "async": False}
    path, body = {
        "api": (f"/v2/{PROJECT}/fgs/functions/{function}/invocations", {}),
        "control": ("/_emulator/invoke", order),
    }[way]
    with Emulator() as emulator:
        slow = {"name": "orders", "timeout": 900, "behaviour": {"sleep_seconds": 600}}
        emulator.seed({"functions": [slow]})
        client, answers = Client(emulator), list[tuple[int, bytes]]()
        held = threading.Thread(target=lambda: answers.append(client.call("POST", path, body)))
        held.start()
        time.sleep(0.5)

        code = emulator.stop()
        held.join(10)

    [(status, content)] = answers
    assert (code, status) == (0, 500 if way == "api" else 503)
    assert b"is stopping" in content
    assert "Traceback" not in "".join(emulator._errors)


def test_an_asynchronous_run_that_a_stop_cuts_off_is_told_and_repeated(tmp_path: Path) -> None:
    slow = {"name": "orders", "timeout": 900, "behaviour": {"sleep_seconds": 600}}
    with Emulator(data=tmp_path) as first:
        first.seed({"functions": [slow]})
        first.invoke("orders")
        while first.invocations()[0].status != "RUNNING":
            time.sleep(0.01)

    with Emulator(data=tmp_path) as second:
        [told] = second.journal(step="cut_off")
        [request] = second.invocations()

    assert told["detail"].pop("started_at") < told["time"]
    assert told["detail"] == {"attempt": 1, "repeated": True}
    assert (request.request_id, request.attempts) == (told["request_id"], 0)
    assert request.status in {"WAIT", "RUNNING"}


def get_status(emulator: Emulator, path: str) -> int:
    connection = http.client.HTTPConnection(emulator.url.removeprefix("http://"), timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
