from typing import Any, TypeAlias

import pytest
from pydantic import TypeAdapter, ValidationError

from factories import PROJECT, REGION, TOPIC, URN, bag, function_urn, to_bucket, to_topic
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic

Fields: TypeAlias = dict[str, Any]
any_target: TypeAdapter[Target] = TypeAdapter(Target)


def config(**fields: object) -> Config:
    return Config.model_validate({"function_urn": function_urn(), **fields})


@pytest.mark.parametrize(
    ("read", "kind"),
    [
        ({"destination": "FunctionGraph", "functionUrn": URN}, Function),
        ({"destination": "OBS", "bucket": "results"}, Bucket),
        ({"destination": "SMN", "topicUrn": TOPIC}, Topic),
        ({"destination": "DIS", "streamName": "events"}, Stream),
        ({"destination": "DMS", "param": "{}"}, Opaque),
        ({"destination": "OBS", "param": "{}"}, Opaque),
    ],
)
def test_the_destination_tells_the_kinds_apart(read: Fields, kind: type) -> None:
    target = any_target.validate_python(read)

    assert type(target) is kind
    assert any_target.validate_python(target) == target
    assert any_target.dump_python(target, by_alias=True).items() >= read.items()


def test_a_target_of_no_destination_is_refused_at_its_destination() -> None:
    with pytest.raises(ValidationError, match="destination"):
        any_target.validate_python({"bucket": "results"})


def test_a_target_function_may_be_given_by_any_form_of_its_name() -> None:
    urns = ["orders", URN, function_urn()]
    settings = {"region": REGION, "project_id": PROJECT}

    assert {Function.model_validate({"functionUrn": urn}, context=settings) for urn in urns} == {
        Function(function_urn=function_urn())
    }


def test_prefixes_are_kept_to_the_letter() -> None:
    assert Bucket(bucket="results", prefix="/x") != Bucket(bucket="results", prefix="x")


def test_a_topic_knows_its_place() -> None:
    topic = Topic(topic_urn=TOPIC)

    assert (topic.region, topic.project_id) == (REGION, PROJECT)


def test_a_config_is_frozen_and_takes_no_stray_field() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        config().max_async_retry_attempts = 2  # type: ignore[misc] # the type checker refuses too
    with pytest.raises(ValidationError, match="retries"):
        config(retries=2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({}, {}, True),
        ({}, {"enable_async_status_log": False}, True),
        ({"enable_async_status_log": True}, {"enable_async_status_log": True}, True),
        ({}, {"enable_async_status_log": True}, False),
        ({}, {"max_async_retry_attempts": 2}, False),
        ({"on_success": to_topic()}, {"on_success": to_bucket()}, False),
        ({"on_success": to_topic()}, {"on_failure": to_topic()}, False),
    ],
)
def test_configs_set_the_same_whether_the_status_log_is_off_or_unset(
    one: Fields, other: Fields, *, same: bool
) -> None:
    assert config(**one).same_setting(config(**other)) is same
    assert config(**other).same_setting(config(**one)) is same


def test_a_live_config_may_come_without_its_times() -> None:
    live = LiveConfig(config=config())

    assert (live.created_time, live.last_modified) == ("", "")


def test_a_config_is_read_from_state_and_written_back_unchanged() -> None:
    read = Config.model_validate(bag(maxAsyncRetryAttempts=0, onFailure=to_bucket(prefix="/x")))

    assert Config.model_validate(read.model_dump(by_alias=True)) == read
    assert read.function_urn == function_urn()


@pytest.mark.parametrize("part", ["created_time", "last_modified"])
def test_a_time_of_the_service_forges_no_line_and_controls_no_terminal(part: str) -> None:
    live = LiveConfig.model_validate({"config": config(), part: "2021\x1b[2K\nerror:\u202e"})

    assert getattr(live, part) == r"2021\x1b[2K error:\u202e"
