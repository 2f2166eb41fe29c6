"""`fgctl doctor` against the local cloud: what is well, and what to fix where it is not."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PASSWORD


@pytest.fixture
def cloud(
    functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Emulator:
    for key, value in functiongraph_emulator.environment.items():
        monkeypatch.setenv(key, value)
    engine(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)  # no Pulumi project: test_outgrown_backend.py has those
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
    told = [line for line in result.stdout.splitlines() if not line.startswith((" ", "looked at "))]
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


USER = {
    "OS_USERNAME": "developer",
    "OS_PASSWORD": DEFAULT_PASSWORD,
    "OS_USER_DOMAIN_NAME": "local-cloud",
}


def test_it_names_the_user_that_iam_names_with_a_token(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"):
        monkeypatch.delenv(name)
    for name, value in USER.items():
        monkeypatch.setenv(name, value)

    told = doctor().stdout

    assert "ok    user: developer (" in told
    assert USER["OS_PASSWORD"] not in told


def test_of_an_access_key_it_says_that_the_user_is_not_known(cloud: Emulator) -> None:
    assert "ok    user: not known: IAM names the owner of an access key only" in doctor().stdout


@pytest.fixture
def shell(cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Variables of other tools in place of our own and the vendor's."""
    cloud.seed(ACCOUNTS)
    for name in cloud.environment:
        if name.startswith("HUAWEICLOUD_SDK_") or name == "FUNCTIONGRAPH_REGION":
            monkeypatch.delenv(name)
    monkeypatch.setenv("OS_ACCESS_KEY", cloud.environment["HUAWEICLOUD_SDK_AK"])
    monkeypatch.setenv("OS_SECRET_KEY", cloud.environment["HUAWEICLOUD_SDK_SK"])
    return cloud


ACCOUNTS = """\
projects: [{name: cn-north-4_mine, id: bbbb0000bbbb0000bbbb0000bbbb0000}]
accounts:
  - domain: {name: CUSTOMER, id: c0c0}
    projects: [{name: cn-north-4_theirs, id: dddd0000dddd0000dddd0000dddd0000}]
    agencies:
      - name: of-customer
        trust_domain_name: local-cloud
        grants:
          - {role: FunctionGraph FullAccess, scope: inherited}
          - {role: Security Administrator, scope: domain}
"""


