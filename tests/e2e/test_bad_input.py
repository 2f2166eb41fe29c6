"""Bad input gets a clear error that names no secret, and nothing is lost; with the real engine."""

import re
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import Cloud
from e2e.configs import TYPE, program, rewrite, with_function_module
from e2e.engine_cli import Cli, Result, StackAt, write_project

pytestmark = pytest.mark.engine

HIDDEN = "Hidden_Name"
TABLE_3 = '"Configuring asynchronous execution notification", Table 3'
TABLE_5 = '"Configuring asynchronous execution notification", Table 5'
URN_FORM = "urn:fss:<region>:<project id>:function:<package>:<name>"

RETRIES = f"allowed: a whole number of retries from 0 to 3 (FunctionGraph API reference, {TABLE_3})"
AGE = f"a whole number of seconds from 1 to 86,400 (FunctionGraph API reference, {TABLE_3})"
EXPIRES = (
    f"a whole number of days (0 = never) from 0 to 365 (FunctionGraph API reference, {TABLE_5})"
)

# The config's logical name → its arguments, the property path, and what is told about it.
VALUES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "below": ("max_async_retry_attempts=-1", "max_async_retry_attempts", ("is -1", RETRIES)),
    "above": ("max_async_retry_attempts=4", "max_async_retry_attempts", ("is 4", RETRIES)),
    "half": ("max_async_retry_attempts=2.5", "max_async_retry_attempts", ("is 2.5", RETRIES)),
    "word": (
        'max_async_retry_attempts="two"',
        "max_async_retry_attempts",
        ("is a string", RETRIES),
    ),
    "flag": (
        "max_async_retry_attempts=True",
        "max_async_retry_attempts",
        ("is true or false", RETRIES),
    ),
    "never": ("max_async_event_age_in_seconds=0", "max_async_event_age_in_seconds", ("is 0", AGE)),
    "ages": (
        "max_async_event_age_in_seconds=86_401",
        "max_async_event_age_in_seconds",
        ("is 86,401", AGE),
    ),
    "bucket": (
        f'on_failure=ObsTarget("{HIDDEN}")',
        "on_failure.bucket",
        ("is not a bucket name that OBS takes", "3 to 63 lower-case letters"),
    ),
    "expires": (
        'on_failure=ObsTarget("results", expires=400)',
        "on_failure.expires",
        ("is 400", EXPIRES),
    ),
    "topic-for-bucket": (
        f'on_failure=ObsTarget("urn:smn:{{region}}:{{project}}:{HIDDEN}")',
        "on_failure.bucket",
        ("is a topic URN", "use SmnTarget(topic_urn=…)"),
    ),
    "two-in-one": (
        f'on_success={{{{"bucket": "{HIDDEN}", "stream_name": "{HIDDEN}"}}}}',
        "on_success",
        ("names 2 targets at once (DIS and OBS)", "allowed: one target", "send to an SMN topic"),
    ),
    "unknown": (
        f'retries="{HIDDEN}"',
        "retries",
        ("does not belong there", "allowed: function_urn, max_async", "did you mean max_async_"),
    ),
    "unknown-in-target": (
        f'on_success={{{{"bucket": "results", "folder": "{HIDDEN}"}}}}',
        "on_success.folder",
        ("does not belong there", "an OBS bucket has destination, bucket, prefix, expires"),
    ),
    "raw-param": (
        f"""on_failure={{{{"destination": "OBS", "param": '{{{{"bucket": "{HIDDEN}"}}}}'}}}}""",
        "on_failure.param.bucket",
        ("is not a bucket name that OBS takes", "3 to 63 lower-case letters"),
    ),
    "raw-key": (
        f"""on_failure={{{{"destination": "DIS", "param": '{{{{"extra": "{HIDDEN}"}}}}'}}}}""",
        "on_failure.param.extra",
        ("does not belong there, and would be lost", "a DIS stream has stream_name"),
    ),
    "half-a-character": (
        'on_failure=ObsTarget("results", prefix="\\ud800")',
        "on_failure.prefix",
        ("holds half of a character", "allowed: text as UTF-8 has it"),
    ),
}

# The config's logical name → its function URN, the rule, and what is told about it.
SOURCES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "malformed": (
        f'"urn:fss:{HIDDEN}"',
        "FGN001",
        ("is not a function URN", URN_FORM, "or a short form"),
    ),
    "alias": (
        '"urn:fss:{region}:{project}:function:default:orders:!prod"',
        "FGN004",
        ("names an alias", "name the version that the alias points to"),
    ),
    "pulumi-urn": (
        "made.urn",
        "FGN003",
        ("is a Pulumi URN", URN_FORM, "an output such as fn.function_urn"),
    ),
}


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", program("")))
    return stack_at(project, environment=cloud.environment)


