"""A stack's configs are the same whichever provider sets them, and in one graph with the others."""

from __future__ import annotations

from typing import Any

import pytest

from factories import to_bucket
from pulumi_functiongraph.cloud.wire import as_read_back
from pulumi_functiongraph.core.prechecks.checked_configs import checked_config
from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.stack import (
    declared_configs,
    parse_export,
    parse_preview,
    read_stack,
)
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, DYNAMIC_CONFIG, NATIVE_CONFIG
from unit.core.stack.told import (
    arrows,
    cycles,
    export,
    preview,
    pulumi_urn,
    read,
    state,
    step,
    to_fn,
)


def config(name: str, kind: str, **inputs: Any) -> dict[str, Any]:
    return state(name, inputs=inputs, urn=pulumi_urn(name, kind=kind), type=kind)


@pytest.mark.parametrize("kind", CONFIG_TYPES)
def test_graph_drift_and_pre_check_know_a_config_of_each_provider(kind: str) -> None:
    one = config("orders", kind, onFailure=to_bucket(), onSuccess=to_fn("billing"))
    stack = read_stack(export=parse_export(export(one)))

    assert arrows(stack) == [
        "orders failure obs://results/ declared",
        "orders success billing declared",
    ]
    (declared,) = declared_configs(stack, as_read_back=as_read_back)
    assert declared.bag["onFailure"] == to_bucket()
    assert checked_config(stack.configs[0].declaration) is not None


def test_a_cycle_goes_through_configs_of_both_providers() -> None:
    there = config("there", DYNAMIC_CONFIG, onSuccess=to_fn("back"))
    back = config("back", NATIVE_CONFIG, onSuccess=to_fn("there"))

    assert cycles(read(previewed=preview(step("create", new=there), step("same", new=back))))


@pytest.mark.parametrize(("was", "now"), [CONFIG_TYPES, CONFIG_TYPES[::-1]])
def test_a_change_of_the_provider_alone_is_reviewed_as_no_change(was: str, now: str) -> None:
    before, after = (config("orders", kind, onSuccess=to_fn("billing")) for kind in (was, now))
    document = review(parse_preview(preview(step("same", old=before, new=after))))

    assert not [each for each in document.configs if each.properties]
    changed = config("orders", now, onSuccess=to_fn("other"))
    document = review(parse_preview(preview(step("update", old=before, new=changed))))
    assert [each.path for each in document.configs[0].properties] == ["onSuccess.functionUrn"]
