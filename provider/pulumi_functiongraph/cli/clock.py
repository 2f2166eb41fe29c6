"""The time at which a command looked, for its reports."""

from __future__ import annotations

import os
from datetime import UTC, datetime

VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, as reproducible-builds.org has it: reports are then the same."""


def looked_at() -> datetime:
    """Now, to the second, or what the environment says."""
    told = os.environ.get(VARIABLE, "")
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC).replace(microsecond=0)
