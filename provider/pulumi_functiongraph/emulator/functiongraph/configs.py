"""The asynchronous notification config: what a PUT may say, and what is kept.

Limits: FunctionGraph API reference, "Configuring Asynchronous Execution Notification", Tables 3
to 5. Where the reference is silent, docs/conformance.md says what was chosen.
"""

import enum
import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from pulumi_functiongraph.emulator.functiongraph import checks, errors
from pulumi_functiongraph.emulator.functiongraph.names import parse_urn
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject, parse_object

MIN_AGE, MAX_AGE, DEFAULT_AGE = 1, 86_400, 3_600
"""Seconds."""
MIN_RETRIES, MAX_RETRIES, DEFAULT_RETRIES = 0, 3, 1
MAX_EXPIRES = 365
"""Days; Terraform provider documentation, "fgs_async_invoke_configuration"."""
MAX_STREAM_NAME = 64
"""Characters; DIS API reference, "Creating DIS Streams"."""
FULL_URN_FIELDS = 7

_BUCKET = re.compile(r"(?!.*(?:\.\.|\.-|-\.))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_TOPIC_URN = re.compile(r"urn:smn:[^:\s]+:[^:\s]+:[A-Za-z0-9][A-Za-z0-9_-]{0,254}", re.ASCII)
_STREAM = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_STREAM_NAME}}}", re.ASCII)


class Absent(enum.Enum):
    """Marks a field that a request leaves out, as against one that it empties."""

    ABSENT = enum.auto()


class Destination(msgspec.Struct, frozen=True):
    """Where results go: a service, and its parameters as JSON text."""

    service: str
    param: str


Target = Destination | None
"""None is a target that is not set."""


class AsyncConfig(msgspec.Struct, frozen=True):
    """The config of one function version."""

    age: int = DEFAULT_AGE
    retries: int = DEFAULT_RETRIES
    on_success: Target = None
    on_failure: Target = None
    status_log: bool = False


class RequestedConfig(msgspec.Struct, frozen=True):
    """A config as a PUT asks for it; what it leaves out is None or ABSENT."""

    age: int | None
    retries: int | None
    on_success: Target | Absent
    on_failure: Target | Absent
    status_log: bool | None

    def on_top_of(self, former: AsyncConfig) -> AsyncConfig:
        """What results when absent fields keep the `former` values."""
        return AsyncConfig(
            age=former.age if self.age is None else self.age,
            retries=former.retries if self.retries is None else self.retries,
            on_success=_choose(self.on_success, former.on_success),
            on_failure=_choose(self.on_failure, former.on_failure),
            status_log=former.status_log if self.status_log is None else self.status_log,
        )


def _choose(wanted: Target | Absent, former: Target) -> Target:
    return former if isinstance(wanted, Absent) else wanted


def read_config(fields: Mapping[str, object], *, services: frozenset[str]) -> RequestedConfig:
    """Read the body of a PUT; `services` are the destinations on offer.

    Raises:
        errors.INVALID_PARAMETER: a field is not allowed.
    """
    destinations = checks.read_object_field(fields, "destination_config") or {}
    return RequestedConfig(
        age=checks.read_integer(
            fields, "max_async_event_age_in_seconds", low=MIN_AGE, high=MAX_AGE
        ),
        retries=checks.read_integer(
            fields, "max_async_retry_attempts", low=MIN_RETRIES, high=MAX_RETRIES
        ),
        on_success=_read_target(destinations, "on_success", services),
        on_failure=_read_target(destinations, "on_failure", services),
        status_log=checks.read_flag(fields, "enable_async_status_log"),
    )


def _read_target(
    destinations: Mapping[str, object], name: str, services: frozenset[str]
) -> Target | Absent:
    fields = checks.read_object_field(destinations, name)
    if fields is None:
        return Absent.ABSENT
    service = checks.read_text(fields, "destination") or ""
    param = checks.read_text(fields, "param") or ""
    if service == "":
        if param.strip() not in {"", "{}"}:
            raise errors.INVALID_PARAMETER.error(
                f"Invalid parameter: {name} has a param but no destination"
            )
        return None
    if service not in services:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid parameter: destination {service} of {name} is not one of "
            + ", ".join(sorted(services))
        )
    _check_param(name, service, param)
    return Destination(service, param)


