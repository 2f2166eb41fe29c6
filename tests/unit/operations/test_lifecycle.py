from functools import partial
from itertools import product

import pytest

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.errors import (
    AlreadyConfigured,
    FunctionGraphError,
    NotApplied,
    Unavailable,
)
from pulumi_functiongraph.core.properties import BagValue
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.operations import lifecycle
from pulumi_functiongraph.operations.takeover import refusal
from unit.operations.config_service import (
    BUCKET,
    URN,
    ConfigService,
    Keeping,
    aged,
    failure,
    with_targets,
)


def test_a_config_that_is_not_there_is_put() -> None:
    service = ConfigService()
    created = lifecycle.create(service, with_targets(), adopt=False)
    assert created == lifecycle.Created(service.held[URN])
    assert created.live.config == with_targets()
    assert service.calls == ["GET", "PUT"]


def test_an_equal_config_is_taken_over_without_a_write() -> None:
    service = ConfigService()
    live = service.set_by_hand(with_targets())
    created = lifecycle.create(service, with_targets(), adopt=False)
    assert created == lifecycle.Created(live, before=live)
    assert service.calls == ["GET"]


def test_a_different_config_is_refused_with_its_differences() -> None:
    service = ConfigService()
    service.set_by_hand(Config(function_urn=URN))
    with pytest.raises(AlreadyConfigured) as refused:
        lifecycle.create(service, with_targets(), adopt=False)
    assert "last modified 2026-01-01T00:00:00Z" in str(refused.value)
    assert "onSuccess: none → SMN" in str(refused.value)
    assert "adopt: true" in str(refused.value)
    assert service.calls == ["GET"]


def test_a_different_config_is_replaced_with_adopt() -> None:
    service = ConfigService()
    before = service.set_by_hand(Config(function_urn=URN))
    created = lifecycle.create(service, with_targets(), adopt=True)
    assert created.before == before
    assert service.held[URN].config == with_targets()


def test_the_refusal_names_no_bucket_topic_or_prefix() -> None:
    live = LiveConfig(config=Config(function_urn=URN, on_failure=Bucket(bucket="top-secret")))
    text = refusal(
        Config(function_urn=URN, on_failure=Bucket(bucket="also-secret")), live, adopt=False
    )
    assert "onFailure.bucket: changed" in text
    assert "secret" not in text.replace("may be secret", "")


def test_a_status_log_flag_that_nobody_set_is_off() -> None:
    live = LiveConfig(config=Config(function_urn=URN, enable_async_status_log=False))
    assert refusal(Config(function_urn=URN), live, adopt=False) == ""
    on = LiveConfig(config=Config(function_urn=URN, enable_async_status_log=True))
    assert "on → off" in refusal(Config(function_urn=URN), on, adopt=False)


@pytest.mark.parametrize("second", [0, 1], ids=["in the same second", "later"])
@pytest.mark.parametrize(
    "others",
    [aged(7), Config(function_urn=URN, on_failure=BUCKET), Config(function_urn=URN)],
    ids=["other numbers", "a target that ours leaves out", "no targets"],
)
def test_what_somebody_else_sets_right_after_our_put_is_neither_changed_nor_deleted(
    others: Config, second: int
) -> None:
    service = ConfigService(partial={"last_modified": ""})

    def somebody_else() -> None:
        service.second += second
        service.set_by_hand(others)

    service.meanwhile[3] = somebody_else
    desired = with_targets().model_copy(update={"on_failure": None})
    with pytest.raises(NotApplied) as told:
        lifecycle.create(service, desired, adopt=False)
    assert service.writes == ["PUT"]
    assert service.held[URN].config == others
    assert "declared → live:" in str(told.value)
    assert "adopt: true" in str(told.value)


def test_what_somebody_else_sets_between_two_attempts_is_neither_changed_nor_deleted() -> None:
    service = ConfigService(passing={2}, meanwhile={3: lambda: service.set_by_hand(aged(7))})
    with pytest.raises(AlreadyConfigured, match="adopt: true"):
        lifecycle.create(service, with_targets(), adopt=False)
    assert service.calls == ["GET", "PUT", "GET"]
    assert service.held[URN].config == aged(7)


def test_what_somebody_else_sets_between_two_attempts_is_adopted_where_that_is_allowed() -> None:
    service = ConfigService(passing={2}, meanwhile={3: lambda: service.set_by_hand(aged(7))})
    assert lifecycle.create(service, with_targets(), adopt=True).live.config == with_targets()


