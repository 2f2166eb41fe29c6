"""Create, change, refresh, take over and destroy, with the real engine against the local cloud."""

import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program, rewrite, state_of
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.kept import Applied

pytestmark = pytest.mark.engine

FULL = """\
config = AsyncNotificationConfig(
    "orders",
    function_urn="{urn}",
    max_async_retry_attempts=2,
    max_async_event_age_in_seconds=3600,
    on_success=SmnTarget(topic_urn="{topic}"),
    on_failure=ObsTarget(bucket="orders-failed", prefix="failures/", expires=30),
)
pulumi.export("function_urn", config.function_urn)
pulumi.export("retries", config.max_async_retry_attempts)
pulumi.export("on_failure", config.on_failure)
"""


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    text = FULL.format(urn=cloud.urn("orders"), topic=cloud.topic("orders-done"))
    project = write_project(tmp_path / "orders", program(text))
    # Only what the provider asks is counted here; the gate's looks have tests of their own.
    environment = {**cloud.environment, "FUNCTIONGRAPH_LIVE_GRAPH": "off"}
    return stack_at(project, environment=environment)


@pytest.fixture
def live(cli: Cli, cloud: Cloud, applied: Applied) -> Cli:
    """The stack, applied."""
    applied(cli, cloud)
    return cli


def full(cloud: Cloud, **changed: str) -> str:
    """The full program with some lines replaced or, with an empty text, left out."""
    lines = []
    for line in FULL.format(urn=cloud.urn("orders"), topic=cloud.topic("orders-done")).splitlines():
        key = line.strip().partition("=")[0]
        if key not in changed:
            lines.append(line)
        elif changed[key]:
            lines.append(f"    {key}={changed[key]},")
    return "\n".join(lines) + "\n"


def test_the_state_of_a_config_that_apply_declares_has_no_frames_of_what_runs_the_program(
    cli: Cli, cloud: Cloud
) -> None:
    declared = f'AsyncNotificationConfig("orders", function_urn="{cloud.urn("orders")}")'
    rewrite(cli, f"import pulumi\n\npulumi.Output.from_input(1).apply(lambda _: {declared})\n")
    cli.up()
    assert len(state_of(cli, "orders")["stackTrace"]) <= 4


def test_a_config_is_created_as_declared_and_kept_in_the_spelling_of_state(
    cli: Cli, cloud: Cloud
) -> None:
    cli.up()
    state = state_of(cli, "orders")
    assert state["id"] == cloud.urn("orders")
    assert state["sourcePosition"].startswith("project:///__main__.py#")
    assert len(state["stackTrace"]) <= 4  # without the frames of what runs the program
    inputs = {key: value for key, value in state["inputs"].items() if key != "__provider"}
    assert inputs == {
        "functionUrn": cloud.urn("orders"),
        "maxAsyncRetryAttempts": 2,
        "maxAsyncEventAgeInSeconds": 3600,
        "onSuccess": {"destination": "SMN", "topicUrn": cloud.topic("orders-done")},
        "onFailure": {
            "destination": "OBS",
            "bucket": "orders-failed",
            "prefix": "failures/",
            "expires": 30,
        },
    }
    assert state["outputs"]["createdTime"]
    assert state["outputs"]["lastModified"]
    assert cli.outputs() == {
        "function_urn": cloud.urn("orders"),
        "retries": 2,
        "on_failure": {
            "destination": "OBS",
            "bucket": "orders-failed",
            "prefix": "failures/",
            "expires": 30,
        },
    }
    live = cloud.live("orders")
    assert live["max_async_retry_attempts"] == 2
    assert live["destination_config"]["on_success"]["destination"] == "SMN"


def test_a_second_up_changes_nothing_and_asks_nothing(live: Cli, cloud: Cloud) -> None:
    live.up("--expect-no-changes", preview=True)
    assert cloud.operations() == []
    # The gate's pre-check reads the function, in the preview and in the update.
    assert [each["method"] for each in cloud.requests()] == ["GET", "GET"]