def many(cloud: Cloud, declared: dict[str, str]) -> str:
    """A program with one config for each name and its arguments, each of another function."""
    lines = ["from function import Function", 'made = Function("made")']
    for index, (name, arguments) in enumerate(declared.items()):
        text = arguments.format(region=cloud.region, project=cloud.project_id)
        source = "" if "function_urn=" in text else f'function_urn="f{index}", '
        lines.append(f'AsyncNotificationConfig("{name}", {source}{text})')
    return "\n".join(lines)


def told(result: Result, name: str) -> str:
    """The one line of a report that is about a config."""
    found: set[str] = set(re.findall(rf"FGN\d+ \w+: {name}\..*", result.output))
    assert len(found) == 1, result
    return found.pop()


def test_every_bad_value_is_named_at_once_with_its_path_its_range_and_the_remedy(
    cli: Cli, cloud: Cloud
) -> None:
    by_value = {name: arguments for name, (arguments, _, _) in VALUES.items()}
    by_source = {name: f"function_urn={urn}" for name, (urn, _, _) in SOURCES.items()}
    rewrite(cli, many(cloud, {**by_value, **by_source}))
    result = cli.preview(expect=None)
    assert result.exit_code != 0
    assert f"{len(VALUES) + len(SOURCES)} errors found before anything was changed" in result.output
    for name, (_, path, words) in VALUES.items():
        line = told(result, name)
        assert line.startswith(f"FGN001 error: {name}.{path} (__main__.py:"), line
        assert [word for word in words if word not in line] == [], line
    for name, (_, rule, words) in SOURCES.items():
        line = told(result, name)
        assert line.startswith(f"{rule} error: {name}.function_urn (__main__.py:"), line
        assert [word for word in words if word not in line] == [], line
    assert HIDDEN not in result.output
    assert "Traceback" not in result.output
    assert cloud.requests() == []


WARNED: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "elsewhere": (
        'on_success=FunctionTarget("urn:fss:{region}:{other}:function:default:billing")',
        "FGN006 warning: elsewhere.on_success.function_urn",
        ("in another project than the function", "check the URN"),
    ),
    "unlisted": (
        'on_failure=DisTarget("failed")',
        "FGN005 warning: unlisted.on_failure",
        ("DIS is not among", "Open Telekom Cloud FunctionGraph API reference", "choose a listed"),
    ),
    "slash": (
        'on_failure=ObsTarget("orders-failed", "/by-day")',
        "FGN007 warning: slash.on_failure.prefix",
        ("starts with '/'", "drop the slash"),
    ),
    "flagged": (
        "enable_async_status_log=False",
        "FGN008 warning: flagged.enable_async_status_log",
        ("answers 500 (FSS.0500)", "leave enable_async_status_log out"),
    ),
}


def test_doubtful_values_are_warned_of_and_applied(cli: Cli, cloud: Cloud) -> None:
    names = [*WARNED, "nowhere"]
    cloud.seed("functions: " + str([{"name": name, "xrole": "serverless-trust"} for name in names]))
    lines = [
        f'AsyncNotificationConfig("{name}", function_urn="{name}", '
        f"{arguments.format(region=cloud.region, other='another')})"
        for name, (arguments, _, _) in WARNED.items()
    ]
    rewrite(cli, "\n".join([*lines, 'AsyncNotificationConfig("nowhere", function_urn="nowhere")']))
    result = cli.up(environment={"FUNCTIONGRAPH_CLOUD": "otc"})
    for name, (_, start, words) in WARNED.items():
        line = told(result, name)
        assert line.startswith(start), line
        assert [word for word in words if word not in line] == [], line
    assert "warning: nowhere" not in result.output
    assert [name for name in names if cloud.has_no_config(name)] == []
    targets = cloud.live("nowhere")["destination_config"]
    assert not any(target.get("destination") for target in targets.values())


