"""The package schema: held equal to the core's models, and its examples to what is read."""

import dataclasses
import json
from importlib.resources import files
from typing import Any

import pytest
import yaml

from pulumi_functiongraph.bridge import package_schema
from pulumi_functiongraph.bridge.function_lookup import GetFunctionResult
from pulumi_functiongraph.bridge.package_schema.examples import EXAMPLES
from pulumi_functiongraph.bridge.package_schema.resource import TARGET_TYPES
from pulumi_functiongraph.bridge.package_schema.settings import CHOICES
from pulumi_functiongraph.cloud import options
from pulumi_functiongraph.cloud.settings import CONFIG_KEYS, SECRET_KEYS
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.property_names import to_camel
from pulumi_functiongraph.core.schemas import config_schema
from pulumi_functiongraph.core.targets import KNOWN, Opaque
from pulumi_functiongraph.core.type_tokens import (
    DYNAMIC_CONFIG,
    GET_CONFIG,
    GET_FUNCTION,
    NATIVE_CONFIG,
)
from pulumi_functiongraph.plugin.functions import FUNCTIONS
from pulumi_functiongraph.plugin.version import installed_version

SCHEMA = package_schema.package_schema()
RESOURCE = SCHEMA["resources"][NATIVE_CONFIG]
INPUTS = RESOURCE["inputProperties"]


def type_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["types"][f"functiongraph:index:{name}"]
    return found


def models() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """By name, the properties in the package schema and those of the model."""
    whole = config_schema()
    targets = {
        name: (type_of(name)["properties"], whole["$defs"][model.__name__]["properties"])
        for name, model in TARGET_TYPES.items()
    }
    return {"config": (INPUTS, whole["properties"]), **targets}


def test_the_published_file_is_what_is_built() -> None:
    file = files(package_schema).joinpath("schema.json")

    assert file.read_text(encoding="utf-8") == package_schema.published(), (
        f"stale; rewrite it: fgctl schema package > {file}"
    )


def test_the_version_is_that_of_the_installed_package() -> None:
    assert SCHEMA["version"] == installed_version()


@pytest.mark.parametrize("name", models())
def test_every_property_of_a_model_is_there_in_its_order_and_no_other(name: str) -> None:
    described, fields = models()[name]

    assert list(described) == list(fields)


@pytest.mark.parametrize("name", models())
def test_every_range_is_in_words_and_no_regular_expression_is_shown(name: str) -> None:
    described, fields = models()[name]

    for key, field in fields.items():
        text = described[key]["description"]
        assert text.endswith("."), key
        for keyword in ("minimum", "maximum", "maxLength"):
            if keyword in field:
                assert f"{field[keyword]:,}" in text, key
        assert "[a-z" not in text, key


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("ObsTarget", "bucket", "3 to 63 lower-case letters"),
        ("SmnTarget", "topicUrn", "1 to 255 letters"),
        ("DisTarget", "streamName", "1 to 64 letters"),
        ("FunctionTarget", "functionUrn", "urn:fss:<region>:<project id>"),
    ],
)
def test_a_name_with_a_form_has_it_in_words(name: str, key: str, words: str) -> None:
    assert words in type_of(name)["properties"][key]["description"]


@pytest.mark.parametrize("name", models())
def test_every_default_is_that_of_the_model(name: str) -> None:
    described, fields = models()[name]

    for key, field in fields.items():
        default = field.get("default")
        if "const" in field:
            assert described[key]["const"] == field["const"] == default
        elif isinstance(default, int) and not isinstance(default, bool):
            assert f"{default:,} by default." in described[key]["description"], key
        if name != "config":
            # Below a union a generated SDK cannot apply it.
            assert "default" not in described[key], key
    declared = {key: each["default"] for key, each in INPUTS.items() if "default" in each}
    assert declared == {
        to_camel(key): field.default
        for key, field in Config.model_fields.items()
        if isinstance(field.default, int)
    }


def test_what_is_required_is_what_the_models_require() -> None:
    assert RESOURCE["requiredInputs"] == config_schema()["required"] == ["functionUrn"]
    for name, model in TARGET_TYPES.items():
        required = config_schema()["$defs"][model.__name__]["required"]
        assert type_of(name)["required"] == required, name


def test_a_target_is_any_kind_that_the_core_has_told_apart_by_its_destination() -> None:
    assert set(TARGET_TYPES.values()) == {*KNOWN.values(), Opaque}
    for path in ("onSuccess", "onFailure"):
        union = INPUTS[path]
        names = {each["$ref"].rpartition(":")[2] for each in union["oneOf"]}
        assert names == set(TARGET_TYPES)
        mapping = union["discriminator"]["mapping"]
        assert set(mapping) == set(KNOWN)
        for destination, reference in mapping.items():
            target = type_of(reference.rpartition(":")[2])
            assert target["properties"]["destination"]["const"] == destination
            assert "destination" not in target["required"]


