"""The asynchronous notification config of one function version.

Source of every range: FunctionGraph API reference, "Configuring asynchronous execution
notification", Table 3 (the response tables of that page carry other ranges, copied from another
service; its own examples contradict them).
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from pulumi_functiongraph.core.names import MAX_URN_LENGTH, URN_FORM, VERSION_PATTERN
from pulumi_functiongraph.core.one_line import on_one_line
from pulumi_functiongraph.core.targets import Target, UrnOfFunction
from pulumi_functiongraph.core.validation import Limit, Value, flag, whole

_TABLE = 'FunctionGraph API reference, "Configuring asynchronous execution notification", Table 3'

RETRIES = Limit(0, 3, "retries", _TABLE)
DEFAULT_RETRIES = 1

AGE = Limit(1, 86_400, "seconds", _TABLE)
DEFAULT_AGE = 3_600


class Config(Value):
    """How one function version is run asynchronously, and where its results go."""

    function_urn: Annotated[
        UrnOfFunction,
        WithJsonSchema({"type": "string", "maxLength": MAX_URN_LENGTH, "pattern": VERSION_PATTERN}),
    ] = Field(
        description=f"The function version that the config belongs to, {URN_FORM}, or a documented "
        "short form; aliases have no config."
    )
    max_async_retry_attempts: Annotated[int, BeforeValidator(whole(RETRIES))] = Field(
        default=DEFAULT_RETRIES,
        description="Number of retries after a failed run.",
        json_schema_extra=RETRIES.keywords,
    )
    max_async_event_age_in_seconds: Annotated[int, BeforeValidator(whole(AGE))] = Field(
        default=DEFAULT_AGE,
        description="Validity of a request in seconds; an older one is discarded.",
        json_schema_extra=AGE.keywords,
    )
    on_success: Target | None = Field(
        default=None,
        description="Where the result of a successful run is sent, absent for nowhere.",
    )
    on_failure: Target | None = Field(
        default=None,
        description="Where the result of a failed run is sent, absent for nowhere.",
    )
    enable_async_status_log: Annotated[bool, BeforeValidator(flag)] | None = Field(
        default=None,
        description="Whether the status of each request is logged; left out, it is up to the "
        "service (Open Telekom Cloud answers 500 when it is sent).",
    )

    @property
    def targets(self) -> dict[str, Target]:
        """The targets that are set, by their property paths."""
        both = {"onSuccess": self.on_success, "onFailure": self.on_failure}
        return {path: target for path, target in both.items() if target is not None}

    def same_setting(self, other: Config) -> bool:
        """Whether two configs set the same; a status log flag that is not set counts as off."""
        off = {"enable_async_status_log": False}
        sides = [
            side.model_copy(update=off) if side.enable_async_status_log is None else side
            for side in (self, other)
        ]
        return sides[0] == sides[1]


_Time: TypeAlias = Annotated[str, AfterValidator(on_one_line)]
"""In state and in messages, where a text of a service may not forge lines or control a terminal."""


class LiveConfig(Value):
    """A config as a cloud holds it.

    Attributes:
        config: the setting itself.
        created_time: the service's own text, on one line; empty when it gave none.
        last_modified: the same, with or without an offset.
    """

    config: Config
    created_time: _Time = ""
    last_modified: _Time = ""
