"""What a PUT comes to, whatever the service does with it and whatever becomes of its answer."""

import pytest

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotApplied,
    NotUnderstood,
    Throttled,
    Unavailable,
)
from pulumi_functiongraph.operations.put_and_verify import put_and_verify
from unit.operations.config_service import (
    BUCKET,
    OTHER_URN,
    TOPIC,
    URN,
    ConfigService,
    Keeping,
    aged,
    failure,
    with_targets,
)

LADDER = ["PUT", "GET", "PUT with empty targets", "GET", "DELETE", "PUT", "GET"]


@pytest.mark.parametrize(
    ("keeping", "calls"),
    [
        ("replaces", LADDER[:2]),
        ("merges", LADDER[:4]),
        ("merges and ignores the empty form", LADDER),
    ],
)
def test_a_removed_target_is_gone_whatever_a_put_does_with_omitted_ones(
    keeping: Keeping, calls: list[str]
) -> None:
    service = ConfigService(keeping)
    before = to_bag(service.set_by_hand(with_targets()).config)
    desired = Config(function_urn=URN, on_success=TOPIC)
    assert put_and_verify(service, desired, before=before).config == desired
    assert service.held[URN].config == desired
    assert service.calls == calls


def test_the_answer_to_a_put_is_what_is_read_back_where_nothing_is_left_out() -> None:
    service = ConfigService("merges and ignores the empty form")
    seen = service.set_by_hand(Config(function_urn=URN, on_success=TOPIC))
    live = put_and_verify(service, with_targets(), before=to_bag(seen.config), seen=seen)
    assert live == service.held[URN]
    assert service.calls == ["PUT"]


def test_what_somebody_else_added_since_and_is_left_out_is_looked_for() -> None:
    service = ConfigService()
    known = to_bag(Config(function_urn=URN, on_success=TOPIC))
    seen = service.set_by_hand(with_targets())
    put_and_verify(service, Config(function_urn=URN, on_success=TOPIC), before=known, seen=seen)
    assert service.calls == ["PUT", "GET"]


@pytest.mark.parametrize("part", ["created_time", "last_modified"])
def test_an_answer_that_is_not_whole_is_not_taken_for_a_read(part: str) -> None:
    service = ConfigService(partial={part: ""})
    assert put_and_verify(service, with_targets(), before={}) == service.held[URN]
    assert service.calls == ["PUT", "GET"]


def test_an_answer_that_tells_another_time_of_creation_is_not_taken_for_a_read() -> None:
    service = ConfigService(partial={"created_time": "2020-01-01T00:00:00Z"})
    seen = service.set_by_hand(aged(60))
    live = put_and_verify(service, aged(120), before=to_bag(seen.config), seen=seen)
    assert live == service.held[URN]
    assert service.calls == ["PUT", "GET"]


def test_a_removed_status_log_flag_is_off_where_a_put_merges() -> None:
    service = ConfigService("merges")
    on = service.set_by_hand(Config(function_urn=URN, enable_async_status_log=True))
    live = put_and_verify(service, Config(function_urn=URN), before=to_bag(on.config))
    assert live.config.enable_async_status_log is False
    assert service.calls == LADDER[:4]


def test_a_service_that_does_not_apply_the_config_is_reported() -> None:
    service = ConfigService("never applies")
    before = to_bag(service.set_by_hand(aged(60)).config)
    with pytest.raises(NotApplied, match="3,600 → 60 seconds") as reported:
        put_and_verify(service, aged(3_600), before=before)
    assert "pulumi up --refresh" in str(reported.value)
    with pytest.raises(NotApplied, match="has none"):
        put_and_verify(service, Config(function_urn=OTHER_URN), before={})
    assert "DELETE" not in service.calls


def test_a_service_that_still_keeps_everything_after_the_last_resort_is_reported() -> None:
    service = ConfigService("never applies")
    before = to_bag(service.set_by_hand(with_targets()).config)
    with pytest.raises(NotApplied, match="holds another one"):
        put_and_verify(service, Config(function_urn=URN), before=before)
    assert service.calls == LADDER


@pytest.mark.parametrize("call", [2, 4], ids=["after the first PUT", "after the second PUT"])
@pytest.mark.parametrize(
    "others",
    [
        Config(function_urn=URN, on_failure=BUCKET.model_copy(update={"bucket": "theirs"})),
        with_targets().model_copy(update={"max_async_retry_attempts": 3}),
        Config(function_urn=URN, on_failure=BUCKET),
    ],
    ids=["another target", "another number", "without our target"],
)
def test_nothing_is_deleted_where_somebody_else_wrote_meanwhile(others: Config, call: int) -> None:
    service = ConfigService("merges and ignores the empty form")
    before = to_bag(service.set_by_hand(with_targets()).config)
    service.meanwhile[call] = lambda: service.set_by_hand(others)
    with pytest.raises(NotApplied):
        put_and_verify(service, Config(function_urn=URN, on_success=TOPIC), before=before)
    assert "DELETE" not in service.calls
    assert service.held[URN].config == others
    assert len(service.calls) == call


def test_a_target_that_was_not_known_to_be_there_is_not_deleted_with_its_config() -> None:
    """Somebody else has added it since the state was written."""
    service = ConfigService("merges and ignores the empty form")
    service.set_by_hand(with_targets())
    known = to_bag(Config(function_urn=URN, on_success=TOPIC))
    with pytest.raises(NotApplied, match="onFailure: none → OBS"):
        put_and_verify(service, aged(60).model_copy(update={"on_success": TOPIC}), before=known)
    assert service.writes == ["PUT"]


