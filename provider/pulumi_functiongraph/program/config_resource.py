"""What the resource classes of the dynamic provider and of the plugin have in common.

Both take the same arguments, and hand each declaration to the gate before Pulumi registers it.
"""

# No postponed annotations: Pulumi evaluates those of the class again for every resource.

import inspect
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any, overload

import pulumi

from pulumi_functiongraph.bridge.sdk_internals.input_types import properties_of
from pulumi_functiongraph.bridge.sdk_internals.stack_trace import ending_at
from pulumi_functiongraph.core import property_names
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, NATIVE_CONFIG
from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.before_change import hooked
from pulumi_functiongraph.program.call_site import declared_at, outermost_frame
from pulumi_functiongraph.program.inputs import (
    AsyncNotificationConfigArgs,
    FunctionInput,
    TargetInput,
    function_urn_of,
)
from pulumi_functiongraph.program.options import (
    option_problems,
    options_to_camel,
    path_to_camel,
)
from pulumi_functiongraph.program.records import RecordedConfig
from pulumi_functiongraph.program.wrong_arguments import wrong_arguments

_PROPERTIES = (
    "function_urn",
    "max_async_retry_attempts",
    "max_async_event_age_in_seconds",
    "on_success",
    "on_failure",
    "enable_async_status_log",
    "adopt",
)
_OUTPUTS = ("created_time", "last_modified")

_NAME = "AsyncNotificationConfig"
_AFTER_THE_NAME = (
    "expected AsyncNotificationConfigArgs or ResourceOptions after the resource name; write the "
    "function with its keyword: function_urn=…"
)


