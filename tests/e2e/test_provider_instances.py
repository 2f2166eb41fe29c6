"""Several provider processes in one run: explicit providers, and the dynamic one beside the plugin.

No process deletes what another one holds now, and none takes what another one has.
"""

import textwrap
import time
from pathlib import Path

import pytest

from e2e import native_programs
from e2e.cloud import Cloud
from e2e.configs import HEAD
from e2e.engine_cli import Cli, StackAt, write_project
from e2e.other_account import ACCOUNT, ANOTHER, KEY, REGION, SECRET_KEY

pytestmark = pytest.mark.engine

NATIVE = f"""\
{native_programs.HEAD}
import os

PLACE = os.environ["FUNCTIONGRAPH_REGION"] + ":" + os.environ["HUAWEICLOUD_SDK_PROJECT_ID"]
a, b = Provider("a"), Provider("b")


def config(name, function, provider=None, place=PLACE, **properties):
    urn = f"urn:fss:{{place}}:function:default:{{function}}:latest"
    Config(name, ResourceOptions(provider=provider), functionUrn=urn, **properties)


"""

DYNAMIC = """\
orders = functiongraph.get_function("orders").function_urn
AsyncNotificationConfig("dynamic", function_urn=orders)
"""


def declare(cli: Cli, body: str, *, head: str = NATIVE) -> None:
    """Change the program of a stack."""
    (cli.project / "__main__.py").write_text(head + textwrap.dedent(body), encoding="utf-8")


@pytest.fixture
def cli(cloud: Cloud, stack_at: StackAt, tmp_path: Path) -> Cli:
    return stack_at(write_project(tmp_path / "trial", NATIVE), environment=cloud.environment)


def names(cli: Cli) -> set[str]:
    """The configs in state."""
    return {
        each["urn"].rpartition("::")[2]
        for each in cli.resources()
        if each["type"].endswith(":AsyncNotificationConfig")
    }


def left_of_runs(cli: Cli) -> list[Path]:
    """The folders of runs that have ended, once their processes had time to leave."""
    until = time.monotonic() + 10
    while left := list(Path(cli.environment["PULUMI_HOME"]).glob("functiongraph-runs-*/*/")):
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    return left


@pytest.mark.long
def test_a_config_that_is_renamed_and_moved_to_another_provider_stays(
    cli: Cli, cloud: Cloud
) -> None:
    declare(cli, 'config("old", "orders", a)\nconfig("other", "billing", b)\n')
    cli.up()
    cloud.forget_requests()

    declare(cli, 'config("new", "orders", b)\nconfig("other", "billing", b)\n')
    moved = cli.up()
    assert cloud.writes() == []
    assert "is kept" in moved.output
    assert names(cli) == {"new", "other"}

    # Each takes the function version of the other: one process deletes, the other one creates.
    declare(cli, 'config("new", "billing", a)\nconfig("other", "orders", b)\n')
    cli.up()
    assert cloud.live("orders")
    assert cloud.live("billing")

    declare(cli, 'config("other", "orders", b)\n')
    cli.up()
    assert cloud.live("orders")
    assert cloud.has_no_config("billing")
    assert left_of_runs(cli) == []


def test_a_config_that_is_renamed_and_moved_to_the_plugin_stays(cli: Cli, cloud: Cloud) -> None:
    declare(cli, DYNAMIC, head=HEAD)
    cli.up()
    cloud.forget_requests()

    declare(cli, 'config("native", "orders")')
    assert "is kept" in cli.up().output
    assert cloud.writes() == []
    assert names(cli) == {"native"}

    declare(cli, DYNAMIC, head=HEAD)
    assert "is kept" in cli.up().output
    assert cloud.writes() == []
    assert names(cli) == {"dynamic"}
    assert left_of_runs(cli) == []
    cli.destroy()
    assert cloud.configs() == {}


def test_two_resources_of_two_providers_cannot_have_one_function_version(
    cli: Cli, cloud: Cloud
) -> None:
    declare(cli, 'config("one", "orders", a)\nconfig("two", "orders", b)\n')
    refused = cli.preview(expect=1)
    assert "another resource of this program declares the config of the same" in refused.output
    refused = cli.up(expect=1)
    assert "another resource of this program declares the config of the same" in refused.output
    assert len(cloud.writes()) <= 1


def test_one_program_serves_two_accounts_in_two_regions(cli: Cli, cloud: Cloud) -> None:
    cloud.seed(ACCOUNT)
    declare(
        cli,
        f"""\
        other = Provider(
            "other", region="{REGION}", projectId="{ANOTHER}", accessKey="{KEY}",
            secretKey=pulumi.Output.secret("{SECRET_KEY}"),
        )
        config("here", "orders", a)
        config("there", "orders", other, place="{REGION}:{ANOTHER}", maxAsyncRetryAttempts=2)
        """,
    )
    cli.up(preview=True)
    there = f"urn:fss:{REGION}:{ANOTHER}:function:default:orders:latest"
    assert cloud.configs()[there]["max_async_retry_attempts"] == 2
    assert cloud.live("orders")["max_async_retry_attempts"] == 1
    assert "canary" not in str(cli.resources())
    cli.destroy()
    assert cloud.configs() == {}