def test_a_value_that_the_service_changes_is_told_and_kept() -> None:
    service = ConfigService("takes at most a minute")
    with pytest.raises(NotApplied, match="3,600 → 60 seconds") as told:
        lifecycle.create(service, with_targets(), adopt=False)
    assert "left as it is" in str(told.value)
    assert service.writes == ["PUT"]


def test_a_create_after_which_nothing_is_there_deletes_nothing() -> None:
    service = ConfigService("never applies")
    with pytest.raises(NotApplied, match="has none when asked at once"):
        lifecycle.create(service, with_targets(), adopt=False)
    assert service.writes == ["PUT"]


def recorded(live: LiveConfig) -> dict[str, BagValue]:
    return {**to_bag(live.config), "createdTime": live.created_time}


def test_an_update_sets_what_is_declared_also_where_somebody_changed_it() -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(aged(60)))
    service.second = 7
    service.set_by_hand(aged(7))
    assert lifecycle.update(service, aged(120), recorded=state).config == aged(120)
    assert service.calls == ["GET", "PUT"]


def test_an_update_sets_a_config_that_is_gone_anew() -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(aged(60)))
    service.delete_by_hand()
    assert lifecycle.update(service, aged(120), recorded=state).config == aged(120)


@pytest.mark.parametrize("call", [1, 3], ids=["before the first attempt", "between attempts"])
def test_an_update_keeps_a_config_that_somebody_else_has_set_anew(call: int) -> None:
    service = ConfigService(passing={2})
    state = recorded(service.set_by_hand(aged(60)))

    def somebody_else() -> None:
        service.delete_by_hand()
        service.second = 7
        service.set_by_hand(aged(7))

    service.meanwhile[call] = somebody_else
    with pytest.raises(AlreadyConfigured, match="7 → 120 seconds") as told:
        lifecycle.update(service, aged(120), recorded=state)
    assert "was not changed" in str(told.value)
    assert "pulumi refresh" in str(told.value)
    assert service.held[URN].config == aged(7)

    # What the message says to do works.
    state = recorded(service.held[URN])
    assert lifecycle.update(service, aged(120), recorded=state).config == aged(120)


def test_an_update_that_has_set_a_config_anew_in_an_earlier_attempt_goes_on() -> None:
    service = ConfigService(passing={2})
    state = recorded(service.set_by_hand(aged(60)))
    service.delete_by_hand()
    service.second = 7
    service.meanwhile[3] = lambda: service.set_by_hand(aged(120))
    assert lifecycle.update(service, aged(120), recorded=state).config == aged(120)


SETTINGS = (with_targets(), aged(7), Config(function_urn=URN, on_success=BUCKET))
KEEPINGS: tuple[Keeping, ...] = ("replaces", "merges", "merges and ignores the empty form")
CALLS = range(1, 7)


@pytest.mark.parametrize("how", ["lost", "refused"])
@pytest.mark.parametrize("keeping", KEEPINGS)
def test_a_failed_update_gives_nothing_that_was_not_sent_or_in_the_state(
    keeping: Keeping, how: str
) -> None:
    """Whenever somebody else sets the config, and whichever call fails."""
    given = 0
    for old, desired, others in product(SETTINGS, SETTINGS, SETTINGS):
        for intruding, failing in product(CALLS, CALLS):
            service = ConfigService(keeping)
            state = recorded(service.set_by_hand(old))
            service.meanwhile[intruding] = partial(service.set_by_hand, others)
            failures = service.lost if how == "lost" else service.refused
            failures[failing] = failure(Unavailable, may_have_acted=how == "lost")
            try:
                lifecycle.update(service, desired, recorded=state)
            except lifecycle.HalfApplied as error:
                given += 1
                sent, held = to_bag(desired), to_bag(error.live.config)
                assert all(held[key] in (sent.get(key), state.get(key)) for key in held)
            except FunctionGraphError:
                pass
    assert bool(given) == (how == "refused" and keeping != "replaces")


def test_a_successor_replaces_the_config_of_its_predecessor_and_no_other() -> None:
    service = ConfigService()
    predecessor = service.set_by_hand(aged(60))

    def create() -> lifecycle.Created:
        return lifecycle.create(
            service, aged(120), adopt=False, is_predecessor=lambda live: live == predecessor
        )

    created = create()
    assert created.live.config == aged(120)
    service.set_by_hand(aged(7))
    with pytest.raises(AlreadyConfigured, match="adopt: true"):
        create()
    assert service.held[URN].config == aged(7)
