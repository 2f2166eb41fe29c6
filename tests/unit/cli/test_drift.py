"""`fgctl drift` against the local cloud, with exports as Pulumi writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.core.schemas import SCHEMAS
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.live_cloud import Cloud
from unit.cli.stub_pulumi import StubPulumi, stub_pulumi
from unit.core.stack.told import SECRET_SIGNATURE, preview, pulumi_urn, step
from unit.core.stack.told import export as exported

SEED = """
functions: [{name: orders}, {name: billing}, {name: stray}, {name: canary}]
buckets: [{name: results}]
"""
TO_BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0}
__all__ = ["stub_pulumi"]


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


def fgctl(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["drift", *arguments], input=stdin, prog_name="fgctl")


def drift(told: str, *arguments: str) -> Result:
    """Drift of one export on standard input."""
    return fgctl("--stack", "-", *arguments, stdin=told)


def statuses(result: Result) -> dict[str, str]:
    """By the function's name, the status; of a report as JSON."""
    told = json.loads(result.stdout)
    assert list(Draft202012Validator(SCHEMAS["drift"]()).iter_errors(told)) == []
    return {each["functionUrn"].split(":")[-2]: each["status"] for each in told["configs"]}


def test_every_kind_of_drift_is_found_and_exits_with_1(cloud: Cloud) -> None:
    for name in ("orders", "stray"):
        cloud.put(name, max_async_retry_attempts=3)
    told = exported(cloud.state("orders"), cloud.state("billing"))

    result = drift(told, "--format", "json")

    assert result.exit_code == 1
    assert statuses(result) == {"billing": "missing", "orders": "changed", "stray": "unmanaged"}


def test_a_stack_in_sync_exits_with_0_and_says_so(cloud: Cloud) -> None:
    cloud.put("orders")

    result = drift(exported(cloud.state("orders")))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "no drift: 1 in sync, coverage 100.0% (1 of 1 live config declared)\n"
        "looked at 2025-11-30 08:00 UTC\n"
    )


def test_only_declared_configs_are_looked_at_on_request(cloud: Cloud) -> None:
    cloud.put("orders")
    cloud.put("stray")

    result = drift(exported(cloud.state("orders")), "--declared-only")

    assert result.exit_code == 0
    assert result.stdout == "no drift: 1 in sync\nlooked at 2025-11-30 08:00 UTC\n"


def test_nothing_is_ever_changed(cloud: Cloud) -> None:
    cloud.notify("orders", "billing")
    cloud.notify("billing", "orders")
    cloud.forget()

    result = drift(exported(cloud.state("orders"), cloud.state("stray")), "--with", "cycles")

    assert result.exit_code == 1
    assert cloud.methods() == {"GET"}


