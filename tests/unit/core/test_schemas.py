import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from factories import PROJECT, REGION, TOPIC, URN, bag, event, to_bucket, to_function, to_stream
from pulumi_functiongraph.core import schemas
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.core.param import KEYS
from pulumi_functiongraph.core.schemas import SCHEMAS, config_schema, event_schema, published
from strategies import valid_bags

EVENT = Draft202012Validator(event_schema())
CONFIG = Draft202012Validator(config_schema())
ALIAS = URN.replace("latest", "!prod")


def properties_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in (schema, *schema["$defs"].values()):
        yield from part["properties"].items()


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_file_is_what_is_built(name: str) -> None:
    file = files(schemas).joinpath(f"{name}.schema.json")

    assert file.read_text(encoding="utf-8") == published(name), (
        f"stale; rewrite it: fgctl schema {name} > {file}"
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_its_id_needs_no_host(name: str) -> None:
    schema = SCHEMAS[name]()

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:pulumi-functiongraph:schema:{name}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_has_a_title_and_a_description(name: str) -> None:
    schema = SCHEMAS[name]()

    for key, field in properties_of(schema):
        described = schema["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field
        assert field["title"], key
        assert described["description"].endswith("."), key


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("maxAsyncEventAgeInSeconds", "seconds"),
        ("maxAsyncRetryAttempts", "retries"),
        ("expires", "Days"),
    ],
)
def test_every_number_of_a_config_has_its_unit_and_its_range(path: str, unit: str) -> None:
    field = dict(properties_of(config_schema()))[path]

    assert unit in field["description"]
    assert field["minimum"] < field["maximum"]


def test_every_property_of_the_schema_is_one_that_is_read() -> None:
    (problem,) = examine(bag(stray=1)).problems

    assert f"allowed: {', '.join(config_schema()['properties'])}" == problem.allowed


@pytest.mark.parametrize(
    "timestamp",
    [
        "2020-08-20T12:00:00.000Z",
        "2020-08-20T12:00:00.000Z+08:00",
        "2025-07-28T11:47:56.893440057+02:00",
    ],
)
@pytest.mark.parametrize("status", ["status_code", "statusCode"])
def test_events_in_every_documented_form_are_valid(timestamp: str, status: str) -> None:
    sent = event(timestamp=timestamp, response_context={status: 200, "function_error": ""})

    assert list(EVENT.iter_errors(sent)) == []
    assert NotificationEvent.parse(sent).succeeded


def test_an_event_with_a_field_that_the_service_may_add_is_valid() -> None:
    assert EVENT.is_valid(event(version="2"))


@pytest.mark.parametrize(
    "broken",
    [
        {"timestamp": "2020-08-20 12:00"},
        {"timestamp": None},
        {"request_context": {"request_id": "1"}},
        {"response_context": {"function_error": ""}},
        {"response_context": {"statusCode": "200"}},
        {"response_payload": {"a": 1}},
    ],
)
def test_what_is_no_event_is_not_valid(broken: dict[str, object]) -> None:
    assert not EVENT.is_valid(event(**broken))


texts = st.sampled_from(
    [
        *["", "ab", "abc", "a" * 64, "Results", "a..b", "192.168.1.1", "1.2.3.256", "a_b", "1.2.3"],
        *[URN, ALIAS, URN.removesuffix(":latest"), f"{URN}:x", "urn:pulumi:dev::x::y::z", TOPIC],
        *["orders", "default:orders", f"{PROJECT}:default:orders", "a:b:c:d:e", "urn:orders"],
        *[f"{PROJECT}:default:orders:!prod", f"{PROJECT}:default:orders:v1", "!prod", "or ders"],
        *["a" * 60, "a" * 61, "1orders", "obs://results", "OBS", "urn:smn:eu-de:p:-x", "SMN"],
    ]
)
numbers = st.sampled_from([-1, 0, 1, 2.0, 2.5, 3, 4, 365, 366, 86_400, 86_401])
values: st.SearchStrategy[object] = texts | numbers | st.booleans() | st.just([]) | st.just({})
destinations = st.sampled_from(["OBS", "SMN", "DIS", "FunctionGraph", "DMS", "", "obs"])
targets = st.one_of(
    values,
    st.builds(to_bucket, bucket=texts, prefix=values, expires=numbers),
    st.builds(to_function, texts),
    st.builds(to_stream, texts),
    st.fixed_dictionaries(
        {},
        optional={
            "destination": destinations,
            "bucket": texts,
            "topicUrn": texts,
            "streamName": texts,
            "functionUrn": texts,
            "param": values,
            "expires": numbers,
        },
    ),
)
changed_properties = st.fixed_dictionaries(
    {},
    optional={
        "functionUrn": texts,
        "maxAsyncRetryAttempts": numbers,
        "maxAsyncEventAgeInSeconds": numbers,
        "enableAsyncStatusLog": values,
        "onSuccess": targets,
        "onFailure": targets,
        "adopt": values,
        "stray": values,
    },
)
configs: st.SearchStrategy[dict[str, object]] = st.one_of(
    valid_bags,
    st.builds(lambda valid, target: {**valid, "onSuccess": target}, valid_bags, targets),
    st.builds(lambda valid, changed: {**valid, **changed}, valid_bags, changed_properties),
)


def is_raw(value: object) -> bool:
    """Whether it is a target of a known kind that is declared by its raw param."""
    return isinstance(value, dict) and "param" in value and value.get("destination") in KEYS


@given(configs)
@example({**bag(), "onSuccess": {"destination": "OBS", "param": ""}})
def test_the_schema_takes_what_an_examination_takes_and_nothing_else(
    declared: dict[str, object],
) -> None:
    found = examine(declared, region=REGION, project_id=PROJECT)

    if any(map(is_raw, declared.values())):
        # What is wrong inside the text of a raw param no schema can see.
        assert CONFIG.is_valid(declared) or found.problems
    else:
        assert CONFIG.is_valid(declared) is (found.problems == ())


@given(configs)
def test_the_canonical_inputs_of_a_valid_config_are_valid(declared: dict[str, object]) -> None:
    found = examine(declared, region=REGION, project_id=PROJECT)

    if found.config is not None:
        assert json.loads(json.dumps(found.inputs)) == found.inputs
        assert CONFIG.is_valid(found.inputs)
