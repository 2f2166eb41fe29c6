"""Where fgctl adopt looks when stacks are given: as they say, and nowhere when they differ."""

from __future__ import annotations

import json

import pytest
import typer

from pulumi_functiongraph.cli.adopt import _config_of
from pulumi_functiongraph.core.stack import Export, parse_export

ONE, OTHER = "1" * 32, "2" * 32


def stack(**settings: str) -> Export:
    """A stack whose provider was configured so."""
    provider = {
        "urn": "urn:pulumi:dev::shop::pulumi:providers:pulumi-python::default",
        "type": "pulumi:providers:pulumi-python",
        "inputs": {f"functiongraph:{key}": value for key, value in settings.items()},
    }
    return parse_export(json.dumps({"version": 3, "deployment": {"resources": [provider]}}))


def test_without_a_stack_nothing_is_said() -> None:
    assert _config_of([], is_place_named=False) is None


@pytest.mark.parametrize(
    "stacks",
    [
        [stack(projectId=ONE)],
        [stack(projectId=ONE), stack(projectId=ONE, precheck="off")],
        [stack(), stack(projectId=ONE)],
    ],
    ids=["one", "alike but for what is no place", "one that says nothing"],
)
def test_stacks_of_one_place_say_where_it_is(stacks: list[Export]) -> None:
    assert _config_of(stacks, is_place_named=False) == {"projectId": ONE}


@pytest.mark.parametrize(
    "other",
    [stack(projectId=OTHER), stack(projectId=ONE, accessKey="AK"), stack(region="eu-de")],
    ids=["another project", "other keys", "another region"],
)
def test_stacks_of_several_places_need_one_to_be_named(
    other: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    stacks = [stack(projectId=ONE), other]

    with pytest.raises(typer.Exit):
        _config_of(stacks, is_place_named=False)

    assert "say which one to look in with --region and --project-id" in capsys.readouterr().err
    assert "accessKey" not in (_config_of(stacks, is_place_named=True) or {})
