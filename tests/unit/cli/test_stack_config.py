"""The Pulumi config of the stack that is selected in the folder says where to look, and as whom."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.cli.account import settings_of
from pulumi_functiongraph.core.errors import SettingsError

OTHER = "98770123456789abcdef0123456789ab"
SCRIPT = """\
#!{python}
import sys
from pathlib import Path
folder = Path({folder!r})
with (folder / "asked").open("a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
answer = folder / ("clear" if "--show-secrets" in sys.argv else "hidden")
if not answer.exists():
    sys.exit("error: no stack selected")
sys.stdout.write(answer.read_text())
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Pulumi project whose stack sets the project, and the environment of another one."""
    folder = tmp_path / "shop"
    (folder / "below").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config:\n  functiongraph:projectId: '{OTHER}'\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "environments")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "of-the-environment")
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "d8190123456789abcdef0123456789ab")
    monkeypatch.setenv("FUNCTIONGRAPH_REGION", "eu-de")
    return folder


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "pulumi"
    script.write_text(SCRIPT.format(python=sys.executable, folder=str(folder)))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def answer(folder: Path, kind: str, **values: str | None) -> None:
    told: dict[str, Any] = {"shop:colour": {"value": "red", "secret": False}}
    for key, value in values.items():
        shown = {} if value is None else {"value": value}
        told[f"functiongraph:{key}"] = {"secret": "Key" in key, **shown}
    (folder / kind).write_text(json.dumps(told))


@pytest.mark.parametrize("where", [".", "below"])
def test_the_project_of_the_selected_stack_goes_before_the_environment(
    project: Path, pulumi: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.chdir(project / where)
    answer(pulumi, "clear", projectId=OTHER)

    settings = settings_of()

    assert settings.project_id == OTHER
    assert settings.named_by["project"] == "functiongraph:projectId"


def test_an_option_goes_before_the_selected_stack(project: Path, pulumi: Path) -> None:
    answer(pulumi, "clear", projectId=OTHER)

    assert settings_of(project_id="a" * 32).project_id == "a" * 32


def test_keys_of_the_selected_stack_are_used(project: Path, pulumi: Path) -> None:
    answer(pulumi, "clear", projectId=OTHER, accessKey="stacks", secretKey="of-the-stack")

    settings = settings_of()

    assert settings.source == "Pulumi config (functiongraph:accessKey)"


def test_keys_that_cannot_be_decrypted_are_not_replaced_by_others(
    project: Path, pulumi: Path
) -> None:
    answer(pulumi, "hidden", projectId=OTHER, accessKey="stacks", secretKey=None)

    with pytest.raises(SettingsError, match="access keys of its own, and they cannot be decrypted"):
        settings_of()


def test_where_pulumi_cannot_say_it_a_warning_does(
    project: Path, pulumi: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of()

    told = capsys.readouterr().err
    assert "warning: the Pulumi config of this folder is not used: no stack selected" in told
    assert settings.project_id.startswith("d819")


def test_without_pulumi_a_warning_says_so(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    settings_of()

    assert "there is no pulumi on PATH" in capsys.readouterr().err


def test_config_that_was_given_is_not_asked_for(project: Path, pulumi: Path) -> None:
    settings_of(stack_config={})

    assert not (pulumi / "asked").exists()


@pytest.mark.parametrize("text", ["name: shop\nruntime: python\n", None])
def test_a_folder_that_sets_nothing_of_this_package_does_not_ask_pulumi(
    project: Path, pulumi: Path, text: str | None
) -> None:
    (project / "Pulumi.dev.yaml").unlink()
    if text is None:
        (project / "Pulumi.yaml").unlink()

    settings_of()

    assert not (pulumi / "asked").exists()


def test_config_in_a_folder_of_its_own_is_found(project: Path, pulumi: Path) -> None:
    (project / "Pulumi.dev.yaml").rename(project / "below" / "Pulumi.dev.yaml")
    (project / "Pulumi.yaml").write_text("name: shop\nstackConfigDir: below\n")
    answer(pulumi, "clear", projectId=OTHER)

    assert settings_of().project_id == OTHER
