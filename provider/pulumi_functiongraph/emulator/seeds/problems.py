"""What is wrong with a document, in the words of whoever wrote it; no value of it is shown."""

import difflib
import json
import types
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Location = tuple[int | str, ...]

MAX_STEP = 60
"""Characters of a key that are shown; ours."""

_KEY = "[key]"
"""How pydantic marks that a key is meant and not what stands under it."""
_NO_JSON = "invalid-json-value"


def problems_of(
    error: ValidationError, model: type[BaseModel], *, whole: str, root: str = ""
) -> list[str]:
    """Each problem of a document that was read as a `model`: its path and what is wrong.

    Args:
        error: what reading it raised.
        model: what it was read as.
        whole: what the document is called where no part of it is meant, such as `seed`.
        root: where the document itself stands in a larger one.
    """
    details = error.errors(include_url=False)
    flags = {detail["loc"][:-1] for detail in details if detail["loc"][-1:] == ("bool",)}
    others = {detail["loc"][:-1] for detail in details if _is_constrained(detail["loc"])}
    problems = []
    for detail in details:
        place, words = detail["loc"], _words(detail, model)
        if place[:-1] in flags & others:  # A flag, or something else.
            if not _is_constrained(place):
                continue
            place, words = place[:-1], words.replace("must ", f"{_FLAG}, or ", 1)
            words = words.replace("or be ", "or ", 1)
        if detail["type"] == _NO_JSON:
            place = tuple(_without_tags(place))
        problems.append(f"{path_of(place, root=root) or whole}: {words}")
    return problems


def _is_constrained(location: Location) -> bool:
    """Whether an alternative of a union is meant, which pydantic marks so."""
    return str(location[-1:]).startswith("('constrained-")


def path_of(location: Location, *, root: str = "") -> str:
    """A place in a document, such as `functions[0].name`."""
    path = root
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != _KEY:
            path += f".{_shown(step)}" if path else _shown(step)
    return path


def _without_tags(location: Location) -> Iterator[int | str]:
    """A place within a JSON value, where pydantic puts "list" or "dict" before each step."""
    steps = list(location)
    while steps:
        step = steps.pop(0)
        if steps and (step, type(steps[0])) in {("list", int), ("dict", str)}:
            step = steps.pop(0)
        yield step


def _shown(key: str) -> str:
    shown = key if len(key) <= MAX_STEP else f"{key[:MAX_STEP]}…"
    return shown if shown.isprintable() and shown else json.dumps(shown)


def _words(detail: ErrorDetails, model: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden":
        *place, name = detail["loc"]
        return _unknown(str(name), list(_fields_at(model, tuple(place))))
    kind = KINDS.get(detail["type"])
    if kind is None:
        return "is not allowed here"
    words = kind(detail.get("ctx", {})) if callable(kind) else kind
    if detail["type"].endswith("_type"):
        given = _sort_of(detail["input"])
        words += f", not {'a fraction' if words == _WHOLE and given == _A_NUMBER else given}"
        if detail["type"] == "string_type" and not isinstance(detail["input"], _BUILT):
            words += ": put it in quotes"
    return f"the key {words}" if detail["loc"][-1:] == (_KEY,) else words


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    if near:
        return f"there is no such field; did you mean {near[0]}?"
    return f"there is no such field; there are {', '.join(known)}"


def _sort_of(value: object) -> str:
    for sort, words in _SORTS:
        if isinstance(value, sort):
            return words
    return f"a {type(value).__name__}"


_A_NUMBER = "a number"

_BUILT = (types.NoneType, list, dict)
"""What quotes do not make a text of."""

_SORTS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (types.NoneType, "null"),
    (bool, "true or false"),
    ((int, float), _A_NUMBER),
    (str, "a text"),
    (list, "a list"),
    (dict, "an object"),
)


def _range(words: str, name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda context: f"must {words} {context[name]:.12g}"


def _length(words: str, name: str) -> Callable[[Mapping[str, Any]], str]:
    def told(context: Mapping[str, Any]) -> str:
        count: int = context[name]
        return f"must have at {words} {count} {'entry' if count == 1 else 'entries'}"

    return told


def _allowed(context: Mapping[str, Any]) -> str:
    return f"must be {context['expected']}".replace("'", "")


def _own_words(context: Mapping[str, Any]) -> str:
    return str(context["error"])


_TEXT = "must be a text"
_NUMBER, _WHOLE = "must be a number", "must be a whole number"
_FLAG = "must be true or false"
_OBJECT, _LIST = "must be an object", "must be a list"

KINDS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "missing": "is required",
        "literal_error": _allowed,
        "enum": _allowed,
        "value_error": _own_words,
        "string_type": _TEXT,
        "string_too_short": lambda context: (
            "must not be empty"
            if context["min_length"] == 1
            else f"must have at least {context['min_length']} characters"
        ),
        "string_too_long": lambda context: (
            f"must be a text of at most {context['max_length']:,} characters"
        ),
        "int_type": _WHOLE,
        "int_parsing": _WHOLE,
        "int_from_float": _WHOLE,
        "int_parsing_size": "is too large a number",
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "finite_number": "must be a finite number",
        "bool_type": _FLAG,
        "bool_parsing": _FLAG,
        "greater_than": _range("be more than", "gt"),
        "greater_than_equal": _range("be at least", "ge"),
        "less_than": _range("be less than", "lt"),
        "less_than_equal": _range("be at most", "le"),
        "model_type": _OBJECT,
        "dict_type": _OBJECT,
        "list_type": _LIST,
        "tuple_type": _LIST,
        "too_short": _length("least", "min_length"),
        "too_long": _length("most", "max_length"),
        "invalid_key": "must be a text, since it is the name of a field",
        _NO_JSON: "must be text, number, flag, null, list or object, as in JSON",
    }
)
"""What is said of each type of error; of a field that is not known, its neighbour is, too."""


def _fields_at(model: type[BaseModel], location: Location) -> Iterator[str]:
    """The names of the fields of what stands at a place of a `model`."""
    found: list[object] = [model]
    for step in location:
        found = [inner for each in found for inner in _within(each, step)]
    for each in found:
        for part in _parts(each):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from (field.alias or name for name, field in part.model_fields.items())


def _within(annotation: object, step: int | str) -> Iterator[object]:
    """What may stand under a field, a key or an index of what is annotated."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            fields = part.model_fields.items()
            yield from (each.annotation for name, each in fields if step in {name, each.alias})
        elif get_origin(part) is dict:
            yield get_args(part)[1]
        elif get_origin(part) in {tuple, list}:
            yield get_args(part)[0]


def _parts(annotation: object) -> Iterator[object]:
    """What an annotation allows, one by one."""
    if get_origin(annotation) is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, types.UnionType}:
        for each in get_args(annotation):
            yield from _parts(each)
    else:
        yield annotation