def test_the_project_of_the_region_is_read_where_none_is_set(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
    cloud.put("stray")

    assert statuses(drift(exported(), "--format", "json")) == {"stray": "unmanaged"}


def test_a_project_that_cannot_be_looked_up_is_told(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
    cloud.fault(operation="KeystoneListProjects", status=403)

    refused = drift(exported())

    assert refused.exit_code == 2
    assert "the project of cn-north-4" in refused.output


def test_declared_configs_need_no_region_of_the_settings(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put("orders")
    told = exported(cloud.state("orders"))
    monkeypatch.delenv("FUNCTIONGRAPH_REGION")

    assert drift(told).exit_code == 0


def test_what_cannot_be_read_exits_with_2_unless_that_is_accepted(cloud: Cloud) -> None:
    cloud.put("orders", max_async_retry_attempts=3)
    cloud.fault(operation="ListFunctionAsyncInvokeConfig", status=403)
    told = exported(cloud.state("orders"))

    refused = drift(told, "--format", "json")

    assert refused.exit_code == 2
    assert set(statuses(refused).values()) == {"unreadable"}
    assert drift(told, "--partial-ok").exit_code == 0
    assert drift(told, "--partial-ok", "--declared-only").exit_code == 1


def test_cycles_in_what_is_live_are_findings(cloud: Cloud) -> None:
    cloud.notify("orders", "billing")
    cloud.notify("billing", "orders")
    same = {"destination": "FunctionGraph", "functionUrn": cloud.urn("billing")}
    told = exported(
        cloud.state("orders", onSuccess=same),
        cloud.state("billing", onSuccess={**same, "functionUrn": cloud.urn("orders")}),
    )

    result = drift(told, "--with", "cycles", "--format", "json")

    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["rule"], finding["subject"]) == ("FGN101", "billing")
    assert drift(told).exit_code == 0


def test_grades_of_the_project_are_honoured_and_noted(cloud: Cloud, tmp_path: Path) -> None:
    cloud.notify("orders", "orders")
    to_itself = {"destination": "FunctionGraph", "functionUrn": cloud.urn("orders")}
    told = exported(cloud.state("orders", onSuccess=to_itself))
    grade = 'FGN101 = {severity = "warning", reason = "it ends"}'
    text = f"[tool.pulumi-functiongraph.rules]\n{grade}\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")

    result = drift(told, "--with", "cycles", "--format", "json")

    assert result.exit_code == 0
    assert [each["severity"] for each in json.loads(result.stdout)["findings"]] == ["warning"]
    note = "pyproject.toml sets FGN101 to warning: it ends"
    assert note in json.loads(result.stdout)["notes"]
    assert note not in drift(told).stdout


def test_what_would_not_arrive_is_a_finding(cloud: Cloud) -> None:
    cloud.put("orders", on_failure=Bucket(bucket="nowhere-at-all"))
    target = {**TO_BUCKET, "bucket": "nowhere-at-all"}

    result = drift(exported(cloud.state("orders", onFailure=target)), "--with", "cycles,precheck")

    assert result.exit_code == 1
    assert "nowhere-at-all" in result.stdout.partition("findings")[2]


@pytest.mark.parametrize(
    "hidden", [{"ciphertext": "v1:abc"}, {"plaintext": json.dumps("canary-at-all")}]
)
def test_a_secret_target_that_would_not_arrive_is_not_named(
    cloud: Cloud, hidden: dict[str, str]
) -> None:
    cloud.put("orders", on_failure=Bucket(bucket="canary-at-all"))
    target = {**TO_BUCKET, "bucket": {**SECRET_SIGNATURE, **hidden}}

    result = drift(exported(cloud.state("orders", onFailure=target)), "--with", "precheck")

    assert result.exit_code in {1, 2}
    assert "there is no bucket [secret]" in result.output
    assert "canary" not in result.output


@pytest.mark.parametrize("knows", [True, False])
@pytest.mark.parametrize("also", ["cycles", "precheck", "cycles,precheck"])
def test_a_secret_function_in_a_cycle_is_not_named(cloud: Cloud, *, knows: bool, also: str) -> None:
    cloud.notify("orders", "canary")
    cloud.notify("canary", "orders")
    text = json.dumps(cloud.urn("canary"))
    hidden = {"plaintext": text} if knows else {"ciphertext": "v1:abc"}
    target = {"destination": "FunctionGraph", "functionUrn": {**SECRET_SIGNATURE, **hidden}}
    told = exported(cloud.state("orders", onSuccess=target))

    result = drift(told, "--with", also, "--declared-only", "--format", "json")

    assert result.exit_code == (1 if knows else 2)
    document = json.loads(result.stdout)
    assert ("→ [secret]" in str(document["findings"])) is ("cycles" in also)
    assert "canary" not in result.output


def test_a_secret_that_was_changed_in_the_cloud_is_named_by_neither_value(cloud: Cloud) -> None:
    cloud.notify("orders", "canary")
    cloud.notify("canary", "orders")
    text = json.dumps(cloud.urn("canary-before"))
    secret = {**SECRET_SIGNATURE, "plaintext": text}
    target = {"destination": "FunctionGraph", "functionUrn": secret}
    told = exported(cloud.state("orders", onSuccess=target))

    result = drift(told, "--with", "cycles,precheck", "--declared-only")

    assert result.exit_code == 1
    assert "→ [secret]" in result.stdout
    assert "canary" not in result.output


def test_an_acknowledged_cycle_is_no_error(cloud: Cloud) -> None:
    cloud.notify("orders", "orders")
    target = {"destination": "FunctionGraph", "functionUrn": cloud.urn("orders")}
    told = exported(cloud.state("orders", onSuccess={**target, "allowCycle": "counts down"}))

    assert drift(told, "--with", "cycles").exit_code == 0


def test_several_forms_are_written_in_one_run(cloud: Cloud, tmp_path: Path) -> None:
    cloud.put("stray")
    forms = [f"--format={form}={tmp_path / form}" for form in ("json", "sarif", "html", "markdown")]

    result = drift(exported(cloud.state("orders")), *forms, "--format", "text")

    assert result.stdout.startswith("drift: 1 missing, 1 unmanaged")
    for form in ("json", "sarif", "html", "markdown"):
        assert "stray" in (tmp_path / form).read_text(encoding="utf-8")


def test_a_secret_that_is_in_clear_is_compared_and_never_shown(cloud: Cloud) -> None:
    cloud.put("orders")
    secret = {**SECRET_SIGNATURE, "plaintext": json.dumps({**TO_BUCKET, "bucket": "canary"})}
    told = exported(cloud.state("orders", onFailure=secret))

    for form in ("text", "json", "sarif", "html", "markdown"):
        result = drift(told, "--format", form, "--verbose")
        assert result.exit_code == 1
        assert "canary" not in result.output


def test_what_a_preview_declares_beyond_the_state_is_no_drift(cloud: Cloud, tmp_path: Path) -> None:
    cloud.put("orders")
    cloud.put("stray")
    old, new = cloud.state("orders"), cloud.state("orders", maxAsyncRetryAttempts=2)
    file = tmp_path / "preview.json"
    told = preview(step("update", old=old, new=new), step("create", new=cloud.state("stray")))
    file.write_text(told, encoding="utf-8")

    result = drift(exported(old), "--preview", str(file))

    assert result.exit_code == 0
    assert "not applied yet (2): no drift" in result.stdout


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--partial-ok"], 0)])
def test_of_a_preview_that_failed_what_is_not_applied_is_not_known(
    cloud: Cloud, tmp_path: Path, arguments: list[str], code: int
) -> None:
    cloud.put("orders")
    file = tmp_path / "preview.json"
    said = [{"severity": "error", "message": "error: no such region\n  in a program"}]
    file.write_text(preview(diagnostics=said), encoding="utf-8")

    result = drift(exported(cloud.state("orders")), "--preview", str(file), *arguments)

    assert result.exit_code == code
    assert "cannot say: what is not applied yet: the preview failed" in result.stdout
    assert "no such region" in result.stdout


@pytest.mark.parametrize("told", ['{"steps": []}', '{"steps": [], "changeSummary": {"create": 2}}'])
def test_a_preview_that_does_not_list_its_changes_is_refused(
    cloud: Cloud, tmp_path: Path, told: str
) -> None:
    file = tmp_path / "preview.json"
    file.write_text(told, encoding="utf-8")

    refused = drift(exported(cloud.state("orders")), "--preview", str(file))

    assert refused.exit_code == 2
    assert "expected all that Pulumi wrote" in refused.stderr


def test_the_ignore_file_of_this_folder_is_read(cloud: Cloud, tmp_path: Path) -> None:
    cloud.put("stray")
    (tmp_path / ".fgignore").write_text("str*  # the other team's\n", encoding="utf-8")

    result = drift(exported())

    assert result.exit_code == 0
    assert "stray:latest (unmanaged): the other team's" in result.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"stray\nother # fine\n!\n", "mine: line 1: stray has no reason"),
        (b"\x1b[2J\x00\n", "mine: line 1: \\x1b[2J\\x00 has no reason"),
        (b"\xff\n", "mine: is not text in UTF-8"),
        (None, "mine: No such file or directory"),
    ],
)
def test_an_ignore_file_that_cannot_be_used_is_refused(
    content: bytes | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("mine").write_bytes(content)

    refused = drift(exported(), "--ignore", "mine")

    assert refused.exit_code == 2
    assert said in refused.stderr


def test_the_selected_stack_is_asked_for_without_arguments(
    cloud: Cloud, stub_pulumi: StubPulumi
) -> None:
    cloud.put("orders")
    stub_pulumi.answers(clear=exported(cloud.state("orders")))

    assert fgctl().stdout.startswith("no drift: 1 in sync")
    (asked,) = stub_pulumi.asked
    assert asked["arguments"] == [
        "stack", "export", "--show-secrets", "--non-interactive", "--color=never",
    ]  # fmt: skip


def test_stacks_of_a_backend_are_asked_for_by_name(cloud: Cloud, stub_pulumi: StubPulumi) -> None:
    stub_pulumi.answers(clear=exported())

    assert fgctl("dev", "prod", "--backend", "file:///x").exit_code == 0
    assert [each["backend"] for each in stub_pulumi.asked] == ["file:///x", "file:///x"]
    names = [str(each["arguments"]) for each in stub_pulumi.asked]
    assert "'--stack', 'dev'" in names[0]
    assert "'--stack', 'prod'" in names[1]


STACK = "pulumi:pulumi:Stack"
MADE = "2026-11-23T23:51:45.651082889Z"


def root(created: str) -> dict[str, Any]:
    """A stack's own resource."""
    return {"urn": pulumi_urn("shop-dev", kind=STACK), "type": STACK, "created": created}


@pytest.mark.parametrize("names", [("dev", "dev"), ("dev", "organization/shop/dev")])
def test_a_stack_that_is_named_twice_is_looked_at_once(
    cloud: Cloud, stub_pulumi: StubPulumi, names: tuple[str, str]
) -> None:
    cloud.put("orders")
    stub_pulumi.answers(clear=exported(root(MADE), cloud.state("orders")))

    result = fgctl(*names)

    assert result.exit_code == 0
    assert "no drift: 1 in sync" in result.stdout
    assert "FGN002" not in result.stdout
    assert "note: stack dev " in result.stdout
    assert "looked at once" in result.stdout


@pytest.mark.parametrize("created", [MADE, ""])
def test_an_export_that_is_given_twice_is_looked_at_once(
    cloud: Cloud, stub_pulumi: StubPulumi, tmp_path: Path, created: str
) -> None:
    cloud.put("orders")
    told = exported(root(created), cloud.state("orders"))
    stub_pulumi.answers(clear=told)
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(told)

    for given in (
        ["--stack", "one.json", "--stack", "one.json"],
        ["--stack", "one.json", "--stack", "two.json"],
        ["--stack", "-", "--stack", "-"],
        ["--stack", "one.json", "--stack", "-", "--stack", "two.json"],
        ["dev", "--stack", "one.json"],
    ):
        result = fgctl(*given, stdin=told)
        assert result.exit_code == 0, result.output
        assert "no drift: 1 in sync" in result.stdout
        assert "looked at once" in result.stdout


def test_an_earlier_export_of_a_stack_is_no_second_owner(
    cloud: Cloud, stub_pulumi: StubPulumi, tmp_path: Path
) -> None:
    cloud.put("orders", max_async_retry_attempts=2)
    state = cloud.state("orders", maxAsyncRetryAttempts=2)
    stub_pulumi.answers(clear=exported(root(MADE), state))
    (tmp_path / "before.json").write_text(exported(root(MADE), cloud.state("orders")))

    result = fgctl("dev", "--stack", "before.json")

    assert result.exit_code == 0
    assert "note: stack dev is --stack before.json as well: one stack" in result.stdout


def test_stacks_of_one_name_that_were_made_apart_are_two(cloud: Cloud, tmp_path: Path) -> None:
    cloud.put("orders")
    for name, created in (("one.json", MADE), ("two.json", MADE.replace("2026", "2025"))):
        (tmp_path / name).write_text(exported(root(created), cloud.state("orders")))

    result = fgctl("--stack", "one.json", "--stack", "two.json")

    assert result.exit_code == 1
    assert result.stdout.startswith("no drift, but 1 error: 2 in sync")
    assert "looked at once" not in result.stdout


def test_a_stack_that_cannot_be_decrypted_is_read_without_its_secrets(
    cloud: Cloud, stub_pulumi: StubPulumi
) -> None:
    cloud.put("orders")
    stub_pulumi.answers(hidden=exported(cloud.state("orders")))

    result = fgctl()

    assert result.exit_code == 0
    assert "note: the secrets of the stack that is selected here could not be" in result.stdout


def test_a_stack_that_cannot_be_exported_is_refused_with_what_pulumi_said(
    stub_pulumi: StubPulumi,
) -> None:
    stub_pulumi.answers()

    refused = fgctl("dev", "--backend", "s3://state")

    assert refused.exit_code == 2
    assert refused.stderr == "could not export stack dev of s3://state: no stack selected\n"


def test_without_pulumi_on_path_the_other_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    refused = fgctl()

    assert refused.exit_code == 2
    assert "fgctl drift --stack FILE" in refused.stderr


def test_the_settings_of_the_state_are_used(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.put("orders")
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"):
        monkeypatch.delenv(name)
    keys = {"accessKey": "HUAWEICLOUD_SDK_AK", "secretKey": "HUAWEICLOUD_SDK_SK"}
    inputs = {
        f"functiongraph:{key}": {
            **SECRET_SIGNATURE,
            "plaintext": json.dumps(cloud.environment[name]),
        }
        for key, name in keys.items()
    }
    urn = "urn:pulumi:dev::shop::pulumi:providers:pulumi-python::default"
    provider = {"urn": urn, "type": "pulumi:providers:pulumi-python", "inputs": inputs}

    result = drift(exported(provider, cloud.state("orders")), "--verbose")

    assert result.exit_code == 0
    assert "credentials from Pulumi config (functiongraph:accessKey)" in result.stderr
    assert "GET functiongraph: HTTP 200" in result.stderr
    assert cloud.environment["HUAWEICLOUD_SDK_SK"] not in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "pdf"), "there is no form pdf; there are text, json"),
        (("--format", "text", "--format", "json"), "only one form can go to standard output"),
        (("--with", "luck"), "there is no luck; there are cycles, precheck"),
        (("--stack", "gone.json"), "--stack gone.json: No such file or directory"),
        (("--preview", "gone.json"), "--preview gone.json: No such file or directory"),
    ],
)
def test_bad_usage_exits_with_2_and_says_what_to_do(
    arguments: tuple[str, ...], said: str, stub_pulumi: StubPulumi
) -> None:
    stub_pulumi.answers(clear=exported())

    refused = fgctl(*arguments)

    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
    assert refused.stdout == ""