def _check_param(name: str, service: str, param: str) -> None:
    fields = parse_object(param.encode("utf-8", "surrogatepass"))
    if fields is None:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid parameter: param of {name} must be a string that holds a JSON object"
        )
    checkers = PARAMS[service]
    unknown = sorted(fields.keys() - checkers.keys())
    if unknown:
        raise errors.INVALID_PARAMETER.error(
            f"Invalid parameter: param of {name} takes {', '.join(checkers)}, "
            f"not {', '.join(unknown)}"
        )
    for key, (required, is_valid, rule) in checkers.items():
        if (required or key in fields) and not is_valid(fields.get(key)):
            raise errors.INVALID_PARAMETER.error(
                f"Invalid parameter: {key} in param of {name} {rule}"
            )


def is_bucket(value: object) -> bool:
    """Whether OBS allows `value` as a bucket's name.

    OBS API reference, "Creating a Bucket": 3 to 63 characters, lower-case letters, digits, "-"
    and ".", not an IP address, no "..", ".-" or "-.".
    """
    return (
        isinstance(value, str)
        and _BUCKET.fullmatch(value) is not None
        and _ADDRESS.fullmatch(value) is None
    )


def is_stream(value: object) -> bool:
    """Whether DIS allows `value` as a stream's name."""
    return isinstance(value, str) and _STREAM.fullmatch(value) is not None


def _is_prefix(value: object) -> bool:
    return isinstance(value, str)


def _is_expires(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_EXPIRES


def is_topic_urn(value: object) -> bool:
    """Whether `value` is the URN of an SMN topic."""
    return isinstance(value, str) and _TOPIC_URN.fullmatch(value) is not None


def _is_function_urn(value: object) -> bool:
    if not isinstance(value, str) or value.count(":") + 1 < FULL_URN_FIELDS:
        return False
    try:
        parse_urn(value)
    except ServiceError:
        return False
    return True


_Checker = tuple[bool, Callable[[object], bool], str]

PARAMS: Mapping[str, Mapping[str, _Checker]] = MappingProxyType(
    {
        "DIS": {
            "stream_name": (True, is_stream, f"must be a stream's name of 1 to {MAX_STREAM_NAME}"),
        },
        "FunctionGraph": {
            "func_urn": (True, _is_function_urn, "must be a full function URN"),
        },
        "OBS": {
            "bucket": (True, is_bucket, "must be a bucket's name"),
            "prefix": (False, _is_prefix, "must be a string"),
            "expires": (False, _is_expires, f"must be an integer from 0 to {MAX_EXPIRES}"),
        },
        "SMN": {
            "topic_urn": (True, is_topic_urn, "must be a topic's URN"),
        },
    }
)
"""Destinations and the keys of their `param`: required, the check, and the rule in words."""


def check_kept(config: AsyncConfig) -> None:
    """Let nothing go on with a config that no PUT can have left.

    Raises:
        ValueError: it is none.
    """
    if not (MIN_AGE <= config.age <= MAX_AGE and MIN_RETRIES <= config.retries <= MAX_RETRIES):
        raise ValueError("a number is out of range")
    for target in (config.on_success, config.on_failure):
        if target is not None:
            check_kept_target(target)


def check_kept_target(target: Destination) -> None:
    """The same of one target, wherever it is kept.

    Raises:
        ValueError: it is none.
    """
    if target.service not in PARAMS:
        raise ValueError("no such destination")
    try:
        _check_param("", target.service, target.param)
    except ServiceError:
        raise ValueError("not the param of such a destination") from None


def canonical_param(param: str) -> str:
    """The same JSON with sorted keys and no spaces, as a Go server would write it."""
    document: JsonObject = json.loads(param)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
