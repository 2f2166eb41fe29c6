from collections.abc import Mapping

import pytest

from factories import TOPIC, URN, examined, to_bucket, to_function, to_stream, to_topic, told
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.targets import MAX_KEY_LENGTH, Bucket
from pulumi_functiongraph.core.validation import LIVE


@pytest.mark.parametrize("days", [400, 366, -1, 0.5, "7", True])
def test_an_expiry_out_of_range_is_refused_with_the_range(days: object) -> None:
    line = told(onSuccess=to_bucket(expires=days))["onSuccess.expires"]

    assert "allowed: a whole number of days (0 = never) from 0 to 365" in line


@pytest.mark.parametrize(
    "name",
    [
        *["", "ab", "a" * 64, "Results", "re_sults", "-results", "results-", "a..b", "a.-b"],
        *["a-.b", "192.168.1.1", "results\n", "résultats"],
    ],
)
def test_a_bucket_name_that_obs_forbids_is_refused(name: str) -> None:
    line = told(onSuccess=to_bucket(bucket=name))["onSuccess.bucket"]

    assert "is not a bucket name that OBS takes; allowed: 3 to 63 lower-case letters" in line


@pytest.mark.parametrize("name", ["abc", "a" * 63, "1.2.3", "my-results.eu", "1.2.3.256"])
def test_a_bucket_name_that_obs_takes_is_taken(name: str) -> None:
    assert told(onSuccess=to_bucket(bucket=name)) == {}


@pytest.mark.parametrize(
    ("target", "path", "part"),
    [
        (to_bucket(bucket=TOPIC), "bucket", "is a topic URN"),
        (to_bucket(bucket=URN), "bucket", "is a function URN"),
        (to_bucket(bucket="obs://results/x"), "bucket", "is a bucket address"),
        (to_topic(URN), "topicUrn", "is a function URN"),
        (to_topic("alerts"), "topicUrn", "is not a topic URN; allowed: urn:smn:<region>"),
        (to_topic(7), "topicUrn", "is 7, not a string"),
        (to_function(TOPIC), "functionUrn", "is a topic URN"),
        (to_stream(TOPIC), "streamName", "is a topic URN"),
        (to_stream("a b"), "streamName", "is not a stream name that DIS takes"),
        (to_stream("a" * 65), "streamName", "is not a stream name that DIS takes"),
        (to_bucket(prefix=1), "prefix", "is 1, not a string"),
    ],
)
def test_a_name_of_another_kind_is_refused_with_what_is_allowed(
    target: object, path: str, part: str
) -> None:
    line = told(onFailure=target)[f"onFailure.{path}"]

    assert part in line
    assert "allowed: " in line


def test_a_name_of_another_kind_is_refused_with_the_target_type_to_use() -> None:
    assert (
        "use SmnTarget(topic_urn=…)" in told(onSuccess=to_bucket(bucket=TOPIC))["onSuccess.bucket"]
    )


@pytest.mark.parametrize("value", ["x", UNKNOWN], ids=["known", "unknown"])
@pytest.mark.parametrize(
    ("target", "fields"),
    [
        (to_topic(), "an SMN topic has destination, topicUrn"),
        (to_bucket(), "an OBS bucket has destination, bucket, prefix, expires"),
        ({"destination": "DMS", "param": "{}"}, "a target of a kind that this release"),
    ],
    ids=["topic", "bucket", "opaque"],
)
def test_an_unknown_property_of_a_target_is_refused_with_the_ones_it_has(
    target: Mapping[str, object], fields: str, value: object
) -> None:
    assert fields in told(onSuccess={**target, "queue": value})["onSuccess.queue"]


@pytest.mark.parametrize("value", [TOPIC, UNKNOWN], ids=["known", "unknown"])
def test_two_targets_in_one_are_refused(value: object) -> None:
    line = told(onSuccess={"bucket": "results", "topicUrn": value})["onSuccess"]

    assert "names 2 targets at once (OBS and SMN)" in line
    assert "allowed: one target" in line


def test_two_targets_in_one_are_refused_although_the_destination_names_one() -> None:
    assert "onFailure" in told(onFailure=to_bucket(topicUrn=TOPIC))