def test_an_empty_stack_has_nothing_to_compare_with_declared_only(cloud: Cloud) -> None:
    result = drift(exported(), "--declared-only")

    assert result.exit_code == 2
    assert "no stack declares a config, so there is nothing to compare" in result.output
    assert "FUNCTIONGRAPH_REGION" not in result.output


def test_what_is_no_export_is_refused() -> None:
    refused = drift("{}")

    assert refused.exit_code == 2
    assert refused.stderr.startswith("--stack -: stack export: is JSON of another format")


def test_a_preview_of_another_stack_is_refused(cloud: Cloud, tmp_path: Path) -> None:
    other = {**cloud.state("a"), "urn": "urn:pulumi:prod::shop::x::a"}
    file = tmp_path / "preview.json"
    file.write_text(preview(step("create", new=other)), encoding="utf-8")

    refused = drift(exported(cloud.state("orders")), "--preview", str(file))

    assert refused.exit_code == 2
    assert "is of stack prod of project shop; expected one of stack dev" in refused.stderr


def test_without_credentials_it_says_where_to_put_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    refused = drift(exported())

    assert refused.exit_code == 2
    assert refused.stderr.startswith("no credentials: ")


def test_a_form_that_cannot_be_written_is_refused(cloud: Cloud) -> None:
    refused = drift(exported(), "--format", "json=/gone/drift.json")

    assert refused.exit_code == 2
    assert refused.stderr == "--format json=/gone/drift.json: No such file or directory\n"
