"""How a value of the model is made: frozen, no stray fields, every problem told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeGuard

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from pulumi_functiongraph.core.errors import Problem

_MOST_DIGITS = 10**15
"""Numbers from here on are not written out; Python itself refuses to from 4,300 digits on."""


class Value(BaseModel):
    """A frozen value whose fields are snake_case in Python and camelCase in state."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
        field_title_generator=lambda name, _: name.replace("_", " ").capitalize(),
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

    @property
    def keywords(self) -> dict[str, JsonValue]:
        """The range as keywords of JSON Schema."""
        return {"minimum": self.low, "maximum": self.high}

    def __str__(self) -> str:
        """The range as it is told to a person."""
        return f"a whole number of {self.unit} from {self.low:,} to {self.high:,} ({self.source})"


def integer(value: object) -> int:
    """A validator for whole numbers."""
    number = _whole(value)
    if number is None:
        raise refusal(f"is {_kind(value)}", "allowed: a whole number")
    return number


def whole(limit: Limit) -> Callable[[object], int]:
    """A validator for whole numbers in a range."""

    def validate(value: object) -> int:
        number = _whole(value)
        if number is None or not limit.low <= number <= limit.high:
            raise refusal(f"is {_kind(value)}", f"allowed: {limit}")
        return number

    return validate


def _whole(value: object) -> int | None:
    """The whole number that a value is, ``None`` when it is none.

    Pulumi hands numbers over as floats, so ``2.0`` is 2; ``2.5``, ``"2"`` and ``True`` are none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        return None
    return int(value)


HALF_A_CHARACTER = "holds half of a character (a lone surrogate)", "allowed: text as UTF-8 has it"
"""What is wrong with a string that cannot be sent, and what is allowed."""


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a string that can be sent: Python's may hold lone surrogates."""
    return isinstance(value, str) and value == printable(value)


def printable(text: str) -> str:
    """The text with lone surrogates escaped, which could be neither sent nor shown."""
    return text.encode("utf-8", "backslashreplace").decode()


def text(value: object) -> str:
    """A validator that takes strings only, and only those that can be sent."""
    if not isinstance(value, str):
        raise refusal(f"is {_kind(value)}, not a string", "allowed: a string")
    if not is_text(value):
        raise refusal(*HALF_A_CHARACTER)
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
    said = "; ".join(part for part in (what, allowed, remedy) if part)
    parts = (what, allowed, remedy, rule)
    return PydanticCustomError("refusal", "{said}", {"said": said, "parts": parts})


_SAID = {
    "missing": ("is missing", ""),
    "extra_forbidden": ("does not belong there", "remove it, or mend its spelling"),
    "model_type": ("is not an object", ""),
}
"""What is said, and what to do, for the kinds of problem that pydantic finds by itself."""


def problems(
    error: ValidationError, *, allowed_fields: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Problem]:
    """Every problem that pydantic found, with its property path.

    Args:
        error: what validation raised.
        allowed_fields: per path prefix, the text that lists the fields that belong there.
    """
    for details in error.errors(include_url=False, include_input=False):
        yield _problem(details, allowed_fields)


def _problem(details: ErrorDetails, allowed_fields: Mapping[str, str]) -> Problem:
    path = ".".join(str(part) for part in details["loc"] if not _is_tag(part))
    if details["type"] == "refusal":
        return Problem(path, *details["ctx"]["parts"])
    what, remedy = _SAID.get(details["type"], (details["msg"], ""))
    return Problem(path, what, allowed_fields.get(path.rpartition(".")[0], ""), remedy)


def _is_tag(part: Any) -> bool:
    """Whether a location part is the tag of a union member, which is no property."""
    return isinstance(part, str) and part.startswith("=")


def _number(value: float) -> str:
    if abs(value) >= _MOST_DIGITS:
        return "a number of more than 15 digits"
    return f"{int(value):,}" if value % 1 == 0 else f"{value:,}"


def _kind(value: object) -> str:
    """The type of a value in a person's words; never the value, which may be a secret."""
    names = {bool: "true or false", str: "a string", list: "a list", dict: "an object"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return names.get(type(value), "of another type")
