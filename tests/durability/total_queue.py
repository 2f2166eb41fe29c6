"""Whether all that went in came out: the counts of a total-queue checker.

What was acknowledged must come out. What was sent and not acknowledged may: nobody knows whether it
was taken. What was never sent must not. What comes out twice is counted.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import median

PROPERTY = "total queue"
"""Under which a test reports its counts."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a run ended."""

    attempts: int
    acknowledged: int
    delivered: int
    """Different ones that came out."""
    lost: int
    unexpected: int
    duplicated: int
    """Arrivals of what had arrived already."""
    recovered: int
    """Came out, though nobody had acknowledged them."""
    kills: int = 0
    recovery_seconds: tuple[float, ...] = ()
    """From each start of a process on the folder of one that was killed until it took requests."""

    def line(self) -> str:
        """All of it in one line."""
        counts = (
            "attempts",
            "acknowledged",
            "delivered",
            "lost",
            "unexpected",
            "duplicated",
            "recovered",
            "kills",
        )
        text = ", ".join(f"{getattr(self, each)} {each}" for each in counts)
        if not self.recovery_seconds:
            return text
        slowest, middle = max(self.recovery_seconds), median(self.recovery_seconds)
        return f"{text}, recovery {middle:.2f} s (median), {slowest:.2f} s (slowest)"


def count(
    sent: AbstractSet[Hashable],
    acknowledged: AbstractSet[Hashable],
    arrived: Iterable[Hashable],
    *,
    kills: int = 0,
    recovery_seconds: tuple[float, ...] = (),
) -> Counts:
    """Compare what went in with what came out."""
    times = Counter(arrived)
    return Counts(
        attempts=len(sent),
        acknowledged=len(acknowledged),
        delivered=len(times.keys() & sent),
        lost=len(acknowledged - times.keys()),
        unexpected=len(times.keys() - sent),
        duplicated=sum(count - 1 for count in times.values()),
        recovered=len((times.keys() & sent) - acknowledged),
        kills=kills,
        recovery_seconds=recovery_seconds,
    )
