"""`fgctl emulator run`: a command with a local cloud of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

FGCTL = [sys.executable, "-c", "from pulumi_functiongraph.cli import main; main()"]
PRINTS_ITS_ADDRESS = (
    "import json, os; print(json.loads(os.environ['FUNCTIONGRAPH_ENDPOINTS'])['iam'], flush=True)"
)
READS_ITS_CLOUD = f"""\
{PRINTS_ITS_ADDRESS}
from urllib.request import urlopen
address = json.loads(os.environ["FUNCTIONGRAPH_ENDPOINTS"])["iam"]
print(json.load(urlopen(address + "/_emulator/requests")), flush=True)
"""


def fgctl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*FGCTL, *words], capture_output=True, text=True, check=False, timeout=60)


def test_the_command_reaches_a_local_cloud_that_ends_with_it() -> None:
    ended = fgctl("emulator", "run", "--", sys.executable, "-c", READS_ITS_CLOUD)

    assert ended.returncode == 0, ended.stderr
    address, log = ended.stdout.splitlines()
    assert log == "{'requests': []}"
    assert ended.stderr == f"local cloud: {address}/ in a browser shows what happens there\n"
    with pytest.raises(URLError):
        urlopen(f"{address}/_emulator/requests", timeout=5)


@pytest.mark.parametrize(("ends", "code"), [("exit 3", 3), ("kill -9 $$", 137)])
def test_its_exit_code_is_that_of_the_command(ends: str, code: int) -> None:
    assert fgctl("emulator", "run", "--", "sh", "-c", ends).returncode == code


def test_what_cannot_be_started_is_said_in_a_line(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("functions: 7", encoding="utf-8")

    unknown = fgctl("emulator", "run", "--", "no-such-command")
    broken = fgctl("emulator", "run", "--seed", str(seed), "--", "true")

    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == "no-such-command: there is no such command\n"
    assert broken.returncode == 2
    assert "functions" in broken.stderr
    assert "Traceback" not in broken.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_and_the_cloud_outlives_it(number: signal.Signals) -> None:
    """The command still reaches its cloud while it ends, as an engine has to."""
    program = f"""\
import json, os, signal, sys, time
from urllib.request import urlopen
address = json.loads(os.environ["FUNCTIONGRAPH_ENDPOINTS"])["iam"]
def end(*_):
    urlopen(address + "/_emulator/requests")
    print("ended well", flush=True)
    sys.exit(5)
signal.signal(signal.{number.name}, end)
print(address, flush=True)
time.sleep(30)
"""
    with subprocess.Popen(
        [*FGCTL, "emulator", "run", "--", sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        # A terminal sends Ctrl-C to all of its foreground processes, `kill` a signal to one.
        if number is signal.SIGINT:
            os.killpg(running.pid, number)
        else:
            running.send_signal(number)
        assert running.stdout.read() == "ended well\n"
        assert running.wait(timeout=30) == 5


def test_export_prints_only_what_a_shell_can_source() -> None:
    with subprocess.Popen(
        [*FGCTL, "emulator", "--export"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stderr is not None
        assert started.stderr.readline().startswith("ready http://127.0.0.1:")
        started.terminate()
        exported = started.stdout.read() if started.stdout else ""
    sourced = subprocess.run(
        ["sh", "-euc", f'{exported}\nprintf %s "$FUNCTIONGRAPH_ENDPOINTS"'],
        capture_output=True,
        text=True,
        check=True,
    )

    assert all(line.startswith("export ") for line in exported.splitlines())
    assert json.loads(sourced.stdout)["functiongraph"].startswith("http://127.0.0.1:")


def test_the_package_says_what_there_is() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pulumi_functiongraph"], capture_output=True, text=True, check=True
    )

    assert "import pulumi_functiongraph" in told.stdout
    assert "fgctl emulator run" in told.stdout
