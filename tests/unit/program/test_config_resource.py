"""The resource classes of both providers: how a config is declared, and what the engine sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import pulumi
import pytest

import pulumi_functiongraph
from factories import URN
from pulumi_functiongraph import (
    AsyncNotificationConfig,
    AsyncNotificationConfigArgs,
    ObsTarget,
    SmnTargetDict,
    native,
)
from pulumi_functiongraph.cloud.settings import CONFIG_KEYS
from pulumi_functiongraph.core.type_tokens import DYNAMIC_CONFIG, NATIVE_CONFIG
from unit.program.programs import Engine, run

DECLARED: dict[str, Any] = {
    "function_urn": URN,
    "max_async_retry_attempts": 0,
    "on_failure": ObsTarget("results"),
    "enable_async_status_log": False,
}
REGISTERED = {
    "functionUrn": URN,
    "maxAsyncRetryAttempts": 0,
    "onFailure": {"destination": "OBS", "bucket": "results"},
    "enableAsyncStatusLog": False,
}

Kind = type[AsyncNotificationConfig] | type[native.AsyncNotificationConfig]


@pytest.fixture(params=[AsyncNotificationConfig, native.AsyncNotificationConfig])
def kind(request: pytest.FixtureRequest) -> Kind:
    """The resource class."""
    found: Kind = request.param
    return found


@pytest.mark.parametrize(
    "declare",
    [
        lambda kind: kind("config", **DECLARED),
        lambda kind: kind("config", None, **DECLARED),
        lambda kind: kind("config", pulumi.ResourceOptions(), **DECLARED),
        lambda kind: kind("config", opts=pulumi.ResourceOptions(), **DECLARED),
        lambda kind: kind("config", AsyncNotificationConfigArgs(**DECLARED)),
        lambda kind: kind("config", args=AsyncNotificationConfigArgs(**DECLARED)),
        lambda kind: kind(
            "config", AsyncNotificationConfigArgs(**DECLARED), pulumi.ResourceOptions()
        ),
    ],
)
def test_each_form_declares_the_same(declare: Callable[[Kind], Any], kind: Kind) -> None:
    assert run(lambda: declare(kind).urn).registered == {"config": REGISTERED}


def test_options_reach_the_engine_in_each_form(kind: Kind) -> None:
    options = pulumi.ResourceOptions(protect=True)
    kept: list[pulumi.Resource] = []

    def program() -> None:
        kept.append(kind("first", options, function_urn=URN))
        other = AsyncNotificationConfigArgs(function_urn=URN.replace("orders", "billing"))
        kept.append(kind("second", other, options))

    run(program)
    assert [config._protect for config in kept] == [True, True]


def test_something_else_in_the_place_of_args_is_refused(kind: Kind) -> None:
    for wrong in ({"function_urn": URN}, URN):
        said: Any = wrong
        with pytest.raises(TypeError) as stopped:
            run(lambda said=said: kind("config", said, adopt=True))  # type: ignore[call-overload, misc]
        message = str(stopped.value)
        assert message.startswith(
            "AsyncNotificationConfig at tests/unit/program/test_config_resource.py:"
        )
        assert "expected AsyncNotificationConfigArgs or ResourceOptions" in message
        assert "function_urn=" in message


def test_what_was_left_out_is_not_sent(kind: Kind) -> None:
    engine = run(lambda: kind("config", function_urn=URN, adopt=None).urn)
    assert engine.registered["config"] == {"functionUrn": URN}


def test_outputs_are_read_in_the_spelling_of_python_at_every_depth(kind: Kind) -> None:
    class Filled(Engine):
        def new_resource(self, args: Any) -> tuple[str | None, dict[Any, Any]]:
            identity, outputs = super().new_resource(args)
            return identity, {**outputs, "createdTime": "then", "lastModified": "now"}

    found: list[list[Any]] = []

    def program() -> pulumi.Output[None]:
        topic: SmnTargetDict = {"topic_urn": "urn:smn:eu-de:p1:done"}
        config = kind("config", function_urn=URN, max_async_retry_attempts=2, on_success=topic)
        return pulumi.Output.all(
            config.max_async_retry_attempts,
            config.on_success,
            config.on_failure,
            config.created_time,
            config.last_modified,
        ).apply(found.append)

    run(program, engine=Filled())
    assert found == [[2, {"topic_urn": "urn:smn:eu-de:p1:done"}, None, "then", "now"]]


def test_options_that_are_not_given_stay_unset_so_that_the_gate_has_nothing_to_merge(
    kind: Kind,
) -> None:
    found: list[object] = []

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        found.extend([args.opts.depends_on, args.opts.providers, args.opts.hooks])

    def program() -> None:
        pulumi.runtime.register_stack_transformation(note)
        kind("config", function_urn=URN)

    run(program)
    assert found == [None, None, None]


class Noting(Engine):
    """Keeps the types of what is registered."""

    def __init__(self) -> None:
        super().__init__()
        self.types: list[str] = []

    def new_resource(self, args: Any) -> tuple[str | None, dict[Any, Any]]:
        self.types.append(args.typ)
        return super().new_resource(args)


def test_the_types_that_are_in_every_state_file_stay() -> None:
    engine = Noting()
    run(lambda: AsyncNotificationConfig("config", function_urn=URN).urn, engine=engine)
    run(lambda: native.AsyncNotificationConfig("config", function_urn=URN).urn, engine=engine)
    assert engine.types == [
        "pulumi-python:dynamic/functiongraph:AsyncNotificationConfig",
        "functiongraph:index:AsyncNotificationConfig",
    ]


def told_aliases(kind: Kind, aliases: Sequence[pulumi.Alias | str]) -> list[tuple[Any, Any]]:
    """Name and type of each alias that Pulumi is told, a URN as it is."""
    found: list[tuple[Any, Any]] = []

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        for alias in args.opts.aliases or ():
            is_urn = isinstance(alias, str)
            found.append((alias, "") if is_urn else (alias.name, alias.type_))  # type: ignore[union-attr] # told apart

    opts = pulumi.ResourceOptions(aliases=list(aliases), transformations=[note])
    run(lambda: kind("config", opts, function_urn=URN).urn)
    return found


def test_a_config_is_known_by_its_type_with_the_other_provider_whatever_its_name_was(
    kind: Kind,
) -> None:
    other = NATIVE_CONFIG if kind is AsyncNotificationConfig else DYNAMIC_CONFIG
    named, typed = pulumi.Alias(name="earlier"), pulumi.Alias(name="older", type_="a:b:C")

    assert set(told_aliases(kind, [named, typed, "urn:pulumi:a"])) == {
        (..., other),
        ("earlier", other),
        ("earlier", ...),
        ("older", "a:b:C"),
        ("urn:pulumi:a", ""),
    }


def test_a_function_that_is_a_secret_is_warned_of(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_more: warned.append(text))

    run(lambda: kind("config", function_urn=pulumi.Output.secret(URN)).urn)
    assert ["function_urn is a secret, and cannot be kept" in text for text in warned] == [True]

    run(lambda: kind("config", function_urn=pulumi.Output.from_input(URN)).urn)
    assert len(warned) == 1


def test_the_native_names_are_those_of_the_package_and_the_provider() -> None:
    assert set(native.__all__) == {*pulumi_functiongraph.__all__, "Provider"}
    assert dir(native) == sorted(native.__all__)
    assert native.ObsTarget is ObsTarget
    missing = "Nothing"
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        getattr(native, missing)


def test_a_provider_has_each_setting_by_its_name_in_python_and_credentials_are_secrets() -> None:
    settings: dict[str, Any] = {
        "region": "eu-de",
        "project_id": "p",
        "domain_id": "d",
        "access_key": "a",
        "secret_key": "s",
        "security_token": "t",
        "agency_name": "n",
        "agency_domain_name": "m",
        "agency_domain_id": "i",
        "cloud": "otc",
        "endpoints": {"iam": "https://iam.example"},
        "precheck": "warn",
        "precheck_timeout": 5,
        "on_cycle": "warn",
        "live_graph": "off",
    }
    props: dict[str, Any] = {}

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        props.update(args.props)

    def program() -> pulumi.Output[Any]:
        opts = pulumi.ResourceOptions(transformations=[note])
        provider = native.Provider("other", opts, **settings)
        return pulumi.Output.all(provider.urn, *map(secret, sorted(props)))

    async def is_secret(key: str) -> str:
        value = props[key]
        return key if isinstance(value, pulumi.Output) and await value.is_secret() else ""

    found: list[str] = []

    def secret(key: str) -> pulumi.Output[None]:
        told = pulumi.Output.from_input(cast("pulumi.Input[str]", is_secret(key)))
        return told.apply(found.append)

    engine = run(program)
    assert set(props) == set(CONFIG_KEYS)
    assert set(found) == {"", "accessKey", "secretKey", "securityToken"}
    assert engine.registered["other"]["endpoints"] == {"iam": "https://iam.example"}
    with pytest.raises(pulumi.RunError, match="did you mean region"):
        run(lambda: native.Provider("other", regoin="eu-de"))  # type: ignore[call-arg]
