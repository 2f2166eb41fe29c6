"""Reviews of previews as Pulumi writes them."""

from __future__ import annotations

import json

import pytest

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.review.document import EdgeChange, PlannedOperation, ReviewDocument
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from unit.core.stack.told import (
    UNKNOWN_VALUE,
    export,
    fn,
    made,
    preview,
    state,
    step,
    to_fn,
    unknown_fn,
)

BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0}


def reviewed(*steps: dict[str, object], exported: str | None = None) -> ReviewDocument:
    told = parse_export(exported) if exported else None
    return review(parse_preview(preview(*steps)), export=told)


def lines(document: ReviewDocument) -> dict[str, str]:
    return {each.path: each.text for config in document.configs for each in config.properties}


def edges(document: ReviewDocument) -> dict[tuple[str, str], EdgeChange]:
    names = {node.key: node.name.rpartition(":")[0].rpartition(":")[2] for node in document.nodes}
    return {
        (names[edge.source] or edge.source, names[edge.target] or edge.target): edge.change
        for edge in document.edges
    }


def rules(document: ReviewDocument) -> list[str]:
    return [finding.rule for finding in document.findings]


def test_a_change_is_told_with_units_and_what_follows() -> None:
    old = state("orders", inputs={"maxAsyncRetryAttempts": 1, "onFailure": BUCKET})
    new = state("orders", inputs={"maxAsyncRetryAttempts": 3})

    document = reviewed(step("update", old=old, new=new))

    assert lines(document) == {
        "maxAsyncRetryAttempts": "1 → 3 retries (up to 4 runs per event)",
        "onFailure": "bucket results → none (failures will be dropped)",
    }
    assert document.counts.update == 1


def test_a_create_is_told_without_what_was_before() -> None:
    new = state("orders", inputs={"maxAsyncRetryAttempts": 3, "onFailure": BUCKET})

    assert lines(reviewed(step("create", new=new))) == {
        "maxAsyncRetryAttempts": "3 retries (up to 4 runs per event)",
        "onFailure": "bucket results",
    }


@pytest.mark.parametrize(
    ("op", "operation"),
    [
        ("create", PlannedOperation.CREATE),
        ("import", PlannedOperation.CREATE),
        ("replace", PlannedOperation.REPLACE),
        ("delete", PlannedOperation.DELETE),
    ],
)
def test_each_operation_is_counted(op: str, operation: PlannedOperation) -> None:
    told = state("orders", inputs={"onFailure": BUCKET})
    old = None if operation is PlannedOperation.CREATE else told
    new = None if operation is PlannedOperation.DELETE else told

    document = reviewed(step(op, old=old, new=new))

    assert [config.operation for config in document.configs] == [operation]
    assert getattr(document.counts, operation.value) == 1


def test_a_replacement_told_in_several_steps_counts_once() -> None:
    told = state("orders")

    document = reviewed(
        step("create-replacement", old=told, new=told), step("replace", old=told, new=told)
    )

    assert (document.counts.replace, len(document.configs)) == (1, 1)


def test_a_deleted_config_is_compared_with_the_defaults_of_the_service() -> None:
    old = state("orders", inputs={"maxAsyncEventAgeInSeconds": 60, "onSuccess": to_fn("mail")})

    document = reviewed(step("delete", old=old))

    assert lines(document) == {
        "maxAsyncEventAgeInSeconds": "60 → 3,600 seconds",
        "onSuccess": "function mail → none (results of successful runs will be dropped)",
    }


def test_unchanged_configs_and_other_resources_are_counted() -> None:
    function = {"urn": made("f"), "type": "test:index:Function"}

    document = reviewed(
        step("create", new=state("orders")),
        step("create", new=function),
        step("same", new=state("mail")),
        exported=export(state("audit"), state("mail")),
    )

    assert (document.counts.same, document.counts.others) == (2, 1)


def test_edges_are_told_apart_by_what_becomes_of_them() -> None:
    document = reviewed(
        step("create", new=state("a", inputs={"onSuccess": to_fn("b")})),
        step("delete", old=state("b", inputs={"onSuccess": to_fn("c")})),
        step(
            "update",
            old=state("c", inputs={"onSuccess": to_fn("d")}),
            new=state("c", inputs={"onSuccess": to_fn("d"), "maxAsyncRetryAttempts": 3}),
        ),
        exported=export(
            state("d", inputs={"onSuccess": to_fn("e")}),
            state("y", inputs={"onSuccess": to_fn("z")}),
        ),
    )

    assert edges(document) == {
        ("a", "b"): EdgeChange.ADDED,
        ("b", "c"): EdgeChange.REMOVED,
        ("c", "d"): EdgeChange.CHANGED,
        ("d", "e"): EdgeChange.SAME,
    }
    assert (document.left_out.nodes, document.left_out.edges) == (2, 1)


