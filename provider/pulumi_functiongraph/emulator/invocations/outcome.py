"""What came of one run of a function."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a run ended."""

    SUCCESS = "success"
    FUNCTION_ERROR = "function_error"
    """The code failed: an exception, a time-out, too much memory, an end of its process."""
    SYSTEM_ERROR = "system_error"
    """The code did not run, or nobody knows how it ended."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run's result."""

    result: Result
    payload: str = ""
    """What the function returned, as JSON text; of an error, the document that describes it."""
    error: str = ""
    """The error in one line; empty after a success."""
    log: str = ""
    """What the function printed, and the lines that the runtime adds."""
    milliseconds: int = 0
    memory_mib: int = 0
    """The most memory that the run held, where that is known."""
