"""Configs and targets as the FunctionGraph API writes them, both ways, in one place.

Source: FunctionGraph API reference, "Configuring asynchronous execution notification", Tables 3 to
5; what it leaves open is read generously: a target is unset when it is missing, null or empty, and
a destination that this release does not know is kept as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import partial
from typing import Literal, TypeAlias

from pydantic import ValidationError

from pulumi_functiongraph.cloud.http import target_names
from pulumi_functiongraph.cloud.http.json_fields import (
    JsonFields,
    Misread,
    Page,
    as_whole,
    check_depth,
    is_too_deep,
)
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.local_inputs import ALLOW_CYCLE, TARGETS
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.param import KEYS, parsed
from pulumi_functiongraph.core.properties import Bag, BagValue
from pulumi_functiongraph.core.targets import (
    KNOWN,
    Bucket,
    Function,
    Opaque,
    Stream,
    Target,
    Topic,
)
from pulumi_functiongraph.core.validation import LIVE, is_text, printable

Unset: TypeAlias = Literal["omit", "empty"]

EMPTY_TARGET: Mapping[str, object] = {"destination": "", "param": "{}"}
"""An unset target in its explicit form; Cloud Custodian's Huawei Cloud provider sends it so."""

_TARGETS = ("on_success", "on_failure")
_FIELDS = frozenset(
    {
        "func_urn",
        "max_async_retry_attempts",
        "max_async_event_age_in_seconds",
        "destination_config",
        "enable_async_status_log",
        "created_time",
        "last_modified",
    }
)
_NAMES = ("func_urn", "bucket", "topic_urn", "stream_name")
_UNKNOWN_TARGET = "may be a target that this release does not know"
_PATHS = dict(zip(TARGETS, _TARGETS, strict=True))


def body_of(config: Config, *, unset: Unset = "omit") -> dict[str, object]:
    """The body of a PUT: always the whole config.

    The status log flag is left out while it is not set, because Open Telekom Cloud answers 500 to
    it (opentelekomcloud/terraform-provider-opentelekomcloud issue 3067).

    Args:
        config: what to set.
        unset: how an unset target is sent: left out, or as ``EMPTY_TARGET``.
    """
    targets: dict[str, object] = {}
    for key in _TARGETS:
        target = getattr(config, key)
        if target is not None:
            targets[key] = {"destination": target.destination, "param": param_of(target)}
        elif unset == "empty":
            targets[key] = dict(EMPTY_TARGET)
    body: dict[str, object] = {
        "max_async_retry_attempts": config.max_async_retry_attempts,
        "max_async_event_age_in_seconds": config.max_async_event_age_in_seconds,
    }
    if targets:
        body["destination_config"] = targets
    if config.enable_async_status_log is not None:
        body["enable_async_status_log"] = config.enable_async_status_log
    return body


def param_of(target: Target) -> str:
    """A target's ``param``: JSON in a text, keys sorted, no spaces."""
    match target:
        case Function():
            return _text_of({"func_urn": str(target.function_urn)})
        case Bucket():
            prefix = {"prefix": target.prefix} if target.prefix else {}
            return _text_of({"bucket": target.bucket, "expires": target.expires, **prefix})
        case Topic():
            return _text_of({"topic_urn": target.topic_urn})
        case Stream():
            return _text_of({"stream_name": target.stream_name})
        case Opaque():
            return target.param


def target_of(destination: str, param: object) -> Target:
    """A target as it was sent; what cannot be read as a known kind is `Opaque`."""
    values = None if is_too_deep(said := parsed(param)) else said
    if isinstance(values, Mapping) and destination in KEYS:
        try:
            return _known(destination, values)
        except ValidationError:
            pass
    text = param if isinstance(param, str) else ""
    text = text if values is None else _text_of(values)
    return Opaque.model_construct(destination=printable(destination), param=printable(text))


def as_read_back(config: Config) -> Config:
    """The config as it is read back after it was set: an `Opaque` target of a known kind is typed.

    Compare with this one, so that two spellings of one thing are not a difference.
    """
    found: dict[str, Target] = {}
    for key in _TARGETS:
        target = getattr(config, key)
        if isinstance(target, Opaque):
            found[key] = target_of(target.destination, target.param)
    return config.model_copy(update=found) if found else config


def raw_targets(bag: Bag) -> frozenset[str]:
    """The targets that are raw in a bag, ``{"destination", "param"}``, and known."""
    targets = {path: bag.get(path) for path in TARGETS}
    return frozenset(
        path
        for path, target in targets.items()
        if isinstance(target, Mapping) and isinstance(target.get("param"), str)
    )


def in_raw_form(bag: Bag, config: Config, *, raw: Collection[str]) -> dict[str, BagValue]:
    """The bag with some targets in their raw form.

    Args:
        bag: a property bag of the config; what is unknown in it stays so.
        config: has the targets.
        raw: the paths of those that are to be raw.
    """
    spelled = dict(bag)
    for path in raw:
        known, target = bag.get(path), getattr(config, _PATHS[path])
        if isinstance(known, Mapping) and target is not None:
            ours = {name: known[name] for name in (ALLOW_CYCLE,) if name in known}
            sent = {"destination": target.destination, "param": param_of(target)}
            spelled[path] = {**sent, **ours}
    return spelled


