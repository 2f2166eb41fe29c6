"""What the trials work on: functions and targets, a program with all kinds of targets, secrets.

The program takes its values from a `round`: another round declares other values for every config.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from pulumi_functiongraph.cloud import wire
from pulumi_functiongraph.core import targets

OURS = ("f0", "f1", "f2", "f3", "f4", "f5")
"""Functions whose configs the stacks declare."""

VERSIONED = {"f5": "v1"}
"""The version that has the config, where it is not the latest: it is asked for by itself."""

THEIRS = "theirs"
"""A function whose config no stack of the trials declares."""

CREDENTIALS = {
    "access_key": "CANARYKEY0123456789A",
    "secret_key": "canary-0123456789-0123456789-0123456789",
    "security_token": "canary-token-0123456789",
}
PASSWORD = "canary-password-0123456789"
BUCKET = "canary-bucket"
"""The name of a bucket that the program declares as a secret."""

CANARY = "canary"
"""In every secret, and in nothing else; compared without regard to case."""

PROJECT = "trial"
STACK = "test"

SEED: Mapping[str, Any] = {
    "users": [{"name": "person", "password": PASSWORD}],
    "credentials": [CREDENTIALS],
    "functions": [
        *({"name": name, "xrole": "notify", "versions": [VERSIONED[name]]} for name in VERSIONED),
        *({"name": name, "xrole": "notify"} for name in OURS if name not in VERSIONED),
        {"name": "sink", "xrole": "notify"},
        {
            "name": THEIRS,
            "xrole": "notify",
            "triggers": [{"topic": "done"}, {"bucket": "results"}, {"stream": "failed"}],
            "async_configs": {
                "latest": {
                    "max_async_retry_attempts": 2,
                    "max_async_event_age_in_seconds": 777,
                    "on_failure": {"destination": "OBS", "param": {"bucket": "archive"}},
                }
            },
        },
    ],
    "topics": [{"name": "done"}, {"name": "other"}],
    "buckets": [{"name": BUCKET}, {"name": "results"}, {"name": "archive"}],
    "streams": [{"name": "failed"}],
    "agencies": [
        {
            "name": "notify",
            "grants": [
                "Tenant Guest",
                "SMN Administrator",
                "OBS Administrator",
                "DIS Administrator",
                "FunctionGraph FullAccess",
                {"role": "SMN FullAccess", "scope": "inherited"},
                {"role": "OBS ReadOnlyAccess", "scope": "enterprise_project"},
            ],
        }
    ],
}

Provider = Literal["dynamic", "native", "moving"]
"""What the trial program's configs are resources of; `moving` is of the plugin too, in one of two
explicit providers, and `TRIAL_MOVED` says that all have another name and the other provider."""

# As the programs of every language declare them: no gate looks at the cloud before.
_NATIVE = """\
class AsyncNotificationConfig(pulumi.CustomResource):
    def __init__(self, name, **properties):
        bag = {
            first + "".join(map(str.capitalize, more)): value
            for (first, *more), value in ((key.split("_"), properties[key]) for key in properties)
        }
        kind = "functiongraph:index:AsyncNotificationConfig"
        super().__init__(kind, name + suffix, bag, pulumi.ResourceOptions(provider=provider))


def SmnTarget(urn): return {"destination": "SMN", "topicUrn": urn}
def DisTarget(name): return {"destination": "DIS", "streamName": name}
def FunctionTarget(urn): return {"destination": "FunctionGraph", "functionUrn": urn}
def ObsTarget(bucket, prefix, expires=0):
    return {"destination": "OBS", "bucket": bucket, "prefix": prefix, "expires": expires}


"""

_HEADS: Mapping[Provider, str] = {
    "dynamic": """\
import os

import pulumi
from pulumi_functiongraph import (
    AsyncNotificationConfig, DisTarget, FunctionTarget, ObsTarget, SmnTarget,
)

""",
    "native": f"""\
import os

import pulumi

suffix, provider = "", None


{_NATIVE}""",
    "moving": f"""\
import os

import pulumi

settings = pulumi.Config("functiongraph")
keys = {{key: settings.require_secret(key) for key in ("accessKey", "secretKey", "securityToken")}}
one, other = (pulumi.ProviderResource("functiongraph", name, keys) for name in ("one", "other"))
suffix, provider = ("-moved", other) if os.environ.get("TRIAL_MOVED") else ("", one)


{_NATIVE}""",
}

_BODY = """\
place = os.environ["FUNCTIONGRAPH_REGION"] + ":" + os.environ["HUAWEICLOUD_SDK_PROJECT_ID"]
round_ = int(os.environ.get("TRIAL_ROUND", "0"))


def urn(name: str) -> str:
    version = {"f5": "v1"}.get(name, "latest")
    return f"urn:fss:{place}:function:default:{name}:{version}"


