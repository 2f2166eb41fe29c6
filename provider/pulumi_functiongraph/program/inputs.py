"""The Pulumi input types of a config's targets, as classes and as typed dictionaries.

Each class sets ``destination`` itself, so the kind of a target is known while all else is not. It
also takes it as an argument, because Pulumi takes an input type inside an Output apart into its
properties and calls the class with all of them.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

import pulumi

from pulumi_functiongraph.bridge.function_lookup import GetFunctionResult
from pulumi_functiongraph.program.functions import is_looked_up
from pulumi_functiongraph.program.wrong_arguments import with_known_arguments

FunctionInput: TypeAlias = (
    pulumi.Input[str] | pulumi.Resource | GetFunctionResult | pulumi.Output[GetFunctionResult]
)
"""Whatever may name a function."""


def function_urn_of(function: Any) -> Any:
    """What names a function: the URN of a resource or of what was looked up, else it as it is."""
    if isinstance(function, pulumi.Resource):
        return getattr(function, "function_urn", None) or getattr(function, "id", None)
    if isinstance(function, GetFunctionResult) or is_looked_up(function):
        return function.function_urn
    return function


@pulumi.input_type
class FunctionTarget:
    """Another function version or alias receives the notification as its event."""

    @with_known_arguments
    def __init__(
        self,
        function_urn: FunctionInput,
        *,
        allow_cycle: pulumi.Input[str] | None = None,
        destination: Literal["FunctionGraph"] = "FunctionGraph",
    ) -> None:
        """Name the function.

        Args:
            function_urn: any documented form, such as ``fn.function_urn``, or the function's
                resource; an alias is allowed.
            allow_cycle: why events may circulate through this target; acknowledges the cycle.
            destination: set by Pulumi; there is nothing to choose.
        """
        pulumi.set(self, "destination", destination)
        if allow_cycle is not None:
            pulumi.set(self, "allow_cycle", allow_cycle)
        pulumi.set(self, "function_urn", function_urn_of(function_urn))

    @property
    @pulumi.getter
    def destination(self) -> str:
        """The API's name for this kind of target."""
        return str(pulumi.get(self, "destination"))

    @property
    @pulumi.getter(name="allowCycle")
    def allow_cycle(self) -> pulumi.Input[str] | None:
        """Why events may circulate through this target."""
        return pulumi.get(self, "allow_cycle")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="functionUrn")
    def function_urn(self) -> pulumi.Input[str]:
        """The function version or alias."""
        return pulumi.get(self, "function_urn")  # type: ignore[no-any-return]


@pulumi.input_type
class ObsTarget:
    """An OBS bucket: each notification becomes an object."""

    @with_known_arguments
    def __init__(
        self,
        bucket: pulumi.Input[str],
        prefix: pulumi.Input[str] | None = None,
        expires: pulumi.Input[int] | None = None,
        *,
        allow_cycle: pulumi.Input[str] | None = None,
        destination: Literal["OBS"] = "OBS",
    ) -> None:
        """Name the bucket.

        Args:
            bucket: bucket name, 3 to 63 characters.
            prefix: key prefix, sent to the letter (``/x`` and ``x`` are different keys).
            expires: days after which the object is deleted, 0 to 365, 0 = never (default).
            allow_cycle: why events may circulate through this target; acknowledges the cycle.
            destination: set by Pulumi; there is nothing to choose.
        """
        pulumi.set(self, "destination", destination)
        if allow_cycle is not None:
            pulumi.set(self, "allow_cycle", allow_cycle)
        pulumi.set(self, "bucket", bucket)
        if prefix is not None:
            pulumi.set(self, "prefix", prefix)
        if expires is not None:
            pulumi.set(self, "expires", expires)

    @property
    @pulumi.getter
    def destination(self) -> str:
        """The API's name for this kind of target."""
        return str(pulumi.get(self, "destination"))

    @property
    @pulumi.getter(name="allowCycle")
    def allow_cycle(self) -> pulumi.Input[str] | None:
        """Why events may circulate through this target."""
        return pulumi.get(self, "allow_cycle")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def bucket(self) -> pulumi.Input[str]:
        """The bucket's name."""
        return pulumi.get(self, "bucket")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def prefix(self) -> pulumi.Input[str] | None:
        """The key prefix."""
        return pulumi.get(self, "prefix")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def expires(self) -> pulumi.Input[int] | None:
        """Days after which the object is deleted, 0 = never."""
        return pulumi.get(self, "expires")  # type: ignore[no-any-return]


