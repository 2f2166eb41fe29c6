"""Targets: where the result of an asynchronous invocation is sent.

Sources: FunctionGraph API reference, "Configuring asynchronous execution notification",
Table 5 (fields of ``param``); OBS API reference (bucket names); SMN API reference (topic URNs);
DIS API reference (stream names).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import (
    MAX_URN_LENGTH,
    URN_FORM,
    VERSION_OR_ALIAS_PATTERN,
    FunctionUrn,
)
from pulumi_functiongraph.core.validation import (
    CONTROLS,
    CONTROLS_BUT_BREAKS,
    Limit,
    Value,
    is_live,
    line,
    lines,
    refusal,
    text,
    whole,
)

EXPIRES = Limit(
    0,
    365,
    "days (0 = never)",
    'FunctionGraph API reference, "Configuring asynchronous execution notification", Table 5',
)
MAX_KEY_LENGTH = 1_024
"""Bytes of UTF-8 of an object's key; OBS developer guide, "Object Metadata"."""

MAX_STREAM_NAME_LENGTH = 64
"""Characters; DIS API reference, "Creating a Stream", Table 3, of both clouds."""

MAX_TOPIC_NAME_LENGTH = 255
"""Characters; SMN API reference, "Creating a Topic"."""

MAX_ALIAS_LENGTH = 64
"""Characters; FunctionGraph API reference, "Creating an Alias for a Function Version"."""

_KEY_RULE = (
    f"allowed: at most {MAX_KEY_LENGTH:,} bytes of UTF-8, the limit of the whole key of an object "
    '(OBS developer guide, "Object Metadata")'
)
_ALIAS = re.compile(rf"[A-Za-z](?:[A-Za-z0-9_-]{{0,{MAX_ALIAS_LENGTH - 2}}}[A-Za-z0-9])?\Z")
_ALIAS_RULE = (
    f"allowed: 1 to {MAX_ALIAS_LENGTH} letters, digits, '-' and '_', starting with a letter and "
    'ending with a letter or digit (FunctionGraph API reference, "Creating an Alias for a Function '
    'Version")'
)
_BUCKET_FORM = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_BUCKET = re.compile(rf"{_BUCKET_FORM}\Z")
_BUCKET_FORBIDDEN = r"\.\.|\.-|-\."
_ADDRESS_FORM = r"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.|$)){4}$"
_BUCKET_RULE = (
    "allowed: 3 to 63 lower-case letters, digits, '-' and '.', starting and ending with a letter "
    "or digit, no '..', '.-' or '-.', not an IP address (OBS API reference, \"Creating a Bucket\")"
)
_TOPIC_NAME = f"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_TOPIC_NAME_LENGTH - 1}}}"
_TOPIC_FORM = f"urn:smn:[a-z0-9-]+:[A-Za-z0-9]+:{_TOPIC_NAME}"
_TOPIC = re.compile(rf"{_TOPIC_FORM}\Z")
_TOPIC_RULE = (
    f"allowed: urn:smn:<region>:<project id>:<topic>, the topic's name being 1 to "
    f"{MAX_TOPIC_NAME_LENGTH} letters, digits, '-' and '_', starting with a letter or digit "
    '(SMN API reference, "Creating a Topic")'
)
_STREAM_FORM = f"[A-Za-z0-9_-]{{1,{MAX_STREAM_NAME_LENGTH}}}"
_STREAM = re.compile(rf"{_STREAM_FORM}\Z")
_STREAM_RULE = (
    f"allowed: 1 to {MAX_STREAM_NAME_LENGTH} letters, digits, '-' and '_' (DIS API reference, "
    '"Creating a Stream")'
)


