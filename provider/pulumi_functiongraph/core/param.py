"""The ``param`` of a target as the API has it: a JSON object in a text, and its keys per kind.

Source of the keys: FunctionGraph API reference, "Configuring asynchronous execution notification",
Table 5. A target of a known kind may be declared by its raw ``param``; it is then judged like the
typed form, and a key that this release would not send is refused rather than lost.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.one_line import escaped
from pulumi_functiongraph.core.properties import BagValue
from pulumi_functiongraph.core.targets import KNOWN

KEYS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "FunctionGraph": {"func_urn": "functionUrn"},
        "OBS": {"bucket": "bucket", "prefix": "prefix", "expires": "expires"},
        "SMN": {"topic_urn": "topicUrn"},
        "DIS": {"stream_name": "streamName"},
    }
)
"""By destination, the keys of ``param`` and the properties that they are."""

_REMEDY = "write the target with its own type, such as ObsTarget(bucket=…)"


def parsed(param: object) -> object:
    """The JSON value of a param, ``None`` when it is none; JSON has no NaN and no infinity."""
    if not isinstance(param, str):
        return param
    try:
        return json.loads(param, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


class RawTarget(msgspec.Struct, frozen=True):
    """A target of a known kind that is declared by its raw ``param``.

    Attributes:
        destination: its kind.
        path: the target's property path.
        values: what the param says, by the API's keys; ``None`` where it is no JSON object.
    """

    destination: str
    path: str
    values: Mapping[str, BagValue] | None

    @classmethod
    def of(cls, value: BagValue, *, path: str) -> RawTarget | None:
        """The raw target that a property is, ``None`` when it is something else."""
        if not isinstance(value, Mapping) or value.keys() != {"destination", "param"}:
            return None
        destination, param = value["destination"], value["param"]
        if destination not in KEYS or not isinstance(param, str):
            return None
        values = parsed(param)
        return cls(destination, path, values if isinstance(values, Mapping) else None)

    def problems(self) -> Iterator[Problem]:
        """What keeps it from being read as a target of its kind."""
        keys = KEYS[self.destination]
        allowed = f"{KNOWN[self.destination].kind} has {', '.join(keys)}"
        if self.values is None:
            yield Problem(f"{self.path}.param", "is not a JSON object", allowed, _REMEDY)
        for key in sorted((self.values or {}).keys() - keys):
            what = "does not belong there, and would be lost"
            yield Problem(f"{self.path}.param.{escaped(key)}", what, allowed, "remove it")

    def typed(self) -> dict[str, BagValue]:
        """The same target in its typed form."""
        keys, said = KEYS[self.destination], self.values or {}
        fields = {ours: said[key] for key, ours in keys.items() if said.get(key) is not None}
        return {"destination": self.destination, **fields}

    def spelled(self, problem: Problem) -> str:
        """The path of a problem with the typed form, as the program has it."""
        wire = {ours: theirs for theirs, ours in KEYS[self.destination].items()}
        key = problem.path.removeprefix(f"{self.path}.")
        return f"{self.path}.param.{wire[key]}" if key in wire else problem.path