def test_the_kind_of_a_target_follows_from_its_property() -> None:
    found = examined(onSuccess={"topicUrn": TOPIC}, onFailure={"bucket": "results"})

    assert found.inputs["onSuccess"] == to_topic()
    assert found.inputs["onFailure"] == to_bucket()


@pytest.mark.parametrize(
    ("target", "path", "line"),
    [
        ("results", "onSuccess", "is not a target; allowed: FunctionTarget, ObsTarget, SmnTarget"),
        ({}, "onSuccess", "names no target; allowed: one of functionUrn, bucket, topicUrn"),
        ({"prefix": "in/", "expires": 3}, "onSuccess.bucket", "is missing; an OBS bucket has"),
        ({"topic": "x"}, "onSuccess", "names no target; allowed: one of functionUrn, bucket"),
        ({"param": "{}"}, "onSuccess.destination", "is missing; allowed: FunctionGraph, OBS"),
        ({"destination": 1}, "onSuccess.destination", "is not a string"),
        ({"destination": "obs"}, "onSuccess.destination", "is obs; allowed: FunctionGraph, OBS"),
        ({"destination": "DMS"}, "onSuccess.destination", "is DMS; allowed: FunctionGraph, OBS"),
        ({"destination": "", "param": "{}"}, "onSuccess.destination", "is empty"),
        ({"destination": "DMS", "param": {}}, "onSuccess.param", "is an object, not a string"),
        ({"destination": "OBS", "param": {}}, "onSuccess.param", "is an object, not a string"),
        ({"destination": "OBS"}, "onSuccess.bucket", "is missing; an OBS bucket has"),
    ],
)
def test_what_is_no_target_is_refused(target: object, path: str, line: str) -> None:
    assert told(onSuccess=target)[path].startswith(f"{path}: {line}")


@pytest.mark.parametrize(
    ("target", "path", "meant"),
    [
        ({"buckett": "x"}, "onSuccess", "bucket"),
        ({"topicURN": "x"}, "onSuccess", "topicUrn"),
        ({"streem_name": "x"}, "onSuccess", "streamName"),
        ({"bucket": "results", "expire": 3}, "onSuccess.expire", "expires"),
        ({"bucket": "results", "allowcycles": "x"}, "onSuccess.allowcycles", "allowCycle"),
    ],
)
def test_a_misspelled_key_is_told_what_may_be_meant(target: object, path: str, meant: str) -> None:
    assert told(onSuccess=target)[path].endswith(f"; did you mean {meant}?")


def test_a_destination_in_another_case_is_told_its_spelling() -> None:
    assert (
        "write FunctionGraph"
        in told(onSuccess={"destination": "functiongraph"})["onSuccess.destination"]
    )


@pytest.mark.parametrize(
    ("destination", "param", "typed"),
    [
        ("OBS", '{"bucket": "results", "prefix": null, "expires": 5.0}', to_bucket(expires=5)),
        ("SMN", f'{{"topic_urn": "{TOPIC}"}}', to_topic()),
        ("DIS", '{"stream_name": "events"}', to_stream()),
        ("FunctionGraph", '{"func_urn": "orders"}', to_function()),
    ],
)
def test_a_raw_param_of_a_known_destination_is_the_typed_target(
    destination: str, param: str, typed: object
) -> None:
    found = examined(onFailure={"destination": destination, "param": param, "allowCycle": "why"})

    assert found.problems == ()
    assert isinstance(typed, dict)
    assert found.inputs["onFailure"] == {**typed, "allowCycle": "why"}


