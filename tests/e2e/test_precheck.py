"""What would keep a notification from arriving is found before anything is changed."""

import json
import re
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite, with_function_module
from e2e.engine_cli import Cli, Result, StackAt, write_project

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


def refused(cli: Cli, cloud: Cloud, *told: str) -> None:
    """The update tells it, and no writing request reaches the cloud."""
    said_before_anything(cli.up(expect=None, timeout=NO_HANG), *told)
    assert cloud.writes() == []
    assert [each for each in cli.resources() if each["type"] != "pulumi:pulumi:Stack"] == []


def said_before_anything(result: Result, *told: str) -> None:
    """A run was stopped, with these words."""
    assert result.exit_code != 0
    assert "found before anything was changed" in result.output
    assert "FUNCTIONGRAPH_PRECHECK=warn" in result.output
    assert "Traceback" not in result.output
    assert [each for each in told if each not in result.output] == []


def applied(cli: Cli, *told: str) -> str:
    """The update passes, and says these."""
    output = cli.up(timeout=NO_HANG).output
    for each in told:
        assert each in output
    return output


def test_a_function_that_is_not_there(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, "nobody")
    told = ("FGN201 error: config", "there is no function urn:fss:", ":nobody:latest")
    said_before_anything(cli.preview(expect=None, timeout=NO_HANG), *told)
    refused(cli, cloud, *told)


