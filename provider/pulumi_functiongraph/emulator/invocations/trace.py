"""The way that events took to a request, so that a loop can be seen and broken."""

import json
from functools import lru_cache

import msgspec

from pulumi_functiongraph.emulator.http.exchange import compact_json

_FUNCTION = "urn:fss:"

KEPT_ENDS = 32
"""First steps of a long way that are kept, and as many last ones; ours.

A loop whose breaker is off goes on for as long as somebody lets it.
"""


class Hop(msgspec.Struct, frozen=True):
    """One step of the way."""

    edge: str
    """How the event came here, such as "failure" or "SMN trigger"; empty where it began."""
    urn: str
    """A function, a topic; a bucket or stream by its resource name."""
    left_out: int = 0
    """Functions of the steps that this one stands for; it has no other fields then."""


Trace = tuple[Hop, ...]


def hops_between_functions(trace: Trace) -> int:
    """How often one function has led to another."""
    return max(0, _functions(trace) - 1)


def shortened(trace: Trace) -> Trace:
    """The way without the middle, if it is long."""
    middle = trace[KEPT_ENDS:-KEPT_ENDS]
    if len(middle) < 2:  # noqa: PLR2004 # one step would stand for one
        return trace
    left_out = Hop("", "", left_out=_functions(middle))
    return (*trace[:KEPT_ENDS], left_out, *trace[-KEPT_ENDS:])


def chain(trace: Trace) -> str:
    """The way in one line."""
    return " ".join(_told(hop) for hop in trace)


def to_text(trace: Trace) -> str:
    """The way as it is kept."""
    steps = [[hop.edge, hop.urn, *([hop.left_out] if hop.left_out else ())] for hop in trace]
    return compact_json(steps)


@lru_cache(maxsize=1024)
def from_text(text: str) -> Trace:
    """The way that was kept.

    Raises:
        ValueError: it is none.
        TypeError: it is no list.
    """
    return tuple(map(_hop, json.loads(text)))


def _hop(step: object) -> Hop:
    match step:
        case [str(edge), str(urn)]:
            return Hop(edge, urn)
        case [str(edge), str(urn), int(left_out)]:
            return Hop(edge, urn, left_out)
    raise ValueError("not a step")


def _functions(trace: Trace) -> int:
    return sum(hop.left_out + hop.urn.startswith(_FUNCTION) for hop in trace)


def _told(hop: Hop) -> str:
    if hop.left_out:
        return f"--> ({hop.left_out:,} more functions)"
    return f"--{hop.edge}--> {hop.urn}" if hop.edge else hop.urn
