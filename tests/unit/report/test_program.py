"""Live configs as a program: valid, formatted, and the same values when it is read."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import OTHER_PROJECT, bag, function_urn, to_bucket, to_function, to_stream, to_topic
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.report.program import adopt_program, literal, refusals, resource_names
from strategies import valid_bags

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent))
NASTY = "a\"b'c\\d\né\x1b{}"


def config(function: str = "orders", **setting: object) -> Config:
    found = examine(bag(functionUrn=str(function_urn(function)), **setting)).config
    assert found is not None
    return found


EVERY_KIND = [
    config(onSuccess=to_topic(), onFailure=to_bucket(prefix="failures/", expires=30)),
    config("plain", maxAsyncRetryAttempts=3),
    config("chained", onSuccess=to_function(), onFailure=to_stream(), enableAsyncStatusLog=True),
    config("later", onFailure={"destination": "Kafka", "param": '{"topic": "it\'s"}'}),
    config("bare", onFailure=to_bucket()),
]


def formatted(text: str, width: int) -> subprocess.CompletedProcess[str]:
    assert RUFF is not None
    return subprocess.run(
        [RUFF, "format", "--isolated", f"--line-length={width}", "--diff", "-"],
        input=text, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("width", [60, 88, 100, 320])
@pytest.mark.parametrize("configs", [EVERY_KIND, EVERY_KIND[1:2], []])
def test_a_formatter_has_nothing_to_do(configs: list[Config], width: int) -> None:
    checked = formatted(adopt_program(configs), width)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_program_declares_each_config_once_and_adopts_it() -> None:
    text = adopt_program(EVERY_KIND)

    assert text.count("AsyncNotificationConfig(\n") == len(EVERY_KIND)
    assert text.count("adopt=True,") == len(EVERY_KIND)
    assert (
        '    on_failure=ObsTarget(\n        bucket="results",\n        prefix="failures/",\n'
        "        expires=30,\n    ),\n" in text
    )
    assert '        "param": \'{"topic": "it\\\'s"}\',\n' in text


def test_only_what_is_used_is_imported() -> None:
    assert "import AsyncNotificationConfig\n" in adopt_program(EVERY_KIND[1:2])
    assert "ObsTarget" not in adopt_program(EVERY_KIND[1:2])


def test_a_config_that_cannot_be_declared_becomes_a_comment() -> None:
    wrong = config().model_copy(
        update={"max_async_retry_attempts": 9, "on_failure": EVERY_KIND[0].on_success}
    )

    text = adopt_program([wrong])

    assert "AsyncNotificationConfig(" not in text
    assert f"# {function_urn()}: maxAsyncRetryAttempts: is 9" in text
    assert refusals(wrong)
    assert "SmnTarget" not in text


def test_names_are_as_short_as_they_can_be_told_apart() -> None:
    urns = [
        function_urn("a"),
        function_urn("a", version="v1"),
        function_urn("a-v1"),
        FunctionUrn("eu-de", "p", "shop", "b", "latest"),
        FunctionUrn("eu-nl", "p", "default", "c", "latest"),
        FunctionUrn("eu-de", "p", "default", "c", "latest"),
        FunctionUrn("eu-de", "q", "default", "c", "latest"),
    ]

    names = resource_names(urns)

    assert names[urns[0]] == "a"
    assert names[urns[3]] == "shop-b"
    assert names[urns[4]] == "eu-nl-c"
    assert names[urns[5]] == "eu-de-p-c"
    assert names[urns[1]] == str(urns[1])
    assert names[urns[2]] == str(urns[2])


PARTS = st.sampled_from(["a", "b", "a-b", "b-a", "latest", "eu-de"])


@given(st.sets(st.builds(FunctionUrn, PARTS, PARTS, PARTS, PARTS, PARTS), max_size=30))
def test_names_are_unique(urns: set[FunctionUrn]) -> None:
    names = resource_names(urns)

    assert set(names) == urns
    assert len(set(names.values())) == len(urns)


@given(st.text(max_size=20))
def test_a_literal_is_the_text_again(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text


@pytest.mark.parametrize("text", [NASTY, "it's", 'say "x"', "\u2028", "\ud800", "é", ""])
def test_a_formatter_leaves_a_literal_alone(text: str) -> None:
    checked = formatted(f"x = {literal(text)}\n", 88)

    assert checked.returncode == 0, checked.stdout


@given(valid_bags)
def test_every_valid_config_becomes_python(declared: dict[str, object]) -> None:
    found = examine(declared).config
    assert found is not None

    tree = ast.parse(adopt_program([found]))

    (call,) = [node.value for node in tree.body if isinstance(node, ast.Expr)][1:]
    assert isinstance(call, ast.Call)
    keywords = {each.arg: each.value for each in call.keywords}
    assert ast.literal_eval(keywords["function_urn"]) == str(found.function_urn)
    assert ("on_success" in keywords) is (found.on_success is not None)


def test_the_same_configs_are_the_same_program_in_any_order() -> None:
    assert adopt_program(EVERY_KIND) == adopt_program(reversed(EVERY_KIND))


def test_functions_of_other_projects_are_told_apart() -> None:
    there = config().model_copy(update={"function_urn": function_urn(project_id=OTHER_PROJECT)})

    assert adopt_program([config(), there]).count("AsyncNotificationConfig(\n") == 2
