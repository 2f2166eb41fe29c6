"""What would keep a notification from arriving is found before anything is changed."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, with_function_module
from e2e.engine_cli import Cli, StackAt, write_project

pytestmark = pytest.mark.engine

NO_HANG = 120.0
"""Seconds; every program here is done in a few."""

CONFIG = """\
AsyncNotificationConfig("{name}", function_urn="{function}", on_failure={target})
"""


@pytest.fixture
def cli(tmp_path: Path, stack_at: StackAt, cloud: Cloud) -> Cli:
    project = with_function_module(write_project(tmp_path / "trial", program("")))
    return stack_at(project, environment=cloud.environment)


def declare(cli: Cli, cloud: Cloud, function: str = "orders", target: str = "") -> None:
    """One config, beside a function that the program would create."""
    to = target or f'SmnTarget("{cloud.topic("orders-done")}")'
    made = 'from function import Function\nmade = Function("made")\n'
    config = CONFIG.format(name="config", function=cloud.urn(function), target=to)
    rewrite(cli, made + config)


def applied(cli: Cli, *told: str) -> str:
    """The update passes, and says these."""
    output = cli.up(timeout=NO_HANG).output
    for each in told:
        assert each in output
    return output


OBS_ACTIONS = "[obs:object:PutObject, obs:bucket:HeadBucket]"
PUBLISH = "[smn:topic:publish, smn:topic:list]"


def policy(actions: str, resources: str = "", *, effect: str = "Allow", scope: str = "") -> str:
    on = f", Resource: {resources}" if resources else ""
    statement = f"{{Effect: {effect}, Action: {actions}{on}}}"
    document = f'{{Version: "1.1", Statement: [{statement}]}}'
    return f"{{policy: {document}{f', scope: {scope}' if scope else ''}}}"


ELSEWHERE = policy(
    OBS_ACTIONS, '["obs:*:*:object:other/*", "obs:*:*:bucket:other"]', scope="domain"
)
TO = "".join(
    f"  - {{name: to-{kind}, xrole: serverless-trust}}\n"
    for kind in ("bucket", "stream", "function", "topic", "alias", "frozen")
)
WORLD = f"""\
functions:
  - {{name: bare}}
  - {{name: vain, xrole: gone}}
  - {{name: strange, xrole: of-obs}}
  - {{name: late, xrole: old}}
  - {{name: poor, xrole: without}}
  - {{name: barred, xrole: denied}}
  - {{name: misplaced, xrole: of-project}}
  - {{name: narrow, xrole: of-other}}
  - {{name: rich, xrole: enough}}
  - {{name: paid, versions: [v1], aliases: {{prod: v1}}}}
{TO}streams: [{{name: frozen, status: FROZEN}}]
agencies:
  - {{name: of-obs, trust_domain_name: op_svc_obs}}
  - {{name: old, duration: ONEDAY, expire_time: "2020-01-02T00:00:00.000000"}}
  - {{name: without, grants: []}}
  - name: denied
    grants:
      - {policy(PUBLISH, scope="project")}
      - {policy("[smn:*:*]", effect="Deny", scope="project")}
  - {{name: of-project, grants: [{policy(OBS_ACTIONS, scope="project")}]}}
  - {{name: of-other, grants: [{ELSEWHERE}]}}
  - {{name: enough, grants: [{policy(PUBLISH, scope="inherited")}]}}
