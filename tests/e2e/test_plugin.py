"""The plugin with the real engine, in programs of any language, which no gate judges."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.native_programs import NATIVE, native, native_state, rewrite_native
from pulumi_functiongraph.core.targets import Bucket

pytestmark = pytest.mark.engine

FULL = """\
config = Config(
    "orders",
    functionUrn={urn},
    maxAsyncRetryAttempts={retries},
    onSuccess={{"destination": "SMN", "topicUrn": "{topic}"}},
    onFailure={{
        "destination": "OBS",
        "bucket": Output.secret("{bucket}"),
        "prefix": "failures/",
        "expires": {expires},
    }},
)
pulumi.export("urn", config.functionUrn)
pulumi.export("retries", config.maxAsyncRetryAttempts)
pulumi.export("failure", config.onFailure)
"""


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    cloud.seed("buckets: [{name: canary-bucket}, {name: canary-other}]")
    return stack_at(
        write_project(tmp_path / "native", native("")), environment=dict(cloud.environment)
    )


def full(cloud: Cloud, **changed: object) -> str:
    told = {
        "urn": f'"{cloud.urn("orders")}"',
        "topic": cloud.topic("orders-done"),
        "retries": 2,
        "expires": 3,
        "bucket": "canary-bucket",
    }
    return FULL.format(**{**told, **changed})


def test_a_config_is_previewed_created_compared_replaced_and_deleted(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite_native(cli, full(cloud))
    previewed = cli.preview().output
    assert cloud.writes() == []
    assert "1 to create" in previewed or "+ 2 to create" in previewed
    assert f'"{cloud.urn("orders")}"' in previewed  # outputs are known
    assert "retries: 2" in previewed
    cli.up()
    state = native_state(cli, "orders")
    assert state["id"] == cloud.urn("orders")
    for side in (state["inputs"], state["outputs"]):
        assert "ciphertext" in side["onFailure"]["bucket"]
        assert side["onFailure"]["prefix"] == "failures/"
    assert cloud.live("orders")["max_async_retry_attempts"] == 2

    told = [previewed]
    rewrite_native(cli, full(cloud, retries=3, expires=4, bucket="canary-other"))
    told.append(cli.preview().output)
    assert "[diff: ~maxAsyncRetryAttempts,onFailure]" in told[-1]
    told.append(cli.preview("--diff").output)
    assert "maxAsyncRetryAttempts: 2 => 3" in told[-1]
    assert "expires: 3 => 4" in told[-1]
    assert "[secret] => [secret]" in told[-1]
    steps = cli.json("preview")["steps"]
    (step,) = [each for each in steps if each["urn"].endswith("::orders")]
    assert sorted(step["detailedDiff"]) == [
        "maxAsyncRetryAttempts",
        "onFailure.bucket",
        "onFailure.expires",
    ]
    told.append(json.dumps(steps))

    rewrite_native(cli, full(cloud, urn=f'late("{cloud.urn("billing")}")'))
    told.append(cli.preview("--diff").output)
    assert "replace" not in told[-1].replace("replaced if", "")
    assert "1 to update" in told[-1]
    rewrite_native(cli, full(cloud, urn=f'"{cloud.urn("billing")}"'))
    told.append(cli.preview().output)
    assert "1 to replace" in told[-1]
    told.append(cli.up().output)
    assert cloud.has_no_config("orders")
    assert cloud.live("billing")["max_async_retry_attempts"] == 2
    told.append(cli.destroy().output)
    assert cloud.has_no_config("billing")
    kept = [each for each in cli.state_folder.rglob("*") if each.is_file()]
    assert any("history" in str(each) for each in kept)
    told += [each.read_text(encoding="utf-8") for each in kept]
    assert "canary" not in "".join(told)


def test_a_live_config_is_taken_over_where_it_equals_the_declared_one_or_adopt_is_set(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.put_by_hand("orders", max_async_retry_attempts=3)
    declared = 'Config("orders", functionUrn="{}", maxAsyncRetryAttempts={}{})\n'
    rewrite_native(cli, declared.format(cloud.urn("orders"), 3, ""))
    equal = "orders: its async notification config is live already as declared, and is taken over"
    assert equal in cli.preview("--diff").output
    rewrite_native(cli, declared.format(cloud.urn("orders"), 1, ""))
    refused = cli.preview(expect=1).output
    assert "does not own" in refused
    assert "maxAsyncRetryAttempts: 3 → 1 retry" in refused
    assert cloud.writes() == []
    rewrite_native(cli, declared.format(cloud.urn("orders"), 1, ", adopt=True"))
    assert "is taken over (adopt: true)" in cli.up(preview=True).output
    assert cloud.live("orders")["max_async_retry_attempts"] == 1


@pytest.mark.long
def test_a_refresh_shows_drift_and_an_update_sets_it_back_but_for_what_is_ignored(
    cli: Cli, cloud: Cloud
) -> None:
    body = (
        'Config("{0}", ResourceOptions({1}), functionUrn="{2}", maxAsyncRetryAttempts=2)\n'
        'Config("same", functionUrn="{3}", onFailure={{"bucket": "orders-failed"}})\n'
    )
    cloud.seed("functions: [{name: shipping, xrole: serverless-trust}]")
    ignoring = 'ignore_changes=["maxAsyncRetryAttempts"]'
    text = body.format("orders", "", cloud.urn("orders"), cloud.urn("shipping"))
    text += body.format("ignoring", ignoring, cloud.urn("billing"), "").splitlines()[0]
    rewrite_native(cli, text)
    cli.up()
    for function in ("orders", "billing"):
        cloud.change_by_hand(function, max_async_retry_attempts=0)
    cloud.change_by_hand("orders", on_failure=Bucket(bucket="orders-failed"))

    shown = cli.refresh("--diff").output
    assert "declared → live: maxAsyncRetryAttempts: 2 → 0 retries" in shown
    assert "maxAsyncRetryAttempts: 2 => 0" in shown
    assert "+ onFailure" in shown
    assert shown.count("declared → live: maxAsyncRetryAttempts") == 1  # the other one is ignored
    assert "1 updated" in cli.up().output
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    assert cloud.live("billing")["max_async_retry_attempts"] == 0
    cli.up("--refresh", "--expect-no-changes")


def test_one_config_and_fifty_of_a_file_are_imported_without_a_write(
    cli: Cli, cloud: Cloud
) -> None:
    names = [f"made-{number}" for number in range(50)]
    seeded = ", ".join(f"{{name: {name}, xrole: serverless-trust}}" for name in names)
    cloud.seed(f"functions: [{seeded}]")
    for number, name in enumerate(["orders", *names]):
        cloud.put_by_hand(name, max_async_retry_attempts=number % 4)
    importing = ("--yes", "--generate-code=false", "--protect=false", "--stack", cli.stack)
    cli.run("import", NATIVE, "orders", "orders", *importing, "--non-interactive")
    assert native_state(cli, "orders")["id"] == cloud.urn("orders")
    listed = [{"type": NATIVE, "name": name, "id": cloud.urn(name)} for name in names]
    (cli.project / "configs.json").write_text(json.dumps({"resources": listed}), encoding="utf-8")
    cli.run("import", "--file", "configs.json", *importing, "--non-interactive")
    assert len(cli.resources(NATIVE)) == 51
    assert cloud.writes() == []

    place = cloud.urn("orders")
    declared = (
        f'for number, name in enumerate(["orders", *(f"made-{{n}}" for n in range(50))]):\n'
        f'    urn = "{place}".replace(":orders:", f":{{name}}:")\n'
        f"    Config(name, functionUrn=urn, maxAsyncRetryAttempts=number % 4)\n"
    )
    rewrite_native(cli, declared)
    cloud.forget_requests()
    cli.up("--expect-no-changes", preview=True)
    assert cloud.requests() == []  # an unchanged config is checked and compared
    gone = cli.run("import", NATIVE, "gone", cloud.urn("nobody"), *importing, expect=None)
    assert "does not exist" in gone.output or "there is no" in gone.output
    wrong = cli.run("import", NATIVE, "wrong", "no!name", *importing, expect=None)
    assert "id: " in wrong.output


@pytest.mark.long
def test_import_by_option_sets_what_is_declared_and_another_spelling_deletes_nothing(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.put_by_hand("orders", max_async_retry_attempts=2)
    declared = (
        'Config("orders", ResourceOptions(import_="{}"), functionUrn="{}", '
        "maxAsyncRetryAttempts=3)\n"
    )
    rewrite_native(cli, declared.format(cloud.urn("orders"), cloud.urn("orders")))
    shown = cli.up("--diff", preview=True).output
    assert "maxAsyncRetryAttempts: 2 => 3" in shown
    assert cloud.live("orders")["max_async_retry_attempts"] == 3

    cloud.forget_requests()
    rewrite_native(cli, declared.format("orders", cloud.urn("orders")))
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
    assert [each for each in cloud.writes() if each["method"] == "DELETE"] == []
    cli.up("--refresh", "--expect-no-changes")
    cli.destroy()
    assert cloud.has_no_config("orders")


def test_an_import_of_another_function_than_the_declared_one_is_refused(
    cli: Cli, cloud: Cloud
) -> None:
    """The engine would take that config into the state, and delete it to make the declared one."""
    cloud.put_by_hand("billing", max_async_retry_attempts=3)
    orders, billing = cloud.urn("orders"), cloud.urn("billing")
    program = f'Config("orders", ResourceOptions(import_="{billing}"), functionUrn="{orders}")\n'
    rewrite_native(cli, program)

    refused = cli.up(preview=True, expect=1).output
    assert f"functionUrn: names {orders}, and the id to import names {billing}" in refused
    assert cli.resources(NATIVE) == []
    late = cli.up(expect=1).output
    assert "take it out with pulumi state delete --force" in late
    cli.run("state", "delete", native_state(cli, "orders")["urn"], "--yes", "--stack", cli.stack)
    rewrite_native(cli, f'Config("orders", functionUrn="{orders}")\n')
    cli.up()
    assert cloud.live("billing")["max_async_retry_attempts"] == 3


def test_a_config_whose_new_owner_could_not_be_created_is_not_deleted(
    cli: Cli, cloud: Cloud
) -> None:
    """With --continue-on-error the engine goes on to the deletes."""
    declared = 'Config("{}", functionUrn="' + cloud.urn("orders") + '", maxAsyncRetryAttempts={})\n'
    rewrite_native(cli, declared.format("old", 1))
    cli.up()
    rewrite_native(cli, declared.format("new", 2))

    failed = cli.up("--continue-on-error", expect=1)

    assert "declares it and could not be created" in failed.output
    assert cloud.live("orders")["max_async_retry_attempts"] == 1
    assert native_state(cli, "old")["outputs"]["maxAsyncRetryAttempts"] == 1


EDGE = 'Config("{0}", functionUrn="{1}", onSuccess={{"functionUrn": "{2}"}}{3})\n'


@pytest.mark.long
def test_what_turns_round_or_is_swapped_is_no_cycle_and_what_closes_one_is_refused(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.seed("functions: [{name: shipping, xrole: serverless-trust}]")
    orders, billing, shipping = map(cloud.urn, ("orders", "billing", "shipping"))
    rewrite_native(cli, EDGE.format("shop::a", orders, billing, ""))
    cli.up()
    rewrite_native(cli, EDGE.format("shop::a", billing, orders, ""))
    turned = cli.up(preview=True)
    assert "FGN" not in turned.output
    assert cloud.has_no_config("orders")

    closing = EDGE.format("shop::a", billing, orders, "") + EDGE.format(
        "shop::b", orders, billing, ""
    )
    rewrite_native(cli, closing)
    for refused in (cli.preview(expect=1), cli.up(expect=1)):
        assert re.search(r"FGN101 error: shop::[ab]\.onSuccess: cycle ", refused.output)
        assert "FUNCTIONGRAPH_ON_CYCLE=warn" in refused.output
    assert cloud.has_no_config("orders")
    warned = cli.up(environment={"FUNCTIONGRAPH_ON_CYCLE": "warn"})
    assert "FGN101 warning: " in warned.output
    assert cloud.live("orders")["destination_config"]["on_success"]["param"]

    adopting = ", adopt=True"
    rewrite_native(
        cli,
        EDGE.format("shop::a", orders, shipping, adopting)
        + EDGE.format("shop::b", billing, shipping, ""),
    )
    swapped = cli.up(preview=True)
    assert "FGN101 error" not in swapped.output
    for function in ("orders", "billing"):
        assert "shipping" in cloud.live(function)["destination_config"]["on_success"]["param"]
    assert "FGN" not in cli.up("--refresh", "--expect-no-changes").output


@pytest.mark.long
def test_a_target_alone_is_changed_and_a_destroy_of_the_program_deletes(
    cli: Cli, cloud: Cloud
) -> None:
    two = 'Config("one", functionUrn="{}", maxAsyncRetryAttempts={})\n'
    two += 'Config("two", functionUrn="{}", maxAsyncRetryAttempts={})\n'
    orders, billing = cloud.urn("orders"), cloud.urn("billing")
    rewrite_native(cli, two.format(orders, 2, billing, 2))
    cli.up()
    rewrite_native(cli, two.format(orders, 3, billing, 3))
    urn = native_state(cli, "one")["urn"]
    cli.up("--target", urn, preview=True)
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
    assert cloud.live("billing")["max_async_retry_attempts"] == 2
    cli.destroy("--run-program")
    assert cloud.has_no_config("orders")
    assert cloud.has_no_config("billing")
    assert not cli.resources(NATIVE)


@pytest.mark.long
def test_a_provider_whose_settings_are_known_late_creates_where_they_say(
    cli: Cli, cloud: Cloud
) -> None:
    names = {
        "region": cloud.region,
        "projectId": cloud.project_id,
        "accessKey": cloud.environment["HUAWEICLOUD_SDK_AK"],
        "secretKey": cloud.environment["HUAWEICLOUD_SDK_SK"],
        "endpoints": cloud.environment["FUNCTIONGRAPH_ENDPOINTS"],
    }
    settings = ", ".join(f"{key}={value!r}" for key, value in names.items() if key != "region")
    body = (
        f'place = Provider("place", region=late("{cloud.region}"), {settings})\n'
        'Config("orders", ResourceOptions(provider=place), functionUrn="orders")\n'
    )
    rewrite_native(cli, body)
    without = {name: "" for name in cloud.environment if name != "FUNCTIONGRAPH_CLOUD"}
    cli.up(preview=True, environment=without)
    assert cloud.live("orders")["max_async_retry_attempts"] == 1
    (place,) = cli.resources("pulumi:providers:functiongraph")
    for side in ("inputs", "outputs"):
        assert "ciphertext" in place[side]["secretKey"]
    cli.up("--expect-no-changes", environment=without)
    cli.destroy(environment=without)
    assert cloud.has_no_config("orders")
