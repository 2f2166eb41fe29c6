"""How a value of the model is made: frozen, no stray fields, every problem told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from pulumi_functiongraph.core.errors import Problem


class Value(BaseModel):
    """A frozen value whose fields are snake_case in Python and camelCase in state."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


@dataclass(frozen=True, slots=True)
class Limit:
    """A range of whole numbers.

    Attributes:
        low: smallest value taken.
        high: largest value taken.
        unit: what is counted, in the plural.
        source: the document and the table that the limit comes from.
    """

    low: int
    high: int
    unit: str
    source: str

    def __str__(self) -> str:
        """The range as it is told to a person."""
        return f"a whole number of {self.unit} from {self.low:,} to {self.high:,} ({self.source})"


def whole(limit: Limit) -> Callable[[object], int]:
    """A validator for whole numbers in a range.

    Pulumi hands numbers over as floats, so ``2.0`` is 2; ``2.5``, ``"2"`` and ``True`` are refused.
    """

    def validate(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refusal(f"is {_kind(value)}, not a whole number", f"allowed: {limit}")
        if value != value // 1 or not limit.low <= value <= limit.high:
            raise refusal(f"is {_number(value)}", f"allowed: {limit}")
        return int(value)

    return validate


def text(value: object) -> str:
    """A validator that takes strings only."""
    if not isinstance(value, str):
        raise refusal(f"is {_kind(value)}, not a string", "allowed: a string")
    return value


def flag(value: object) -> bool:
    """A validator that takes true and false only."""
    if not isinstance(value, bool):
        raise refusal(f"is {_kind(value)}", "allowed: true or false")
    return value


def refusal(
    what: str, allowed: str, remedy: str = "", *, rule: str = "FGN001"
) -> PydanticCustomError:
    """What a validator raises; ``problems`` turns it into a `Problem`."""
    return PydanticCustomError("refusal", "{what}", {"parts": (what, allowed, remedy, rule)})


def problems(error: ValidationError, *, allowed_fields: dict[str, str]) -> Iterator[Problem]:
    """Every problem that pydantic found, with its property path.

    Args:
        error: what validation raised.
        allowed_fields: per path prefix, the text that lists the fields that belong there.
    """
    for details in error.errors(include_url=False, include_input=False):
        yield _problem(details, allowed_fields)


def _problem(details: ErrorDetails, allowed_fields: dict[str, str]) -> Problem:
    path = ".".join(_public(part) for part in details["loc"] if not _is_tag(part))
    kind = details["type"]
    if kind == "refusal":
        return Problem(path, *details["ctx"]["parts"])
    parent = path.rpartition(".")[0]
    listed = allowed_fields.get(parent, "")
    if kind == "missing":
        return Problem(path, "is missing", listed)
    if kind == "extra_forbidden":
        return Problem(path, "does not belong there", listed, "remove it, or mend its spelling")
    return Problem(path, details["msg"], listed)


def _is_tag(part: Any) -> bool:
    """Whether a location part is the tag of a union member, which is no property."""
    return isinstance(part, str) and part.startswith("=")


def _public(part: Any) -> str:
    return to_camel(str(part))


def _number(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def _kind(value: object) -> str:
    """The type of a value in a person's words; never the value, which may be a secret."""
    names = {bool: "true or false", str: "a string", list: "a list", dict: "an object"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return names.get(type(value), "of another type")
