"""`fgctl adopt` against the local cloud."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.emulator.process import Emulator
from unit.core.stack.told import export, state

SEED = """\
functions:
  - name: orders
    async_configs: {latest: {max_async_retry_attempts: 3}}
  - name: billing
    async_configs: {latest: {}}
  - name: order-mail
"""
PROJECT = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def cloud(functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """A local cloud with three functions, of which two have a config."""
    functiongraph_emulator.seed(SEED)
    for key, value in functiongraph_emulator.environment.items():
        monkeypatch.setenv(key, value)
    return functiongraph_emulator


def adopt(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["adopt", *arguments], input=stdin, prog_name="fgctl")


def names(result: Result) -> list[str]:
    """The resources of the program that was written."""
    lines = result.stdout.splitlines()
    starts = [at for at, line in enumerate(lines) if line == "AsyncNotificationConfig("]
    return [lines[at + 1].strip('", ') for at in starts]


def test_every_config_of_the_project_is_written() -> None:
    result = adopt()

    assert (result.exit_code, result.stderr) == (0, "")
    assert names(result) == ["billing", "orders"]


def test_one_function_is_written_by_its_name() -> None:
    result = adopt("orders")

    assert names(result) == ["orders"]
    assert "    max_async_retry_attempts=3,\n" in result.stdout


def test_functions_are_written_by_a_prefix() -> None:
    assert names(adopt("--prefix", "bil")) == ["billing"]


def test_where_nothing_is_found_that_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "__main__.py"
    file.write_text("mine\n", encoding="utf-8")

    result = adopt("--prefix", "nothing", "--output", str(file))

    assert (result.exit_code, result.stdout) == (0, "")
    assert "no async notification config was found" in result.stderr
    assert "whose names begin with nothing" in result.stderr
    assert file.read_text(encoding="utf-8") == "mine\n"


def test_a_version_is_named_as_the_graph_shows_it(cloud: Emulator) -> None:
    cloud.seed(
        "functions: [{name: oldjob, versions: [v1], async_configs: {v1: {}}}, "
        "{name: mail, package: shop, async_configs: {latest: {}}}]"
    )

    assert names(adopt("default/oldjob:v1")) == ["oldjob-v1"]
    assert names(adopt("shop/mail")) == ["shop-mail"]
    refused = adopt("oldjob:v1")
    assert refused.exit_code == 2
    assert "name it default/oldjob:v1" in refused.stderr


@pytest.mark.parametrize("named", ["order-mail", "default:nowhere", f"{PROJECT}:default:orders:v7"])
def test_a_named_function_without_a_config_is_told(named: str) -> None:
    result = adopt(named)

    assert result.exit_code == 2
    assert "has no config that could be taken over" in result.stderr


def test_what_a_stack_declares_is_left_out(cloud: Emulator) -> None:
    region = cloud.environment["FUNCTIONGRAPH_REGION"]
    project = cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    urn = f"urn:fss:{region}:{project}:function:default:orders:latest"
    told = export(state("orders", inputs={"functionUrn": urn}))

    assert names(adopt("--stack", "-", stdin=told)) == ["billing"]


def test_where_the_stacks_declare_all_that_is_said(cloud: Emulator) -> None:
    region = cloud.environment["FUNCTIONGRAPH_REGION"]
    project = cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    urn = f"urn:fss:{region}:{project}:function:default:orders:latest"
    told = export(state("orders", inputs={"functionUrn": urn}))

    result = adopt("orders", "--stack", "-", stdin=told)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "declare every config of the functions that were named" in result.stderr


def test_the_program_goes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "__main__.py"

    result = adopt("--output", str(file))

    assert (result.exit_code, result.output) == (0, "")
    assert file.read_text(encoding="utf-8") == adopt().stdout


def test_a_program_that_is_there_is_replaced_only_where_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "__main__.py"
    file.write_text("mine\n", encoding="utf-8")

    refused = adopt("--output", str(file))

    assert refused.exit_code == 2
    assert "--force replaces it" in refused.stderr
    assert file.read_text(encoding="utf-8") == "mine\n"
    assert adopt("--output", str(file), "--force").exit_code == 0
    assert file.read_text(encoding="utf-8") == adopt().stdout


def test_what_cannot_be_read_exits_with_2_and_is_told(cloud: Emulator) -> None:
    fault = {"operation": "ListFunctionAsyncInvokeConfig", "status": 403}
    requests.post(f"{cloud.url}/_emulator/faults", json=fault, timeout=10).raise_for_status()

    result = adopt()

    assert result.exit_code == 2
    assert names(result) == []
    assert "HTTP 403" in result.stderr


def test_nothing_is_written_to_the_cloud(cloud: Emulator) -> None:
    requests.delete(f"{cloud.url}/_emulator/requests", timeout=10).raise_for_status()

    adopt()

    answer = requests.get(f"{cloud.url}/_emulator/requests", timeout=10).json()
    assert {each["method"] for each in answer["requests"]} == {"GET"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("urn:smn:x",), "is not a function URN"),
        (("--region", "no region"), "region is not an id"),
    ],
)
def test_bad_usage_exits_with_2_and_says_what_is_wrong(
    arguments: tuple[str, ...], said: str
) -> None:
    refused = adopt(*arguments)

    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stdout == ""
