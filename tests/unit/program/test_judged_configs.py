"""The plugin is told that a gate judges a config only where nothing of it is left to judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from factories import TOPIC, URN
from pulumi_functiongraph import AsyncNotificationConfig as Dynamic
from pulumi_functiongraph import SmnTarget
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG
from pulumi_functiongraph.native import AsyncNotificationConfig, Provider
from pulumi_functiongraph.program.judged_configs import judged_for
from pulumi_functiongraph.program.records import RecordedConfig
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import Engine, run

OTHER = URN.replace("orders", "billing")
Transformed = pulumi.ResourceTransformationResult | None


def is_judged(body: Callable[[], Any], *, is_update: bool = False, name: str = "config") -> bool:
    """Whether the plugin is told of a config before that is registered."""
    return f"::{name}" in str(run(body, is_update=is_update).judged)


def add_other(cloud: Facts) -> None:
    urn = FunctionUrn.parse(OTHER)
    cloud.functions[urn] = FunctionFacts(urn, xrole="writer")


def declared(*opts: pulumi.ResourceOptions, **more: Any) -> Callable[[], Any]:
    return lambda: AsyncNotificationConfig("config", *opts, function_urn=URN, **more).urn


def of_known_later(*opts: pulumi.ResourceOptions) -> Callable[[], Any]:
    """A config with a value that the gate does not know."""

    def program() -> Any:
        topic = pulumi.Output.from_input(TOPIC).apply(lambda name: name)
        return declared(*opts, on_success=SmnTarget(topic))()

    return program


def test_the_plugin_is_told_of_a_config_that_the_gate_judges(cloud: Facts) -> None:
    assert is_judged(declared())
    assert is_judged(declared(), is_update=True)
    assert is_judged(of_known_later())


def test_the_dynamic_provider_is_not_told(cloud: Facts) -> None:
    assert not is_judged(lambda: Dynamic("config", function_urn=URN).urn)


def test_in_a_unit_test_nobody_is_told() -> None:
    assert not is_judged(declared())


def test_an_explicit_provider_s_account_is_not_the_gate_s(cloud: Facts) -> None:
    def itself() -> Any:
        return declared(pulumi.ResourceOptions(provider=Provider("other")))()

    def of_parent() -> Any:
        given = pulumi.ResourceOptions(providers=[Provider("other")])
        parent = pulumi.ComponentResource("acme:index:Group", "group", None, given)
        return declared(pulumi.ResourceOptions(parent=parent))()

    assert not is_judged(itself)
    assert not is_judged(of_parent)


def test_what_is_imported_is_left_to_the_plugin(cloud: Facts) -> None:
    assert not is_judged(declared(pulumi.ResourceOptions(import_=URN)))


def test_a_transformation_may_make_the_properties_anew(cloud: Facts) -> None:
    add_other(cloud)

    def anew(args: pulumi.ResourceTransformationArgs) -> Transformed:
        return pulumi.ResourceTransformationResult({"function_urn": OTHER}, args.opts)

    def program() -> Any:
        pulumi.runtime.register_stack_transformation(anew)
        return declared()()

    engine = run(program)
    assert engine.registered["config"] == {"functionUrn": OTHER}
    assert "::config" in str(engine.judged)


def test_what_a_transformation_gives_another_provider_is_left_to_that(cloud: Facts) -> None:
    def program() -> Any:
        other = Provider("other")

        def given(args: pulumi.ResourceTransformationArgs) -> Transformed:
            if args.resource is other:
                return None
            opts = pulumi.ResourceOptions(provider=other)
            return pulumi.ResourceTransformationResult(args.props, opts)

        pulumi.runtime.register_stack_transformation(given)
        return declared()()

    assert not is_judged(program)


def is_judged_in_update(opts: pulumi.ResourceOptions, **more: Any) -> bool:
    """Whether the plugin is told of a config in an update."""
    found: list[str | None] = []
    config = RecordedConfig("config", {"function_urn": URN}, "", is_native=True, **more)
    of_release = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version="0.1.0"))
    run(lambda: found.append(judged_for(config, of_release)), is_update=True)
    return found == ["0.1.0"]


def test_without_the_hook_that_judges_what_is_known_late_the_plugin_judges(cloud: Facts) -> None:
    def hook(_args: pulumi.ResourceHookArgs) -> None:
        """Stands for the one that judges."""

    binding = pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])
    hooked = pulumi.ResourceOptions(hooks=binding)
    half = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[hook]))
    bare = pulumi.ResourceOptions()
    for more in ({"is_late": True}, {"follows_others": True}):
        known_late = [is_judged_in_update(each, hook=hook, **more) for each in (hooked, half, bare)]
        assert known_late == [True, False, False]
    assert is_judged_in_update(bare)


def test_a_plugin_from_elsewhere_is_another_one(cloud: Facts) -> None:
    assert not is_judged_in_update(
        pulumi.ResourceOptions(plugin_download_url="https://example.com")
    )


def test_what_a_transform_changes_in_the_engine_is_left_to_the_plugin(cloud: Facts) -> None:
    opts = pulumi.ResourceOptions(transforms=[lambda _args: None])
    assert not is_judged_in_update(opts)


def test_a_config_that_is_declared_after_the_gate_is_judged_by_the_plugin_too(
    cloud: Facts,
) -> None:
    add_other(cloud)

    def program() -> Any:
        first = declared()()
        return first.apply(lambda _urn: AsyncNotificationConfig("late", function_urn=OTHER).urn)

    assert not is_judged(program, name="late")


def test_a_preview_starts_the_plugin_while_the_cloud_is_asked(cloud: Facts) -> None:
    """An update does not: where the gate stops it, a started provider would be in the state."""
    urn = f"urn:pulumi:stack::project::{NATIVE_CONFIG}::config"
    assert run(declared()).judged == [[], [urn]]
    assert run(declared(), is_update=True).judged == [[urn]]


def test_a_plugin_that_cannot_be_told_judges_by_itself(cloud: Facts) -> None:
    engine = Engine()
    engine.is_silent = True
    assert run(declared(), engine=engine).registered["config"] == {"functionUrn": URN}
