"""The asynchronous notification config of one function version.

Source of every range: FunctionGraph API reference, "Configuring asynchronous execution
notification", Table 3 (the response tables of that page carry other ranges, copied from another
service; its own examples contradict them).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from pulumi_functiongraph.core.targets import Target, UrnOfFunction
from pulumi_functiongraph.core.values import Limit, Value, flag, whole

_TABLE = 'FunctionGraph API reference, "Configuring asynchronous execution notification", Table 3'

RETRIES = Limit(0, 3, "retries", _TABLE)
DEFAULT_RETRIES = 1

AGE = Limit(1, 86_400, "seconds", _TABLE)
DEFAULT_AGE = 3_600


class Config(Value):
    """How one function version is run asynchronously, and where its results go.

    Attributes:
        function_urn: the function version (the source of the edges).
        max_async_retry_attempts: retries after a failed run, 0 to 3, default 1.
        max_async_event_age_in_seconds: validity of a request in seconds, 1 to 86,400,
            default 3,600; a request that is older is discarded.
        on_success: where the result of a successful run is sent, ``None`` for nowhere.
        on_failure: where the result of a failed run is sent, ``None`` for nowhere.
        enable_async_status_log: whether each request's status is logged; ``None`` leaves it to
            the service and is not sent (Open Telekom Cloud answers 500 when it is).
    """

    function_urn: UrnOfFunction
    max_async_retry_attempts: Annotated[
        int, BeforeValidator(whole(RETRIES)), Field(ge=RETRIES.low, le=RETRIES.high)
    ] = DEFAULT_RETRIES
    max_async_event_age_in_seconds: Annotated[
        int, BeforeValidator(whole(AGE)), Field(ge=AGE.low, le=AGE.high)
    ] = DEFAULT_AGE
    on_success: Target | None = None
    on_failure: Target | None = None
    enable_async_status_log: Annotated[bool, BeforeValidator(flag)] | None = None

    def same_setting(self, other: Config) -> bool:
        """Whether two configs set the same; a status log flag that is not set counts as off."""
        off = {"enable_async_status_log": False}
        sides = [
            side.model_copy(update=off) if side.enable_async_status_log is None else side
            for side in (self, other)
        ]
        return sides[0] == sides[1]


class LiveConfig(Value):
    """A config as a cloud holds it.

    Attributes:
        config: the setting itself.
        created_time: the service's own text, empty when it gave none.
        last_modified: the service's own text, with or without an offset.
    """

    config: Config
    created_time: str = ""
    last_modified: str = ""
