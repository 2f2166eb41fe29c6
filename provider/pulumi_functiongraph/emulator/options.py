"""What the vendors leave open, as switches: each can be set to either behaviour in a test."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pulumi_functiongraph.emulator.state.damaged_rows import tell
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS cloud_options (
    id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL
);
"""


class Options(BaseModel):
    """How the local cloud behaves where the clouds' documents are silent or differ.

    Defaults are what live services have been seen to do, or the documented sample.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    put: Literal["replace", "merge"] = "replace"
    """Whether a PUT that leaves a field out resets it or keeps it. Not documented."""

    unset_target: Literal["empty", "missing", "null"] = "empty"
    """How a target that is not set is answered: an object of empty strings, no key, or null."""

    last_modified: Literal["rfc3339", "without_offset"] = "rfc3339"
    """Form of `last_modified`; the API reference's sample shows "2021-03-04 14:50:02"."""

    missing_function: Literal["404", "401", "500"] = "404"
    """Status of async config calls on a function that does not exist. The reference says 404;
    the live trigger API answers 401 FSS.0401 or 500 FSS.0500. `GET …/config` stays 404."""

    list_end: Literal["offset", "zero"] = "offset"
    """`next_marker` on the last page of async configs: the offset behind it, as in the
    reference's sample, or 0."""

    param_text: Literal["verbatim", "canonical"] = "verbatim"
    """Whether `param` comes back as sent, or as JSON with sorted keys and no spaces."""

    publish_copies_config: bool = False
    """Whether publishing a version copies the async config of `latest`. Not documented."""

    service_trusted_agencies: Literal["by_cloud", "yes", "no"] = "by_cloud"
    """Whether FunctionGraph lists the agencies that trust it; seen on Huawei Cloud, not known on
    Open Telekom Cloud."""

    iam_grants_per_second: int = Field(default=0, ge=0, le=1_000_000)
    """Calls a second that read grants, their records or custom policies before IAM answers 429; 0
    is without limit. Clients have been seen to keep below about ten when they list roles."""

    dis: bool | None = None
    """Whether DIS is a destination; None leaves it to the cloud."""

    retry_seconds: float = Field(default=1, ge=0, le=86_400)
    """How long the first retry of a failed run waits. Not documented."""

    retry_factor: float = Field(default=2, ge=1, le=10)
    """By how much each further retry waits longer, up to a day. Not documented."""

    delivery_attempts: int = Field(default=5, ge=1, le=100)
    """How often a notification is sent before it is given up. Not documented."""

    delivery_retry_seconds: float = Field(default=1, ge=0, le=86_400)
    """How long the second attempt of a notification waits; each further one waits twice as long, up
    to a day. Not documented."""

    max_hops: int = Field(default=16, ge=0, le=10_000)
    """Functions that may lead to one another before the loop is broken; 0 is without limit. No
    document says that the service breaks loops."""

    event_timestamp: Literal["nanoseconds", "milliseconds", "example"] = "nanoseconds"
    """Form of `timestamp` in notification events: nine digits and an offset (seen), three digits in
    UTC (the manual of 2021), or the example of later manuals with "Z" and an offset, which no
    parser of ISO 8601 takes."""

    event_first_attempt: Literal[0, 1] = 0
    """`approximate_invoke_count` after one run. The example and an event that was seen have 0;
    "number of invocation times" (Table 2) would be 1. After more runs it is their number, as
    "greater than 1" is a function that was retried (Table 2)."""

    event_function_error: Literal["condition", "field"] = "condition"
    """How a notification event tells a failure of the code: by `condition` and status 500, as was
    seen, or by `function_error` and status 200, as the manual's table may be read."""

    obs_prefix: Literal["verbatim", "stripped"] = "verbatim"
    """Whether a slash at the beginning of a target's prefix is part of the object's key. Not
    documented."""


def keep(connection: Connection, options: Options) -> None:
    """Keep the options for the next start."""
    document = options.model_dump_json(exclude_defaults=True)
    connection.execute("INSERT OR REPLACE INTO cloud_options VALUES (1, ?)", (document,))


def load(connection: Connection) -> Options:
    """The options that were kept, or the defaults."""
    row = connection.execute("SELECT document FROM cloud_options").fetchone()
    try:
        return Options() if row is None else Options.model_validate_json(row["document"])
    except ValidationError:
        tell("cloud_options", "id", 1)
        return Options()
