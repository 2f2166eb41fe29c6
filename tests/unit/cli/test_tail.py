"""`fgctl emulator tail`, as a process that is watched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.emulator.process import Emulator

COMMAND = [sys.executable, "-c", "from pulumi_functiongraph.cli import main; main()"]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


def tailing(emulator: Emulator, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "emulator", "tail", *arguments],
        env={**os.environ, **emulator.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def steps(lines: list[str]) -> list[tuple[str, str]]:
    """Function and first word of each step."""
    return [(line.split()[2], line.split()[3]) for line in lines]


def test_each_step_is_shown_as_it_happens_until_the_cloud_ends(emulator: Emulator) -> None:
    emulator.invoke("orders", wait=True)
    with tailing(emulator, "--last", "2") as tail:
        assert tail.stdout is not None
        former = [tail.stdout.readline() for _ in range(2)]
        emulator.invoke("audit")
        later = [tail.stdout.readline() for _ in range(3)]
        emulator.reset()
        emulator.invoke("orders")
        anew = tail.stdout.readline()
        emulator.stop()
        _, said = tail.communicate(timeout=30)

    assert steps(former) == [("orders", "ran"), ("orders", "finished")]
    assert steps(later) == [("audit", "accepted"), ("audit", "ran"), ("audit", "finished")]
    assert steps([anew]) == [("orders", "accepted")]
    assert tail.returncode == 0
    assert said == f"the local cloud at {emulator.url} ended\n"


def test_only_the_steps_of_one_function_are_shown(emulator: Emulator) -> None:
    emulator.invoke("audit", wait=True)
    with tailing(emulator, "--function", "orders") as tail:
        assert tail.stdout is not None
        emulator.invoke("audit", wait=True)
        emulator.invoke("orders", wait=True)
        first = tail.stdout.readline()
        emulator.stop()
        tail.communicate(timeout=30)

    assert steps([first]) == [("orders", "accepted")]


def test_what_a_run_prints_is_shown() -> None:
    code = "def handler(event, context):\n    print('seven', 'apples')\n"
    with Emulator(run_code=True) as emulator:
        emulator.seed({"functions": [{"name": "printing", "code": code}]})
        emulator.invoke("printing", wait=True)
        with tailing(emulator) as tail:
            assert tail.stdout is not None
            lines = [tail.stdout.readline() for _ in range(6)]
            emulator.stop()
            tail.communicate(timeout=30)

    assert steps([lines[1]]) == [("printing", "ran")]
    assert "seven" not in lines[1]
    assert lines[3] == "    | seven apples\n"
    assert steps([lines[5]]) == [("printing", "finished")]


def test_a_function_that_is_not_there_is_told_and_waited_for(emulator: Emulator) -> None:
    with tailing(emulator, "--function", "nosuch") as tail:
        assert tail.stdout is not None
        assert tail.stderr is not None
        said = tail.stderr.readline()
        emulator.seed({"functions": [{"name": "nosuch"}]})
        emulator.invoke("nosuch")
        first = tail.stdout.readline()
        emulator.stop()
        tail.communicate(timeout=30)

    assert (
        said == "there is no function nosuch; there is orders, audit; nothing is shown until then\n"
    )
    assert steps([first]) == [("nosuch", "accepted")]


def test_a_reader_that_has_enough_ends_it(emulator: Emulator) -> None:
    with tailing(emulator) as tail:
        assert tail.stdout is not None
        emulator.invoke("orders", wait=True)
        tail.stdout.readline()
        tail.stdout.close()
        while tail.poll() is None:
            emulator.invoke("orders", wait=True)
        assert tail.stderr is not None
        assert tail.stderr.read() in {"", "fgctl: Broken pipe\n"}


def fgctl(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(
        app, ["emulator", "tail", *arguments], prog_name="fgctl", env=environment
    )


@pytest.mark.parametrize("value", ["", "{", "[]", json.dumps({"iam": "http://a"}), '{"a": 1}'])
def test_without_an_address_it_says_how_to_name_one(value: str) -> None:
    ran = fgctl(FUNCTIONGRAPH_ENDPOINTS=value)

    assert ran.exit_code == 2
    assert "--url" in ran.stderr


@pytest.mark.parametrize(
    "url",
    [
        "localhost",
        "https://fgs.eu-de.otc.t-systems.com",
        "http://",
        "http://[x",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:a",
        "http://a b",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    ran = fgctl("--url", url)

    assert ran.exit_code == 2
    assert ran.stderr == f"--url {url}: must be such as http://127.0.0.1:8080\n"


def test_where_nobody_answers_it_says_so(emulator: Emulator) -> None:
    emulator.stop()

    ran = fgctl("--url", emulator.url)

    assert ran.exit_code == 2
    assert ran.stderr.startswith(f"no local cloud answers at {emulator.url}: ")


def test_a_function_that_cannot_be_one_is_refused(functiongraph_emulator: Emulator) -> None:
    ran = fgctl("--url", functiongraph_emulator.url, "--function", "-")

    assert ran.exit_code == 2
    assert "function: Invalid function urn: -" in ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--url", f"http://{'a' * 70}"], ["--url", "http://127.0.0.1:9", "--function", "\udcff"]],
)
def test_what_cannot_be_sent_is_refused_in_a_line(arguments: list[str]) -> None:
    ran = fgctl(*arguments)

    assert ran.exit_code == 2
    assert ran.stderr.startswith("no local cloud answers at http://")
    assert ran.stderr.count("\n") == 1