READ = "ShowFunctionAsyncInvokeConfig"
SET = "UpdateFunctionAsyncInvokeConfig"
AGENCY = {"error_code": "FSS.1303", "error_msg": "The agency may not reach the target."}
ONE = 'AsyncNotificationConfig("config", function_urn="orders", max_async_retry_attempts=3)'


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            {"operation": SET, "status": 403, "body": AGENCY},
            ("HTTP 403 FSS.1303", "agency is serverless-trust", "Configuration > Permissions"),
        ),
        pytest.param(
            {"operation": SET, "status": 500, "body": {"error_code": "FSS.0500"}},
            ("HTTP 500 FSS.0500", "Tried 3 times", "request id"),
            marks=pytest.mark.long,
        ),
        (
            {"operation": READ, "nth": 2, "status": 200, "body": "<html>log in</html>"},
            ("HTTP 200 the answer is not JSON", "a proxy on the way"),
        ),
        pytest.param(
            {"operation": SET, "nth": 1, "times": 2, "status": 429, "retry_after": 1},
            (),
            marks=pytest.mark.long,
        ),
    ],
    ids=["agency", "500", "no JSON after the PUT", "429 twice"],
)
def test_trouble_of_the_cloud_ends_in_one_message_and_the_next_up_converges(
    cli: Cli, cloud: Cloud, fault: dict[str, Any], said: tuple[str, ...]
) -> None:
    rewrite(cli, ONE)
    cloud.fault(**fault)
    result = cli.up(expect=1 if said else 0)
    assert [word for word in said if word not in result.output] == [], result
    assert not said or cloud.urn("orders") in result.output
    assert "Traceback" not in result.output
    assert bool(cli.resources(TYPE)) == (not said)
    cloud.lift_faults()
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 3


@pytest.mark.long
def test_a_config_that_was_deleted_and_could_not_be_set_anew_is_set_by_the_next_up(
    cli: Cli, cloud: Cloud
) -> None:
    """A service that keeps a target which a PUT leaves out, whatever form says so."""
    rewrite(cli, ONE[:-1] + ', on_failure=ObsTarget("orders-failed"))')
    cli.up()
    cloud.options(put="merge")
    cloud.fault(operation=SET, nth=2, status=200, body=cloud.live("orders"))
    cloud.fault(operation=SET, nth=3, times=9, status=500, body={"error_code": "FSS.0500"})
    rewrite(cli, ONE)
    result = cli.up(expect=1)
    assert cloud.has_no_config("orders")
    assert f"{cloud.urn('orders')} HAS NO async notification config now" in result.output
    assert "on_failure: OBS → none" in result.output
    cloud.lift_faults()
    assert "1 updated" in cli.up().output
    assert not cloud.live("orders")["destination_config"]["on_failure"]["destination"]
    cli.up("--expect-no-changes")


def test_a_function_that_does_not_exist_is_told_and_the_next_up_after_it_does_converges(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(cli, 'AsyncNotificationConfig("config", function_urn="nobody")')
    assert "FGN201 error: config" in cli.up(expect=None).output
    off = {"FUNCTIONGRAPH_PRECHECK": "off"}
    result = cli.up(environment=off, expect=1)
    assert f"could not set the async config of {cloud.urn('nobody')}" in result.output
    assert "HTTP 404 FSS." in result.output
    assert "region, project, package and name of its URN" in result.output
    assert cli.resources(TYPE) == []
    cloud.seed("functions: [{name: nobody, xrole: serverless-trust}]")
    cli.up()
    assert not cloud.has_no_config("nobody")


def test_a_function_of_another_project_than_the_credentials_is_warned_of(
    cli: Cli, cloud: Cloud
) -> None:
    elsewhere = cloud.urn("orders").replace(cloud.project_id, "another")
    rewrite(cli, f'AsyncNotificationConfig("config", function_urn="{elsewhere}")')
    result = cli.preview(expect=1)
    assert "FGN009 warning: config.function_urn" in result.output
    assert "HTTP 403" in result.output
    assert "Traceback" not in result.output


BAD_SETTINGS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "no credentials": (
        {"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""},
        ("no credentials: set functiongraph:accessKey", "pulumi config set"),
    ),
    "wrong key": (
        {"HUAWEICLOUD_SDK_SK": "wrong-key"},
        ("HTTP 401", "from the environment", "was refused", "--run-program"),
    ),
    "no region": (
        {"FUNCTIONGRAPH_REGION": "", "HUAWEICLOUD_SDK_PROJECT_ID": ""},
        ("config.function_urn", "no region and no projectId", "functiongraph:region"),
    ),
    "bad address": (
        {"FUNCTIONGRAPH_ENDPOINTS": '{"functiongraph": "no address"}'},
        ("FUNCTIONGRAPH_ENDPOINTS: the address of functiongraph is no address such as",),
    ),
    "nobody at the address": (
        {"FUNCTIONGRAPH_ENDPOINTS": '{"functiongraph": "http://127.0.0.1:9"}'},
        (
            "could not read the async config of urn:fss:",
            "http://127.0.0.1:9",
            "set its address with: pulumi config set functiongraph:endpoints",
        ),
    ),
}


def test_bad_settings_end_in_one_message_and_the_next_up_converges(cli: Cli, cloud: Cloud) -> None:
    rewrite(cli, ONE)
    for changed, said in BAD_SETTINGS.values():
        result = cli.preview(expect=None, environment=changed)
        assert result.exit_code != 0
        assert [word for word in said if word not in result.output] == [], result
        assert "Traceback" not in result.output
        assert "wrong-key" not in result.output
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 3