def in_typed_form(bag: Bag) -> dict[str, BagValue]:
    """The bag with each raw target as `target_of` reads it, to be compared with a typed one."""
    typed = dict(bag)
    for path in _PATHS:
        target = bag.get(path)
        if not isinstance(target, Mapping):
            continue
        destination, param = target.get("destination"), target.get("param")
        if isinstance(destination, str) and isinstance(param, str):
            rest = {key: value for key, value in target.items() if key != "param"}
            read = target_of(destination, param).model_dump(by_alias=True, exclude_none=True)
            typed[path] = {**rest, **read}
    return typed


def names_in(config: Config) -> tuple[str, ...]:
    """The texts of the targets that may be secret: names of buckets, topics, streams, functions.

    Names of the config's own function are none of them.
    """
    targets = (getattr(config, key) for key in _TARGETS)
    params = [param_of(target) for target in targets if target is not None]
    found = {name for param in params for name in target_names.names_in(param)}
    return tuple(sorted(found - target_names.names_of(str(config.function_urn))))


def live_config(content: object, *, asked: FunctionUrn) -> LiveConfig:
    """The config in the answer to a GET or PUT about one function version.

    Raises:
        Misread: a promised field is missing, or the answer is about another function or version.
            One that names ``latest`` or no version is about the function, whatever the version.
    """
    fields = JsonFields.of(content)
    answered = fields.function_urn("func_urn")
    if answered.function != asked.function:
        raise Misread("func_urn", "names another function than the one asked about")
    if answered not in {asked, asked.latest}:
        raise Misread("func_urn", "names another version than the one asked about")
    return _live(fields, asked)


def page_of_configs(content: object) -> Page[LiveConfig]:
    """One page of the configs of all versions of a function."""
    fields = JsonFields.of(content)
    configs = [
        _live(each, each.function_urn("func_urn")) for each in fields.listed("async_invoke_configs")
    ]
    info = fields.values.get("page_info")
    marker_in = JsonFields(info) if isinstance(info, Mapping) else JsonFields({})
    return Page.read(fields, configs, marker_in=marker_in)


def _live(fields: JsonFields, function_urn: FunctionUrn) -> LiveConfig:
    """A config whatever its numbers: one that is out of range must be seen to be mended."""
    targets = fields.values.get("destination_config")
    if targets is not None and not isinstance(targets, Mapping):
        raise Misread(fields.name("destination_config"), "is not a JSON object")
    _check_no_other_target(fields, targets or {})
    config = Config.model_construct(
        function_urn=function_urn,
        max_async_retry_attempts=fields.whole("max_async_retry_attempts"),
        max_async_event_age_in_seconds=fields.whole("max_async_event_age_in_seconds"),
        on_success=_target_in(targets, "on_success", fields),
        on_failure=_target_in(targets, "on_failure", fields),
        enable_async_status_log=fields.flag("enable_async_status_log"),
    )
    return LiveConfig(
        config=config,
        created_time=fields.optional("created_time"),
        last_modified=fields.optional("last_modified"),
    )


def _check_no_other_target(fields: JsonFields, targets: Mapping[str, object]) -> None:
    """Refuse what may be a further target: a graph without it would say too little.

    Of fields that this release does not know, those count that name a resource of the cloud.
    """
    for key in sorted(targets.keys() - set(_TARGETS)):
        if targets[key] not in (None, "", {}, []):
            raise Misread(fields.name(f"destination_config.{printable(key)}"), _UNKNOWN_TARGET)
    for key in sorted(fields.values.keys() - _FIELDS):
        if _names_a_resource(fields.values[key]):
            raise Misread(fields.name(printable(key)), _UNKNOWN_TARGET)


def _names_a_resource(value: object) -> bool:
    if isinstance(value, Mapping):
        named = "destination" in value and value["destination"] not in (None, "")
        return named or any(map(_names_a_resource, value.values()))
    if isinstance(value, list):
        return any(map(_names_a_resource, value))
    return isinstance(value, str) and any(each in value for each in ("urn:fss:", "urn:smn:"))


def _target_in(targets: Mapping[str, object] | None, key: str, fields: JsonFields) -> Target | None:
    found = (targets or {}).get(key)
    if found is None:
        return None
    target = JsonFields.of(found, at=fields.name(f"destination_config.{key}."))
    destination, param = target.optional("destination"), target.values.get("param")
    values = parsed(param)
    check_depth(values, name=target.name("param"))
    if destination == "OBS" and isinstance(values, Mapping):
        JsonFields(values, at=target.name("param.")).optional_whole("expires")
    if destination:
        return target_of(destination, param)
    if isinstance(values, Mapping) and any(values.get(key) for key in _NAMES):
        raise Misread(target.name("destination"), "is empty beside a param that names a target")
    return None


def _known(destination: str, values: Mapping[str, object]) -> Target:
    """A target of a known kind; fields that this release does not know are passed over."""
    named = {ours: values.get(theirs) for theirs, ours in KEYS[destination].items()}
    if destination == "OBS":
        named["expires"] = as_whole(named["expires"] or 0)
        named["prefix"] = named["prefix"] or ""
    return KNOWN[destination].model_validate(named, context=LIVE)


def _text_of(value: object) -> str:
    """JSON with keys sorted; only what could not be sent (lone surrogates) is escaped."""
    write = partial(json.dumps, _plain(value), sort_keys=True, separators=(",", ":"))
    text = write(ensure_ascii=False)
    return text if is_text(text) else write(ensure_ascii=True)


def _plain(value: object) -> object:
    """The value with whole numbers written as such, so that 5 and 5.0 are one text."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
