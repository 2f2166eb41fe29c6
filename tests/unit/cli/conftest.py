"""No command of these tests asks the engine of the developer for a stack."""

import os
from pathlib import Path

import pytest

from pulumi_functiongraph.cli import account


@pytest.fixture(autouse=True)
def _no_engine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("no-engine")
    refusing(folder / "pulumi")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(autouse=True)
def _same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are of 08:00 on 30 November 2025, so that they can be compared."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764489600")


@pytest.fixture(autouse=True)
def _nothing_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is as a process of its own, in which nothing was warned of yet."""
    monkeypatch.setattr(account, "_WARNED", set())


def refusing(script: Path) -> None:
    """A `pulumi` in which no stack is selected."""
    script.write_text("#!/bin/sh\necho 'error: no stack selected' >&2\nexit 1\n", encoding="utf-8")
    script.chmod(0o755)
