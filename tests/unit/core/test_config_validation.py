import json

import pytest

from factories import (
    PROJECT,
    REGION,
    TOPIC,
    URN,
    bag,
    examined,
    to_bucket,
    to_function,
    to_stream,
    to_topic,
    told,
)
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.properties import UNKNOWN

PULUMI_URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/functiongraph:Function::orders"
ALIAS = URN.replace("latest", "!prod")


def test_a_config_of_one_function_alone_is_valid_and_gets_its_defaults() -> None:
    found = examined()

    assert found.problems == ()
    assert found.config == Config(function_urn=URN)
    assert found.inputs == {
        "functionUrn": URN,
        "maxAsyncRetryAttempts": 1,
        "maxAsyncEventAgeInSeconds": 3600,
    }


def test_zero_and_false_are_values() -> None:
    found = examined(
        maxAsyncRetryAttempts=0, enableAsyncStatusLog=False, onSuccess=to_bucket(expires=0)
    )

    assert found.inputs["maxAsyncRetryAttempts"] == 0
    assert found.inputs["enableAsyncStatusLog"] is False
    assert found.inputs["onSuccess"] == to_bucket(expires=0)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("maxAsyncRetryAttempts", 0, 0),
        ("maxAsyncRetryAttempts", 3, 3),
        ("maxAsyncRetryAttempts", 2.0, 2),
        ("maxAsyncEventAgeInSeconds", 1, 1),
        ("maxAsyncEventAgeInSeconds", 86_400, 86_400),
        ("enableAsyncStatusLog", True, True),
        ("onSuccess", to_bucket(expires=365.0), to_bucket(expires=365)),
        ("onFailure", to_bucket(prefix="/failures"), to_bucket(prefix="/failures")),
    ],
)
def test_values_at_the_edges_of_their_ranges_are_taken(
    name: str, value: object, kept: object
) -> None:
    found = examined(**{name: value})

    assert found.problems == ()
    assert found.inputs[name] == kept
    assert type(found.inputs[name]) is type(kept)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (-1, "is -1"),
        (4, "is 4"),
        (2.5, "is 2.5"),
        ("two", "is a string"),
        (True, "is true or false"),
        ([1], "is a list"),
        (b"1", "is of another type"),
    ],
)
def test_retries_out_of_range_are_refused_with_the_range_and_its_source(
    value: object, what: str
) -> None:
    assert told(maxAsyncRetryAttempts=value) == {
        "maxAsyncRetryAttempts": f"maxAsyncRetryAttempts: {what}; allowed: a whole number of "
        'retries from 0 to 3 (FunctionGraph API reference, "Configuring asynchronous execution '
        'notification", Table 3)'
    }


@pytest.mark.parametrize(("value", "what"), [(0, "is 0"), (86_401, "is 86,401")])
def test_a_validity_out_of_range_is_refused_with_the_range(value: int, what: str) -> None:
    line = told(maxAsyncEventAgeInSeconds=value)["maxAsyncEventAgeInSeconds"]

    assert f"{what}; allowed: a whole number of seconds from 1 to 86,400" in line


def test_a_status_log_that_is_no_flag_is_refused() -> None:
    assert told(enableAsyncStatusLog=1) == {
        "enableAsyncStatusLog": "enableAsyncStatusLog: is 1; allowed: true or false"
    }


@pytest.mark.parametrize(
    "urn",
    [
        *["", "urn:fss", "urn:aws:lambda", URN + ":x", URN.replace(":function:", ":fn:")],
        *["a:b:c:d:e", URN.replace("orders", "1orders"), URN.replace("latest", ""), "or ders"],
    ],
)
def test_a_malformed_function_urn_is_refused_with_the_expected_form(urn: str) -> None:
    line = told(functionUrn=urn)["functionUrn"]

    assert "urn:fss:<region>" in line or "starting with a letter" in line


@pytest.mark.parametrize("path", ["functionUrn", "onSuccess.functionUrn"])
def test_a_pulumi_urn_is_told_apart(path: str) -> None:
    target = to_function(PULUMI_URN) if path.startswith("onSuccess") else None
    source = URN if target else PULUMI_URN

    (problem,) = examined(functionUrn=source, onSuccess=target).problems

    assert (problem.path, problem.rule) == (path, "FGN003")
    assert "fn.function_urn" in problem.remedy


