"""Which configs a stack has, from a preview, an export, or both."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from factories import PROJECT, REGION
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.stack import Stack
from unit.core.stack.told import (
    SECRET_SIGNATURE,
    UNKNOWN_VALUE,
    arrows,
    by_name,
    cycles,
    export,
    golden,
    judged,
    made,
    preview,
    pulumi_urn,
    read,
    state,
    step,
    to_fn,
    unknown_fn,
)

A_TO_B = state("a", inputs={"onSuccess": to_fn("b")})
B_TO_A = state("b", inputs={"onSuccess": to_fn("a")})
B_ALONE = state("b")
OTHER: dict[str, Any] = {
    "urn": made("a"),
    "type": "test:index:Function",
    "inputs": {"anything": [1]},
}


def from_made(name: str, to: str, **more: Any) -> dict[str, Any]:
    """A config of a function that is a resource, to another one, both unknown."""
    return state(
        name,
        inputs={"functionUrn": UNKNOWN_VALUE, "onSuccess": unknown_fn()},
        behind={"functionUrn": [made(name)], "onSuccess": [made(to)]},
        **more,
    )


@pytest.mark.parametrize(
    "op", ["create", "update", "same", "read", "import", "create-replacement", "refresh"]
)
def test_a_config_that_stays_is_declared_whatever_is_done_to_it(op: str) -> None:
    stack = read(previewed=preview(step(op, new=A_TO_B)))

    assert arrows(stack) == ["a success b declared"]
    assert stack.is_complete


def test_a_config_that_is_deleted_counts_as_live_until_it_is_removed() -> None:
    stack = read(previewed=preview(step("delete", old=B_TO_A), step("create", new=A_TO_B)))

    assert arrows(stack) == ["a success b declared", "b success a removed"]
    assert cycles(stack) == [["a", "b"]]
    (cycle,) = judged(stack).cycles
    assert [edge.resource for edge in cycle.to_remove_first] == ["b"]


@pytest.mark.parametrize("op", ["replace", "delete-replaced"])
def test_a_config_that_is_replaced_is_deleted_before_its_successor_is_there(op: str) -> None:
    moved = {**A_TO_B, "urn": pulumi_urn("b")}
    steps = (step(op, old=B_TO_A), step("create-replacement", new=moved))
    stack = read(previewed=preview(*steps), exported=export(B_TO_A))

    assert arrows(stack) == ["a success b declared"]
    assert {str(urn) for urn in stack.replaced} == {B_TO_A["inputs"]["functionUrn"]}


def test_a_config_that_is_declared_under_another_name_replaces_the_removed_one() -> None:
    renamed = {**B_TO_A, "urn": pulumi_urn("other"), "inputs": state("b")["inputs"]}
    steps = (step("delete", old=B_TO_A), step("create", new=renamed), step("create", new=A_TO_B))

    assert arrows(read(previewed=preview(*steps))) == ["a success b declared"]


@pytest.mark.parametrize("op", ["discard", "remove-pending-replace", "read-discard"])
def test_what_touches_state_alone_leaves_nothing_behind(op: str) -> None:
    assert read(previewed=preview(step(op, old=A_TO_B))).configs == ()


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (preview(step("upsert", new=A_TO_B)), "has the operation 'upsert'"),
        (preview(step("Create", new=A_TO_B)), "has the operation 'Create'"),
        (
            preview({"op": "create", "urn": A_TO_B["urn"]}),
            "does not say what there is after the operation 'create'",
        ),
        (preview(step("update", old=A_TO_B)), "after the operation 'update'"),
        (preview(step("read-discard", new=A_TO_B)), "says that something is left"),
        (preview(changeSummary={"create": 5}), "counts 5 of 'create' and lists 0"),
        (preview(step("create", new=A_TO_B), changeSummary={"create": 2}), "and lists 1"),
        (preview(changeSummary={}), "counts no resource, not even the stack itself"),
        (preview(changeSummary={"same": -3}), "is less than 0"),
    ],
)
def test_a_preview_that_is_not_understood_whole_is_refused(told: str, what: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(what)):
        read(previewed=told)


def test_half_a_character_in_a_document_is_refused() -> None:
    told = preview(step("create", new=A_TO_B)).replace('"urn:pulumi', '"\\ud800urn:pulumi', 1)

    with pytest.raises(InvalidInput, match="holds half of a character"):
        read(previewed=told)


def test_a_preview_that_failed_before_it_counted_anything_is_read_as_one_that_failed() -> None:
    diagnostic = {"severity": "error", "message": "no such file"}

    stack = read(previewed=preview(changeSummary={}, diagnostics=[diagnostic]))

    assert not stack.is_complete


def test_a_config_that_an_interrupted_update_had_begun_is_not_known() -> None:
    document = json.loads(export(B_ALONE))
    pending = [{"type": "creating", "resource": A_TO_B}, {"type": "creating", "resource": OTHER}]
    document["deployment"]["pending_operations"] = pending

    stack = read(exported=json.dumps(document))

    assert stack.interrupted == ("a",)
    assert not stack.is_complete


def test_a_config_that_a_refresh_found_gone_is_gone() -> None:
    steps = step("refresh", old=A_TO_B)

    assert read(previewed=preview(steps), exported=export(A_TO_B)).configs == ()


def test_resources_of_other_types_are_passed_over() -> None:
    assert read(exported=export(OTHER)).configs == ()


def test_steps_are_laid_over_the_resources_of_an_export() -> None:
    stack = read(previewed=preview(step("update", new=B_TO_A)), exported=export(A_TO_B, B_ALONE))

    assert arrows(stack) == ["a success b declared", "b success a declared"]
    assert cycles(stack) == [["a", "b"]]


def test_what_is_pending_in_state_is_live_or_gone() -> None:
    stack = read(
        exported=export({**A_TO_B, "delete": True}, {**B_TO_A, "pendingReplacement": True})
    )

    assert arrows(stack) == ["a success b removed"]


def test_files_of_two_stacks_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"preview: is of stack dev of project shop, and the "):
        read(
            previewed=preview(step("create", new=A_TO_B)),
            exported=export({**B_TO_A, "urn": pulumi_urn("b", stack="prod")}),
        )


def test_urns_that_are_none_do_not_stop_the_reading() -> None:
    strange = {**A_TO_B, "urn": "a"}

    (config,) = read(exported=export(strange)).configs
    assert config.declaration.name == "a"


@pytest.mark.parametrize(
    ("summary", "steps", "left_out"),
    [
        ({"same": 4}, (step("same", new=A_TO_B),), 3),
        ({"same": 4}, (step("refresh", new=A_TO_B),), 0),
        ({"create": 1}, (step("create", new=A_TO_B),), 0),
        ({}, (step("same", new=A_TO_B),), 0),
    ],
)
def test_unchanged_resources_that_a_preview_leaves_out_are_counted(
    summary: dict[str, int], steps: tuple[dict[str, Any], ...], left_out: int
) -> None:
    told = preview(*steps, changeSummary=summary)

    others = [state(f"other-{number}") for number in range(3)]
    default = {
        "urn": "urn:pulumi:dev::shop::pulumi:providers:pulumi-python::default",
        "type": "pulumi:providers:pulumi-python",
    }

    assert read(previewed=told).left_out == left_out
    assert read(previewed=told, exported=export(A_TO_B, default)).left_out == left_out
    assert read(previewed=told, exported=export(A_TO_B, default, *others)).left_out == 0


def test_an_export_without_a_resource_tells_nothing_by_itself() -> None:
    assert not read(exported=export()).is_complete
    assert read(previewed=preview(step("create", new=A_TO_B)), exported=export()).is_complete


def test_a_preview_that_failed_is_not_complete() -> None:
    said = [
        {"severity": "info", "message": "fine"},
        {"severity": "error", "message": "error: preview failed\n"},
    ]
    stack = read(previewed=preview(diagnostics=said))

    assert stack.failures == ("error: preview failed",)
    assert not stack.is_complete


def test_a_config_that_cannot_be_read_is_kept_with_its_problems_and_has_no_edge() -> None:
    stack = read(exported=export(state("a", inputs={"onSuccess": {"destination": "Moon"}}), B_TO_A))

    config = by_name(stack)["a"]
    assert [problem.path for problem in config.declaration.examined.problems] == [
        "onSuccess.destination"
    ]
    assert config.declaration.source == str(config.declaration.examined.source)
    assert arrows(stack) == ["b success a declared"]
    assert not stack.is_complete


def test_an_unknown_name_is_identified_by_the_one_resource_behind_it() -> None:
    steps = (step("create", new=from_made("a", "b")), step("create", new=from_made("b", "a")))
    stack = read(previewed=preview(*steps))

    assert by_name(stack)["a"].declaration.source == made("a")
    assert cycles(stack) == [["a", "b"]]
    assert judged(stack).cycles[0].path[0].source.key == made("a")


@pytest.mark.parametrize(
    "behind",
    [
        [made("b"), made("c")],
        [],
        None,
        [pulumi_urn("suffix", kind="random:index/randomPet:RandomPet")],
        [pulumi_urn("other", kind="shop:index:Pair$pulumi:pulumi:StackReference")],
    ],
)
def test_what_no_single_resource_stands_for_is_unknown(behind: list[str] | None) -> None:
    told = state("a", inputs={"onSuccess": unknown_fn()}, behind={"onSuccess": behind or []})
    if behind is None:
        told["propertyDependencies"] = {"onSuccess": None}
    stack = read(previewed=preview(step("create", new=told)))

    verdict = judged(stack)
    assert str(verdict.unknowns) == "cannot prove acyclic: 1 target unknown until apply or secret"
    assert by_name(stack)["a"].declaration.declared.identities == {}


def test_two_functions_named_with_one_random_suffix_are_no_loop() -> None:
    suffix = [pulumi_urn("suffix", kind="random:index/randomPet:RandomPet")]
    told = state(
        "a",
        inputs={"functionUrn": UNKNOWN_VALUE, "onSuccess": unknown_fn()},
        behind={"functionUrn": suffix, "onSuccess": suffix},
    )
    stack = read(previewed=preview(step("create", new=told)))

    assert judged(stack).cycles == ()
    assert by_name(stack)["a"].declaration.source is None


def test_a_whole_target_that_is_unknown_is_identified_as_well() -> None:
    told = state("a", inputs={"onSuccess": UNKNOWN_VALUE}, behind={"onSuccess": [made("b")]})

    assert arrows(read(previewed=preview(step("create", new=told)))) == ["a success b declared"]


def test_a_secret_name_is_unknown_and_its_path_is_told() -> None:
    secret = {"destination": "OBS", "bucket": {**SECRET_SIGNATURE, "ciphertext": "v1:x:y"}}
    stack = read(exported=export(state("a", inputs={"onFailure": secret})))

    assert by_name(stack)["a"].secret == {"onFailure.bucket"}
    assert len(judged(stack).unknowns.targets) == 1


def test_a_reason_for_a_cycle_is_taken_from_the_target() -> None:
    intended = {**to_fn("a"), "allowCycle": "ends after an hour"}
    stack = read(exported=export(state("a", inputs={"onFailure": intended})))

    verdict = judged(stack)
    assert verdict.cycles == ()
    assert verdict.acknowledged[0].acknowledged[0].acknowledged == "ends after an hour"


def test_a_config_without_a_target_still_replaces_what_is_live() -> None:
    old = {**B_TO_A, "delete": True}

    assert arrows(read(exported=export(old))) == ["b success a removed"]
    assert arrows(read(exported=export(old, B_ALONE))) == []


def test_short_names_are_completed_by_the_settings_of_the_preview() -> None:
    told = preview(
        step("create", new=state("a", inputs={"functionUrn": "a", "onSuccess": to_fn("a")})),
        config={"functiongraph:region": REGION, "functiongraph:projectId": PROJECT, "x:y": 1},
    )

    assert cycles(read(previewed=told)) == [["a"]]


def test_a_setting_that_is_secret_completes_nothing() -> None:
    told = state("a", inputs={"functionUrn": UNKNOWN_VALUE})
    stack = read(previewed=preview(step("create", new=told), config={"functiongraph:region": {}}))

    assert by_name(stack)["a"].declaration.declared.region is None


def renamed_while_updated(*, op: str = "update", old: str = "b") -> Stack:
    """a → the resource b, while a config of the known function b is removed."""
    to_b = state("a", inputs={"onSuccess": unknown_fn()}, behind={"onSuccess": [made("b")]})
    removed = state(
        old,
        inputs={"onSuccess": to_fn("a")},
        behind={"functionUrn": [made("b")], "onSuccess": []},
    )
    resource = {"urn": made("b"), "type": "test:index:Function"}
    return read(
        previewed=preview(
            step(op, new=resource), step("delete", old=removed), step("create", new=to_b)
        )
    )


def test_a_resource_that_is_updated_keeps_the_name_that_state_knows() -> None:
    assert cycles(renamed_while_updated()) == [["a", "b"]]


@pytest.mark.parametrize("op", ["replace", "create"])
def test_a_resource_that_is_new_is_none_of_the_names_that_state_knows(op: str) -> None:
    assert cycles(renamed_while_updated(op=op)) == []


def test_a_resource_behind_several_names_stands_for_none_of_them() -> None:
    to_b = state("a", inputs={"onSuccess": unknown_fn()}, behind={"onSuccess": [made("b")]})
    versions = [
        state(name, inputs={"onSuccess": to_fn("a")}, behind={"functionUrn": [made("b")]})
        for name in ("b", "c")
    ]
    steps = [*(step("delete", old=each) for each in versions), step("create", new=to_b)]

    assert cycles(read(previewed=preview(*steps))) == []


def test_the_name_of_a_topic_is_kept_too() -> None:
    topic = {"destination": "SMN", "topicUrn": f"urn:smn:{REGION}:{PROJECT}:alerts"}
    behind = {"onSuccess": [made("alerts")]}
    known = state("a", inputs={"onSuccess": topic}, behind=behind)
    unknown = state("b", inputs={"onSuccess": {**topic, "topicUrn": UNKNOWN_VALUE}}, behind=behind)
    stack = read(previewed=preview(step("delete", old=known), step("create", new=unknown)))

    assert {hop.target.key for hop in judged(stack).graph.hops()} == {topic["topicUrn"]}


def test_the_order_of_steps_and_resources_does_not_matter() -> None:
    told = json.loads(preview(step("create", new=A_TO_B), step("delete", old=B_TO_A)))
    turned = {**told, "steps": told["steps"][::-1]}

    assert read(previewed=json.dumps(told)) == read(previewed=json.dumps(turned))


def test_the_real_preview_alone_shows_what_changes() -> None:
    stack = golden(previewed="preview.json")

    assert stack.left_out == 1
    assert cycles(stack) == [["audit", "mail"], ["packer", "shipper"]]
    assert by_name(stack)["parcel-packer"].declaration.where == (
        "__main__.py:17, from __main__.py:46"
    )


@pytest.mark.parametrize(
    ("previewed", "exported"), [("preview.json", "export.json"), ("preview_refresh.json", "")]
)
def test_the_real_preview_with_an_export_or_a_refresh_shows_all(
    previewed: str, exported: str
) -> None:
    stack = golden(previewed=previewed, exported=exported)

    assert stack.left_out == 0
    assert cycles(stack) == [["audit", "mail"], ["billing", "orders"], ["packer", "shipper"]]
    assert [cycle.id for cycle in judged(stack).acknowledged] == ["18ccc8c7"]
    assert [config.declaration.name for config in stack.configs if config.is_removed] == ["mail"]
    assert [urn.name for urn in stack.replaced] == ["stock"]
    assert {name: config.secret for name, config in by_name(stack).items() if config.secret} == {
        "billing": {"onFailure.bucket"},
        "orders": {"onFailure.bucket"},
    }


def test_the_real_export_alone_shows_what_was_applied_last() -> None:
    stack = golden(exported="export.json")

    assert cycles(stack) == []
    assert sorted(by_name(stack)) == ["billing", "mail", "orders", "stock"]
    assert stack.is_complete


def test_the_real_preview_that_the_gate_stopped_is_not_complete() -> None:
    assert not golden(previewed="preview_failed.json").is_complete
