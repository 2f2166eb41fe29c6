"""The way that events took to a request, so that a loop can be seen and broken."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_FUNCTION = "urn:fss:"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the way."""

    edge: str
    """How the event came here, such as "failure" or "SMN trigger"; empty where it began."""
    urn: str
    """A function, a topic; a bucket or stream by its resource name."""


Trace = tuple[Hop, ...]


def hops_between_functions(trace: Trace) -> int:
    """How often one function has led to another."""
    return max(0, sum(hop.urn.startswith(_FUNCTION) for hop in trace) - 1)


def chain(trace: Trace) -> str:
    """The way in one line."""
    return " ".join(f"--{hop.edge}--> {hop.urn}" if hop.edge else hop.urn for hop in trace)


def to_text(trace: Trace) -> str:
    """The way as it is kept."""
    return json.dumps([[hop.edge, hop.urn] for hop in trace], separators=(",", ":"))


@lru_cache(maxsize=1024)
def from_text(text: str) -> Trace:
    """The way that was kept."""
    pairs: Sequence[Sequence[str]] = json.loads(text)
    return tuple(Hop(edge, urn) for edge, urn in pairs)
