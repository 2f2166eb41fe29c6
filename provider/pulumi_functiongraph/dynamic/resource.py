"""The resource class of the dynamic provider, as a user's program declares it."""

# No postponed annotations: Pulumi evaluates those of the class again for every resource.

import pickle
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

import pulumi
from pulumi.dynamic import Resource

from pulumi_functiongraph.bridge.sdk_internals.input_types import properties_of
from pulumi_functiongraph.bridge.sdk_internals.stack_trace import ending_at
from pulumi_functiongraph.bridge.secret_parts import with_secrets_named
from pulumi_functiongraph.core import property_names
from pulumi_functiongraph.core.type_tokens import DYNAMIC_CONFIG
from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider
from pulumi_functiongraph.program import gate
from pulumi_functiongraph.program.before_change import hooked
from pulumi_functiongraph.program.call_site import declared_at, outermost_frame
from pulumi_functiongraph.program.declarations import RecordedConfig
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
_PROVIDER = b64encode(pickle.dumps(AsyncNotificationConfigProvider(), protocol=4)).decode()
"""The provider as it is in state: by reference, so that an upgrade takes effect at once."""

_NAME = "AsyncNotificationConfig"
_AFTER_THE_NAME = (
    "expected AsyncNotificationConfigArgs or ResourceOptions after the resource name; write the "
    "function with its keyword: function_urn=…"
)


class AsyncNotificationConfig(Resource, module="functiongraph", name="AsyncNotificationConfig"):
    """How one function version is run asynchronously, and where its results go.

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

    @overload
    def __init__(
        self,
        resource_name: str,
        args: AsyncNotificationConfigArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(
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
    ) -> None: ...

    def __init__(self, resource_name: str, *arguments: Any, **properties: Any) -> None:
        """Declare a config.

        Args:
            resource_name: the resource's logical name.
            *arguments: an `AsyncNotificationConfigArgs` and options, or options alone.
            **properties: without Args: ``function_urn`` (any documented form, or
                the function's resource),
                ``max_async_retry_attempts`` (0 to 3, default 1),
                ``max_async_event_age_in_seconds`` (1 to 86,400, default 3,600), ``on_success``
                and ``on_failure`` (`FunctionTarget`, `ObsTarget`, `SmnTarget`, `DisTarget`),
                ``enable_async_status_log`` (leave it out on Open Telekom Cloud) and ``adopt``
                (take over a config that is there already).

        Raises:
            pulumi.RunError: declared inside ``apply`` or after an ``await``, and wrong.
        """
        declared, opts = _arguments(arguments, properties)
        problems = tuple(option_problems(opts))
        where = declared_at(Path.cwd())
        recorded = gate.record(RecordedConfig(resource_name, declared, where, problems=problems))
        opts = hooked(gate.held(options_to_camel(opts) if opts else None), recorded)
        properties = {
            **dict.fromkeys((*_PROPERTIES, *_OUTPUTS)),
            **declared,
            **with_secrets_named(declared, of=self),
        }
        # What `Resource.__init__` does, without its frame: Pulumi takes the caller of the third
        # ``__init__`` for the line of the program, which is then written to state.
        properties["__provider"] = _PROVIDER
        with ending_at(outermost_frame(Path.cwd())):
            pulumi.CustomResource.__init__(self, DYNAMIC_CONFIG, resource_name, properties, opts)

    def translate_input_property(self, prop: str) -> str:
        """The spelling of state, also of a path in an option such as ``ignore_changes``."""
        return path_to_camel(prop)

    def translate_output_property(self, prop: str) -> str:
        """The spelling of Python."""
        return property_names.to_snake(prop)


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
