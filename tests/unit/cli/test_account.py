"""The account that a command looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cloud.http.call import Call, Method
from pulumi_functiongraph.core.errors import Rejected, SettingsError
from pulumi_functiongraph.emulator.process import Emulator


@pytest.fixture
def local_cloud(
    functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Emulator:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in functiongraph_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return functiongraph_emulator


def test_an_option_wins_over_the_stack_and_the_environment(local_cloud: Emulator) -> None:
    config = {"region": "of-the-stack", "projectId": "p-of-the-stack"}

    settings = settings_of(region="of-the-option", stack_config=config)

    assert (settings.region, settings.project_id) == ("of-the-option", "p-of-the-stack")


def test_everything_missing_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SettingsError, match=r"(?s)no credentials.*no region"):
        settings_of()


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_command_cannot_write(local_cloud: Emulator, method: Method) -> None:
    session = session_of(settings_of())
    before = len(local_cloud.requests())

    with pytest.raises(Rejected, match="only reads"):
        session.send(Call("change", "it", method, "functiongraph", "eu-de", "/v2/x"))
    assert len(local_cloud.requests()) == before


def test_the_project_is_looked_up_by_the_region_when_nothing_says_it(
    local_cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = local_cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
    settings = settings_of()

    assert settings.project_id == ""
    assert project_of(session_of(settings)) == (settings.region, known)


def test_a_project_that_is_known_is_not_looked_up(local_cloud: Emulator) -> None:
    session = session_of(settings_of(project_id="known"))

    assert project_of(session)[1] == "known"
    assert local_cloud.requests() == []


def test_what_is_not_used_is_told_once_in_a_process(
    local_cloud: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OS_CLOUD", "prod")
    monkeypatch.setenv("OS_PROJECT_NAME", "cn-north-4_other")

    settings_of(quiet=True)
    assert capsys.readouterr().err == ""
    settings_of()
    first, second = capsys.readouterr().err.splitlines()
    settings_of()

    assert first.startswith("warning: OS_CLOUD (prod) says as whom, and is not used: ")
    assert second.startswith("warning: OS_PROJECT_NAME names project cn-north-4_other, which is")
    assert capsys.readouterr().err == ""