def test_an_alias_is_refused_as_source_and_taken_as_target() -> None:
    (problem,) = examined(functionUrn=ALIAS).problems

    assert (problem.path, problem.rule) == ("functionUrn", "FGN004")
    assert examined(onSuccess=to_function(ALIAS)).problems == ()


def test_an_alias_as_source_is_told_together_with_other_problems() -> None:
    assert sorted(told(functionUrn=ALIAS, maxAsyncRetryAttempts=4)) == [
        "functionUrn",
        "maxAsyncRetryAttempts",
    ]


def test_a_missing_function_is_told_with_what_belongs_there() -> None:
    line = told(functionUrn=None)["functionUrn"]

    assert line.startswith("functionUrn: is missing; allowed: functionUrn, maxAsyncRetryAttempts")


@pytest.mark.parametrize("value", ["x", UNKNOWN], ids=["known", "unknown"])
@pytest.mark.parametrize("name", ["maxRetries", "function_urn", "Foo_bar", "on_success"])
def test_an_unknown_property_is_refused_as_it_is_written(name: str, value: object) -> None:
    line = told(**{name: value})[name]

    assert line.startswith(f"{name}: does not belong there; allowed: functionUrn, ")
    meant = {
        "function_urn": "functionUrn",
        "maxRetries": "maxAsyncRetryAttempts",
        "on_success": "onSuccess",
    }.get(name)
    what_to_do = f"did you mean {meant}?" if meant else "remove it, or fix its spelling"
    assert line.endswith(f"adopt; {what_to_do}")


def test_a_property_in_pythons_spelling_does_not_stand_for_the_one_of_state() -> None:
    assert sorted(told(functionUrn=None, function_urn=URN)) == ["functionUrn", "function_urn"]


@pytest.mark.parametrize(("value", "adopt"), [(True, True), (False, False), (None, False)])
def test_adopt_is_kept_in_the_inputs(value: object, *, adopt: bool) -> None:
    found = examined(adopt=value)

    assert found.adopt is adopt
    assert found.inputs.get("adopt") == value
    assert found.config is not None


def test_an_adopt_that_is_no_flag_is_refused() -> None:
    assert told(adopt="yes") == {"adopt": "adopt: is not a flag; allowed: true or false"}


def test_an_unknown_adopt_stays_unknown() -> None:
    found = examined(adopt=UNKNOWN)

    assert found.problems == ()
    assert found.inputs["adopt"] is UNKNOWN
    assert found.adopt is False


def test_short_names_are_completed_and_canonical_in_the_inputs() -> None:
    found = examine({"functionUrn": "orders"}, region=REGION, project_id=PROJECT)

    assert found.inputs["functionUrn"] == URN


def test_a_short_name_without_settings_is_told_the_commands_that_set_them() -> None:
    (problem,) = examine({"functionUrn": "orders"}).problems

    assert "pulumi config set functiongraph:region" in problem.remedy
    assert "pulumi config set functiongraph:projectId" in problem.remedy


UNKNOWN_AT_EVERY_DEPTH: list[tuple[dict[str, object], set[str]]] = [
    ({"functionUrn": UNKNOWN}, {"functionUrn"}),
    ({"maxAsyncRetryAttempts": UNKNOWN}, {"maxAsyncRetryAttempts"}),
    ({"maxAsyncEventAgeInSeconds": UNKNOWN}, {"maxAsyncEventAgeInSeconds"}),
    ({"enableAsyncStatusLog": UNKNOWN}, {"enableAsyncStatusLog"}),
    ({"onSuccess": UNKNOWN}, {"onSuccess"}),
    ({"onSuccess": to_topic(UNKNOWN)}, {"onSuccess.topicUrn"}),
    ({"onSuccess": {**to_function(), "functionUrn": UNKNOWN}}, {"onSuccess.functionUrn"}),
    ({"onSuccess": to_stream(UNKNOWN)}, {"onSuccess.streamName"}),
    (
        {"onFailure": to_bucket(bucket=UNKNOWN, prefix=UNKNOWN, expires=UNKNOWN)},
        {"onFailure.bucket", "onFailure.prefix", "onFailure.expires"},
    ),
    ({"onFailure": {"destination": "DMS", "param": UNKNOWN}}, {"onFailure.param"}),
]