def _function_urn(value: object, info: ValidationInfo) -> FunctionUrn:
    if isinstance(value, FunctionUrn):
        return value
    names = info.context or {}
    spelled = _name(value, starts="urn:fss:", allowed=f"allowed: {URN_FORM}")
    try:
        urn = FunctionUrn.parse(
            spelled, region=names.get("region"), project_id=names.get("project_id")
        )
    except InvalidInput as error:
        first = error.problems[0]
        raise refusal(first.what, first.allowed, first.remedy, rule=first.rule) from error
    if urn.alias is not None and not _ALIAS.match(urn.alias) and not is_live(info):
        raise refusal("names an alias that FunctionGraph does not take", _ALIAS_RULE)
    return urn


def _bucket(value: object) -> str:
    name = _name(value, starts="", allowed=_BUCKET_RULE)
    if not _BUCKET.match(name) or re.search(_BUCKET_FORBIDDEN, name) or _is_address(name):
        raise refusal("is not a bucket name that OBS takes", _BUCKET_RULE)
    return name


def _prefix(value: object, info: ValidationInfo) -> str:
    if is_live(info):
        return text(value)
    prefix = line(value)
    length = len(prefix.encode())
    if length > MAX_KEY_LENGTH:
        raise refusal(f"has {length:,} bytes", _KEY_RULE, "shorten it")
    return prefix


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def _topic_urn(value: object) -> str:
    urn = _name(value, starts="urn:smn:", allowed=_TOPIC_RULE)
    if not _TOPIC.match(urn):
        raise refusal("is not a topic URN", _TOPIC_RULE)
    return urn


def _stream_name(value: object) -> str:
    name = _name(value, starts="", allowed=_STREAM_RULE)
    if not _STREAM.match(name):
        raise refusal("is not a stream name that DIS takes", _STREAM_RULE)
    return name


def _destination(value: object) -> str:
    name = line(value)
    if not name:
        raise refusal("is empty", "allowed: a destination; leave the target out to have none")
    return name


_KINDS = {
    "urn:fss:": ("a function URN", "use FunctionTarget(function_urn=…)"),
    "urn:smn:": ("a topic URN", "use SmnTarget(topic_urn=…)"),
    "obs://": ("a bucket address", "use ObsTarget(bucket=…, prefix=…) with the bare names"),
}


def _name(value: object, *, starts: str, allowed: str) -> str:
    """The string, unless it visibly names a target of another kind."""
    spelled = text(value)
    for start, (what, remedy) in _KINDS.items():
        if start != starts and spelled.startswith(start):
            raise refusal(f"is {what}", allowed, remedy)
    return spelled


UrnOfFunction: TypeAlias = Annotated[
    FunctionUrn,
    PlainValidator(_function_urn),
    PlainSerializer(str),
    WithJsonSchema(
        {"type": "string", "maxLength": MAX_URN_LENGTH, "pattern": VERSION_OR_ALIAS_PATTERN}
    ),
]


_DESTINATION = "Kind of the target, in the spelling of the API."


class Function(Value):
    """Another function (version or alias), which receives the notification as its event."""

    kind: ClassVar[str] = "a function"
    named_by: ClassVar[str] = "functionUrn"
    destination: Literal["FunctionGraph"] = Field(default="FunctionGraph", description=_DESTINATION)
    function_urn: UrnOfFunction = Field(
        description=f"URN of the target function, {URN_FORM}, or a documented short form."
    )


class Bucket(Value):
    """An OBS bucket, where each notification becomes an object."""

    kind: ClassVar[str] = "an OBS bucket"
    named_by: ClassVar[str] = "bucket"
    destination: Literal["OBS"] = Field(default="OBS", description=_DESTINATION)
    bucket: Annotated[str, BeforeValidator(_bucket)] = Field(
        description="Name of the bucket.",
        json_schema_extra={
            "pattern": f"^{_BUCKET_FORM}$",
            "not": {"anyOf": [{"pattern": _BUCKET_FORBIDDEN}, {"pattern": _ADDRESS_FORM}]},
        },
    )
    prefix: Annotated[str, BeforeValidator(_prefix)] = Field(
        default="",
        description="Prefix of the object keys, kept to the letter: /x and x are different keys. "
        f"A key has at most {MAX_KEY_LENGTH:,} bytes of UTF-8.",
        json_schema_extra={"maxLength": MAX_KEY_LENGTH, "pattern": f"^[^{CONTROLS}]*$"},
    )
    expires: Annotated[int, BeforeValidator(whole(EXPIRES))] = Field(
        default=0,
        description="Days after which each object is deleted, 0 = never.",
        json_schema_extra=EXPIRES.keywords,
    )


