"""Resources of one stack that exchange their functions, with each provider."""

from pathlib import Path

import pytest

from e2e import native_programs
from e2e.cloud import Cloud
from e2e.configs import HEAD
from e2e.engine_cli import Cli, StackAt, write_project

pytestmark = pytest.mark.engine

FUNCTIONS = ("orders", "billing", "shipping", "returns")
DYNAMIC = 'AsyncNotificationConfig("r{0}", function_urn="{1}", max_async_retry_attempts={0})\n'
PLUGIN = 'Config("r{0}", functionUrn="{1}", maxAsyncRetryAttempts={0})\n'


def declare(cli: Cli, head: str, line: str, cloud: Cloud, *places: int) -> None:
    """Let each resource have a function, by its place; its number of retries tells it."""
    lines = [line.format(n, cloud.urn(FUNCTIONS[place])) for n, place in enumerate(places)]
    (cli.project / "__main__.py").write_text("".join([head, *lines]), encoding="utf-8")


@pytest.mark.parametrize(
    ("at_once", "moves"),
    [
        ((), [(0, 1, 2, 3), (1, 0, 3, 2), (0, 3, 2, 1)]),  # two pairs, then a ring
        (("--parallel", "1"), [(0, 1), (1, 0), (0, 1)]),  # docs/limits.md: no more than two
    ],
    ids=["many", "one"],
)
@pytest.mark.parametrize(
    ("head", "line"), [(HEAD, DYNAMIC), (native_programs.HEAD, PLUGIN)], ids=["dynamic", "plugin"]
)
def test_functions_are_exchanged_and_a_destroy_leaves_nothing(
    cloud: Cloud,
    stack_at: StackAt,
    tmp_path: Path,
    at_once: tuple[str, ...],
    moves: list[tuple[int, ...]],
    head: str,
    line: str,
) -> None:
    cloud.seed("functions: [{name: shipping}, {name: returns}]")
    cli = stack_at(write_project(tmp_path / "trial", head), environment=cloud.environment)
    for places in moves:
        declare(cli, head, line, cloud, *places)
        cli.up(*at_once, preview=True)
        for number, place in enumerate(places):
            assert cloud.live(FUNCTIONS[place])["max_async_retry_attempts"] == number
        cli.preview("--expect-no-changes")

    cli.destroy()
    assert cloud.configs() == {}