@pytest.mark.parametrize(("properties", "paths"), UNKNOWN_AT_EVERY_DEPTH)
def test_unknown_values_at_any_depth_are_passed_over_and_kept(
    properties: dict[str, object], paths: set[str]
) -> None:
    found = examined(**properties)

    assert found.problems == ()
    assert found.unknown == paths
    assert found.config is None
    assert found.draft is not None
    assert found.inputs == {
        "functionUrn": URN,
        "maxAsyncRetryAttempts": 1,
        "maxAsyncEventAgeInSeconds": 3600,
        **properties,
    }


def test_a_target_of_unknown_kind_is_unknown_as_a_whole() -> None:
    found = examined(onSuccess={"destination": UNKNOWN, "bucket": "results"})

    assert found.inputs["onSuccess"] is UNKNOWN
    assert found.unknown == {"onSuccess"}


def test_the_kind_of_a_target_is_known_although_its_name_is_not() -> None:
    found = examined(onSuccess={"bucket": UNKNOWN})

    assert found.inputs["onSuccess"] == to_bucket(bucket=UNKNOWN)


def test_known_values_beside_unknown_ones_are_judged() -> None:
    assert sorted(
        told(
            functionUrn=UNKNOWN,
            maxAsyncRetryAttempts=4,
            onSuccess=to_bucket(bucket=UNKNOWN, expires=400),
        )
    ) == ["maxAsyncRetryAttempts", "onSuccess.expires"]


@pytest.mark.parametrize("value", [[UNKNOWN], {"a": UNKNOWN}])
def test_an_unknown_value_inside_a_wrong_type_does_not_hide_the_problem(value: object) -> None:
    assert list(told(functionUrn=value)) == ["functionUrn"]


def test_every_problem_is_told_at_once_in_order_of_the_paths() -> None:
    found = examined(
        functionUrn="urn:fss:x",
        maxAsyncRetryAttempts=4,
        maxAsyncEventAgeInSeconds=0,
        enableAsyncStatusLog="no",
        onSuccess=to_bucket(bucket="X", expires=400, size=1),
        onFailure={"bucket": "results", "topicUrn": TOPIC},
        adopt="yes",
        retries=1,
    )

    assert [problem.path for problem in found.problems] == [
        "adopt",
        "enableAsyncStatusLog",
        "functionUrn",
        "maxAsyncEventAgeInSeconds",
        "maxAsyncRetryAttempts",
        "onFailure",
        "onSuccess.bucket",
        "onSuccess.expires",
        "onSuccess.size",
        "retries",
    ]
    assert (found.config, found.draft) == (None, None)


def test_inputs_with_problems_stay_as_declared() -> None:
    found = examined(maxAsyncRetryAttempts=4, onSuccess=None)

    assert found.inputs == bag(maxAsyncRetryAttempts=4)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        (to_function(), {"onSuccess": to_function()["functionUrn"]}),
        ({**to_function(), "functionUrn": UNKNOWN}, {}),
        (UNKNOWN, {}),
        ({**to_function(), "allowCycle": "it ends"}, {}),
        ({**to_function(), "allowCycle": UNKNOWN}, {}),
        (to_bucket(), {}),
        (None, {}),
    ],
)
def test_a_config_leads_to_the_functions_that_it_notifies_unless_a_cycle_is_intended(
    target: object, leads_to: dict[str, str]
) -> None:
    found = examined(onSuccess=target)

    assert found.problems == ()
    assert {path: str(urn) for path, urn in found.leads_to.items()} == leads_to


HOSTILE = "fo\x1b[31mEVIL\udce9" + "x" * 10_000


@pytest.mark.parametrize(
    "declared",
    [
        {HOSTILE: 1},
        {"onSuccess": to_topic() | {HOSTILE: 1}},
        {"onFailure": {HOSTILE: {HOSTILE: 1}}},
        {"onSuccess": {"destination": HOSTILE, HOSTILE: 1}},
        {
            "onSuccess": {
                "destination": "SMN",
                "param": json.dumps({"topic_urn": TOPIC, HOSTILE: 1}),
            }
        },
    ],
)
def test_a_name_that_somebody_chose_is_shown_without_what_moves_a_cursor_and_cut(
    declared: dict[str, object],
) -> None:
    problems = examined(**declared).problems

    assert problems
    for each in map(str, problems):
        assert each.isprintable()
        assert len(each) < 500