@pytest.mark.parametrize(
    ("destination", "param", "path", "line"),
    [
        ("OBS", '{"bucket": "No_Bucket"}', "bucket", "is not a bucket name that OBS takes"),
        ("OBS", '{"bucket": "results", "expires": 400}', "expires", "is 400; allowed: a whole"),
        ("OBS", '{"bucket": "results", "expires": "5"}', "expires", "is a string; allowed: a"),
        ("OBS", "{}", "bucket", "is missing; an OBS bucket has"),
        ("SMN", '{"topic_urn": "alerts"}', "topic_urn", "is not a topic URN"),
        ("FunctionGraph", '{"func_urn": "urn:fss:x"}', "func_urn", "is not a function URN"),
        ("DIS", '{"stream_name": 1}', "stream_name", "is 1, not a string"),
        (
            "OBS",
            '{"bucket": "results", "owner": "added"}',
            "owner",
            "does not belong there, and would be lost; an OBS bucket has bucket, prefix, expires",
        ),
        ("OBS", '{"bucket": "results", "prefix": "\\ud800"}', "prefix", "holds half of a char"),
    ],
)
def test_a_raw_param_of_a_known_destination_is_judged_like_the_typed_target(
    destination: str, param: str, path: str, line: str
) -> None:
    lines = told(onSuccess={"destination": destination, "param": param})

    assert list(lines) == [f"onSuccess.param.{path}"]
    assert lines[f"onSuccess.param.{path}"].startswith(f"onSuccess.param.{path}: {line}")
    assert "added" not in str(lines)


@pytest.mark.parametrize("param", ["no JSON", "[]", "7", "", "[" * 100_000])
def test_a_raw_param_of_a_known_destination_is_a_json_object(param: str) -> None:
    line = told(onSuccess={"destination": "DIS", "param": param})["onSuccess.param"]

    assert line.startswith("onSuccess.param: is not a JSON object; a DIS stream has stream_name")


def test_a_raw_param_is_judged_once_it_is_known() -> None:
    found = examined(onSuccess={"destination": "OBS", "param": UNKNOWN})

    assert found.problems == ()
    assert found.unknown == {"onSuccess.param"}


HALF = "\ud800"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (to_bucket(prefix=f"a{HALF}"), "onSuccess.prefix"),
        (to_bucket(bucket=HALF), "onSuccess.bucket"),
        (to_topic(HALF), "onSuccess.topicUrn"),
        (to_stream(HALF), "onSuccess.streamName"),
        (to_function(HALF), "onSuccess.functionUrn"),
        (to_bucket(allowCycle=HALF), "onSuccess.allowCycle"),
        ({"destination": HALF}, "onSuccess.destination"),
        ({"destination": HALF, "param": "{}"}, "onSuccess.destination"),
        ({"destination": "DMS", "param": HALF}, "onSuccess.param"),
    ],
)
def test_half_a_character_is_refused_wherever_a_text_belongs(target: object, path: str) -> None:
    line = told(onSuccess=target)[path]

    assert line.startswith(f"{path}: holds half of a character (a lone surrogate); allowed: text")
    line.encode("utf-8")


def test_a_property_whose_name_is_half_a_character_can_be_told() -> None:
    (line,) = told(onSuccess=to_bucket(**{HALF: 1})).values()

    assert line.encode("utf-8").startswith(b"onSuccess.\\ud800: does not belong there")


def test_an_unknown_destination_with_its_param_is_kept() -> None:
    target = {"destination": "DMS", "param": '{"instance": 1}'}

    found = examined(onFailure=target)

    assert found.problems == ()
    assert found.inputs["onFailure"] == target


@pytest.mark.parametrize(
    ("destination", "key"),
    [
        ("OBS", "bucket"),
        ("SMN", "topicUrn"),
        ("DIS", "streamName"),
        ("FunctionGraph", "functionUrn"),
    ],
)
def test_a_target_as_the_documents_of_the_api_show_it_is_refused_with_what_to_write(
    destination: str, key: str
) -> None:
    target = {"destination": destination, "param": {"bucket": "hidden-name"}}

    line = told(onFailure=target)["onFailure.param"]

    assert line.endswith(f'write {{"{key}": …}} without destination and param')
    assert "hidden-name" not in line


def test_a_prefix_that_is_live_is_taken_beyond_its_limit_so_that_it_can_be_mended() -> None:
    prefix = "p" * (MAX_KEY_LENGTH + 1)

    assert "onFailure.prefix" in told(onFailure=to_bucket(prefix=prefix))
    live = Bucket.model_validate({"bucket": "results", "prefix": prefix}, context=LIVE)
    assert live.prefix == prefix
