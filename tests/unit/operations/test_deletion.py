"""Nothing is deleted that is not surely the config in the stack's state."""

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.errors import AlreadyConfigured, CloudError, Forbidden, Unavailable
from pulumi_functiongraph.operations import deletion
from unit.operations.config_service import URN, ConfigService, aged, failure, with_targets


def recorded(live: LiveConfig, **changed: Any) -> dict[str, Any]:
    """A resource's outputs in state."""
    times = {"createdTime": live.created_time, "lastModified": live.last_modified}
    return {**to_bag(live.config), **times, "adopt": True, **changed}


def test_the_config_in_state_is_deleted() -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()))
    state["onFailure"] = {**state["onFailure"], "allowCycle": "meant"}
    deletion.delete(service, URN, recorded=state)
    assert service.held == {}
    assert service.calls == ["GET", "DELETE"]


def test_a_config_that_is_gone_is_success() -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()))
    service.delete_by_hand()
    deletion.delete(service, URN, recorded=state)
    assert service.calls == ["GET"]


def made_anew_later(service: ConfigService) -> None:
    service.delete_by_hand()
    service.second = 7
    service.set_by_hand(with_targets())


def made_anew_later_with_other_values(service: ConfigService) -> None:
    service.delete_by_hand()
    service.second = 7
    service.set_by_hand(aged(60))


def changed_later(service: ConfigService) -> None:
    service.second = 7
    service.set_by_hand(aged(60))


def changed_in_the_same_second(service: ConfigService) -> None:
    service.set_by_hand(aged(60))


def made_anew_in_the_same_second_with_other_values(service: ConfigService) -> None:
    service.delete_by_hand()
    service.set_by_hand(aged(60))


def without_times_and_with_other_values(service: ConfigService) -> None:
    service.held[URN] = LiveConfig(config=aged(60))


@pytest.mark.parametrize(
    "somebody_else",
    [
        made_anew_later,
        made_anew_later_with_other_values,
        made_anew_in_the_same_second_with_other_values,
        changed_later,
        changed_in_the_same_second,
        without_times_and_with_other_values,
    ],
)
def test_a_config_that_may_be_somebody_else_s_is_kept(
    somebody_else: Callable[[ConfigService], None],
) -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()))
    somebody_else(service)
    live = service.held[URN]

    with pytest.raises(AlreadyConfigured) as told:
        deletion.delete(service, URN, recorded=state)

    assert service.calls == ["GET"]
    assert service.held[URN] == live
    message = str(told.value)
    assert f"config of {URN} was not deleted" in message
    assert "pulumi refresh" in message
    assert "pulumi state delete --force" in message

    # What the message says to do works.
    deletion.delete(service, URN, recorded=recorded(live))
    assert service.held == {}


def test_without_times_the_same_setting_is_the_one_in_state() -> None:
    service = ConfigService(held={URN: LiveConfig(config=with_targets())})
    deletion.delete(service, URN, recorded=recorded(service.held[URN]))
    assert service.held == {}


@pytest.mark.parametrize("form", ["2026-01-01 00:00:00", "2026-01-01T08:00:00+08:00"])
def test_the_same_time_in_another_form_is_the_same(form: str) -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()), createdTime=form)
    service.second = 7
    service.set_by_hand(with_targets())
    deletion.delete(service, URN, recorded=state)
    assert service.held == {}


def test_a_delete_whose_answer_is_lost_is_settled_by_a_read() -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()))
    service.lost[2] = failure(Unavailable, "delete the async config", may_have_acted=True)
    deletion.delete(service, URN, recorded=state)
    assert service.calls == ["GET", "DELETE", "GET"]


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        (failure(Forbidden, "delete the async config"), ["GET", "DELETE"]),
        (
            failure(Unavailable, "delete the async config", may_have_acted=True),
            ["GET", "DELETE", "GET"],
        ),
    ],
    ids=["refused", "not carried out"],
)
def test_a_delete_that_was_not_carried_out_fails(error: CloudError, calls: list[str]) -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()))
    service.refused[2] = error
    with pytest.raises(type(error), match="could not delete the async config"):
        deletion.delete(service, URN, recorded=state)
    assert service.calls == calls


def test_a_delete_of_which_nobody_knows_what_became_fails() -> None:
    service = ConfigService()
    state = recorded(service.set_by_hand(with_targets()))
    service.lost[2] = failure(Unavailable, "delete the async config", may_have_acted=True)
    service.refused[3] = failure(Unavailable, "read the async config")
    with pytest.raises(Unavailable, match="could not delete"):
        deletion.delete(service, URN, recorded=state)
