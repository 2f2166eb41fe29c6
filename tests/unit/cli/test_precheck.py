"""`fgctl precheck` against a local cloud: what is live, what a preview or an export declares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from unit.cli.local_cloud import SEED, Local, told_of
from unit.core.stack.told import UNKNOWN_VALUE, export, preview, state, step

SECRET, SEALED = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""The engine's marks of a secret in an export."""


@pytest.fixture
def local(functiongraph_emulator: Any) -> Iterator[Local]:
    functiongraph_emulator.seed(SEED)
    yield Local(functiongraph_emulator, "precheck")
    functiongraph_emulator.reset()


def test_a_project_whose_notifications_arrive_is_well_and_nothing_is_changed(local: Local) -> None:
    shown = local.fgctl()

    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith("1 config, ")
    assert "0 denied, 0 unknown" in shown.stdout
    assert local.writes() == []


def test_a_live_config_without_its_agency_is_found(local: Local) -> None:
    local.seed(SEED.replace("xrole: writer", "xrole: gone"))

    shown = local.fgctl()

    assert shown.exit_code == 1
    assert "FGN203 error: urn:fss:" in shown.stdout
    assert "there is no agency gone" in shown.stdout


def test_a_live_config_whose_agency_may_not_write_is_found_with_what_to_paste(local: Local) -> None:
    local.seed("agencies: [{name: writer, grants: []}]")

    shown = local.fgctl()

    assert shown.exit_code == 1
    assert "FGN206 error: urn:fss:" in shown.stdout
    assert '"Action": ["obs:object:PutObject"], "Resource": ["obs:*:*:object:failed/*"]' in (
        shown.stdout
    )


def test_a_grant_on_the_built_in_project_of_obs_is_not_verified(local: Local) -> None:
    local.seed(
        """\
projects: [{name: MOS, id: cccc0000cccc0000cccc0000cccc0000}]
agencies: [{name: writer, grants: [{role: OBS OperateAccess, scope: project, project: MOS}]}]
"""
    )

    shown = local.fgctl()

    assert shown.exit_code == 2
    assert "FGN206" not in shown.stdout
    assert "role OBS OperateAccess is granted on MOS, the built-in project of OBS" in shown.stdout
    assert "grant it on the account, or try it with a test event" in shown.stdout


def test_a_resource_in_another_case_is_not_verified(local: Local) -> None:
    local.seed(
        """\
agencies:
  - name: writer
    grants:
      - policy:
          Version: "1.1"
          Statement:
            - Effect: Allow
              Action: ["functiongraph:function:invoke", "functiongraph:function:invokeAsync"]
              Resource: ["FUNCTIONGRAPH:*:*:function:Default/*"]
functions:
  - name: orders
    xrole: writer
    async_configs:
      latest: {on_failure: {destination: FunctionGraph, param: {func_urn: sink}}}
  - {name: sink}
""".replace("func_urn: sink", f"func_urn: '{function_of(local, 'sink')}'")
    )

    shown = local.fgctl()

    assert shown.exit_code == 2
    assert "FGN206" not in shown.stdout
    assert "names resources in a form that is not documented for functiongraph:" in shown.stdout


def function_of(local: Local, name: str) -> str:
    return f"urn:fss:{local.region}:{local.project_id}:function:default:{name}:latest"


def test_a_preview_is_checked_before_its_update(local: Local) -> None:
    told = preview(step("create", new=told_of(local, "nowhere-at-all")))

    shown = local.fgctl("--preview", "-", told=told)

    assert shown.exit_code == 1
    assert "FGN208 error: config.on_failure: there is no bucket nowhere-at-all" in shown.stdout


def test_what_is_known_only_during_the_update_cannot_be_said(local: Local) -> None:
    told = preview(step("create", new=told_of(local, UNKNOWN_VALUE)))

    shown = local.fgctl("--preview", "-", told=told)

    assert shown.exit_code == 2
    assert "cannot say: 1 config has values that are known only during the update" in shown.stdout


