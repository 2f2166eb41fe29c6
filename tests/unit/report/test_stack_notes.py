"""What is said of a preview or an export that does not tell everything."""

from __future__ import annotations

from pulumi_functiongraph.report.stack_notes import stack_gaps, stack_notes
from unit.core.stack.told import export, golden, preview, read, state, step


def secret(number: int) -> dict[str, object]:
    return state(f"c{number:02}", inputs={"onFailure": "[secret]"})


def test_a_stack_that_was_read_whole_needs_no_note() -> None:
    told = read(exported=export(state("a")))

    assert (stack_gaps(told), stack_notes(told)) == ((), ())


def test_unchanged_resources_that_are_missing_are_counted_with_what_adds_them() -> None:
    told = preview(step("create", new=state("a")), changeSummary={"same": 2})

    (alone,) = stack_gaps(read(previewed=told))
    (in_vain,) = stack_gaps(read(previewed=told), why="no stack selected")
    (beside,) = stack_gaps(read(previewed=told, exported=export(state("b"))))

    assert alone.startswith("2 unchanged resources missing, because a preview lists only changes; ")
    assert "add --stack: pulumi stack export" in alone
    assert "Pulumi was asked in vain (no stack selected)" in in_vain
    assert beside.startswith("1 unchanged resource of the preview not in the stack export")


def test_an_export_without_a_resource_says_so() -> None:
    (gap,) = stack_gaps(read(exported=export()))

    assert "was the stack never deployed" in gap


def test_a_preview_that_the_gate_stopped_is_told_with_what_it_found_and_how_to_go_on() -> None:
    told = golden(previewed="preview_failed.json")
    (why,), (found, how) = stack_gaps(told), stack_notes(told)

    assert why == (
        "the preview failed, so configs are missing; fix that and preview again: "
        "error: functiongraph: 1 error found before anything was changed"
    )
    assert found.startswith("FGN001 error: x.functionUrn (__main__.py:6): has no package")
    assert "FUNCTIONGRAPH_REPORT=report.json" in how
    assert "--gate report.json" in how


def test_a_preview_that_failed_otherwise_is_told_with_the_first_line_of_why() -> None:
    said = [{"severity": "error", "message": "error: no such module\n  in line 1\n"}]

    (gap,) = stack_gaps(read(previewed=preview(diagnostics=said)))

    assert gap.endswith("configs are missing; fix that and preview again: error: no such module")


def test_a_config_that_cannot_be_read_is_named_with_its_problem_and_no_value() -> None:
    told = state("a", inputs={"onFailure": {"destination": "OBS", "bucket": "No_Bucket"}})
    placed = {**told, "sourcePosition": "project:///__main__.py#4"}

    for written, name in ((told, "a"), (placed, "a (__main__.py:4)")):
        (note,) = stack_gaps(read(exported=export(written)))
        assert note.startswith(f"{name} is not in the graph: on_failure.bucket: is not a bucket")
        assert "No_Bucket" not in note


def test_secret_values_are_counted_and_the_first_of_them_named() -> None:
    few = stack_notes(read(exported=export(secret(1), secret(0))))
    many = stack_notes(read(exported=export(*map(secret, range(12)))))

    assert few == ("2 secret values, taken as unknown: c00.on_failure, c01.on_failure",)
    assert many[0].startswith("12 secret values, taken as unknown: c00.on_failure, ")
    assert many[0].endswith("c09.on_failure and 2 more")


def test_the_value_of_a_refused_property_is_not_shown() -> None:
    message = "error: db resource 'x': property password value {canary\n1} has a problem: too short"
    told = preview(diagnostics=[{"severity": "error", "message": message}])

    (note,) = stack_gaps(read(previewed=told))

    assert "canary" not in note
    assert note.endswith("property password value (not shown) has a problem: too short")
