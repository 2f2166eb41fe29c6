"""`fgctl doctor` against the local cloud: what is well, and what to fix where it is not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.app import app
from pulumi_functiongraph.emulator.process import Emulator


@pytest.fixture
def cloud(
    functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Emulator:
    for key, value in functiongraph_emulator.environment.items():
        monkeypatch.setenv(key, value)
    engine(tmp_path, monkeypatch)
    return functiongraph_emulator


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch, *, says: str = "v3.259.0") -> None:
    """An engine on PATH that says its version."""
    script = folder / "pulumi"
    script.write_text(f"#!{sys.executable}\nprint({says!r})\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def doctor(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments], prog_name="fgctl")


def lines(result: Result) -> dict[str, str]:
    """By what was looked at, its state."""
    told = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    return {line[6:].partition(":")[0]: line[:4].strip() for line in told}


def fault(cloud: Emulator, **setting: object) -> None:
    answer = requests.post(f"{cloud.url}/_emulator/faults", json=setting, timeout=10)
    answer.raise_for_status()


def test_where_all_is_well_everything_is_ok_and_no_key_is_told(cloud: Emulator) -> None:
    cloud.seed("functions: [{name: orders}]\n")

    result = doctor()

    assert result.exit_code == 0, result.output
    assert set(lines(result).values()) == {"ok"}
    assert "from the environment (HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK)" in result.stdout
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"):
        assert cloud.environment[name] not in result.output


def test_a_project_without_functions_is_no_problem(cloud: Emulator) -> None:
    empty = {"functions": [], "count": 0, "next_marker": 0}
    fault(cloud, operation="ListFunctions", status=200, body=empty)

    result = doctor()

    assert result.exit_code == 0
    assert "not tried, there is no function in the project" in result.stdout


def test_a_wrong_key_is_told_with_where_it_comes_from(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "wrong")

    result = doctor()

    assert result.exit_code == 2
    assert lines(result)["permission to list functions"] == "bad"
    assert lines(result)["account"] == "warn"
    assert "check that key and secret belong together" in result.stdout


def test_an_address_that_does_not_answer_is_told_and_nothing_more_is_tried(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "FUNCTIONGRAPH_ENDPOINTS",
        f'{{"functiongraph": "http://127.0.0.1:9", "iam": "{cloud.url}", "smn": "{cloud.url}", '
        f'"obs": "http://127.0.0.1:9", "dis": "{cloud.url}"}}',
    )

    result = doctor()

    assert result.exit_code == 2
    told = lines(result)
    assert (told["address of functiongraph"], told["address of obs"]) == ("bad", "warn")
    assert "      → Check the region, the network and its firewall" in result.stdout
    assert "project" not in told


@pytest.mark.parametrize(
    ("operation", "what", "state"),
    [
        ("ListFunctions", "permission to list functions", "bad"),
        ("ShowFunctionAsyncInvokeConfig", "permission to read async configs", "bad"),
        ("ListAgencies", "permission to list agencies", "warn"),
    ],
)
def test_a_permission_that_is_missing_is_told(
    cloud: Emulator, operation: str, what: str, state: str
) -> None:
    cloud.seed("functions: [{name: orders}]\n")
    fault(cloud, operation=operation, status=403)

    result = doctor()

    assert lines(result)[what] == state
    assert result.exit_code == (2 if state == "bad" else 0)


def test_an_address_of_another_region_is_told(cloud: Emulator) -> None:
    result = doctor("--region", "nowhere")

    assert result.exit_code == 2
    assert "bad   region: the address of functiongraph serves cn-north-4, not nowhere" in (
        result.stdout
    )


def test_a_project_that_cannot_be_found_is_told(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")

    result = doctor("--region", "eu-de")

    assert result.exit_code == 2
    assert lines(result)["project"] == "bad"


@pytest.mark.parametrize(
    ("ahead", "state", "code"), [(0, "ok", 0), (100, "warn", 0), (7200, "bad", 2)]
)
def test_a_clock_that_is_wrong_is_told(cloud: Emulator, ahead: int, state: str, code: int) -> None:
    step = {"seconds": -ahead}
    requests.post(f"{cloud.url}/_emulator/clock", json=step, timeout=10).raise_for_status()

    result = doctor()

    assert lines(result)["clock"] == state
    assert result.exit_code == code


@pytest.mark.parametrize(
    ("says", "state", "said"),
    [
        ("v3.259.0", "ok", "3.259.0"),
        ("v3.300.1-dev", "ok", "3.300.1-dev"),
        ("v3.100.0", "bad", "it is too old: install 3.259 or later"),
        ("v4.0.0", "bad", "install an engine of the SDK's major version"),
        ("", "warn", "there is no pulumi on PATH that runs"),
    ],
)
def test_the_engine_is_judged_by_its_version(
    cloud: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    says: str,
    state: str,
    said: str,
) -> None:
    engine(tmp_path, monkeypatch, says=says)

    result = doctor()

    assert lines(result)["Pulumi engine"] == state
    assert said in result.stdout


def test_an_engine_that_cannot_be_run_or_is_not_there_is_a_warning(
    cloud: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pulumi").write_text("no program", encoding="utf-8")
    assert lines(doctor())["Pulumi engine"] == "warn"

    monkeypatch.setenv("PATH", "/nonexistent")
    assert lines(doctor())["Pulumi engine"] == "warn"


def test_without_credentials_it_says_where_to_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "FUNCTIONGRAPH_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    result = doctor()

    assert result.exit_code == 2
    assert "bad   settings: no credentials: " in result.stdout
    assert "bad   settings: no region: " in result.stdout
