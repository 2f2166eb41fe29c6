"""A stack's configs as a drift report compares them, and what its program has not applied."""

from __future__ import annotations

from typing import Any

import pytest

from factories import to_bucket
from pulumi_functiongraph.cloud.wire import as_read_back
from pulumi_functiongraph.core.drift.comparison import PendingChange
from pulumi_functiongraph.core.drift.inputs import DeclaredConfig
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.stack import (
    declared_configs,
    parse_export,
    parse_preview,
    read_stack,
)
from pulumi_functiongraph.core.stack.pending import pending_configs
from unit.core.stack.told import (
    SECRET_SIGNATURE,
    UNKNOWN_VALUE,
    export,
    fn,
    preview,
    secret,
    state,
    step,
    to_fn,
)


def configs(*states: dict[str, Any], reveal: bool = True) -> list[DeclaredConfig]:
    stack = read_stack(export=parse_export(export(*states)), reveal=reveal)
    return list(declared_configs(stack, as_read_back=as_read_back))


def only(*states: dict[str, Any], reveal: bool = True) -> DeclaredConfig:
    (found,) = configs(*states, reveal=reveal)
    return found


def waiting(*steps: dict[str, Any], **more: Any) -> list[PendingChange]:
    return list(pending_configs(parse_preview(preview(*steps, **more))))


def test_a_config_is_told_with_its_stack_its_name_and_its_function() -> None:
    config = only(state("orders", inputs={"onFailure": to_bucket()}))

    assert (config.stack, config.name) == ("stack dev of project shop", "orders")
    assert str(config.function_urn) == fn("orders")
    assert config.bag["onFailure"] == to_bucket()
    assert not config.why


def test_a_secret_that_is_shown_is_taken_and_remembered() -> None:
    target = {**to_bucket(bucket=secret("canary")), "prefix": secret('a"é')}
    config = only(state("orders", inputs={"onFailure": target, "onSuccess": secret(to_bucket())}))

    assert config.bag["onFailure"] == to_bucket(bucket="canary", prefix='a"é')
    assert config.bag["onSuccess"] == to_bucket()
    assert config.secret == {"onFailure.bucket", "onFailure.prefix", "onSuccess"}


@pytest.mark.parametrize(
    "hidden",
    [
        {**SECRET_SIGNATURE, "ciphertext": "v1:abc"},
        {**SECRET_SIGNATURE, "plaintext": "no json"},
        "[secret]",
    ],
)
def test_a_secret_that_is_not_shown_stays_unknown(hidden: object) -> None:
    config = only(state("orders", inputs={"onFailure": to_bucket(bucket=hidden)}))

    assert config.bag["onFailure"] == to_bucket(bucket=UNKNOWN)
    assert config.secret == {"onFailure.bucket"}


def test_a_secret_is_taken_only_when_that_is_asked_for() -> None:
    told = state("orders", inputs={"onFailure": to_bucket(bucket=secret("canary"))})

    assert "canary" not in str(only(told, reveal=False))


def test_a_function_that_is_a_secret_input_is_named_by_the_id() -> None:
    hidden = {**SECRET_SIGNATURE, "ciphertext": "v1:abc"}

    config = only(state("orders", inputs={"functionUrn": hidden}, id=fn("orders")))

    assert str(config.function_urn) == fn("orders")
    assert only(state("orders", inputs={"functionUrn": hidden})).function_urn is None


def test_a_raw_param_is_compared_as_it_is_read_back() -> None:
    raw = {"destination": "OBS", "param": '{"bucket": "results"}'}

    assert only(state("orders", inputs={"onFailure": raw})).bag["onFailure"] == to_bucket()


def test_of_a_raw_target_with_a_secret_param_the_whole_is_a_secret() -> None:
    raw = {"destination": "OBS", "param": secret('{"bucket": "canary"}')}

    told = state("a", inputs={"onFailure": raw})

    shown, hidden = only(told, reveal=True), only(told, reveal=False)

    assert shown.bag["onFailure"] == to_bucket(bucket="canary")
    assert hidden.bag["onFailure"] == {"destination": "OBS", "param": UNKNOWN}
    assert shown.secret == hidden.secret == {"onFailure"}


def test_a_config_that_cannot_be_judged_says_why() -> None:
    config = only(state("orders", inputs={"maxAsyncRetryAttempts": 9}, id=fn("orders")))

    assert "maxAsyncRetryAttempts: is 9" in config.why
    assert str(config.function_urn) == fn("orders")


def test_what_has_yet_to_be_deleted_is_marked() -> None:
    assert [each.is_going for each in configs(state("a"), state("b", delete=True))] == [False, True]


def test_pending_changes_are_told_by_operation_and_property() -> None:
    old, new = state("a"), state("a", inputs={"maxAsyncRetryAttempts": 3})

    (update,) = waiting(step("update", old=old, new=new))
    (create,) = waiting(step("create", new=new))
    (delete,) = waiting(step("delete", old=old))

    assert update.config.changes == (
        "maxAsyncRetryAttempts: 1 → 3 retries (up to 4 runs per event)",
    )
    told = [(each.config.operation, each.config.changes) for each in (create, delete)]
    assert told == [("create", ()), ("delete", ())]
    assert str(create.function_urn) == fn("a")


def test_a_config_whose_function_is_known_only_at_apply_is_pending_without_one() -> None:
    (create,) = waiting(step("create", new=state("a", inputs={"functionUrn": UNKNOWN_VALUE})))

    assert create.function_urn is None


def test_what_is_unchanged_or_no_config_is_not_pending() -> None:
    other = {**state("f", inputs=to_fn("x")), "type": "test:index:Function"}

    assert waiting(step("same", old=state("a"), new=state("a")), step("create", new=other)) == []


def test_a_create_of_a_replacement_is_told_as_a_replacement() -> None:
    (replaced,) = waiting(step("create-replacement", new=state("a")))

    assert replaced.config.operation == "replace"
