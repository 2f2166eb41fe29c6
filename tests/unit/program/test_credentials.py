"""Credentials that a program cannot use stop it before anything is registered."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph import AsyncNotificationConfig
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.errors import SettingsError
from unit.program.programs import Engine, run

PLACE = {"region": REGION, "projectId": PROJECT}


REFUSED = {
    "half a key": ({"accessKey": "AK"}, {}, "secretKey is missing"),
    "a name that is not supported": (
        {},
        {"OS_ACCESS_KEY": "A", "OS_SECRET_KEY": "S", "OS_TRUST_ID": "t"},
        "OS_TRUST_ID",
    ),
    "a profile that is not there": ({}, {"HW_PROFILE": "gone"}, "HW_PROFILE"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_credentials_stop_a_preview_before_anything_is_registered(
    what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outside_unit_tests: None
) -> None:
    explicit, environ, named = REFUSED[what]
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    engine = Engine()

    with pytest.raises(pulumi.RunError) as stopped:
        run(declaring, engine=engine, settings={**PLACE, **explicit})

    assert engine.registered == {}
    with pytest.raises(SettingsError) as called:
        _ = Account({**PLACE, **explicit}.get).functiongraph
    assert str(stopped.value) == f"functiongraph: nothing was changed: {called.value}"
    assert named in str(called.value)


def test_a_preview_without_any_credentials_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outside_unit_tests: None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    engine = Engine()

    run(declaring, engine=engine, settings=PLACE)

    assert "config" in engine.registered


def declaring() -> None:
    AsyncNotificationConfig("config", function_urn=str(function_urn()))