class ConfigResource(pulumi.CustomResource):
    """A config as a program declares it, whichever provider sets it.

    The resource's id is the canonical function URN. A function version has one config: a second
    declaration of the same one is refused, another ``function_urn`` replaces the resource.
    """

    function_urn: pulumi.Output[str]
    """The function version, canonical."""
    max_async_retry_attempts: pulumi.Output[int]
    """Retries after a failed run, 0 to 3."""
    max_async_event_age_in_seconds: pulumi.Output[int]
    """Validity of a request in seconds, 1 to 86,400."""
    on_success: pulumi.Output[Mapping[str, Any] | None]
    """Where results of successful runs are sent."""
    on_failure: pulumi.Output[Mapping[str, Any] | None]
    """Where results of failed runs are sent."""
    enable_async_status_log: pulumi.Output[bool | None]
    """Whether each request's status is logged, ``None`` where that is left to the service."""
    adopt: pulumi.Output[bool | None]
    """Whether a config that was there already could be taken over."""
    created_time: pulumi.Output[str]
    """When the service made the config, in the service's own text."""
    last_modified: pulumi.Output[str]
    """When the config was last changed, in the service's own text."""

    _TYPE = ""
    """The class' type token."""
    _VERSION = ""
    """Of the provider, empty for one that has none."""

    def __init_subclass__(cls, **more: Any) -> None:
        """Let Pulumi find the outputs and their types, which it looks for in the class alone."""
        super().__init_subclass__(**more)
        cls.__annotations__ = inspect.get_annotations(ConfigResource)

    @overload
    def __init__(
        self,
        resource_name: str,
        args: AsyncNotificationConfigArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(  # noqa: D418 - editors show its lines at each keyword
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        function_urn: FunctionInput,
        max_async_retry_attempts: pulumi.Input[int] | None = None,
        max_async_event_age_in_seconds: pulumi.Input[int] | None = None,
        on_success: TargetInput | None = None,
        on_failure: TargetInput | None = None,
        enable_async_status_log: pulumi.Input[bool] | None = None,
        adopt: pulumi.Input[bool] | None = None,
    ) -> None:
        """Declare a config.

        Args:
            resource_name: the resource's logical name.
            opts: Pulumi's options.
            function_urn: the function version, in any documented form of its URN, or the function's
                resource.
            max_async_retry_attempts: retries after a failed run, 0 to 3; 1 where it is left out.
            max_async_event_age_in_seconds: how long a request is valid, 1 to 86,400 seconds; 3,600
                where it is left out.
            on_success: where results of successful runs are sent: `FunctionTarget`, `ObsTarget`,
                `SmnTarget` or `DisTarget`.
            on_failure: where results of failed runs are sent, likewise.
            enable_async_status_log: whether each request's status is logged; leave it out on Open
                Telekom Cloud.
            adopt: take over a config that is there already, and set the declared values.
        """

    def __init__(self, resource_name: str, *arguments: Any, **properties: Any) -> None:
        """Declare a config.

        Args:
            resource_name: the resource's logical name.
            *arguments: an `AsyncNotificationConfigArgs` and options, or options alone.
            **properties: without Args: those of the declaration above.

        Raises:
            pulumi.RunError: declared inside ``apply`` or after an ``await``, and wrong.
        """
        declared, opts = _arguments(arguments, properties)
        is_native = self._TYPE == NATIVE_CONFIG
        problems = tuple(option_problems(opts, is_native=is_native))
        where = declared_at(Path.cwd())
        config = RecordedConfig(resource_name, declared, where, problems, is_native=is_native)
        recorded = gate.record(config, opts)
        opts = hooked(gate.with_own_wait(options_to_camel(opts) if opts else None), recorded)
        opts = _with_own_options(opts, of=self._TYPE, version=self._VERSION)
        properties = {
            **dict.fromkeys((*_PROPERTIES, *_OUTPUTS)),
            **declared,
            **self._provider_properties(declared),
        }
        # Pulumi takes the caller of the third ``__init__``, which is this one, for the line of the
        # program, which is then written to state. So none comes between.
        with ending_at(outermost_frame(Path.cwd())):
            pulumi.CustomResource.__init__(self, self._TYPE, resource_name, properties, opts)

    def _provider_properties(self, _declared: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider is told beside the properties of the user."""
        return {}

    def translate_input_property(self, prop: str) -> str:
        """The spelling of state, also of a path in an option such as ``ignore_changes``."""
        return path_to_camel(prop)

    def translate_output_property(self, prop: str) -> str:
        """The spelling of Python."""
        return property_names.to_snake(prop)


def _with_own_options(
    opts: pulumi.ResourceOptions | None, *, of: str, version: str
) -> pulumi.ResourceOptions:
    """The options with aliases by which a stack's state knows the resource of the other provider.

    An alias of the user may mean a resource of either.

    Args:
        opts: of the user.
        of: the type token.
        version: of the provider.
    """
    (other,) = (each for each in CONFIG_TYPES if each != of)
    # Not merged: that would make lists of what is unset, and the gate an Output for each resource.
    full = copy(opts) if opts is not None else pulumi.ResourceOptions()
    given = list(full.aliases or ())
    aliases: list[Any] = [pulumi.Alias(type_=other)]
    for alias in given:
        if isinstance(alias, pulumi.Alias) and not isinstance(alias.type_, str):
            aliases.append(copy(alias))
            aliases[-1].type_ = other
    full.aliases = [*aliases, *given]
    full.version = full.version or version or None
    return full


def _arguments(
    arguments: tuple[Any, ...], properties: dict[str, Any]
) -> tuple[dict[str, Any], pulumi.ResourceOptions | None]:
    """The declared properties and the options, whichever of the two forms was used."""
    opts = properties.pop("opts", None)
    args = properties.pop("args", None)
    for argument in arguments:
        if isinstance(argument, pulumi.ResourceOptions):
            opts = argument
        elif argument is not None:
            args = argument
    if args is None:
        declared = properties
    elif not isinstance(args, AsyncNotificationConfigArgs):
        raise wrong_arguments(_NAME, _AFTER_THE_NAME)
    elif properties:
        what = f"both Args and keywords are given: {', '.join(sorted(properties))}"
        raise wrong_arguments(_NAME, what)
    else:
        declared = dict(properties_of(args) or {})
    named = {key: _with_function_named(key, value) for key, value in declared.items()}
    return {key: value for key, value in named.items() if value is not None}, opts


def _with_function_named(key: str, value: Any) -> Any:
    """A property in which what stands for a function is that function's URN."""
    if key == "function_urn":
        return function_urn_of(value)
    if isinstance(value, dict) and "function_urn" in value:
        return {**value, "function_urn": function_urn_of(value["function_urn"])}
    return value
