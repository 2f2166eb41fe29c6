"""When a command looked: now, or what the environment says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pulumi_functiongraph.cli.clock import VARIABLE, looked_at


def test_the_environment_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1764489600")

    assert looked_at() == datetime(2025, 11, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize("told", [None, "", "today", "9" * 40])
def test_else_it_is_now_to_the_second(told: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    if told is not None:
        monkeypatch.setenv(VARIABLE, told)

    found = looked_at()

    assert found.tzinfo is UTC
    assert found.microsecond == 0
    assert timedelta() <= datetime.now(UTC) - found < timedelta(minutes=1)