@pulumi.input_type
class SmnTarget:
    """An SMN topic, which passes the notification on to its subscribers."""

    @with_known_arguments
    def __init__(
        self,
        topic_urn: pulumi.Input[str],
        *,
        allow_cycle: pulumi.Input[str] | None = None,
        destination: Literal["SMN"] = "SMN",
    ) -> None:
        """Name the topic.

        Args:
            topic_urn: ``urn:smn:<region>:<project id>:<topic>``.
            allow_cycle: why events may circulate through this target; acknowledges the cycle.
            destination: set by Pulumi; there is nothing to choose.
        """
        pulumi.set(self, "destination", destination)
        if allow_cycle is not None:
            pulumi.set(self, "allow_cycle", allow_cycle)
        pulumi.set(self, "topic_urn", topic_urn)

    @property
    @pulumi.getter
    def destination(self) -> str:
        """The API's name for this kind of target."""
        return str(pulumi.get(self, "destination"))

    @property
    @pulumi.getter(name="allowCycle")
    def allow_cycle(self) -> pulumi.Input[str] | None:
        """Why events may circulate through this target."""
        return pulumi.get(self, "allow_cycle")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="topicUrn")
    def topic_urn(self) -> pulumi.Input[str]:
        """The topic."""
        return pulumi.get(self, "topic_urn")  # type: ignore[no-any-return]


@pulumi.input_type
class DisTarget:
    """A DIS stream of the function's own project."""

    @with_known_arguments
    def __init__(
        self,
        stream_name: pulumi.Input[str],
        *,
        allow_cycle: pulumi.Input[str] | None = None,
        destination: Literal["DIS"] = "DIS",
    ) -> None:
        """Name the stream.

        Args:
            stream_name: the stream's name (not its id), at most 64 characters.
            allow_cycle: why events may circulate through this target; acknowledges the cycle.
            destination: set by Pulumi; there is nothing to choose.
        """
        pulumi.set(self, "destination", destination)
        if allow_cycle is not None:
            pulumi.set(self, "allow_cycle", allow_cycle)
        pulumi.set(self, "stream_name", stream_name)

    @property
    @pulumi.getter
    def destination(self) -> str:
        """The API's name for this kind of target."""
        return str(pulumi.get(self, "destination"))

    @property
    @pulumi.getter(name="allowCycle")
    def allow_cycle(self) -> pulumi.Input[str] | None:
        """Why events may circulate through this target."""
        return pulumi.get(self, "allow_cycle")  # type: ignore[no-any-return]

    @property
    @pulumi.getter(name="streamName")
    def stream_name(self) -> pulumi.Input[str]:
        """The stream's name."""
        return pulumi.get(self, "stream_name")  # type: ignore[no-any-return]


class FunctionTargetDict(TypedDict):
    """`FunctionTarget` as a dictionary; ``destination`` follows from the keys."""

    function_urn: FunctionInput
    allow_cycle: NotRequired[pulumi.Input[str]]
    destination: NotRequired[Literal["FunctionGraph"]]


class ObsTargetDict(TypedDict):
    """`ObsTarget` as a dictionary; ``destination`` follows from the keys."""

    bucket: pulumi.Input[str]
    prefix: NotRequired[pulumi.Input[str]]
    expires: NotRequired[pulumi.Input[int]]
    allow_cycle: NotRequired[pulumi.Input[str]]
    destination: NotRequired[Literal["OBS"]]


class SmnTargetDict(TypedDict):
    """`SmnTarget` as a dictionary; ``destination`` follows from the keys."""

    topic_urn: pulumi.Input[str]
    allow_cycle: NotRequired[pulumi.Input[str]]
    destination: NotRequired[Literal["SMN"]]


class DisTargetDict(TypedDict):
    """`DisTarget` as a dictionary; ``destination`` follows from the keys."""

    stream_name: pulumi.Input[str]
    allow_cycle: NotRequired[pulumi.Input[str]]
    destination: NotRequired[Literal["DIS"]]


TargetInput: TypeAlias = (
    FunctionTarget
    | ObsTarget
    | SmnTarget
    | DisTarget
    | FunctionTargetDict
    | ObsTargetDict
    | SmnTargetDict
    | DisTargetDict
    | pulumi.Output[Any]
)
"""Whatever may stand where a target belongs."""


@pulumi.input_type
class AsyncNotificationConfigArgs:
    """The arguments of an `AsyncNotificationConfig`, as one value."""

    @with_known_arguments
    def __init__(
        self,
        *,
        function_urn: FunctionInput,
        max_async_retry_attempts: pulumi.Input[int] | None = None,
        max_async_event_age_in_seconds: pulumi.Input[int] | None = None,
        on_success: TargetInput | None = None,
        on_failure: TargetInput | None = None,
        enable_async_status_log: pulumi.Input[bool] | None = None,
        adopt: pulumi.Input[bool] | None = None,
    ) -> None:
        """Hold the arguments.

        Args:
            function_urn: the function version, in any documented form of its URN, or its resource.
            max_async_retry_attempts: retries after a failed run, 0 to 3.
            max_async_event_age_in_seconds: how long a request is valid, 1 to 86,400 seconds.
            on_success: where results of successful runs are sent.
            on_failure: where results of failed runs are sent.
            enable_async_status_log: whether each request's status is logged.
            adopt: take over a config that is there already.
        """
        arguments = {
            "function_urn": function_urn,
            "max_async_retry_attempts": max_async_retry_attempts,
            "max_async_event_age_in_seconds": max_async_event_age_in_seconds,
            "on_success": on_success,
            "on_failure": on_failure,
            "enable_async_status_log": enable_async_status_log,
            "adopt": adopt,
        }
        for key, value in arguments.items():
            if value is not None:
                pulumi.set(self, key, value)