"""

TOPIC = 'SmnTarget("{topic}")'
# The config's name and function → its target, the rule and its subject, and what is told.
WRONG: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "nobody": (TOPIC, "FGN201 error: nobody", ("there is no function urn:fss:", ":nobody:latest")),
    "bare": (TOPIC, "FGN202 error: bare", ("has no agency", "Configuration > Permissions")),
    "vain": (TOPIC, "FGN203 error: vain", ("there is no agency gone", "op_svc_cff")),
    "strange": (TOPIC, "FGN204 error: strange", ("agency of-obs is delegated to op_svc_obs",)),
    "late": (TOPIC, "FGN205 error: late", ("agency old expired at 2020-01-02T00:00:00",)),
    "to-bucket": (
        'ObsTarget("nowhere-at-all")',
        "FGN208 error: to-bucket.on_failure (__main__.py:",
        ("there is no bucket nowhere-at-all",),
    ),
    "to-stream": (
        'DisTarget("nothing")',
        "FGN208 error: to-stream.on_failure (__main__.py:",
        ("there is no stream nothing",),
    ),
    "to-function": (
        'FunctionTarget("nothing")',
        "FGN208 error: to-function.on_failure (__main__.py:",
        ("there is no function urn:fss:",),
    ),
    "to-topic": (
        'SmnTarget("{no_topic}")',
        "FGN208 error: to-topic.on_failure (__main__.py:",
        ("there is no topic urn:smn:",),
    ),
    "to-alias": (
        'FunctionTarget("{paid}!gone")',
        "FGN208 error: to-alias.on_failure (__main__.py:",
        ("there is no alias urn:fss:",),
    ),
    "to-frozen": (
        'DisTarget("frozen")',
        "FGN209 error: to-frozen.on_failure",
        ("stream frozen is FROZEN, not RUNNING",),
    ),
    "poor": (
        TOPIC,
        "FGN206 error: poor.on_failure",
        ("nothing grants it smn:topic:publish", '"Action": ["smn:topic:publish"]', "ten minutes"),
    ),
    "barred": (TOPIC, "FGN206 error: barred.on_failure", ("denies smn:topic:publish",)),
    "misplaced": (
        'ObsTarget("orders-failed")',
        "FGN207 error: misplaced.on_failure",
        ("takes effect on the account",),
    ),
    "narrow": (
        'ObsTarget("orders-failed", "in/")',
        "FGN206 error: narrow.on_failure",
        ("on obs:*:*:object:orders-failed/in/*",),
    ),
}


def configs(cloud: Cloud, targets: Mapping[str, str]) -> str:
    """A config of each function with its target; see WRONG."""
    text = "".join(
        CONFIG.format(name=name, function=cloud.urn(name), target=target)
        for name, target in targets.items()
    )
    return text.format(
        topic=cloud.topic("orders-done"),
        no_topic=cloud.topic("nothing"),
        paid=cloud.urn("paid").removesuffix("latest"),
    )


def test_all_that_would_keep_notifications_back_is_told_at_once_and_nothing_is_changed(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.seed(WORLD)
    rewrite(cli, configs(cloud, {name: target for name, (target, _, _) in WRONG.items()}))
    for run in (cli.preview, cli.up):
        result = run(expect=None, timeout=NO_HANG)
        assert result.exit_code != 0
        assert "errors found before anything was changed" in result.output
        assert "FUNCTIONGRAPH_PRECHECK=warn" in result.output
        assert "Traceback" not in result.output
        findings = re.split(r"(?=FGN\d+ )", result.output)
        for _, start, words in WRONG.values():
            found = next((each for each in findings if each.startswith(start)), "")
            assert found, (start, result)
            assert [word for word in words if word not in found] == [], found
    assert cloud.writes() == []
    assert [each for each in cli.resources() if each["type"] != "pulumi:pulumi:Stack"] == []


def test_what_is_enough_passes_without_a_word(cli: Cli, cloud: Cloud) -> None:
    """Grants, an alias that is there, and no agency where there is no target."""
    cloud.seed(WORLD)
    right = {"bare": "None", "rich": TOPIC, "to-alias": 'FunctionTarget("{paid}!prod")'}
    rewrite(cli, configs(cloud, right))
    assert "FGN2" not in applied(cli)
    assert [name for name in right if cloud.has_no_config(name)] == []


def test_a_refusal_during_the_update_does_not_claim_that_nothing_was_changed(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(
        cli,
        f"""\
from function import Function
def later(_):
    AsyncNotificationConfig(
        "late", function_urn="{cloud.urn("orders")}", on_failure=ObsTarget("nowhere-at-all")
    )
