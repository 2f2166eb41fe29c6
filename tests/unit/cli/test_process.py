"""`fgctl` as a process of its own: what it loads, and how it ends."""

import signal
import subprocess
import sys
from importlib.metadata import version

import pytest

from unit.cli.process import FGCTL, HEAVY, fgctl, loaded_by

WITHOUT_EXTRA = """\
import sys
for name in ("uvicorn", "httptools", "moto", "yaml", "httpx", "boto3"):
    sys.modules[name] = None
sys.argv = ["fgctl", "emulator"]
from pulumi_functiongraph.cli import main
main()
"""

WITH_A_FAULT = """\
from pulumi_functiongraph.cli import commands, main
commands.app = lambda **_: 1 / 0
main()
"""


def test_the_version_is_the_one_of_the_package() -> None:
    shown = fgctl("--version")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == f"fgctl {version('pulumi-functiongraph')}\n"


def test_bad_usage_ends_the_process_with_2_and_no_traceback() -> None:
    refused = fgctl("rules", "FGN999")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "there is no rule FGN999" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_fault_of_ours_ends_with_2_because_1_says_that_something_was_found() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITH_A_FAULT],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == 2
    assert "ZeroDivisionError" in ended.stderr
    assert ended.stderr.endswith("please report it with what stands above\n")


def test_the_version_is_shown_without_loading_the_command_line_library() -> None:
    assert not loaded_by("--version") & {*HEAVY, "typer"}


def test_help_loads_nothing_that_only_a_command_needs() -> None:
    assert not loaded_by("--help") & set(HEAVY)


@pytest.mark.parametrize("arguments", [("rules",), ("schema", "event")])
def test_no_command_loads_pulumi_or_a_network_library(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & (set(HEAVY) - {"pydantic"})


def test_without_the_extra_the_install_command_is_told() -> None:
    refused = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert refused.returncode == 2
    assert "pip install 'pulumi-functiongraph[emulator]'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_local_cloud_says_when_it_is_ready_and_ends_on_sigterm() -> None:
    assert FGCTL is not None
    pipe = subprocess.PIPE
    with subprocess.Popen([FGCTL, "emulator"], stdout=pipe, stderr=pipe, text=True) as cloud:
        assert cloud.stdout is not None
        assert cloud.stderr is not None
        first_line, second_line = cloud.stdout.readline(), cloud.stdout.readline()
        cloud.send_signal(signal.SIGTERM)
        cloud.wait(timeout=60)
        errors = cloud.stderr.read()

    assert first_line.startswith("ready http://127.0.0.1:")
    assert second_line.startswith("export ")
    assert (cloud.returncode, errors) == (0, "")