def test_a_cycle_is_a_finding_and_marks_its_edges() -> None:
    document = reviewed(
        step("create", new=state("a", inputs={"onSuccess": to_fn("b"), "onFailure": BUCKET})),
        step("create", new=state("b", inputs={"onSuccess": to_fn("a")})),
    )

    assert [finding.rule for finding in document.errors] == ["FGN101"]
    assert [edge.on_cycle for edge in document.edges if edge.label == "success"] == [True, True]
    assert [edge.on_cycle for edge in document.edges if edge.label == "failure"] == [False]


def test_an_unknown_function_and_target_are_no_problem() -> None:
    new = state("a", inputs={"functionUrn": UNKNOWN_VALUE, "onSuccess": unknown_fn()})

    document = reviewed(step("create", new=new))

    assert document.configs[0].function_urn == ""
    assert document.is_complete
    assert rules(document) == ["FGN103", "FGN301"]


def test_a_value_that_becomes_a_secret_is_shown_on_neither_side() -> None:
    old = state("a", inputs={"onFailure": {**BUCKET, "bucket": "canary"}})
    new = state("a", inputs={"onFailure": {**BUCKET, "bucket": "[secret]"}})

    document = reviewed(step("update", old=old, new=new))

    assert "canary" not in document.model_dump_json()
    assert lines(document)["onFailure.bucket"].startswith("[secret]")


def test_a_target_that_is_a_secret_as_a_whole_is_not_told_as_unknown() -> None:
    old = state("a", inputs={"onFailure": {**BUCKET, "bucket": "canary"}})
    new = state("a", inputs={"onFailure": "[secret]"})

    document = reviewed(step("update", old=old, new=new))

    assert list(lines(document)) == ["onFailure"]
    assert "canary" not in document.model_dump_json()


RAW = {"destination": "OBS", "param": '{"bucket":"results","expires":0}'}


@pytest.mark.parametrize(("before", "after"), [(RAW, BUCKET), (BUCKET, RAW)])
def test_two_spellings_of_one_target_are_no_change(before: object, after: object) -> None:
    old, new = (state("a", inputs={"onFailure": target}) for target in (before, after))

    document = reviewed(step("update", old=old, new=new))

    assert lines(document) == {}
    assert document.edges == ()


@pytest.mark.parametrize("before", [RAW, BUCKET])
def test_a_raw_target_with_a_secret_param_is_told_once_and_shown_on_neither_side(
    before: dict[str, object],
) -> None:
    told = json.loads(json.dumps(before).replace("results", "canary"))
    old = state("a", inputs={"onFailure": told})
    new = state("a", inputs={"onFailure": {**RAW, "param": "[secret]"}})

    document = reviewed(step("update", old=old, new=new))

    assert list(lines(document)) == ["onFailure"]
    assert "canary" not in document.model_dump_json()


def test_a_new_target_that_is_a_secret_as_a_whole_is_told_once() -> None:
    document = reviewed(step("create", new=state("a", inputs={"onFailure": "[secret]"})))

    assert lines(document) == {"onFailure": "[secret], a preview does not tell what changes"}


def test_a_config_that_cannot_be_read_leaves_the_review_incomplete() -> None:
    broken = state("a", inputs={"maxAsyncRetryAttempts": 7})

    document = reviewed(step("update", old=broken, new=broken))

    assert not document.is_complete
    assert rules(document) == ["FGN001"]
    assert document.configs[0].function_urn == ""


def test_advice_is_a_warning() -> None:
    document = reviewed(step("create", new=state("a")))

    assert rules(document) == ["FGN301"]
    assert document.warnings[0].severity is Severity.WARNING


def test_a_stack_of_another_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected the same stack"):
        reviewed(step("create", new=state("a")), exported=export(state("a", stack="prod")))


def test_the_order_of_the_steps_does_not_matter() -> None:
    steps = [step("create", new=state(name, inputs={"onSuccess": to_fn("z")})) for name in "abc"]

    assert reviewed(*steps) == reviewed(*reversed(steps))


def test_a_preview_without_a_step_has_nothing_to_say() -> None:
    document = reviewed()

    assert (document.stack, document.configs, document.findings) == ("", (), ())
    assert fn("x") not in document.model_dump_json()


def test_findings_that_a_comment_accepts_are_apart_from_errors_and_warnings() -> None:
    document = reviewed(step("create", new=state("a", inputs={"onSuccess": to_fn("a")})))
    (error,) = document.errors
    accepted = error.model_copy(update={"acknowledged": "on purpose"})

    document = document.model_copy(update={"findings": (accepted,)})

    assert document.acknowledged == (accepted,)
    assert document.errors == ()