def test_requests_of_one_config_stay_within_their_budget(cli: Cli, cloud: Cloud) -> None:
    cli.up(preview=True)
    assert cloud.operations() == ["GET", "GET", "GET", "PUT"]
    rewrite(cli, full(cloud, max_async_retry_attempts="3"))
    cloud.forget_requests()
    cli.up(preview=True)
    assert cloud.operations() == ["GET", "PUT"]
    cloud.forget_requests()
    cli.destroy(preview=True)
    assert cloud.operations() == ["GET", "DELETE"]


# The config's name and function → the line that replaces one of `full`, and what is told of it.
CHANGES: dict[str, tuple[dict[str, str], str]] = {
    "fewer": ({"max_async_retry_attempts": "0"}, "2 → 0 retries (up to 1 run per event)"),
    "shorter": ({"max_async_event_age_in_seconds": "60"}, "3,600 → 60 seconds"),
    "quiet": ({"on_success": ""}, "SMN → none (results of successful runs will be dropped)"),
    "lossy": ({"on_failure": ""}, "OBS → none (failures will be dropped)"),
    "streamed": ({"on_failure": 'DisTarget("failed")'}, "OBS → DIS"),
    "kept": ({"on_failure": 'ObsTarget("orders-failed", "failures/", 0)'}, "30 → 0 days"),
}


def test_each_changed_property_is_told_in_the_preview_and_applied(cli: Cli, cloud: Cloud) -> None:
    functions = [{"name": name, "xrole": "serverless-trust"} for name in CHANGES]
    cloud.seed(f"functions: {functions}")

    def declared(changed: dict[str, str], name: str) -> str:
        text = full(cloud, **changed).partition("pulumi.export")[0]
        return text.replace('"orders"', f'"{name}"').replace(cloud.urn("orders"), cloud.urn(name))

    rewrite(cli, "".join(declared({}, name) for name in CHANGES))
    cli.up()
    rewrite(cli, "".join(declared(changed, name) for name, (changed, _) in CHANGES.items()))
    previewed = cli.preview().output
    assert [told for _, told in CHANGES.values() if told not in previewed] == []
    assert f"{len(CHANGES)} updated" in cli.up().output
    for name, (changed, _) in CHANGES.items():
        live = cloud.live(name)
        assert live["max_async_retry_attempts"] == int(changed.get("max_async_retry_attempts", 2))
        assert live["max_async_event_age_in_seconds"] == int(
            changed.get("max_async_event_age_in_seconds", 3600)
        )
        for side in ("on_success", "on_failure"):
            is_set = bool(live["destination_config"][side].get("destination"))
            assert is_set == (changed.get(side) != ""), (name, side)
    cli.up("--expect-no-changes")


@pytest.mark.long
def test_a_target_can_be_added_and_removed(cli: Cli, cloud: Cloud) -> None:
    rewrite(cli, full(cloud, on_success="", on_failure=""))
    cli.up()
    assert not cloud.live("orders")["destination_config"]["on_success"].get("destination")
    rewrite(cli, full(cloud))
    assert "on_success: none → SMN" in cli.up().output
    rewrite(cli, full(cloud, on_success=""))
    cli.up()
    assert not cloud.live("orders")["destination_config"]["on_success"].get("destination")
    assert "onSuccess" not in state_of(cli, "orders")["inputs"]


def test_another_function_replaces_the_config_and_deletes_the_old_one_first(
    live: Cli, cloud: Cloud
) -> None:
    rewrite(live, full(cloud, function_urn=f'"{cloud.urn("billing")}"'))
    result = live.up()
    assert "1 replaced" in result.output
    assert [name for name in cloud.operations() if name != "GET"] == ["DELETE", "PUT"]
    assert cloud.live("billing")["max_async_retry_attempts"] == 2
    assert cloud.has_no_config("orders")