def test_it_says_where_each_call_is_made_and_what_says_so(
    shell: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_PROJECT_NAME", "cn-north-4_mine")
    monkeypatch.setenv("HW_REGION_NAME", "eu-de")

    result = doctor()

    assert result.exit_code == 2, "the region of HW_REGION_NAME is not the project's"
    assert "OS_PROJECT_NAME names the project cn-north-4_mine" in result.stdout
    monkeypatch.setenv("OS_REGION_NAME", "cn-north-4")
    told = doctor().stdout
    assert "ok    region: cn-north-4, named by OS_REGION_NAME\n" in told
    assert (
        "ok    project: cn-north-4_mine (bbbb0000bbbb0000bbbb0000bbbb0000) in cn-north-4, "
        "named by OS_PROJECT_NAME\n" in told
    )
    assert "warn  not used: HW_REGION_NAME names region eu-de, which is not used" in told
    assert "ok    account: local-cloud (" in told


def test_it_lists_whatever_is_set_and_not_used(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {
        "OS_PROJECT_NAME": "cn-north-4_other",
        "OS_REGION_NAME": "eu-de",
        "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com/v3",
        "OS_CLOUD": "prod",
        "OS_USERNAME": "root",
        "OS_PASSWORD": "canary",
        "HW_CLOUD": "myhuaweicloud.eu",
        "HW_PROFILE": "prod",
        "HW_SHARED_CONFIG_FILE": "/nope",
        "HW_ACCESS_KEY": "canary",
        "HW_SECRET_KEY": "canary",
    }
    for name, value in others.items():
        monkeypatch.setenv(name, value)

    result = doctor()

    assert result.exit_code == 0, result.output
    told = [line for line in result.stdout.splitlines() if line.startswith("warn  not used: ")]
    assert [name for name in others if not any(name in line for line in told)] == []
    assert "canary" not in result.output


def test_it_says_as_which_agency_each_call_is_made(
    shell: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_AGENCY_NAME", "of-customer")
    monkeypatch.setenv("OS_AGENCY_DOMAIN_NAME", "CUSTOMER")
    monkeypatch.setenv("OS_DELEGATED_PROJECT", "cn-north-4_theirs")

    result = doctor()

    assert result.exit_code == 0, result.output
    assert (
        "ok    agency: of-customer of account CUSTOMER is assumed, named by OS_AGENCY_NAME\n"
        in result.stdout
    )
    assert "cn-north-4_theirs (dddd0000dddd0000dddd0000dddd0000)" in result.stdout
    assert "ok    account: CUSTOMER (c0c0)\n" in result.stdout


def test_a_project_of_another_account_is_told(
    shell: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_REGION_NAME", "cn-north-4")
    monkeypatch.setenv("OS_PROJECT_ID", "dddd0000dddd0000dddd0000dddd0000")

    result = doctor()

    assert result.exit_code == 2
    assert lines(result)["project"] == "bad"
    assert "named by OS_PROJECT_ID: name a project of the account" in result.stdout


def test_a_name_of_a_project_that_may_not_be_read_is_no_problem(cloud: Emulator) -> None:
    fault(cloud, operation="KeystoneShowProject", status=403)

    result = doctor()

    assert result.exit_code == 0
    assert "its name could not be read" in result.stdout


def test_a_setting_that_is_not_supported_is_told_before_anything_is_asked(
    shell: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_TRUST_ID", "x")
    shell.forget_requests()

    result = doctor("--region", "cn-north-4")

    assert result.exit_code == 2
    assert "bad   settings: OS_TRUST_ID is set, and it is not supported" in result.stdout
    assert shell.requests() == []


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
    assert "      → Start the local cloud with `fgctl emulator`" in result.stdout
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
    step = {"skew_seconds": -ahead}
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


def test_json_goes_to_a_file_beside_the_text_and_has_every_check(
    cloud: Emulator, tmp_path: Path
) -> None:
    file = tmp_path / "doctor.json"

    result = doctor("--format", "text", "--format", f"json={file}")

    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["isBroken"] is False
    assert {each["what"]: each["state"] for each in document["checks"]} == lines(result)
    only_json = doctor("--format", "json").stdout
    assert json.loads(only_json)["checks"][0] == document["checks"][0]
    text = tmp_path / "doctor.txt"
    assert doctor("--format", f"text={text}").stdout == ""
    assert len(text.read_text(encoding="utf-8").splitlines()) == len(result.stdout.splitlines())


@pytest.mark.parametrize(
    ("region", "fail_on", "code"),
    [
        ("", "error", 0),
        ("", "warning", 1),
        ("", "never", 0),
        ("eu-de", "error", 2),
        ("eu-de", "warning", 2),
        ("eu-de", "never", 0),
    ],
)
@pytest.mark.usefixtures("cloud")
def test_what_is_broken_is_a_2_and_a_warning_a_1_where_that_is_asked_for(
    region: str, fail_on: str, code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without an engine one check is a warning; of another region much is broken."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    result = doctor("--fail-on", fail_on, *(["--region", region] if region else []))

    assert result.exit_code == code, result.output
    assert ("bad" in lines(result).values()) is bool(region)
    assert lines(result)["Pulumi engine"] == "warn"


@pytest.mark.usefixtures("cloud")
def test_each_request_is_logged_when_verbose() -> None:
    assert "GET functiongraph: HTTP 200" in doctor("-v").stderr
    assert doctor("-q").stderr == ""
