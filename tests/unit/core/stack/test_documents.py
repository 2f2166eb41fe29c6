"""What is taken for a preview or an export, and what is said of anything else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from unit.core.stack.told import GOLDEN, export, preview, state, step

MAKE_PREVIEW = "expected one JSON object; make it with: pulumi preview --json > preview.json"
MAKE_EXPORT = "expected one JSON object; make it with: pulumi stack export > stack.json"


def refused(parse: Callable[[bytes | str], object], content: bytes | str) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse(content)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "is empty"),
        (b"  \n", "is empty"),
        ("Previewing update (dev):", "is not JSON (line 1, column 1: Expecting value)"),
        ('{\n"steps": [', "is not JSON (line 2, column 11: Expecting value)"),
        (b"\xff\x00\xff", "is not text in UTF-8 or UTF-16"),
        ("[]", "is JSON, but not an object"),
        ("{}", "is JSON of another format"),
        ('{"deployment": {}}', "is a stack export"),
        ('{"resourcePlans": {}}', "is an update plan (of pulumi preview --save-plan)"),
        ('{"sequence": 0, "timestamp": 1}', "is an engine event"),
        ("[" * 100_000, "is JSON that cannot be read: nested too deep, or a number too long"),
        (
            '{"steps": ' + "9" * 5000 + "}",
            "is JSON that cannot be read: nested too deep, or a number too long",
        ),
    ],
)
def test_what_is_no_preview_is_refused_with_how_to_make_one(
    content: bytes | str, what: str
) -> None:
    assert refused(parse_preview, content) == f"preview: {what}; {MAKE_PREVIEW}"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"steps": []}', "is a preview"),
        ('{"version": 3, "checkpoint": {}}', "is a checkpoint of a backend"),
        ('{"a": 1}\n{"b": 2}', "is one JSON object a line, as the engine writes its events"),
    ],
)
def test_what_is_no_export_is_refused_with_how_to_make_one(content: str, what: str) -> None:
    assert refused(parse_export, content) == f"stack export: {what}; {MAKE_EXPORT}"


def test_a_streamed_preview_is_told_by_its_lines_and_how_to_turn_streaming_off() -> None:
    events = '{"sequence": 0, "timestamp": 1}\n{"sequence": 1, "timestamp": 1}\n'

    said = refused(parse_preview, events)

    assert "is one JSON object a line" in said
    assert "unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW; make it with: pulumi preview" in said


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ('warning: a plugin is old\n{\n  "steps": []\n}\n', "before"),
        ('{\n  "steps": []\n}\nwarning: a plugin is old\n', "after"),
    ],
)
def test_warnings_beside_the_json_are_told_with_how_they_came_there(
    content: str, where: str
) -> None:
    said = refused(parse_preview, content)

    assert f"what stands {where} the JSON is for people: leave out 2>&1; make it with: " in said


def test_two_lines_that_are_no_objects_are_just_no_json() -> None:
    assert "is not JSON (line 2" in refused(parse_preview, "1\n2")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({"steps": [{"op": "create"}]}, "steps.0.urn is missing; "),
        ({"steps": {}}, "steps is no list; "),
        ({"steps": ["create"]}, "steps.0 is no object; "),
        ({"steps": [{"op": 1}]}, "steps.0.op is no text, steps.0.urn is missing; "),
        (
            {"steps": [1] * 7},
            ", ".join(f"steps.{n} is no object" for n in range(5)) + ", and 2 more",
        ),
    ],
)
def test_a_preview_of_another_shape_is_refused_with_every_place(
    content: object, where: str
) -> None:
    assert f"is not as Pulumi writes it: {where}" in refused(parse_preview, json.dumps(content))


def test_no_value_of_a_broken_document_is_repeated() -> None:
    broken = {"steps": [{"op": "create", "urn": "u", "newState": {"urn": {"s3cret": "s3cret"}}}]}

    assert "s3cret" not in refused(parse_preview, json.dumps(broken))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_encoding_that_a_shell_redirects_in_is_read(encoding: str) -> None:
    told = preview(step("create", new=state("größe")))

    assert parse_preview(told.encode(encoding)) == parse_preview(told)


def test_a_preview_that_failed_before_its_first_step_is_read() -> None:
    told = parse_preview((GOLDEN / "preview_failed.json").read_bytes())

    assert told.steps == ()
    assert told.diagnostics[0].severity == "error"


def test_null_and_further_keys_are_passed_over() -> None:
    told = parse_export(
        '{"deployment": {"resources": [{"urn": "u", "type": "t", "inputs": null, "taint": 1,'
        ' "propertyDependencies": {"a": null}}], "metadata": {}}, "version": 4}'
    )

    assert told.deployment.resources[0].inputs == {}


def test_an_empty_stack_is_read() -> None:
    assert parse_export('{"deployment": {"manifest": {}}}').deployment.resources == ()
    assert parse_export(export()).deployment.resources == ()