def test_what_the_same_update_makes_is_a_warning(local: Local) -> None:
    bucket = {"urn": "urn:pulumi:dev::shop::huaweicloud:Obs/bucket:Bucket::results"}
    made = {**state("results"), **bucket, "type": "huaweicloud:Obs/bucket:Bucket"}
    made["inputs"] = {"bucket": "results-to-be"}
    told = preview(
        {"op": "create", "urn": made["urn"], "newState": made},
        step("create", new=told_of(local, "results-to-be")),
    )

    shown = local.fgctl("--preview", "-", told=told)

    assert shown.exit_code == 0
    assert "FGN208 warning: config.on_failure: there is no bucket results-to-be; " in shown.stdout
    assert "results of this program may change that" in shown.stdout


def test_a_secret_name_is_not_looked_into_and_not_passed_over_either(local: Local) -> None:
    told = told_of(local, "failed")
    told["inputs"]["functionUrn"] = {SECRET: SEALED, "ciphertext": "v1:x:y"}

    shown = local.fgctl("--stack", "-", told=export(told))
    accepted = local.fgctl("--stack", "-", "--partial-ok", told=export(told))

    assert (shown.exit_code, accepted.exit_code) == (2, 0)
    assert (
        "cannot say: 1 config has names that are secret; secrets are not looked into"
        in shown.stdout
    )


def test_an_export_is_checked_as_json(local: Local, tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    file.write_text(export(told_of(local, "failed")), encoding="utf-8")

    shown = local.fgctl("--stack", str(file), "--format", "json")

    document = json.loads(shown.stdout)
    assert shown.exit_code == 0
    assert document["findings"] == []
    asked = {(each["resource"], each["question"], each["outcome"]) for each in document["results"]}
    assert ("config", "target", "allowed") in asked
    assert ("config", "trust", "allowed") in asked


def test_findings_are_shown_as_sarif(local: Local) -> None:
    told = preview(step("create", new=told_of(local, "nowhere-at-all")))

    shown = local.fgctl("--preview", "-", "--format", "sarif", told=told)

    (run,) = json.loads(shown.stdout)["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["FGN208"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), 2), (("--partial-ok",), 0), (("--partial-ok", "--fail-on", "warning"), 1)],
)
def test_what_cannot_be_read_is_no_success_unless_it_was_said_to_be(
    local: Local, arguments: tuple[str, ...], code: int
) -> None:
    local.fault(operation="ListAgencies", status=403)

    shown = local.fgctl(*arguments)

    assert shown.exit_code == code
    assert "FGN210 warning: pre-check" in shown.stdout
    assert "the permission that would let us look" in shown.stdout


def test_configs_that_cannot_be_listed_are_noted(local: Local) -> None:
    local.fault(operation="ListFunctionAsyncInvokeConfig", status=403)

    shown = local.fgctl()

    assert shown.exit_code == 2
    assert "cannot say: urn:fss:" in shown.stdout


def test_a_project_that_cannot_be_listed_is_noted(local: Local) -> None:
    local.fault(operation="ListFunctions", status=403)

    shown = local.fgctl()

    assert shown.exit_code == 2
    assert "cannot say: project " in shown.stdout


def test_an_address_that_serves_another_region_is_noted(local: Local) -> None:
    shown = local.fgctl("--region", "nowhere")

    assert shown.exit_code == 2
    assert f"the address that was asked serves region {local.region}" in shown.stdout


def test_what_could_not_be_read_weighs_more_than_what_is_wrong(local: Local) -> None:
    local.seed(SEED.replace("xrole: writer", "xrole: gone"))
    local.fault(operation="HeadBucket", status=403)

    both = local.fgctl()
    error_only = local.fgctl("--partial-ok")

    assert "FGN203 error" in both.stdout
    assert "FGN210 warning" in both.stdout
    assert (both.exit_code, error_only.exit_code) == (2, 1)


def test_without_credentials_it_says_what_is_missing(
    local: Local, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    local.environment = dict.fromkeys(local.environment, "")

    shown = local.fgctl()

    assert shown.exit_code == 2
    assert "no credentials" in shown.stderr
