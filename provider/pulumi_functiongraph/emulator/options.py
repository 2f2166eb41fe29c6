"""What the vendors leave open, as switches: each can be set to either behaviour in a test."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """How the local cloud behaves where the clouds' documents are silent or differ.

    Defaults are what live services have been seen to do, or the documented sample.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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

    iam_grants_per_second: int = Field(default=0, ge=0)
    """Calls a second that read grants, their records or custom policies before IAM answers 429; 0
    is without limit. Clients have been seen to keep below about ten when they list roles."""

    dis: bool | None = None
    """Whether DIS is a destination; None leaves it to the cloud."""