def test_equal_spellings_of_a_function_are_no_change(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions: [{name: paid, xrole: serverless-trust}]")
    names = ("orders", "billing", "paid")
    spellings = ("orders", "default:billing", cloud.urn("paid").removesuffix(":latest"))
    declared = 'AsyncNotificationConfig("{}", function_urn="{}")\n'
    rewrite(cli, "".join(declared.format(name, cloud.urn(name)) for name in names))
    cli.up()
    rewrite(cli, "".join(map(declared.format, names, spellings)))
    cli.up("--expect-no-changes")


def test_refresh_finds_a_change_behind_our_back_and_up_mends_it(live: Cli, cloud: Cloud) -> None:
    live.preview("--refresh", "--expect-no-changes")
    cloud.change_by_hand("orders", max_async_retry_attempts=0)
    drifted = "orders: declared → live: max_async_retry_attempts: 2 → 0 retries"
    shown = live.preview("--refresh", "--expect-no-changes", expect=7).output
    assert drifted in shown
    assert "0 → 2" not in shown  # which the engine shows, and which is the other direction
    refreshed = live.refresh().output
    assert "1 updated" in refreshed
    assert drifted in refreshed
    assert state_of(live, "orders")["inputs"]["maxAsyncRetryAttempts"] == 0
    assert "0 → 2 retries" in live.up().output
    assert cloud.live("orders")["max_async_retry_attempts"] == 2


def test_refresh_finds_a_deletion_behind_our_back_and_up_creates_it_again(
    live: Cli, cloud: Cloud
) -> None:
    cloud.delete_by_hand("orders")
    assert "1 deleted" in live.refresh().output
    assert "1 created" in live.up().output
    assert cloud.live("orders")["max_async_retry_attempts"] == 2


def test_a_different_live_config_is_refused_in_the_preview_and_adopted_on_request(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.put_by_hand("orders", max_async_retry_attempts=0, max_async_event_age_in_seconds=10)
    refused = cli.preview(expect=1)
    assert "already has an async notification config" in refused.output
    assert "0 → 2 retries" in refused.output
    assert "adopt=True" in refused.output
    cli.up(expect=1)
    assert cloud.live("orders")["max_async_retry_attempts"] == 0
    rewrite(cli, full(cloud).replace("function_urn=", "adopt=True, function_urn="))
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    assert state_of(cli, "orders")["inputs"]["adopt"] is True
    cli.up("--refresh", "--expect-no-changes")
    rewrite(cli, full(cloud))
    cli.up("--expect-no-changes")
    assert "adopt" not in state_of(cli, "orders")["inputs"]


def test_an_equal_live_config_is_taken_over_with_a_line_that_says_so(
    live: Cli, cloud: Cloud
) -> None:
    live.run("state", "delete", "--yes", state_of(live, "orders")["urn"], "--stack", live.stack)
    cloud.forget_requests()
    result = live.up(preview=True)
    assert "is live already as declared, and is taken over" in result.output
    assert cloud.operations() == ["GET", "GET", "GET"]


@pytest.mark.long
def test_a_target_written_as_raw_param_is_no_perpetual_change(cli: Cli, cloud: Cloud) -> None:
    raw = """{"destination": "OBS", "param": '{"expires": 0, "bucket": "orders-failed"}'}"""
    rewrite(cli, full(cloud, on_failure=raw))
    cli.up()
    cli.up("--refresh", "--expect-no-changes")
    sent = {"destination": "OBS", "param": '{"bucket":"orders-failed","expires":0}'}
    assert state_of(cli, "orders")["inputs"]["onFailure"] == sent
    rewrite(cli, full(cloud, on_failure='ObsTarget("orders-failed")'))
    cli.up("--refresh", "--expect-no-changes")


def test_a_renamed_resource_keeps_its_config(live: Cli, cloud: Cloud) -> None:
    rewrite(live, full(cloud).replace('"orders",', '"renamed",', 1))
    result = live.up()
    assert "belongs to another resource of this stack now and is kept" in result.output
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    live.up("--refresh", "--expect-no-changes")


def test_destroy_deletes_the_config_and_does_not_mind_that_it_is_gone(
    live: Cli, cloud: Cloud
) -> None:
    live.destroy()
    assert cloud.has_no_config("orders")
    live.up()
    cloud.delete_by_hand("orders")
    live.destroy()
    assert live.resources() == [] or all(
        each["type"] == "pulumi:pulumi:Stack" for each in live.resources()
    )


@pytest.mark.long
def test_a_run_that_was_killed_between_put_and_state_converges_with_the_next_up(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.fault(operation="UpdateFunctionAsyncInvokeConfig", when="after", delay_seconds=60)
    with subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", cli.stack],
        cwd=cli.project,
        env=dict(cli.environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as run:
        wait_until(lambda: not cloud.has_no_config("orders"))
        everything = [*psutil.Process(run.pid).children(recursive=True), psutil.Process(run.pid)]
        for process in everything:
            process.kill()
    cloud.lift_faults()
    assert cloud.live("orders")["max_async_retry_attempts"] == 2
    assert not cli.resources(TYPE)
    cli.run("cancel", "--yes", cli.stack)
    assert "is live already as declared, and is taken over" in cli.up().output
    cli.up("--refresh", "--expect-no-changes")


def wait_until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


EIGHT = """\
for name in "abcdefgh":
    AsyncNotificationConfig(name, function_urn="{urn}".replace("orders", name))
"""


@pytest.mark.long
def test_more_configs_are_changed_at_once_than_the_sdk_alone_would(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions:" + "".join(f"\n  - {{name: {name}}}" for name in "abcdefgh"))
    rewrite(cli, program(EIGHT.format(urn=cloud.urn("orders"))))
    seconds = 5
    cloud.fault(operation="UpdateFunctionAsyncInvokeConfig", when="after", delay_seconds=seconds)

    cli.up("--parallel", "16")

    sent = [datetime.fromisoformat(each["time"]) for each in cloud.writes()]
    assert len(sent) == len("abcdefgh")
    assert (max(sent) - min(sent)).total_seconds() < seconds  # none waited for an answer to another


TWO = """\
AsyncNotificationConfig("one", function_urn="{one}", max_async_retry_attempts=3)
AsyncNotificationConfig("two", function_urn="{two}", max_async_retry_attempts=3)
"""


@pytest.mark.long
def test_two_equal_configs_that_swap_their_functions_both_stay(cli: Cli, cloud: Cloud) -> None:
    one, two = cloud.urn("orders"), cloud.urn("billing")
    rewrite(cli, TWO.format(one=one, two=two))
    cli.up()
    rewrite(cli, TWO.format(one=two, two=one))
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
    assert cloud.live("billing")["max_async_retry_attempts"] == 3
    cli.up("--refresh", "--expect-no-changes")


@pytest.mark.long
def test_a_rename_in_a_run_that_fails_elsewhere_keeps_the_config(cli: Cli, cloud: Cloud) -> None:
    named = 'AsyncNotificationConfig("{name}", function_urn="{urn}", max_async_retry_attempts=3)\n'
    rewrite(cli, named.format(name="before", urn=cloud.urn("orders")))
    cli.up()
    renamed = named.format(name="after", urn=cloud.urn("orders"))
    failing = f'AsyncNotificationConfig("bad", function_urn="{cloud.urn("gone")}")\n'
    rewrite(cli, renamed + failing)
    cli.up(expect=None)
    rewrite(cli, renamed)
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
    cli.up("--refresh", "--expect-no-changes")


def test_a_foreign_404_does_not_make_refresh_forget_or_destroy_give_up(
    live: Cli, cloud: Cloud
) -> None:
    cloud.fault(service="functiongraph", status=404, body={"detail": "Not Found"})
    assert "no code of FunctionGraph" in live.refresh(expect=None).output
    assert "no code of FunctionGraph" in live.destroy(expect=None).output
    cloud.lift_faults()
    assert state_of(live, "orders")
    live.destroy()
    assert cloud.has_no_config("orders")


def test_a_nested_property_is_ignored_in_the_spelling_of_python(live: Cli, cloud: Cloud) -> None:
    declared = full(cloud, on_failure='ObsTarget(bucket="orders-failed", expires=9)')
    options = 'pulumi.ResourceOptions(ignore_changes=["on_failure.expires"])'
    rewrite(live, declared.replace('"orders",\n', f'"orders", {options},\n', 1))
    live.up("--skip-preview")
    assert state_of(live, "orders")["outputs"]["onFailure"]["expires"] == 30
