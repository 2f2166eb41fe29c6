"""The plugin is told that a gate judges a config only where nothing of it is left to judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from factories import TOPIC, URN
from pulumi_functiongraph import AsyncNotificationConfig as Dynamic
from pulumi_functiongraph import SmnTarget
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.local_inputs import JUDGED_BY_GATE
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG
from pulumi_functiongraph.native import AsyncNotificationConfig, Provider
from pulumi_functiongraph.program.plugin_mark import marked
from pulumi_functiongraph.program.records import RecordedConfig
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import run

OTHER = URN.replace("orders", "billing")
Transformed = pulumi.ResourceTransformationResult | None


def is_marked(body: Callable[[], Any], *, is_update: bool = False, name: str = "config") -> bool:
    """Whether a config is registered with the mark."""
    return JUDGED_BY_GATE in run(body, is_update=is_update).registered[name]


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


def test_a_config_that_the_gate_judges_has_the_mark(cloud: Facts) -> None:
    assert is_marked(declared())
    assert is_marked(declared(), is_update=True)
    assert is_marked(of_known_later())


def test_the_dynamic_provider_is_not_told(cloud: Facts) -> None:
    assert not is_marked(lambda: Dynamic("config", function_urn=URN).urn)


def test_in_a_unit_test_there_is_no_mark() -> None:
    assert not is_marked(declared())


def test_an_explicit_provider_s_account_is_not_the_gate_s(cloud: Facts) -> None:
    def itself() -> Any:
        return declared(pulumi.ResourceOptions(provider=Provider("other")))()

    def of_parent() -> Any:
        given = pulumi.ResourceOptions(providers=[Provider("other")])
        parent = pulumi.ComponentResource("acme:index:Group", "group", None, given)
        return declared(pulumi.ResourceOptions(parent=parent))()

    assert not is_marked(itself)
    assert not is_marked(of_parent)


def test_what_is_imported_is_left_to_the_plugin(cloud: Facts) -> None:
    assert not is_marked(declared(pulumi.ResourceOptions(import_=URN)))


def test_a_transformation_that_makes_the_properties_anew_keeps_the_mark(cloud: Facts) -> None:
    add_other(cloud)

    def anew(args: pulumi.ResourceTransformationArgs) -> Transformed:
        return pulumi.ResourceTransformationResult({"function_urn": OTHER}, args.opts)

    def program() -> Any:
        pulumi.runtime.register_stack_transformation(anew)
        return declared()()

    registered = run(program).registered["config"]
    assert registered == {"functionUrn": OTHER, JUDGED_BY_GATE: True}


def test_a_transformation_that_gives_another_provider_takes_the_mark(cloud: Facts) -> None:
    def program() -> Any:
        other = Provider("other")

        def given(args: pulumi.ResourceTransformationArgs) -> Transformed:
            if args.resource is other:
                return None
            opts = pulumi.ResourceOptions(provider=other)
            return pulumi.ResourceTransformationResult(args.props, opts)

        pulumi.runtime.register_stack_transformation(given)
        return declared()()

    assert not is_marked(program)


def marks(opts: pulumi.ResourceOptions, config: RecordedConfig | None) -> bool:
    """Whether a resource gets the mark in an update."""
    found: list[bool] = []

    def program() -> None:
        resource = object.__new__(pulumi.CustomResource)
        props = {"function_urn": URN, JUDGED_BY_GATE: True}
        args = pulumi.ResourceTransformationArgs(resource, NATIVE_CONFIG, "config", props, opts)
        found.append(JUDGED_BY_GATE in (marked(args, config) or {}))

    run(program, is_update=True)
    return found[0]


def test_without_the_hook_that_judges_what_is_known_late_the_plugin_judges(cloud: Facts) -> None:
    def hook(_args: pulumi.ResourceHookArgs) -> None:
        """Stands for the one that judges."""

    binding = pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])
    hooked = pulumi.ResourceOptions(hooks=binding)
    half = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[hook]))
    bare = pulumi.ResourceOptions()
    late = RecordedConfig("config", {"function_urn": URN}, "", is_late=True, hook=hook)
    follows = RecordedConfig("config", {"function_urn": URN}, "", follows_others=True, hook=hook)

    for config in (late, follows):
        assert [marks(opts, config) for opts in (hooked, half, bare)] == [True, False, False]
    assert marks(bare, RecordedConfig("config", {"function_urn": URN}, ""))
    assert not marks(bare, None)


def test_what_a_transform_changes_in_the_engine_is_left_to_the_plugin(cloud: Facts) -> None:
    opts = pulumi.ResourceOptions(transforms=[lambda _args: None])
    assert not marks(opts, RecordedConfig("config", {"function_urn": URN}, ""))


def test_a_config_that_is_declared_after_the_gate_is_judged_by_the_plugin_too(
    cloud: Facts,
) -> None:
    add_other(cloud)

    def program() -> Any:
        first = declared()()
        return first.apply(lambda _urn: AsyncNotificationConfig("late", function_urn=OTHER).urn)

    assert not is_marked(program, name="late")
