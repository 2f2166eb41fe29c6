from dataclasses import dataclass, field
from typing import Literal

import pytest

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import (
    AlreadyConfigured,
    CloudError,
    Forbidden,
    NotApplied,
    Unavailable,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.operations import lifecycle

URN = FunctionUrn("eu-de", "p1", "default", "orders")
OTHER_URN = FunctionUrn("eu-de", "p1", "default", "other")
TOPIC = Topic(topic_urn="urn:smn:eu-de:p1:done")
BUCKET = Bucket(bucket="failed")

Keeping = Literal[
    "replaces",
    "merges",
    "merges and ignores the empty form",
    "never applies",
    "takes at most a minute",
]


@dataclass
class Service:
    """A service whose PUT does what the documents leave open, and which logs its calls."""

    keeping: Keeping = "replaces"
    held: dict[FunctionUrn, Config] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    errors: dict[int, CloudError] = field(default_factory=dict)
    """By number of the call, counted from one, what it fails with."""
    dated: bool = True

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if len(self.calls) in self.errors:
            raise self.errors[len(self.calls)]

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self._called("GET")
        config = self.held.get(function_urn)
        return None if config is None else self._live(config)

    def _live(self, config: Config) -> LiveConfig:
        return LiveConfig(config=config, last_modified="now" if self.dated else "")

    def put_async_config(
        self, config: Config, *, unset: Literal["omit", "empty"] = "omit"
    ) -> LiveConfig:
        self._called("PUT" if unset == "omit" else "PUT with empty targets")
        before = self.held.get(config.function_urn)
        merged = config
        empties = unset == "empty" and self.keeping == "merges"
        if before is not None and self.keeping != "replaces" and not empties:
            merged = config.model_copy(
                update={
                    "on_success": config.on_success or before.on_success,
                    "on_failure": config.on_failure or before.on_failure,
                    "enable_async_status_log": before.enable_async_status_log
                    if config.enable_async_status_log is None
                    else config.enable_async_status_log,
                }
            )
        if self.keeping == "takes at most a minute":
            merged = config.model_copy(update={"max_async_event_age_in_seconds": 60})
        if self.keeping != "never applies":
            self.held[config.function_urn] = merged
        return self._live(merged)

    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        self._called("DELETE")
        self.held.pop(function_urn, None)


def with_targets() -> Config:
    return Config(function_urn=URN, on_success=TOPIC, on_failure=BUCKET)


def test_a_config_that_is_not_there_is_put_and_read_back() -> None:
    service = Service()
    created = lifecycle.create(service, with_targets(), live=None, adopt=False)
    assert created == lifecycle.Created(
        LiveConfig(config=with_targets(), last_modified="now"), taken_over=False
    )
    assert service.calls == ["PUT", "GET"]


def test_an_equal_config_is_taken_over_without_a_request() -> None:
    service = Service()
    live = LiveConfig(config=with_targets())
    created = lifecycle.create(service, with_targets(), live=live, adopt=False)
    assert created == lifecycle.Created(live, taken_over=True)
    assert service.calls == []


def test_a_different_config_is_refused_with_its_differences() -> None:
    service = Service()
    live = LiveConfig(config=Config(function_urn=URN), last_modified="2026-01-02T03:04:05Z")
    with pytest.raises(AlreadyConfigured) as refused:
        lifecycle.create(service, with_targets(), live=live, adopt=False)
    assert "last modified 2026-01-02T03:04:05Z" in str(refused.value)
    assert "onSuccess: none → SMN" in str(refused.value)
    assert "adopt=True" in str(refused.value)
    assert service.calls == []


def test_a_different_config_is_replaced_with_adopt() -> None:
    service = Service(held={URN: Config(function_urn=URN)})
    live = LiveConfig(config=Config(function_urn=URN))
    created = lifecycle.create(service, with_targets(), live=live, adopt=True)
    assert created.taken_over
    assert service.held[URN] == with_targets()


def test_the_refusal_names_no_bucket_topic_or_prefix() -> None:
    live = LiveConfig(config=Config(function_urn=URN, on_failure=Bucket(bucket="top-secret")))
    text = lifecycle.refusal(
        Config(function_urn=URN, on_failure=Bucket(bucket="also-secret")), live, adopt=False
    )
    assert "onFailure.bucket: changed" in text
    assert "secret" not in text.replace("may be secret", "")


@pytest.mark.parametrize(
    ("keeping", "calls"),
    [
        ("replaces", ["PUT", "GET"]),
        ("merges", ["PUT", "GET", "PUT with empty targets", "GET"]),
        (
            "merges and ignores the empty form",
            ["PUT", "GET", "PUT with empty targets", "GET", "DELETE", "PUT", "GET"],
        ),
    ],
)
def test_a_removed_target_is_gone_whatever_a_put_does_with_omitted_ones(
    keeping: Keeping, calls: list[str]
) -> None:
    service = Service(keeping, held={URN: with_targets()})
    live = lifecycle.set_config(service, Config(function_urn=URN, on_success=TOPIC))
    assert live.config.on_failure is None
    assert service.held[URN].on_failure is None
    assert service.calls == calls


def test_a_removed_status_log_flag_is_off_where_a_put_merges() -> None:
    on = Config(function_urn=URN, enable_async_status_log=True)
    service = Service("merges", held={URN: on})
    live = lifecycle.set_config(service, Config(function_urn=URN))
    assert live.config.enable_async_status_log is False
    assert service.calls == ["PUT", "GET", "PUT with empty targets", "GET"]


def test_a_service_that_does_not_apply_the_config_is_reported() -> None:
    service = Service("never applies", held={URN: with_targets()})
    with pytest.raises(NotApplied, match="3,600 → 60 seconds") as reported:
        lifecycle.set_config(Service("never applies", held={URN: _aged(60)}), _aged(3_600))
    assert "pulumi refresh" in str(reported.value)
    with pytest.raises(NotApplied, match="has none"):
        lifecycle.set_config(service, Config(function_urn=OTHER_URN))


def test_a_service_that_keeps_nothing_after_the_last_resort_is_reported() -> None:
    service = Service("never applies", held={URN: with_targets()})
    with pytest.raises(NotApplied, match="has none when asked at once"):
        lifecycle.set_config(service, Config(function_urn=URN))
    assert service.calls[-3:] == ["DELETE", "PUT", "GET"]


def failure(kind: type[CloudError], operation: str = "set the async config") -> CloudError:
    return kind(operation=operation, resource=str(URN), status=500, detail="busy")


@pytest.mark.parametrize(
    ("kind", "doubt"), [(Forbidden, False), (Unavailable, True)], ids=["refused", "unanswered"]
)
def test_a_config_that_was_deleted_and_could_not_be_set_anew_is_told_to_be_absent(
    kind: type[CloudError],
    doubt: bool,  # noqa: FBT001 - a case
) -> None:
    before = with_targets().model_copy(update={"max_async_retry_attempts": 3})
    service = Service("merges and ignores the empty form", held={URN: before})
    service.errors[6] = failure(kind)
    desired = Config(function_urn=URN, on_success=TOPIC)

    with pytest.raises(NotApplied) as told:
        lifecycle.set_config(service, desired)

    message = str(told.value)
    assert service.calls[-2:] == ["DELETE", "PUT"]
    assert message.startswith(f"could not set the async config of {URN}: HTTP 500 busy")
    assert f"{URN} HAS NO async notification config now" in message
    assert ("unless the failed request got through" in message) == doubt
    assert "\n  onFailure: OBS → none" in message
    assert "The next pulumi up sets the declared one" in message
    assert "pulumi up --refresh" in message
    assert "failed" not in message.split("There was →")[1].split("The next", maxsplit=1)[0]
    # The state still holds what there was, so the next run updates once more.
    assert lifecycle.set_config(service, desired).config == desired


def test_what_a_failed_create_has_made_is_removed_again_so_that_the_next_one_starts_afresh() -> (
    None
):
    for dated in (True, False):
        service = Service("takes at most a minute", dated=dated)
        with pytest.raises(NotApplied, match="3,600 → 60 seconds") as told:
            lifecycle.create(service, with_targets(), live=None, adopt=False)
        assert "is removed again, so the next pulumi up starts afresh" in str(told.value)
        assert service.held == {}

        service.keeping = "replaces"
        created = lifecycle.create(service, with_targets(), live=None, adopt=False)
        assert created.live.config == with_targets()


def test_what_a_failed_create_has_made_and_cannot_remove_is_told() -> None:
    service = Service("takes at most a minute")
    service.errors[3] = failure(Unavailable, "delete the async config")
    with pytest.raises(NotApplied) as told:
        lifecycle.create(service, with_targets(), live=None, adopt=False)
    assert "could not be removed again (could not delete the async config" in str(told.value)
    assert "needs adopt=True" in str(told.value)


@pytest.mark.parametrize("dated", [True, False])
def test_what_somebody_else_has_set_meanwhile_is_not_removed(*, dated: bool) -> None:
    class Busy(Service):
        """Somebody else sets a config right after ours."""

        def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
            self.held[function_urn] = _aged(7)
            found = super().get_async_config(function_urn)
            assert found is not None
            return found.model_copy(update={"last_modified": "later"}) if self.dated else found

    service = Busy(dated=dated)
    with pytest.raises(NotApplied) as told:
        lifecycle.create(service, with_targets(), live=None, adopt=False)
    assert "removed" not in str(told.value)
    assert service.held == {URN: _aged(7)}


def test_what_was_there_before_is_not_removed_by_a_create_that_fails() -> None:
    service = Service("takes at most a minute", held={URN: _aged(7)})
    live = LiveConfig(config=_aged(7))
    with pytest.raises(NotApplied) as told:
        lifecycle.create(service, with_targets(), live=live, adopt=True)
    assert "removed" not in str(told.value)
    assert URN in service.held


def test_a_create_after_which_nothing_is_there_removes_nothing() -> None:
    service = Service("never applies")
    with pytest.raises(NotApplied, match="has none when asked at once"):
        lifecycle.create(service, with_targets(), live=None, adopt=False)
    assert "DELETE" not in service.calls


def test_a_status_log_flag_that_nobody_set_is_off() -> None:
    live = LiveConfig(config=Config(function_urn=URN, enable_async_status_log=False))
    assert lifecycle.refusal(Config(function_urn=URN), live, adopt=False) == ""
    on = LiveConfig(config=Config(function_urn=URN, enable_async_status_log=True))
    assert "on → off" in lifecycle.refusal(Config(function_urn=URN), on, adopt=False)


def _aged(seconds: int) -> Config:
    return Config(function_urn=URN, max_async_event_age_in_seconds=seconds)
