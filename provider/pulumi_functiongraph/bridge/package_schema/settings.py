"""The provider's settings: the same as in Pulumi config, in the namespace ``functiongraph``.

None has a variable of the environment as its default. An SDK would read it, and what it reads is
kept in state, where credentials that rotate must not be; the provider reads the environment itself.
"""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.bridge.package_schema.properties import Spec, reference, token
from pulumi_functiongraph.cloud import options
from pulumi_functiongraph.cloud.settings import SECRET_KEYS


class Choice(msgspec.Struct, frozen=True):
    """A setting with few values.

    Attributes:
        type_name: of the enum in SDKs.
        description: of the enum.
        values: each value, and what it means; the first is the default unless one is told.
    """

    type_name: str
    description: str
    values: dict[str, str]

    def in_words(self) -> str:
        """The values in a sentence."""
        *first, last = self.values
        return f"{', '.join(first)} or {last}"


CHOICES = {
    "cloud": Choice(
        "Cloud",
        "A cloud that has FunctionGraph.",
        {"huawei": "Huawei Cloud.", "otc": "Open Telekom Cloud."},
    ),
    "precheck": Choice(
        "Precheck",
        "What becomes of a change whose notifications would not arrive.",
        {
            "enforce": "Errors stop the run.",
            "warn": "Errors are only logged, as warnings.",
            "off": "The cloud is not asked before a change.",
        },
    ),
    "onCycle": Choice(
        "OnCycle",
        "What becomes of a cycle of notifications.",
        {"error": "It stops the run.", "warn": "It is only logged, as a warning."},
    ),
    "liveGraph": Choice(
        "LiveGraph",
        "How much of what is deployed is read for cycles.",
        {
            "on": "All that can close a cycle.",
            "targets": "What targets say of themselves; functions are not asked for their "
            "triggers.",
            "off": "Nothing.",
        },
    ),
}
"""The settings that are enums as inputs of the provider.

As config variables they are strings: SDKs read an enum there as JSON.
"""

_TEXTS = {
    "region": "The region that completes short names of functions, such as eu-de.",
    "projectId": "The id of the project that completes short names of functions.",
    "domainId": "The id of the account; looked up where it is not set.",
    "accessKey": "The access key; better in the environment, where it may rotate.",
    "secretKey": "The secret key that belongs to the access key.",
    "securityToken": "The security token of a temporary access key.",
    "agencyName": "The agency of another account that the credentials assume.",
    "agencyDomainName": "The name of the account that has the agency.",
    "agencyDomainId": "The id of the account that has the agency.",
    "cloud": "The cloud; by the region where it is not set.",
    "endpoints": "The address of each service that is not at its cloud's own one.",
    "precheck": "What becomes of a change whose notifications would not arrive.",
    "precheckTimeout": "Seconds for all looks at the cloud before a change.",
    "onCycle": "What becomes of a cycle of notifications.",
    "liveGraph": "How much of what is deployed is read for cycles.",
}
_DEFAULTS = {
    "precheck": options.PRECHECK[0],
    "precheckTimeout": f"{options.DEFAULT_PRECHECK_TIMEOUT:g}",
    "onCycle": options.ON_CYCLE[0],
    "liveGraph": options.LIVE_GRAPH[0],
}
_LIMITS = {"precheckTimeout": f"Above 0, at most {options.LONGEST_TIMEOUT:,}."}


def variables() -> Spec:
    """The keys of Pulumi config."""
    return {key: {**_kind(key), **_described(key)} for key in _TEXTS}


def inputs() -> Spec:
    """The inputs of an explicit provider."""
    enums = {key: {"$ref": reference(each.type_name)} for key, each in CHOICES.items()}
    return {key: {**enums.get(key, _kind(key)), **_described(key)} for key in _TEXTS}


def types() -> Spec:
    """The enums, by token."""
    return {token(each.type_name): _enum(each) for each in CHOICES.values()}


def _kind(key: str) -> Spec:
    if key == "endpoints":
        return {"type": "object", "additionalProperties": {"type": "string"}}
    return {"type": "number" if key == "precheckTimeout" else "string"}


def _described(key: str) -> Spec:
    choice = CHOICES.get(key)
    parts = [_TEXTS[key], f"Allowed: {choice.in_words()}." if choice else _LIMITS.get(key, "")]
    if key in _DEFAULTS:
        parts.append(f"{_DEFAULTS[key]} by default.")
    described: Spec = {"description": " ".join(filter(None, parts))}
    return {**described, "secret": True} if key in SECRET_KEYS else described


def _enum(choice: Choice) -> Spec:
    return {
        "type": "string",
        "description": choice.description,
        "enum": [
            {"name": value.capitalize(), "value": value, "description": what}
            for value, what in choice.values.items()
        ],
    }