def test_outputs_are_the_inputs_and_what_the_service_tells() -> None:
    outputs = RESOURCE["properties"]
    told = {to_camel(name) for name in LiveConfig.model_fields} - {"config"}

    assert set(outputs) == set(INPUTS) | told
    assert not [key for key, each in outputs.items() if "default" in each]
    assert set(RESOURCE["required"]) == told | {
        "functionUrn",
        "maxAsyncRetryAttempts",
        "maxAsyncEventAgeInSeconds",
    }


def test_another_function_replaces_and_state_of_the_dynamic_provider_is_kept() -> None:
    replacing = [key for key, each in INPUTS.items() if each.get("willReplaceOnChanges")]

    assert replacing == ["functionUrn"]
    assert RESOURCE["aliases"] == [{"type": DYNAMIC_CONFIG}]


@pytest.mark.parametrize("place", ["config", "provider"])
def test_every_setting_is_there_and_secrets_are_marked(place: str) -> None:
    settings = (
        SCHEMA["config"]["variables"]
        if place == "config"
        else SCHEMA["provider"]["inputProperties"]
    )

    assert tuple(settings) == CONFIG_KEYS
    assert tuple(key for key, each in settings.items() if each.get("secret")) == SECRET_KEYS
    # It would be read by the SDK and kept in state.
    assert not [key for key, each in settings.items() if "defaultInfo" in each]
    assert all(each["description"].endswith(".") for each in settings.values())


def test_enums_have_the_values_that_the_settings_take() -> None:
    allowed = {
        "cloud": options.CLOUDS,
        "precheck": options.PRECHECK,
        "onCycle": options.ON_CYCLE,
        "liveGraph": options.LIVE_GRAPH,
    }

    assert set(CHOICES) == set(allowed)
    for key, values in allowed.items():
        reference = SCHEMA["provider"]["inputProperties"][key]["$ref"]
        enum = type_of(reference.rpartition(":")[2])["enum"]
        assert tuple(each["value"] for each in enum) == values
        # An SDK reads a config variable that is an enum as JSON, and fails.
        assert SCHEMA["config"]["variables"][key]["type"] == "string"


@pytest.mark.parametrize("key", ["precheck", "onCycle", "liveGraph"])
def test_the_default_of_a_setting_is_the_one_that_is_taken(key: str) -> None:
    variable = SCHEMA["config"]["variables"][key]
    first = {"precheck": options.PRECHECK, "onCycle": options.ON_CYCLE}.get(key, options.LIVE_GRAPH)

    assert variable["description"].endswith(f" {first[0]} by default.")


def test_the_functions_are_those_that_the_plugin_has() -> None:
    functions = SCHEMA["functions"]

    assert set(functions) == set(FUNCTIONS)
    outputs = functions[GET_FUNCTION]["outputs"]
    fields = [field.name for field in dataclasses.fields(GetFunctionResult)]
    spelled = {"function_urn": "functionUrn", "project_id": "projectId"}
    assert list(outputs["properties"]) == [spelled.get(each, each) for each in fields]
    assert outputs["required"] == list(outputs["properties"])
    live = functions[GET_CONFIG]["outputs"]
    assert set(live["properties"]) == set(RESOURCE["properties"]) - {"adopt"}
    assert live["required"] == RESOURCE["required"]


def test_every_reference_leads_to_a_type() -> None:
    text = json.dumps(SCHEMA)
    names = {part.partition('"')[0] for part in text.split("#/types/")[1:]}

    assert names == set(SCHEMA["types"])


def test_every_language_has_the_example_in_a_fence_of_its_own() -> None:
    description = RESOURCE["description"]

    assert set(EXAMPLES) == {"typescript", "python", "yaml"}
    for language, text in EXAMPLES.items():
        assert f"```{language}\n{text}```\n" in description
    head, _, examples = description.partition("{{% examples %}}")
    assert "```" not in head
    assert examples.endswith("{{% /examples %}}\n")


def test_the_example_in_yaml_declares_what_is_valid() -> None:
    program = yaml.safe_load(EXAMPLES["yaml"])
    resource = program["resources"]["config"]
    function = program["variables"]["orders"]["fn::invoke"]

    declared = {**resource["properties"], "functionUrn": UNKNOWN}
    assert examine(declared).problems == ()
    tokens = (resource["type"], function["function"])
    assert tokens == tuple(token.replace(":index:", ":") for token in (NATIVE_CONFIG, GET_FUNCTION))


def test_the_example_is_the_same_in_each_language() -> None:
    (yaml_resource,) = yaml.safe_load(EXAMPLES["yaml"])["resources"].values()
    names = (
        yaml_resource["properties"]["onSuccess"]["topicUrn"],
        yaml_resource["properties"]["onFailure"]["bucket"],
        yaml_resource["properties"]["onFailure"]["prefix"],
    )

    for language, text in EXAMPLES.items():
        assert all(name in text for name in names), language
