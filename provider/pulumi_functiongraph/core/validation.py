"""How a value of the model is made: frozen, no stray fields, every problem told at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeGuard

import msgspec
from pydantic import (
    BaseModel,
    ConfigDict,
    JsonValue,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.spelling import close_to

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


def one_of(*values: str) -> WithJsonSchema:
    """The schema of a text that is one of some values."""
    return WithJsonSchema({"type": "string", "enum": list(values)})


LIVE: Mapping[str, bool] = MappingProxyType({"live": True})
"""The context to validate in what a cloud holds already.

What is beyond a limit there must be seen to be mended, so limits are not asked.
"""


def is_live(info: ValidationInfo) -> bool:
    """Whether a value is one that a cloud holds already."""
    return bool((info.context or {}).get("live"))


class Limit(msgspec.Struct, frozen=True):
    """A range of whole numbers, its unit in the plural, and the document and table that has it."""

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
        raise refusal(f"is {in_words(value)}", "allowed: a whole number")
    return number


def whole(limit: Limit) -> Callable[[object, ValidationInfo], int]:
    """A validator for whole numbers in a range; of what is live the range is not asked."""

    def validate(value: object, info: ValidationInfo) -> int:
        number = _whole(value)
        if number is None or not (is_live(info) or limit.low <= number <= limit.high):
            raise refusal(f"is {in_words(value)}", f"allowed: {limit}")
        return number

    return validate


def _whole(value: object) -> int | None:
    """The whole number that a value is, ``None`` when it is none.

    Pulumi hands numbers over as floats, so ``2.0`` is 2; ``2.5``, ``"2"`` and ``True`` are none.
    """
    if not is_number(value) or value % 1 != 0:
        return None
    return int(value)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number; Python's flags, which are of the type ``int`` too, are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


HALF_A_CHARACTER = "holds half of a character (a lone surrogate)", "allowed: text as UTF-8 has it"
"""What is wrong with a string that cannot be sent, and what is allowed."""


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a string that can be sent: Python's may hold lone surrogates."""
    return isinstance(value, str) and value == printable(value)


def printable(text: str) -> str:
    """The text with lone surrogates escaped, which could be neither sent nor shown."""
    return text.encode("utf-8", "backslashreplace").decode()


CONTROLS = r"\x00-\x1f\x7f-\x9f"
"""The control characters of Unicode (category Cc), as a part of a regular expression."""

CONTROLS_BUT_BREAKS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""The same without tab, line feed and carriage return, which text of several lines has."""

_CONTROL = re.compile(f"[{CONTROLS}]")
_CONTROL_BUT_BREAKS = re.compile(f"[{CONTROLS_BUT_BREAKS}]")


def text_problem(value: str, *, breaks: bool) -> tuple[str, str, str] | None:
    """What is wrong with a string that is sent or shown, what is allowed, and what to do.

    With `breaks` it may have several lines, and tabs.
    """
    if not is_text(value):
        return (*HALF_A_CHARACTER, "")
    found = (_CONTROL_BUT_BREAKS if breaks else _CONTROL).search(value)
    if found is None:
        return None
    allowed = "allowed: text without control characters"
    return (
        f"has a control character (U+{ord(found[0]):04X}) at position {found.start() + 1:,}",
        f"{allowed} other than tabs and line breaks" if breaks else allowed,
        "remove it",
    )


def text(value: object) -> str:
    """A validator that takes strings only, and only those that can be sent."""
    if not isinstance(value, str):
        raise refusal(f"is {in_words(value)}, not a string", "allowed: a string")
    if not is_text(value):
        raise refusal(*HALF_A_CHARACTER)
    return value


def line(value: object) -> str:
    """A validator for text without control characters."""
    return _without_controls(text(value), breaks=False)


def lines(value: object) -> str:
    """A validator for text without control characters other than tabs and line breaks."""
    return _without_controls(text(value), breaks=True)


def _without_controls(value: str, *, breaks: bool) -> str:
    wrong = text_problem(value, breaks=breaks)
    if wrong is not None:
        raise refusal(*wrong)
    return value


def flag(value: object) -> bool:
    """A validator that takes true and false only."""
    if not isinstance(value, bool):
        raise refusal(f"is {in_words(value)}", "allowed: true or false")
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
    "extra_forbidden": ("does not belong there", "remove it, or fix its spelling"),
    "model_type": ("is not an object", ""),
}
"""What is said, and what to do, for the kinds of problem that pydantic finds by itself."""


class AllowedFields(msgspec.Struct, frozen=True):
    """The fields that belong to an object, in the spelling of state."""

    of: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        """The fields as they are told to a person."""
        return f"{self.of} {', '.join(self.names)}"


def problems(
    error: ValidationError, *, allowed_fields: Mapping[str, AllowedFields] = MappingProxyType({})
) -> Iterator[Problem]:
    """Every problem that pydantic found, with its property path.

    The allowed fields are those that belong at a path prefix.
    """
    for details in error.errors(include_url=False, include_input=False):
        yield _problem(details, allowed_fields)


def _problem(details: ErrorDetails, allowed_fields: Mapping[str, AllowedFields]) -> Problem:
    # The tag of a union member is no property.
    path = ".".join(str(part) for part in details["loc"] if not str(part).startswith("="))
    if details["type"] == "refusal":
        return Problem(path, *details["ctx"]["parts"])
    what, remedy = _SAID.get(details["type"], (details["msg"], ""))
    above, _, name = path.rpartition(".")
    fields = allowed_fields.get(above)
    close = close_to(name, fields.names) if fields and details["type"] == "extra_forbidden" else ""
    allowed = str(fields) if fields else ""
    return Problem(path, what, allowed, f"did you mean {close}?" if close else remedy)


def in_words(value: object) -> str:
    """A value for a person: a number as it is, of anything else only the type.

    What is no number may be a secret that stands at the wrong place.
    """
    names = {bool: "true or false", str: "a string", list: "a list", dict: "an object"}
    if is_number(value):
        return _number(value)
    return names.get(type(value), "of another type")


def _number(value: float) -> str:
    if abs(value) == math.inf:
        return f"{value}inity"
    if abs(value) >= _MOST_DIGITS:
        return "a number of more than 15 digits"
    if math.isnan(value):
        return "NaN (not a number)"
    return f"{int(value):,}" if value % 1 == 0 else f"{value:,}"
