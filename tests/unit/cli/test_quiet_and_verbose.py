"""What commands that ask a cloud say beside their report: less with ``-q``, more with ``-v``."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli import account
from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.emulator.process import Emulator

ASKING = [("precheck",), ("graph", "--live"), ("adopt",), ("doctor",), ("invoke", "orders")]


@pytest.fixture(autouse=True)
def _cloud(functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud, and a variable of another tool that is not used."""
    for key, value in functiongraph_emulator.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("HW_REGION_NAME", "eu-de")
    monkeypatch.setattr(account, "_WARNED", set())
    functiongraph_emulator.seed(
        {"functions": [{"name": "orders", "async_configs": {"latest": CONFIG}}]}
    )


CONFIG = {"max_async_retry_attempts": 1}


def fgctl(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="fgctl")


@pytest.mark.parametrize("command", ASKING, ids=lambda command: command[0])
def test_each_request_is_logged_when_verbose(command: tuple[str, ...]) -> None:
    logged = fgctl(*command, "-v").stderr

    assert "credentials from the environment" in logged
    assert " functiongraph: HTTP 200, request id" in logged
    assert "HTTP 200" not in fgctl(*command).stderr


@pytest.mark.parametrize("command", ASKING, ids=lambda command: command[0])
def test_no_note_is_printed_when_quiet(command: tuple[str, ...]) -> None:
    quiet = fgctl(*command, "-q")

    assert "warning: " not in quiet.stderr
    noted = fgctl(*command)
    assert "HW_REGION_NAME" in noted.output
    assert noted.exit_code == quiet.exit_code