def test_a_function_without_an_agency(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions: [{name: bare}]")
    declare(cli, cloud, "bare")
    refused(cli, cloud, "FGN202 error: config", "has no agency", "Configuration > Permissions")


def test_a_function_without_an_agency_needs_none_without_a_target(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions: [{name: bare}]")
    rewrite(cli, f'AsyncNotificationConfig("config", function_urn="{cloud.urn("bare")}")')
    assert "FGN2" not in applied(cli)


def test_an_agency_that_is_not_there(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions: [{name: odd, xrole: gone}]")
    declare(cli, cloud, "odd")
    refused(cli, cloud, "FGN203 error: config", "there is no agency gone", "op_svc_cff")


def test_an_agency_that_trusts_somebody_else(cli: Cli, cloud: Cloud) -> None:
    cloud.seed(
        "functions: [{name: odd, xrole: of-obs}]\n"
        "agencies: [{name: of-obs, trust_domain_name: op_svc_obs}]"
    )
    declare(cli, cloud, "odd")
    refused(cli, cloud, "FGN204 error: config", "agency of-obs is delegated to op_svc_obs")


def test_an_agency_that_has_expired(cli: Cli, cloud: Cloud) -> None:
    cloud.seed(
        "functions: [{name: odd, xrole: old}]\n"
        'agencies: [{name: old, duration: ONEDAY, expire_time: "2020-01-02T00:00:00.000000"}]'
    )
    declare(cli, cloud, "odd")
    refused(cli, cloud, "FGN205 error: config", "agency old expired at 2020-01-02T00:00:00")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ('ObsTarget("nowhere-at-all")', "there is no bucket nowhere-at-all"),
        ('DisTarget("nothing")', "there is no stream nothing"),
        ('FunctionTarget("nobody")', "there is no function urn:fss:"),
    ],
)
def test_a_target_that_is_not_there(cli: Cli, cloud: Cloud, target: str, told: str) -> None:
    declare(cli, cloud, target=target)
    refused(cli, cloud, "FGN208 error: config.on_failure (__main__.py:8)", told)


def test_a_topic_that_is_not_there(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, target=f'SmnTarget("{cloud.topic("nothing")}")')
    refused(cli, cloud, "FGN208 error: config.on_failure", "there is no topic urn:smn:")


@pytest.mark.parametrize(
    ("seed", "target", "told"),
    [
        (
            "streams: [{name: frozen, status: FROZEN}]",
            'DisTarget("frozen")',
            "stream frozen is FROZEN, not RUNNING",
        ),
    ],
)
def test_a_target_that_takes_no_events(
    cli: Cli, cloud: Cloud, seed: str, target: str, told: str
) -> None:
    cloud.seed(seed)
    declare(cli, cloud, target=target)
    refused(cli, cloud, "FGN209 error: config.on_failure", told)


def test_an_alias_to_notify_is_there_or_is_not(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions: [{name: paid, versions: [v1], aliases: {prod: v1}}]")
    paid = cloud.urn("paid").removesuffix("latest")
    declare(cli, cloud, target=f'FunctionTarget("{paid}!gone")')
    refused(cli, cloud, "FGN208 error: config.on_failure", "there is no alias urn:fss:")
    declare(cli, cloud, target=f'FunctionTarget("{paid}!prod")')
    assert "FGN2" not in applied(cli)


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


def test_all_findings_are_in_one_report(cli: Cli, cloud: Cloud) -> None:
    cloud.seed("functions: [{name: odd, xrole: gone}]")
    rewrite(
        cli,
        CONFIG.format(name="one", function=cloud.urn("odd"), target='ObsTarget("nowhere-at-all")')
        + CONFIG.format(name="two", function=cloud.urn("nobody"), target='DisTarget("nothing")'),
    )
    refused(cli, cloud, "4 errors", "FGN201", "FGN203", "no bucket", "no stream")


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


def test_iam_that_nobody_answers_for_is_a_warning(cli: Cli, cloud: Cloud) -> None:
    endpoints = json.loads(cloud.environment["FUNCTIONGRAPH_ENDPOINTS"])
    down = {"FUNCTIONGRAPH_ENDPOINTS": json.dumps({**endpoints, "iam": "http://127.0.0.1:9"})}
    cli.config_set("functiongraph:precheckTimeout", "4")
    declare(cli, cloud)
    result = cli.up(environment=down, timeout=NO_HANG)
    assert "FGN210 warning: pre-check" in result.output
    assert "127.0.0.1:9" in result.output


def test_iam_that_is_slow_is_waited_for_aloud_and_not_for_ever(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(operation="ListAgencies", delay_seconds=30)
    cli.config_set("functiongraph:precheckTimeout", "4")
    declare(cli, cloud)
    applied(
        cli,
        "whether notifications would reach them, for at most 4 s",
        "FGN210 warning: pre-check",
    )


def test_what_is_wrong_is_only_said_when_it_was_set_so(cli: Cli, cloud: Cloud) -> None:
    declare(cli, cloud, target='ObsTarget("nowhere-at-all")')
    cli.config_set("functiongraph:precheck", "warn")
    applied(cli, "FGN208 error: config.on_failure")


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
    made = 'from function import Function\nmade = Function("made")\n'
    config = 'AsyncNotificationConfig("config", function_urn={}, on_failure=ObsTarget("{}"))\n'
    rewrite(cli, made)
    applied(cli)
    cloud.forget_requests()
    for function_urn in ("made", "made.function_urn", "made.function_urn.apply(str)"):
        rewrite(cli, made + config.format(function_urn, "nowhere-at-all"))
        result = cli.preview(expect=None, timeout=NO_HANG)
        assert result.exit_code != 0
        assert "there is no bucket nowhere-at-all" in result.output
    assert cloud.writes() == []


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


OBS_ACTIONS = "[obs:object:PutObject, obs:bucket:HeadBucket]"
PUBLISH = "[smn:topic:publish, smn:topic:list]"


def granted(cloud: Cloud, *grants: str) -> None:
    """A function ``odd`` whose agency has these grants."""
    listed = "".join(f"      - {grant}\n" for grant in grants) or "      []\n"
    cloud.seed(
        "functions: [{name: odd, xrole: writer}]\n"
        f"agencies:\n  - name: writer\n    grants:\n{listed}"
    )


def policy(actions: str, resources: str = "", *, effect: str = "Allow", scope: str = "") -> str:
    on = f", Resource: {resources}" if resources else ""
    statement = f"{{Effect: {effect}, Action: {actions}{on}}}"
    document = f'{{Version: "1.1", Statement: [{statement}]}}'
    return f"{{policy: {document}{f', scope: {scope}' if scope else ''}}}"


def test_an_agency_without_a_grant(cli: Cli, cloud: Cloud) -> None:
    granted(cloud)
    declare(cli, cloud, "odd")
    refused(
        cli,
        cloud,
        "FGN206 error: config.on_failure",
        "nothing grants it smn:topic:publish",
        '"Action": ["smn:topic:publish"]',
        "ten minutes",
    )


def test_an_agency_that_is_denied(cli: Cli, cloud: Cloud) -> None:
    granted(
        cloud,
        policy(PUBLISH, scope="project"),
        policy("[smn:*:*]", effect="Deny", scope="project"),
    )
    declare(cli, cloud, "odd")
    refused(cli, cloud, "FGN206 error: config.on_failure", "denies smn:topic:publish")


def test_a_grant_in_the_wrong_scope(cli: Cli, cloud: Cloud) -> None:
    granted(cloud, policy(OBS_ACTIONS, scope="project"))
    declare(cli, cloud, "odd", 'ObsTarget("orders-failed")')
    refused(cli, cloud, "FGN207 error: config.on_failure", "takes effect on the account")


def test_a_grant_for_another_bucket(cli: Cli, cloud: Cloud) -> None:
    only = '["obs:*:*:object:other/*", "obs:*:*:bucket:other"]'
    granted(cloud, policy(OBS_ACTIONS, only, scope="domain"))
    declare(cli, cloud, "odd", 'ObsTarget("orders-failed", "in/")')
    refused(cli, cloud, "FGN206 error: config.on_failure", "on obs:*:*:object:orders-failed/in/*")


def test_enough_grants_pass(cli: Cli, cloud: Cloud) -> None:
    granted(cloud, policy(PUBLISH, scope="inherited"))
    declare(cli, cloud, "odd")
    assert "FGN2" not in applied(cli)


def test_grants_that_may_not_be_read_are_a_warning(cli: Cli, cloud: Cloud) -> None:
    cloud.fault(operation="ListProjectPermissionsForAgency", status=403)
    declare(cli, cloud)
    applied(cli, "FGN210 warning: pre-check", "iam:permissions:listRolesForAgency")