Function("made").function_urn.apply(later)
""",
    )
    result = cli.up(expect=None, timeout=NO_HANG)
    assert "1 error found before late was changed" in result.output
    assert "FGN208 error: late.on_failure (__main__.py:8): there is no bucket" in result.output
    assert [each["method"] for each in cloud.writes()] == ["POST"]


def test_iam_that_may_not_be_read_is_one_warning_with_the_permission(
    cli: Cli, cloud: Cloud
) -> None:
    cloud.fault(operation="ListAgencies", status=403)
    names = ("orders", "billing")
    rewrite(
        cli,
        "".join(
            CONFIG.format(
                name=name,
                function=cloud.urn(name),
                target=f'SmnTarget("{cloud.topic("orders-done")}")',
            )
            for name in names
        ),
    )
    output = applied(cli, "FGN210 warning: pre-check", "the permission that would let us look")
    assert len(set(re.findall("FGN210 .*", output))) == 1
    assert not cloud.has_no_config("billing")


def test_iam_that_fails_is_a_warning(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(service="iam", operation="ListAgencies", status=503)
    cli.config_set("functiongraph:precheckTimeout", "4")
    declare(cli, cloud)
    applied(cli, "FGN210 warning: pre-check", "HTTP 503")


@pytest.mark.long
def test_iam_that_nobody_answers_for_is_a_warning(cli: Cli, cloud: Cloud) -> None:
    endpoints = json.loads(cloud.environment["FUNCTIONGRAPH_ENDPOINTS"])
    down = {"FUNCTIONGRAPH_ENDPOINTS": json.dumps({**endpoints, "iam": "http://127.0.0.1:9"})}
    cli.config_set("functiongraph:precheckTimeout", "4")
    declare(cli, cloud)
    result = cli.up(environment=down, timeout=NO_HANG)
    assert "FGN210 warning: pre-check" in result.output
    assert "127.0.0.1:9" in result.output


@pytest.mark.long
def test_iam_that_is_slow_is_waited_for_aloud_and_not_for_ever(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(operation="ListAgencies", delay_seconds=30)
    cli.config_set("functiongraph:precheckTimeout", "4")
    declare(cli, cloud)
    applied(
        cli,
        "whether notifications would reach them, for at most 4 s",
        "FGN210 warning: pre-check",
    )


@pytest.mark.long
def test_what_is_wrong_is_only_said_when_it_was_set_so(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, target='ObsTarget("nowhere-at-all")')
    cli.config_set("functiongraph:precheck", "warn")
    applied(cli, "FGN208 warning: config.on_failure")


def test_with_the_check_off_nothing_is_asked(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, target='ObsTarget("nowhere-at-all")')
    off = {"FUNCTIONGRAPH_PRECHECK": "off"}
    result = cli.up(environment=off, timeout=NO_HANG)
    assert "FGN2" not in result.output


def test_a_function_of_the_same_program_is_checked_right_before_its_config(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(
        cli,
        """\
from function import Function
made = Function("made")
AsyncNotificationConfig("config", function_urn=made, on_failure=ObsTarget("nowhere-at-all"))
""",
    )
    result = cli.up(expect=None, timeout=NO_HANG)
    assert "there is no bucket nowhere-at-all" in result.output
    assert [each["method"] for each in cloud.writes()] == ["POST"]


def test_a_function_of_the_stack_that_exists_already_is_checked_in_the_preview(
    cli: Cli, cloud: Cloud
) -> None:
    made = 'from function import Function\na, b, c = Function("a"), Function("b"), Function("c")\n'
    config = 'AsyncNotificationConfig("{0}", function_urn={0}{1}, on_failure=ObsTarget("no-{0}"))\n'
    given = {"a": "", "b": ".function_urn", "c": ".function_urn.apply(str)"}
    rewrite(cli, made)
    applied(cli)
    cloud.forget_requests()
    rewrite(cli, made + "".join(config.format(name, form) for name, form in given.items()))
    result = cli.preview(expect=None, timeout=NO_HANG)
    assert result.exit_code != 0
    for name in given:
        assert f"there is no bucket no-{name}" in result.output
    assert cloud.writes() == []


@pytest.mark.long
def test_what_the_program_makes_under_a_literal_name_is_checked_after_it_is_made(
    cli: Cli, cloud: Cloud
) -> None:
    rewrite(
        cli,
        f"""\
from function import Function
made = Function("made")
AsyncNotificationConfig(
    "config",
    function_urn="{cloud.urn("orders")}",
    on_failure=FunctionTarget("{cloud.urn("made")}"),
    opts=pulumi.ResourceOptions(depends_on=[made]),
)
""",
    )
    told = cli.preview(timeout=NO_HANG).output
    assert "FGN208 warning: config.on_failure" in told
    assert "made of this program may change that" in told
    applied(cli)
    assert cloud.live("orders")
    cloud.forget_requests()
    cli.up("--expect-no-changes", timeout=NO_HANG)
    assert cloud.writes() == []


@pytest.mark.long
def test_grants_that_may_not_be_read_are_a_warning(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(operation="ListProjectPermissionsForAgency", status=403)
    declare(cli, cloud)
    applied(cli, "FGN210 warning: pre-check", "iam:permissions:listRolesForAgency")
