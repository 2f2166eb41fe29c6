from dataclasses import dataclass, field
from typing import Literal

import pytest

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured, NotApplied
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.operations import lifecycle

URN = FunctionUrn("eu-de", "p1", "default", "orders")
OTHER_URN = FunctionUrn("eu-de", "p1", "default", "other")
TOPIC = Topic(topic_urn="urn:smn:eu-de:p1:done")
BUCKET = Bucket(bucket="failed")

Keeping = Literal["replaces", "merges", "merges and ignores the empty form", "never applies"]


@dataclass
class Service:
    """A service whose PUT does what the documents leave open, and which logs its calls."""

    keeping: Keeping = "replaces"
    held: dict[FunctionUrn, Config] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        self.calls.append("GET")
        config = self.held.get(function_urn)
        return None if config is None else LiveConfig(config=config, last_modified="now")

    def put_async_config(
        self, config: Config, *, unset: Literal["omit", "empty"] = "omit"
    ) -> LiveConfig:
        self.calls.append("PUT" if unset == "omit" else "PUT with empty targets")
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
        if self.keeping != "never applies":
            self.held[config.function_urn] = merged
        return LiveConfig(config=merged)

    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        self.calls.append("DELETE")
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


def test_a_status_log_flag_that_nobody_set_is_off() -> None:
    live = LiveConfig(config=Config(function_urn=URN, enable_async_status_log=False))
    assert lifecycle.refusal(Config(function_urn=URN), live, adopt=False) == ""
    on = LiveConfig(config=Config(function_urn=URN, enable_async_status_log=True))
    assert "on → off" in lifecycle.refusal(Config(function_urn=URN), on, adopt=False)


def _aged(seconds: int) -> Config:
    return Config(function_urn=URN, max_async_event_age_in_seconds=seconds)
