"""Configs and targets as the API writes them, both ways."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud import wire
from pulumi_functiongraph.cloud.http.json_fields import Misread
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic
from strategies import one_line, several_lines

SOURCE = function_urn()
NAMES = st.from_regex(r"[a-z][a-z0-9]{2,20}", fullmatch=True)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
KNOWN_TARGETS: st.SearchStrategy[Target] = st.one_of(
    st.tuples(NAMES, st.booleans()).map(
        lambda drawn: Function(function_urn=function_urn(drawn[0], is_alias=drawn[1]))
    ),
    st.tuples(NAMES, one_line, st.integers(0, 365)).map(
        lambda drawn: Bucket(bucket=drawn[0], prefix=drawn[1], expires=drawn[2])
    ),
    NAMES.map(lambda name: Topic(topic_urn=f"urn:smn:{REGION}:{PROJECT}:{name}")),
    NAMES.map(lambda name: Stream(stream_name=name)),
)
OPAQUE = st.builds(
    Opaque,
    destination=st.sampled_from(["DMS", "obs", "OBS", "SMN", "FunctionGraph"]),
    param=several_lines | JSON_VALUES.map(json.dumps),
)
CONFIGS = st.fixed_dictionaries(
    {
        "max_async_retry_attempts": st.integers(0, 3),
        "max_async_event_age_in_seconds": st.integers(1, 86_400),
        "on_success": st.none() | KNOWN_TARGETS,
        "on_failure": st.none() | KNOWN_TARGETS,
        "enable_async_status_log": st.none() | st.booleans(),
    }
).map(lambda fields: Config.model_validate({"function_urn": SOURCE, **fields}))


def answer(**fields: object) -> dict[str, object]:
    filled = {
        "func_urn": str(SOURCE),
        "max_async_event_age_in_seconds": 3600,
        "max_async_retry_attempts": 1,
        "created_time": "2021-03-04T14:50:02+08:00",
        "last_modified": "2021-03-04 14:50:02",
        **fields,
    }
    return {key: value for key, value in filled.items() if value != "left out"}


def read(**fields: object) -> LiveConfig:
    return wire.live_config(answer(**fields), asked=SOURCE)


def read_target(destination: object, param: object) -> Target | None:
    targets = {"on_failure": {"destination": destination, "param": param}}
    return read(destination_config=targets).config.on_failure


@given(CONFIGS, st.sampled_from(["omit", "empty"]))
def test_a_config_that_is_sent_is_read_back_the_same(config: Config, unset: wire.Unset) -> None:
    body = json.loads(json.dumps(wire.body_of(config, unset=unset)))

    live = wire.live_config({"func_urn": str(SOURCE), **body}, asked=SOURCE)

    assert live.config == config
    assert wire.as_read_back(config) == config


@given(OPAQUE)
def test_reading_what_was_settled_changes_nothing_more(target: Opaque) -> None:
    config = Config(function_urn=SOURCE, on_failure=target)
    once = wire.as_read_back(config)

    assert wire.as_read_back(once) == once
    body = wire.body_of(config)
    assert wire.live_config({"func_urn": str(SOURCE), **body}, asked=SOURCE).config == once


@given(KNOWN_TARGETS)
def test_param_is_canonical_json(target: Target) -> None:
    text = wire.param_of(target)

    values = json.loads(text)
    again = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert text == again


@given(JSON_VALUES, JSON_VALUES)
def test_no_target_however_odd_stops_reading(destination: object, param: object) -> None:
    read_target(destination, param)


@given(st.text(max_size=30))
def test_a_param_that_is_not_json_is_kept_to_the_letter(param: str) -> None:
    target = read_target("OBS", f"x{param}")

    assert isinstance(target, Opaque)
    assert (target.destination, target.param) == ("OBS", f"x{param}")


@pytest.mark.parametrize(
    ("target", "param"),
    [
        (Bucket(bucket="results"), '{"bucket":"results","expires":0}'),
        (
            Bucket(bucket="results", prefix="/success", expires=5),
            '{"bucket":"results","expires":5,"prefix":"/success"}',
        ),
        (Topic(topic_urn=TOPIC), f'{{"topic_urn":"{TOPIC}"}}'),
        (Stream(stream_name="events"), '{"stream_name":"events"}'),
        (Function(function_urn=SOURCE), f'{{"func_urn":"{SOURCE}"}}'),
        (Opaque(destination="DMS", param='{ "b": 1 }'), '{ "b": 1 }'),
    ],
)
def test_param_of_each_kind(target: Target, param: str) -> None:
    assert wire.param_of(target) == param


def test_the_whole_config_is_sent() -> None:
    config = Config(
        function_urn=SOURCE,
        max_async_retry_attempts=0,
        max_async_event_age_in_seconds=60,
        on_failure=Topic(topic_urn=TOPIC),
        enable_async_status_log=False,
    )

    assert wire.body_of(config) == {
        "max_async_retry_attempts": 0,
        "max_async_event_age_in_seconds": 60,
        "destination_config": {
            "on_failure": {"destination": "SMN", "param": f'{{"topic_urn":"{TOPIC}"}}'}
        },
        "enable_async_status_log": False,
    }


def test_what_is_not_set_is_left_out() -> None:
    assert wire.body_of(Config(function_urn=SOURCE)) == {
        "max_async_retry_attempts": 1,
        "max_async_event_age_in_seconds": 3600,
    }


def test_unset_targets_can_be_said_in_the_explicit_empty_form() -> None:
    body = wire.body_of(Config(function_urn=SOURCE), unset="empty")

    empty = {"destination": "", "param": "{}"}
    assert body["destination_config"] == {"on_success": empty, "on_failure": empty}


@pytest.mark.parametrize(
    "targets",
    [
        "left out",
        None,
        {},
        {"on_success": None, "on_failure": None},
        {"on_success": {}, "on_failure": {}},
        {"on_success": {"destination": "", "param": ""}},
        {"on_success": {"destination": "", "param": "{}"}},
        {"on_failure": {"destination": None, "param": None}},
    ],
)
def test_every_form_of_unset_is_unset(targets: object) -> None:
    config = read(destination_config=targets).config

    assert (config.on_success, config.on_failure) == (None, None)


@pytest.mark.parametrize(
    "param",
    [
        '{"bucket":"results","prefix":"","expires":5}',
        '{ "expires": 5.0, "bucket": "results" }',
        '{"bucket":"results","expires":"5","prefix":null}',
        '{"bucket":"results","expires":5,"owner":"added later"}',
        {"bucket": "results", "expires": 5},
    ],
)
def test_one_target_in_many_spellings_is_one(param: object) -> None:
    assert read_target("OBS", param) == Bucket(bucket="results", expires=5)


@pytest.mark.parametrize(
    ("destination", "param"),
    [
        ("DMS", '{"topic":"x"}'),
        ("obs", '{"bucket":"results"}'),
        ("OBS", '{"bucket":"NOT A BUCKET"}'),
        ("OBS", '{"bucket":"results","expires":NaN}'),
        ("OBS", '{"bucket":"results","expires":-Infinity}'),
        ("OBS", '{"bucket":"results","expires":1e999}'),
        ("OBS", '{"bucket":"results","x":' + "9" * 5_000 + "}"),
        ("OBS", '{"bucket":"results","expires":1.5}'),
        ("OBS", "[]"),
        ("OBS", "7"),
        ("SMN", "{}"),
        ("SMN", "not json"),
        ("FunctionGraph", '{"func_urn":"nonsense"}'),
        ("DIS", '{"stream_name":null}'),
        ("OBS", ""),
    ],
)
def test_what_this_release_does_not_know_is_kept(destination: str, param: str) -> None:
    assert read_target(destination, param) == Opaque(destination=destination, param=param)


@pytest.mark.parametrize(
    ("param", "fields"),
    [
        ({"expires": 400}, {"expires": 400}),
        ({"expires": -1}, {"expires": -1}),
        ({"expires": 2**53}, {"expires": 2**53}),
        ({"prefix": "\x00\x1b[31m"}, {"prefix": "\x00\x1b[31m"}),
        ({"prefix": "é" * 600}, {"prefix": "é" * 600}),
    ],
)
def test_a_bucket_beyond_the_limits_is_read_as_a_bucket(
    param: dict[str, object], fields: dict[str, object]
) -> None:
    target = read_target("OBS", json.dumps({"bucket": "results", **param}))

    assert isinstance(target, Bucket)
    assert target.model_dump() == {**Bucket(bucket="results").model_dump(), **fields}
    assert wire.param_of(target) == wire.param_of(target.model_copy())


def test_a_function_is_read_by_an_alias_that_cannot_be_declared() -> None:
    target = read_target("FunctionGraph", {"func_urn": f"{SOURCE.function}:!2.0"})

    assert isinstance(target, Function)
    assert target.function_urn.alias == "2.0"


@pytest.mark.parametrize("retries", [-1, 4, 2**53, "17", 3.0])
def test_a_number_beyond_its_range_is_read(retries: object) -> None:
    config = read(max_async_retry_attempts=retries, max_async_event_age_in_seconds=0).config

    assert config.max_async_retry_attempts == int(str(retries).removesuffix(".0"))
    assert config.max_async_event_age_in_seconds == 0


def test_a_number_of_a_target_beyond_what_a_state_can_hold_is_named() -> None:
    with pytest.raises(Misread, match=r"on_failure\.param\.expires is beyond"):
        read_target("OBS", {"bucket": "results", "expires": 10**30})


NESTED = '{"x":' + "[" * 600 + "]" * 600 + "}"


def test_a_param_that_is_nested_beyond_reason_is_named() -> None:
    with pytest.raises(Misread, match=r"on_failure\.param is nested deeper than 64"):
        read_target("DMS", NESTED)


def test_a_declared_param_that_is_nested_beyond_reason_is_kept_as_it_is() -> None:
    declared = Opaque(destination="DMS", param=NESTED)
    config = Config(function_urn=SOURCE, on_failure=declared)

    assert wire.as_read_back(config).on_failure == declared
    assert wire.names_in(config)


@pytest.mark.parametrize("param", ['{"topic":"\\ud800"}', "x\ud800", {"topic": "\ud800"}])
def test_half_a_character_from_a_cloud_is_escaped_so_that_it_can_be_kept(param: object) -> None:
    target = read_target("DMS\ud800", param)

    assert isinstance(target, Opaque)
    assert (target.destination, "\\ud800" in target.param) == ("DMS\\ud800", True)


def test_a_param_that_is_absent_is_kept_as_nothing() -> None:
    assert read_target("SMN", None) == Opaque(destination="SMN", param="")


def test_times_are_kept_as_the_service_wrote_them() -> None:
    live = read()

    assert live.created_time == "2021-03-04T14:50:02+08:00"
    assert live.last_modified == "2021-03-04 14:50:02"


def test_times_that_are_absent_are_empty() -> None:
    live = read(created_time="left out", last_modified=None)

    assert (live.created_time, live.last_modified) == ("", "")


def test_numbers_out_of_range_are_read_so_that_they_can_be_mended() -> None:
    config = read(max_async_retry_attempts=8, max_async_event_age_in_seconds=0).config

    assert config.max_async_retry_attempts == 8
    assert not config.same_setting(Config(function_urn=SOURCE))


def test_numbers_may_be_written_as_floats_or_texts() -> None:
    config = read(max_async_retry_attempts=2.0, max_async_event_age_in_seconds="60").config

    assert (config.max_async_retry_attempts, config.max_async_event_age_in_seconds) == (2, 60)


@pytest.mark.parametrize("asked", [function_urn(), function_urn(version="v1")])
@pytest.mark.parametrize("answered", [str(SOURCE), SOURCE.function])
def test_the_version_asked_about_counts(asked: object, answered: str) -> None:
    live = wire.live_config(answer(func_urn=answered), asked=asked)  # type: ignore[arg-type]  # of the list above

    assert live.config.function_urn == asked


@pytest.mark.parametrize("asked", [function_urn(), function_urn(version="v2")])
@pytest.mark.parametrize("named", ["v1", "!prod"])
def test_an_answer_about_another_version_is_not_read(asked: FunctionUrn, named: str) -> None:
    with pytest.raises(Misread, match="func_urn names another version"):
        wire.live_config(answer(func_urn=f"{SOURCE.function}:{named}"), asked=asked)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"func_urn": "left out"}, "func_urn is missing"),
        ({"func_urn": "canary"}, "func_urn names another function"),
        ({"func_urn": 7}, "func_urn is not a text"),
        ({"func_urn": "a:b:c:d:e:canary"}, "func_urn is not a function URN"),
        ({"func_urn": str(function_urn("other"))}, "func_urn names another function"),
        ({"max_async_retry_attempts": 2**53 + 1}, "max_async_retry_attempts is beyond ±2^53"),
        ({"max_async_retry_attempts": -(10.0**30)}, "max_async_retry_attempts is beyond ±2^53"),
        ({"max_async_retry_attempts": "left out"}, "max_async_retry_attempts is missing"),
        ({"max_async_retry_attempts": None}, "max_async_retry_attempts is missing"),
        ({"max_async_retry_attempts": True}, "max_async_retry_attempts is not a whole number"),
        ({"max_async_retry_attempts": 1.5}, "max_async_retry_attempts is not a whole number"),
        (
            {"max_async_event_age_in_seconds": "canary"},
            "max_async_event_age_in_seconds is not a whole number",
        ),
        ({"enable_async_status_log": "canary"}, "enable_async_status_log is neither"),
        ({"destination_config": []}, "destination_config is not a JSON object"),
        (
            {"destination_config": {"on_success": "canary"}},
            "destination_config.on_success is not a JSON object",
        ),
    ],
)
def test_a_broken_promise_is_named_by_its_field(fields: dict[str, object], expected: str) -> None:
    with pytest.raises(Misread) as caught:
        read(**fields)

    assert expected in str(caught.value) or expected.startswith("func_urn names")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("content", [None, [], "text", 7])
def test_an_answer_that_is_no_object_is_named(content: object) -> None:
    with pytest.raises(Misread, match="the answer is not a JSON object"):
        wire.live_config(content, asked=SOURCE)


def test_names_that_may_be_secret_are_all_found() -> None:
    config = Config(
        function_urn=SOURCE,
        on_success=Bucket(bucket="b-canary", prefix="p-canary"),
        on_failure=Opaque(
            destination="DMS", param='{"list":["l-canary",{"deep":"d-canary"}],"n":7}'
        ),
    )

    assert {"b-canary", "p-canary", "l-canary", "d-canary"} <= set(wire.names_in(config))


def test_a_prefix_too_short_to_be_a_secret_is_not_hidden() -> None:
    config = Config(function_urn=SOURCE, on_success=Bucket(bucket="results", prefix="/x"))

    assert "/x" not in wire.names_in(config)


def test_what_else_a_message_may_call_a_target_is_found() -> None:
    topic = Topic(topic_urn="urn:smn:eu-de:0123456789abcdef0123456789abcdef:t-canary")
    other = replace(function_urn("f-canary"), package="shop")
    config = Config(function_urn=SOURCE, on_success=topic, on_failure=Function(function_urn=other))

    expected = {
        topic.topic_urn,
        "t-canary",
        str(other),
        other.function,
        "f-canary",
        "shop:f-canary",
    }
    assert expected <= set(wire.names_in(config))


def test_a_destination_inside_a_param_is_a_text_like_any_other() -> None:
    target = Opaque(destination="DMS", param='{"destination":"d-canary"}')

    found = wire.names_in(Config(function_urn=SOURCE, on_success=target))

    assert "d-canary" in found
    assert "DMS" not in found


@pytest.mark.parametrize("name", [str(SOURCE), SOURCE.name, f"{SOURCE.package}:{SOURCE.name}"])
def test_a_name_of_the_source_is_no_secret_wherever_it_stands(name: str) -> None:
    target = Opaque(destination="X", param=f'{{"a":"{name}"}}')
    config = Config(function_urn=SOURCE, on_success=target)

    assert name not in wire.names_in(config)


def test_the_source_itself_is_no_secret() -> None:
    config = Config(function_urn=SOURCE, on_success=Function(function_urn=SOURCE))

    assert str(SOURCE) not in wire.names_in(config)


def test_a_page_of_configs_keeps_each_ones_version() -> None:
    content = {
        "async_invoke_configs": [
            answer(),
            answer(func_urn=str(function_urn(version="v1"))),
        ],
        "count": 2,
        "page_info": {"next_marker": 2, "previous_marker": 0, "current_count": 2},
    }

    page = wire.page_of_configs(content)

    assert [live.config.function_urn.version for live in page.items] == ["latest", "v1"]
    assert (page.next_marker, page.count) == (2, 2)


def test_a_broken_item_of_a_page_is_named_by_its_place() -> None:
    content = {"async_invoke_configs": [answer(), answer(max_async_retry_attempts="left out")]}

    with pytest.raises(Misread) as caught:
        wire.page_of_configs(content)

    expected = "async_invoke_configs[1].max_async_retry_attempts is missing"
    assert str(caught.value) == expected


@given(CONFIGS)
def test_the_raw_form_of_a_bag_is_read_as_the_typed_one(config: Config) -> None:
    typed = to_bag(wire.as_read_back(config))
    every = ("onSuccess", "onFailure")

    raw = wire.in_raw_form(typed, config, raw=every)

    for path in typed.keys() & set(every):
        target = raw[path]
        assert isinstance(target, dict)
        assert target.keys() == {"destination", "param"}
    assert wire.in_typed_form(raw) == typed
    assert wire.in_typed_form(typed) == typed
    assert wire.in_raw_form(typed, config, raw=()) == typed
    assert wire.raw_targets(raw) == typed.keys() & set(every)


FUNCTION = json.dumps({"func_urn": str(function_urn("audit"))})


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        (
            {"destination_config": {"on_retry": {"destination": "SMN", "param": "{}"}}},
            "destination_config.on_retry",
        ),
        ({"destination_config": {"targets": ["orders"]}}, "destination_config.targets"),
        ({"dead_letter_config": {"destination": "DMS", "param": "{}"}}, "dead_letter_config"),
        ({"destinations": [{"destination": "OBS"}]}, "destinations"),
        ({"dead_letter": str(function_urn("audit"))}, "dead_letter"),
        (
            {"destination_config": {"on_success": {"destination": "", "param": FUNCTION}}},
            "destination_config.on_success.destination",
        ),
        (
            {"destination_config": {"on_failure": {"destination": None, "param": FUNCTION}}},
            "destination_config.on_failure.destination",
        ),
    ],
)
def test_what_may_be_a_further_target_is_not_passed_over(
    fields: dict[str, object], place: str
) -> None:
    with pytest.raises(Misread, match=rf"^{place} "):
        wire.live_config(answer(**fields), asked=SOURCE)


@pytest.mark.parametrize(
    "fields",
    [
        {"destination_config": {"on_retry": None, "on_expiry": {}}},
        {"log_group_id": "3f2a", "session": {"ttl": 5}, "labels": ["a"]},
        {"destination_config": {"on_success": {"destination": "", "param": "{}"}}},
        {"destination_config": {"on_success": {"destination": "", "param": ""}}},
    ],
)
def test_other_fields_that_are_new_are_passed_over(fields: dict[str, object]) -> None:
    assert wire.live_config(answer(**fields), asked=SOURCE).config.on_success is None


def test_a_page_that_says_that_it_has_more_than_it_has_is_not_believed() -> None:
    content = {
        "async_invoke_configs": [],
        "count": 0,
        "page_info": {"next_marker": 0, "current_count": 3},
    }

    with pytest.raises(Misread, match="current_count is 3, and the page has 0"):
        wire.page_of_configs(content)
