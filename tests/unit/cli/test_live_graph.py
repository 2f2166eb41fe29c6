"""`fgctl graph --live` against the local cloud."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Function
from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.live_cloud import Cloud
from unit.core.stack.told import export, preview, step

SEED = "functions: [{name: orders}, {name: billing}, {name: stray}]\n"


@pytest.fixture
def cloud(
    functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Cloud:
    functiongraph_emulator.reset()
    functiongraph_emulator.seed(SEED)
    for key, value in functiongraph_emulator.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(tmp_path)
    return Cloud(functiongraph_emulator.url, functiongraph_emulator.environment)


def live(*arguments: str, stdin: str | None = None) -> Result:
    command = ["graph", "--live", *arguments]
    return CliRunner().invoke(app, command, input=stdin, prog_name="fgctl")


def edges(result: Result) -> list[str]:
    """Each edge as source, target and origin; of a graph as JSON."""
    told = json.loads(result.stdout)
    name = {node["key"]: node["key"].split(":")[-2] for node in told["nodes"]}
    return [
        f"{name[each['source']]} {name[each['target']]} {each['origin']}" for each in told["edges"]
    ]


def notifying(cloud: Cloud, name: str, target: str) -> dict[str, Any]:
    """The state of a config that notifies another function."""
    to = {"destination": "FunctionGraph", "functionUrn": cloud.urn(target)}
    return cloud.state(name, onSuccess=to)


def test_every_live_config_of_the_project_is_in_it_and_nothing_is_changed(cloud: Cloud) -> None:
    cloud.notify("orders", "billing")
    cloud.notify("billing", "orders")
    cloud.forget()

    found = live()

    assert found.exit_code == 1
    assert found.stdout.startswith("2 nodes, 2 edges: 1 cycle\n")
    assert cloud.methods() == {"GET"}


def test_a_project_without_a_cycle_is_well(cloud: Cloud) -> None:
    cloud.notify("orders", "billing")

    found = live("--region", cloud.environment["FUNCTIONGRAPH_REGION"])

    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.startswith("2 nodes, 1 edge: no cycle\n")


def test_what_a_stack_declares_is_laid_over_what_is_live(cloud: Cloud) -> None:
    cloud.notify("orders", "stray")
    cloud.notify("billing", "orders")

    told = export(notifying(cloud, "orders", "billing"))
    found = live("--stack", "-", "--format", "json", stdin=told)

    assert found.exit_code == 1
    assert edges(found) == ["billing orders live", "orders billing declared"]


def test_a_config_that_an_update_removes_is_marked_while_it_is_live(cloud: Cloud) -> None:
    cloud.notify("orders", "billing")
    told = preview(step("delete", old=notifying(cloud, "orders", "billing")))

    assert edges(live("--preview", "-", "--format", "json", stdin=told)) == [
        "orders billing removed"
    ]


@pytest.mark.parametrize("told", ["export", "preview"])
def test_where_to_look_is_what_the_stack_was_set_to(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    cloud.notify("orders", "billing")
    for key in ("FUNCTIONGRAPH_REGION", "HUAWEICLOUD_SDK_REGION", "HUAWEICLOUD_SDK_PROJECT_ID"):
        monkeypatch.delenv(key, raising=False)
    region = cloud.environment["FUNCTIONGRAPH_REGION"]
    project = cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    settings = {"functiongraph:region": region, "functiongraph:projectId": project}
    provider = {
        "urn": "urn:pulumi:dev::shop::pulumi:providers:pulumi-python::default",
        "type": "pulumi:providers:pulumi-python",
        "inputs": settings,
    }
    file = preview(config=settings) if told == "preview" else export(provider)

    found = live(f"--{'preview' if told == 'preview' else 'stack'}", "-", stdin=file)

    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.startswith("2 nodes, 1 edge: no cycle\n")
    assert live().exit_code == 2


def test_functions_of_other_projects_are_read_where_a_stack_declares_them(cloud: Cloud) -> None:
    other = cloud.urn("orders").replace(cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"], "0" * 32)
    told = export(cloud.state("orders", functionUrn=other))

    found = live("--stack", "-", stdin=told)

    assert found.exit_code == 2
    assert f"cannot say: not read: project {'0' * 32} in " in found.stdout


def test_a_check_of_a_project_that_could_not_be_read_whole_exits_with_2(cloud: Cloud) -> None:
    cloud.notify("orders", "billing")
    cloud.fault(operation="ListFunctionAsyncInvokeConfig", status=403)

    found = live()

    assert found.exit_code == 2
    assert f"cannot say: not read: {cloud.urn('orders')}: " in found.stdout
    assert "FunctionGraph:function:getConfig" in found.stdout
    assert found.stderr == ""


def test_an_alias_that_the_cloud_does_not_tell_of_is_not_said_to_be_known_at_apply(
    cloud: Cloud,
) -> None:
    cloud.notify("orders", "billing")
    alias = cloud.urn("orders").removesuffix("latest") + "!prod"
    cloud.put("billing", on_success=Function(function_urn=FunctionUrn.parse(alias)))

    found = live()

    assert found.exit_code == 2
    assert "only at apply" not in found.stderr
    assert found.stderr.startswith("exit code 2: the cloud does not list all of what is live")


def test_a_config_that_could_not_be_read_does_not_matter_where_it_is_declared(
    cloud: Cloud,
) -> None:
    cloud.fault(operation="ListFunctionAsyncInvokeConfig", status=403)

    found = live("--stack", "-", stdin=export(notifying(cloud, "orders", "billing")))

    assert f"cannot say: not read: {cloud.urn('billing')}: " in found.stdout
    assert f"cannot say: not read: {cloud.urn('orders')}: " not in found.stdout


def test_without_credentials_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"):
        monkeypatch.delenv(name, raising=False)

    refused = live("--region", "cn-north-4")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "credentials" in refused.stderr
