"""The resource and the types of its targets."""

from __future__ import annotations

from inspect import getdoc

from pulumi_functiongraph.bridge.package_schema.examples import with_examples
from pulumi_functiongraph.bridge.package_schema.properties import (
    Model,
    Spec,
    fields_of,
    property_of,
    reference,
    required_of,
    token,
)
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.local_inputs import TARGETS
from pulumi_functiongraph.core.properties import ADOPT
from pulumi_functiongraph.core.targets import KNOWN, Opaque
from pulumi_functiongraph.core.type_tokens import DYNAMIC_CONFIG, NATIVE_CONFIG

TARGET_TYPES: dict[str, Model] = {
    "FunctionTarget": KNOWN["FunctionGraph"],
    "ObsTarget": KNOWN["OBS"],
    "SmnTarget": KNOWN["SMN"],
    "DisTarget": KNOWN["DIS"],
    "RawTarget": Opaque,
}
"""By their names in SDKs; the same as in Python programs."""

TIMES = {
    "createdTime": "When the service made the config, in the service's own text.",
    "lastModified": "When the config was last changed, in the service's own text.",
}
_RESOURCE = (
    "How one version of a function is run asynchronously, and where its results go.\n\n"
    "The id of the resource is the function's URN. A version has one config: another `functionUrn` "
    "replaces the resource, and a config that is there already is taken over where it is the same, "
    "or where `adopt` says so.\n\n"
    "Several configs whose functions notify each other in a circle are refused (FGN101), unless a "
    "target on the way has `allowCycle`."
)
_ALWAYS = ("functionUrn", "maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds", *TIMES)
_REPLACES = " A change replaces the resource."


def types() -> Spec:
    """The target types, by token."""
    return {token(name): _target(model) for name, model in TARGET_TYPES.items()}


def resources() -> Spec:
    """The resource, by token."""
    inputs = {key: _input(key, field) for key, field in fields_of(Config).items()}
    inputs["functionUrn"]["willReplaceOnChanges"] = True
    inputs["functionUrn"]["description"] += _REPLACES
    return {
        NATIVE_CONFIG: {
            "description": with_examples(_RESOURCE),
            "inputProperties": inputs,
            "requiredInputs": required_of(Config),
            "properties": outputs(inputs),
            "required": list(_ALWAYS),
            "aliases": [{"type": DYNAMIC_CONFIG}],
        }
    }


def outputs(inputs: Spec) -> Spec:
    """The properties of what is live: the inputs without defaults, and the times."""
    kept = {
        key: {name: value for name, value in each.items() if name != "default"}
        for key, each in inputs.items()
    }
    return {**kept, **{key: {"type": "string", "description": text} for key, text in TIMES.items()}}


def live_properties() -> Spec:
    """The properties of a config that nobody declares here."""
    fields = {key: field for key, field in fields_of(Config).items() if key != ADOPT}
    return outputs({key: _input(key, field) for key, field in fields.items()})


def _input(key: str, field: Spec) -> Spec:
    if key not in TARGETS:
        return property_of(key, field, model=Config)
    mapping = {
        destination: reference(name)
        for name, model in TARGET_TYPES.items()
        for destination, known in KNOWN.items()
        if model is known
    }
    return {
        "description": field["description"],
        "oneOf": [{"$ref": reference(name)} for name in TARGET_TYPES],
        "discriminator": {"propertyName": "destination", "mapping": mapping},
    }


def _target(model: Model) -> Spec:
    properties = {
        key: property_of(key, field, model=model) for key, field in fields_of(model).items()
    }
    # With a constant the kind follows from the other properties, so that YAML may leave it out.
    return {
        "type": "object",
        "description": getdoc(model),
        "properties": properties,
        "required": required_of(model),
    }