def test_what_could_not_be_taken_out_of_a_config_that_was_set_is_told() -> None:
    service = ConfigService("merges", refused={3: failure(Forbidden)})
    before = to_bag(service.set_by_hand(with_targets()).config)
    with pytest.raises(NotApplied, match=r"taking that out failed; .*\n  onFailure: none → OBS"):
        put_and_verify(service, Config(function_urn=URN, on_success=TOPIC), before=before)
    assert service.calls == ["PUT", "GET", "PUT with empty targets"]


IN_DOUBT = [Unavailable, NotUnderstood, Throttled]


@pytest.mark.parametrize("kind", IN_DOUBT)
def test_a_put_whose_answer_is_lost_is_settled_by_a_read(kind: type[CloudError]) -> None:
    service = ConfigService(lost={1: failure(kind, may_have_acted=True)})
    assert put_and_verify(service, with_targets(), before={}).config == with_targets()
    assert service.calls == ["PUT", "GET"]


@pytest.mark.parametrize("kind", IN_DOUBT)
def test_a_put_that_was_not_carried_out_fails_and_says_what_is_live(
    kind: type[CloudError],
) -> None:
    service = ConfigService(refused={1: failure(kind, may_have_acted=True)})
    with pytest.raises(NotApplied) as told:
        put_and_verify(service, with_targets(), before={})
    assert str(told.value).startswith(f"could not set the async config of {URN}: HTTP 500 busy")
    assert "so it was not set" in str(told.value)

    service = ConfigService(refused={1: failure(kind, may_have_acted=True)})
    before = to_bag(service.set_by_hand(aged(60)).config)
    with pytest.raises(NotApplied, match=r"declared → live:\n.*3,600 → 60 seconds"):
        put_and_verify(service, aged(3_600), before=before)


def test_a_put_that_was_refused_is_not_asked_about() -> None:
    service = ConfigService(refused={1: failure(Forbidden)})
    with pytest.raises(Forbidden):
        put_and_verify(service, with_targets(), before={})
    assert service.calls == ["PUT"]


def test_what_cannot_be_settled_is_said_with_the_way_out() -> None:
    service = ConfigService(
        lost={1: failure(Unavailable, may_have_acted=True)},
        refused={2: failure(Unavailable, "read the async config")},
    )
    with pytest.raises(NotApplied) as told:
        put_and_verify(service, with_targets(), before={})
    message = str(told.value)
    assert message.startswith(f"could not set the async config of {URN}: HTTP 500 busy")
    assert "could not be read either: could not read the async config" in message
    assert "adopt: true" in message
    assert "pulumi destroy does not know of it" in message
    assert "pulumi up --refresh" in message


def test_the_answer_to_the_put_tells_where_the_read_fails() -> None:
    service = ConfigService(refused={2: failure(Unavailable, "read the async config")})
    before = to_bag(with_targets().model_copy(update={"enable_async_status_log": True}))
    assert put_and_verify(service, with_targets(), before=before).config == with_targets()
    assert service.calls == ["PUT", "GET"]


def test_an_answer_that_holds_something_else_tells_nothing_where_the_read_fails() -> None:
    service = ConfigService(
        "takes at most a minute", refused={2: failure(Unavailable, "read the async config")}
    )
    with pytest.raises(NotApplied, match="is set now could not be read either"):
        put_and_verify(service, with_targets(), before={})


@pytest.mark.parametrize("what", ["refused", "not carried out"])
def test_a_config_that_was_deleted_and_could_not_be_set_anew_is_told_to_be_absent(
    what: str,
) -> None:
    service = ConfigService("merges and ignores the empty form")
    owned = with_targets().model_copy(update={"max_async_retry_attempts": 3})
    before = to_bag(service.set_by_hand(owned).config)
    refused = Forbidden if what == "refused" else Unavailable
    service.refused[6] = failure(refused, may_have_acted=what != "refused")
    desired = Config(function_urn=URN, on_success=TOPIC)

    with pytest.raises(NotApplied) as told:
        put_and_verify(service, desired, before=before)

    message = str(told.value)
    assert service.calls[4:6] == ["DELETE", "PUT"]
    assert message.startswith(f"could not set the async config of {URN}: HTTP 500 busy")
    assert f"{URN} HAS NO async notification config now" in message
    assert "\n  onFailure: OBS → none" in message
    assert "The next pulumi up sets the declared one" in message
    assert "pulumi up --refresh" in message
    assert "failed" not in message.split("There was →")[1].split("The next", maxsplit=1)[0]
    # The state still holds what there was, so the next run updates once more.
    assert put_and_verify(service, desired, before=before).config == desired


def test_a_lost_answer_in_the_last_resort_is_settled_too() -> None:
    service = ConfigService("merges and ignores the empty form")
    before = to_bag(service.set_by_hand(with_targets()).config)
    service.lost = {
        5: failure(Unavailable, "delete the async config", may_have_acted=True),
        7: failure(Unavailable, may_have_acted=True),
    }
    desired = Config(function_urn=URN, on_success=TOPIC)
    assert put_and_verify(service, desired, before=before).config == desired
    assert service.calls == [*LADDER[:5], "GET", *LADDER[5:]]