class Topic(Value):
    """An SMN topic, which passes the notification on to its subscribers."""

    kind: ClassVar[str] = "an SMN topic"
    named_by: ClassVar[str] = "topicUrn"
    destination: Literal["SMN"] = Field(default="SMN", description=_DESTINATION)
    topic_urn: Annotated[str, BeforeValidator(_topic_urn)] = Field(
        description="URN of the topic, urn:smn:<region>:<project id>:<topic>.",
        json_schema_extra={"pattern": f"^{_TOPIC_FORM}$"},
    )

    @property
    def region(self) -> str:
        """The region that the topic is in."""
        return self.topic_urn.split(":")[2]

    @property
    def project_id(self) -> str:
        """The project that the topic is in."""
        return self.topic_urn.split(":")[3]


class Stream(Value):
    """A DIS stream of the function's own project."""

    kind: ClassVar[str] = "a DIS stream"
    named_by: ClassVar[str] = "streamName"
    destination: Literal["DIS"] = Field(default="DIS", description=_DESTINATION)
    stream_name: Annotated[str, BeforeValidator(_stream_name)] = Field(
        description="Name of the stream.",
        json_schema_extra={"pattern": f"^{_STREAM_FORM}$"},
    )


class Opaque(Value):
    """A destination that this release does not know: shown, kept, never failed on."""

    kind: ClassVar[str] = "a target of a kind that this release does not know"
    named_by: ClassVar[str] = "param"
    destination: Annotated[str, BeforeValidator(_destination)] = Field(
        description="The service's own name for this kind of target.",
        json_schema_extra={"minLength": 1, "pattern": f"^[^{CONTROLS}]*$"},
    )
    param: Annotated[str, BeforeValidator(lines)] = Field(
        description="The service's own text, as a rule a JSON object.",
        json_schema_extra={"pattern": f"^[^{CONTROLS_BUT_BREAKS}]*$"},
    )


KNOWN: dict[str, type[Function | Bucket | Topic | Stream]] = {
    "FunctionGraph": Function,
    "OBS": Bucket,
    "SMN": Topic,
    "DIS": Stream,
}
"""The destinations that this release knows, by the API's own spelling."""

ALLOWED: Mapping[str, str] = {
    "bucket": _BUCKET_RULE,
    "topicUrn": _TOPIC_RULE,
    "streamName": _STREAM_RULE,
}
"""By the property (in the spelling of state) that has a regular expression, the same in words."""

IDENTIFYING = {target.named_by: destination for destination, target in KNOWN.items()}
"""By the property (in the spelling of state) that only one kind of target has, its destination."""


def _tag(value: Any) -> str:
    """The union member that a target is read as, marked so that it is not taken for a property."""
    if isinstance(value, Mapping):
        destination = value.get("destination")
        if "param" in value or not isinstance(destination, str):
            return "=Opaque"
        return f"={destination}" if destination in KNOWN else "=Opaque"
    return f"={value.destination}" if type(value) in KNOWN.values() else "=Opaque"


Target: TypeAlias = Annotated[
    Annotated[Function, Tag("=FunctionGraph")]
    | Annotated[Bucket, Tag("=OBS")]
    | Annotated[Topic, Tag("=SMN")]
    | Annotated[Stream, Tag("=DIS")]
    | Annotated[Opaque, Tag("=Opaque")],
    Discriminator(_tag),
]
"""Any target; ``destination`` tells the kinds apart."""
