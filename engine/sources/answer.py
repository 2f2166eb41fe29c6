"""What a source of engines answers."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Engine:
    """A Pulumi CLI that was asked for its version and can be used."""

    executable: Path
    version: str
    origin: str
    """Where it comes from, as a user reads it."""

    is_ours: bool = False
    """Whether it was built here, so that nothing of the official distribution is beside it."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Why a source has no usable engine."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"