topic = SmnTarget(f"urn:smn:{place}:{'other' if round_ % 2 else 'done'}")
secret = ObsTarget(pulumi.Config().require_secret("bucket"), "x/", expires=3)
plain = ObsTarget("results", f"{round_}/")
stream = DisTarget("failed")
sink = FunctionTarget(urn("sink"))
targets = [
    (topic, plain), (topic, None), (None, secret), (sink, stream), (sink, secret), (None, None)
]
for index, (success, failure) in enumerate(targets):
    AsyncNotificationConfig(
        f"c{index}",
        function_urn=urn(f"f{index}"),
        max_async_retry_attempts=round_ % 4,
        max_async_event_age_in_seconds=600 + round_,
        on_success=success,
        on_failure=failure,
    )
"""

PROGRAMS: Mapping[Provider, str] = {kind: head + _BODY for kind, head in _HEADS.items()}
"""The trial program; its rounds declare different values."""

Target = tuple[tuple[str, object], ...]
"""Destination and fields, sorted; empty for no target."""

Setting = tuple[int, int, Target, Target]
"""Retries, validity in seconds, success target, failure target."""

SECRET = "<secret>"
"""Stands for a value that the state keeps encrypted."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key of the engine's mark of a secret in state."""

_STATE_KEYS = {
    "topicUrn": "topic_urn",
    "streamName": "stream_name",
    "functionUrn": "func_urn",
}


def declared(round_: int, *, place: str) -> dict[str, Setting]:
    """What the program of a round declares, by function.

    Args:
        round_: which values.
        place: region and project id, as a URN has them.
    """
    topic = _target("SMN", topic_urn=f"urn:smn:{place}:{'other' if round_ % 2 else 'done'}")
    secret = _target("OBS", bucket=BUCKET, prefix="x/", expires=3)
    plain = _target("OBS", bucket="results", prefix=f"{round_}/", expires=0)
    stream = _target("DIS", stream_name="failed")
    sink = _target("FunctionGraph", func_urn=f"urn:fss:{place}:function:default:sink:latest")
    sides: list[tuple[Target, Target]] = [
        (topic, plain), (topic, ()), ((), secret), (sink, stream), (sink, secret), ((), ()),
    ]  # fmt: skip
    return {
        name: (round_ % 4, 600 + round_, success, failure)
        for name, (success, failure) in zip(OURS, sides, strict=True)
    }


def seed_of(settings: Mapping[str, Setting]) -> dict[str, Any]:
    """A seed in which these functions have these configs."""
    return {
        "functions": [
            {
                "name": name,
                "xrole": "notify",
                "versions": [VERSIONED[name]] if name in VERSIONED else [],
                "async_configs": {
                    VERSIONED.get(name, "latest"): {
                        "max_async_retry_attempts": retries,
                        "max_async_event_age_in_seconds": age,
                        "on_success": _seeded(success),
                        "on_failure": _seeded(failure),
                    }
                },
            }
            for name, (retries, age, success, failure) in settings.items()
        ]
    }


def target(setting: Target) -> targets.Target:
    """A target as the client takes it."""
    fields = dict(setting)
    destination = str(fields.pop("destination"))
    return wire.target_of(destination, json.dumps(fields))


def live_setting(config: Mapping[str, Any]) -> Setting:
    """A config as the service's wire has it."""
    sides = config["destination_config"] or {}
    return (
        config["max_async_retry_attempts"],
        config["max_async_event_age_in_seconds"],
        _of_wire(sides.get("on_success")),
        _of_wire(sides.get("on_failure")),
    )


def state_setting(outputs: Mapping[str, Any]) -> Setting:
    """A config as the state has it."""
    return (
        int(outputs["maxAsyncRetryAttempts"]),
        int(outputs["maxAsyncEventAgeInSeconds"]),
        _of_state(outputs.get("onSuccess")),
        _of_state(outputs.get("onFailure")),
    )


def agree(one: Setting, other: Setting) -> bool:
    """Whether two settings are the same, as far as secrets let one see."""
    return one[:2] == other[:2] and all(map(_targets_agree, one[2:], other[2:]))


def _targets_agree(one: object, other: object) -> bool:
    if SECRET in (one, other):
        return True
    if not (isinstance(one, tuple) and isinstance(other, tuple)):
        return one == other
    return len(one) == len(other) and all(map(_targets_agree, one, other))


def _target(destination: str, **fields: object) -> Target:
    return tuple(sorted({"destination": destination, **fields}.items()))


def _seeded(target: Target) -> dict[str, Any] | None:
    fields = dict(target)
    return {"destination": fields.pop("destination"), "param": fields} if fields else None


def _of_wire(target: Mapping[str, Any] | None) -> Target:
    if not target or not target.get("destination"):
        return ()
    return _filled(target["destination"], json.loads(target["param"]))


def _of_state(target: Any) -> Any:
    if not target:
        return ()
    if _SIGNATURE in target:
        return SECRET
    fields = {_STATE_KEYS.get(key, key): _shown(value) for key, value in target.items()}
    return _filled(fields.pop("destination"), fields)


def _shown(value: Any) -> Any:
    return SECRET if isinstance(value, dict) and _SIGNATURE in value else value


def _filled(destination: str, fields: dict[str, Any]) -> Target:
    """A target with the service's defaults where nothing was said."""
    defaults = {"prefix": "", "expires": 0} if destination == "OBS" else {}
    return _target(destination, **{**defaults, **fields})
