"""`fgctl emulator run`: a command with a local cloud of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

AS_IN_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""What runs in the background of a script ignores Ctrl-C, and so does all that it starts."""
FGCTL = [
    *(
        sys.executable,
        "-c",
        f"{AS_IN_A_TERMINAL}; from pulumi_functiongraph.cli import main; main()",
    )
]
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


ENDS_WELL = f"""\
{PRINTS_ITS_ADDRESS}
import json, os, signal, sys, time
from urllib.request import urlopen
address = json.loads(os.environ["FUNCTIONGRAPH_ENDPOINTS"])["iam"]
def end(*_):
    urlopen(address + "/_emulator/requests")
    os.write(1, b"ended well\\n")  # the signal may come while another line is written
    sys.exit(5)
signal.signal(getattr(signal, sys.argv[1]), end)
print("waits", flush=True)
time.sleep(30)
"""


@pytest.fixture
def as_a_terminal_starts_it() -> Iterator[None]:
    """No signal is ignored, as a shell lets what runs behind it ignore some."""
    heard = (signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
    before = {number: signal.signal(number, signal.SIG_DFL) for number in heard}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("as_a_terminal_starts_it")
@pytest.mark.parametrize(
    "name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGRTMIN"]
)
def test_a_signal_reaches_the_command_and_the_cloud_outlives_it(name: str) -> None:
    """The command still reaches its cloud while it ends, as an engine has to."""
    with subprocess.Popen(
        [*FGCTL, "emulator", "run", "--", sys.executable, "-c", ENDS_WELL, name],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        running.stdout.readline()
        running.send_signal(getattr(signal, name))
        assert running.stdout.read() == "ended well\n"
        assert running.wait(timeout=30) == 5

    assert has_ended(address)


def on_a_terminal(*words: str, until: str, then: bytes) -> tuple[str, int]:
    """What is shown on a terminal, on which something is typed once a text is there; the code."""
    begins = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", begins, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as running:
        os.close(theirs)
        shown, is_typed = "", False
        while chunk := _read(ours):
            shown += chunk
            if not is_typed and until in shown:
                os.write(ours, then)
                is_typed = True
        os.close(ours)
        return shown, running.wait(timeout=30)


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode()
    except OSError:  # nobody has its other end any more
        return ""


@pytest.mark.usefixtures("as_a_terminal_starts_it")
@pytest.mark.parametrize(("name", "typed"), [("SIGINT", b"\x03"), ("SIGQUIT", b"\x1c")])
def test_a_key_reaches_the_command_once(name: str, typed: bytes) -> None:
    """The terminal sends it to both; a second one would let an engine stop half-way."""
    counts = f"""\
import signal, time
seen = []
signal.signal(signal.{name}, lambda *_: seen.append(1))
print("waits", flush=True)
end = time.monotonic() + 1.5
while time.monotonic() < end:
    time.sleep(0.05)
print("seen", len(seen), flush=True)
raise SystemExit(7)
"""
    words = [*FGCTL, "emulator", "run", "--", sys.executable, "-c", counts]

    shown, code = on_a_terminal(*words, until="waits", then=typed)

    assert "seen 1\r\n" in shown
    assert code == 7


def has_ended(address: str) -> bool:
    """Whether nothing takes connections at an address of this machine, within 20 s."""
    host, port = address.removeprefix("http://").split(":")
    for _ in range(200):
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.usefixtures("as_a_terminal_starts_it")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL])
def test_the_cloud_ends_after_whatever_ends_the_process_that_started_it(
    number: signal.Signals,
) -> None:
    waits = f"{PRINTS_ITS_ADDRESS}\nimport time; time.sleep(60)"
    with subprocess.Popen(
        [*FGCTL, "emulator", "run", "--", sys.executable, "-c", waits],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        running.send_signal(number)
        code = running.wait(timeout=30)
        ended = has_ended(address)
        if number is signal.SIGKILL:
            os.killpg(running.pid, signal.SIGKILL)  # the command, which nobody ends then

    assert ended
    assert code == (-9 if number is signal.SIGKILL else 128 + number)


def test_the_cloud_ends_when_the_terminal_is_closed() -> None:
    begins = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    waits = f"{PRINTS_ITS_ADDRESS}\nimport time; time.sleep(60)"
    words = [*FGCTL, "emulator", "run", "--", sys.executable, "-c", waits]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", begins, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as running:
        os.close(theirs)
        shown = ""
        while (found := re.search(r"^(http://[\d.]+:\d+)\r$", shown, re.MULTILINE)) is None:
            shown += os.read(ours, 4096).decode()
        os.close(ours)
        code = running.wait(timeout=30)

    assert has_ended(found[1])
    assert code == 128 + signal.SIGHUP


def test_a_signal_that_is_to_be_ignored_ends_nothing() -> None:
    """As under `nohup`."""
    reads = f"{PRINTS_ITS_ADDRESS}\nprint(input())"
    words = [*FGCTL, "emulator", "run", "--", sys.executable, "-c", reads]
    with subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$0" "$@"', *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        os.killpg(running.pid, signal.SIGHUP)
        shown, _ = running.communicate("goes on\n", timeout=30)

    assert (shown, running.returncode) == ("goes on\n", 0)


@pytest.mark.usefixtures("as_a_terminal_starts_it")
@pytest.mark.parametrize(
    ("name", "code"), [("SIGINT", 0), ("SIGTERM", 0), ("SIGHUP", -1), ("SIGUSR1", -10)]
)
def test_a_local_cloud_ends_well_by_what_is_meant_to_end_it(name: str, code: int) -> None:
    with subprocess.Popen(
        [*FGCTL, "emulator"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline().startswith("ready ")
        started.send_signal(getattr(signal, name))
        assert started.wait(timeout=30) == code


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

    assert all(line.startswith(("export ", "unset ")) for line in exported.splitlines())
    assert json.loads(sourced.stdout)["functiongraph"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "waits", ['eval "$({})"', "source <({})", "{} > cloud.env"], ids=["eval", "source", "file"]
)
def test_export_says_that_it_goes_on_where_a_shell_waits_for_it(waits: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        ["bash", "-c", waits.format('"$@"'), "bash", *FGCTL, "emulator", "--export"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        start_new_session=True,
    ) as started:
        assert started.stderr is not None
        assert started.stderr.readline().startswith("ready http://127.0.0.1:")
        said = "".join(started.stderr.readline() for _ in range(3))
        os.killpg(started.pid, signal.SIGTERM)

    assert "runs until it is interrupted" in said
    assert "fgctl emulator --export >cloud.env &" in said
    assert "fgctl emulator run -- bash" in said


def test_the_package_says_what_there_is() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pulumi_functiongraph"], capture_output=True, text=True, check=True
    )

    assert "import pulumi_functiongraph" in told.stdout
    assert "fgctl emulator run" in told.stdout
