"""One request as it came over the wire, one answer as it leaves, and JSON between them."""

import itertools
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.clock import utc_now

JsonObject = dict[str, object]
HeaderPairs = tuple[tuple[str, str], ...]


class Answer(msgspec.Struct, frozen=True):
    """What goes back to the client: a status, headers and the bytes of a body."""

    status: int = 200
    body: bytes = b""
    headers: HeaderPairs = ()


compact_json = json.JSONEncoder(separators=(",", ":")).encode
"""A value as JSON text, in ASCII and without blanks."""


def json_answer(document: object, *, status: int = 200, headers: HeaderPairs = ()) -> Answer:
    """An answer that carries `document` as JSON."""
    body = compact_json(document).encode("ascii")
    return Answer(status, body, (("Content-Type", "application/json"), *headers))


MAX_DEPTH = 64
"""Levels of objects and arrays in a document; ours, the deepest of these APIs has about ten."""


MAX_VALUES = 200_000
"""Values in a document; each takes far more memory than its bytes."""


class NotJsonError(ValueError):
    """The body of a request is not a JSON document; the message says why."""


def parse_json(body: bytes) -> object:
    """Read `body` as strict JSON.

    Raises:
        NotJsonError: it is not JSON, not UTF-8, gives a key twice, holds NaN, Infinity, a number
            that is too large or half a surrogate pair, nests more than MAX_DEPTH levels, or has
            more than about MAX_VALUES values.
    """
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise NotJsonError(f"the document has more than {MAX_VALUES} values")
    try:
        document: object = _DECODER.decode(body.decode("utf-8"))
        if b"\\ud" in body.lower():
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except NotJsonError:
        raise
    except UnicodeDecodeError as error:
        raise NotJsonError("the body is not UTF-8") from error
    except UnicodeEncodeError as error:
        raise NotJsonError("a text holds half a surrogate pair") from error
    except RecursionError as error:
        raise NotJsonError(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        raise NotJsonError("the body is not a JSON document") from error
    except ValueError as error:  # Python reads integers of 4,300 digits at most
        raise NotJsonError("a number has too many digits") from error
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _check_depth(body)
    return document


def parse_object(body: bytes) -> JsonObject | None:
    """Read `body` as a JSON object; None when it is anything else."""
    try:
        document = parse_json(body)
    except NotJsonError:
        return None
    return document if isinstance(document, dict) else None


_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')
_TOO_DEEP = f"the document nests more than {MAX_DEPTH} levels"


def _check_depth(body: bytes) -> None:
    """Refuse JSON that nests too deep; brackets in texts do not count."""
    brackets = re.sub(rb"[^][{}]", b"", _TEXT.sub(b"", body))
    depths = itertools.accumulate(1 if each in b"[{" else -1 for each in brackets)
    if max(depths, default=0) > MAX_DEPTH:
        raise NotJsonError(_TOO_DEEP)


def _members(pairs: list[tuple[str, object]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJsonError("a key is given twice in one object")
    return members


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJsonError("a number is too large")
    return number


def _constant(name: str) -> object:
    raise NotJsonError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_number, parse_constant=_constant
)


class RawRequest(msgspec.Struct, frozen=True):
    """A request as it came over the wire; what a signature is computed over."""

    method: str
    raw_path: bytes
    query_string: bytes
    headers: Mapping[str, str]
    """Names in lower case; values of a repeated name are joined with a comma."""
    body: bytes
    received_at: datetime = msgspec.field(default_factory=utc_now)
    """By the clock that dates of signatures are held against."""


def is_whole(text: str) -> bool:
    """Whether a text is a whole number in ASCII digits; Python takes more, such as 1_0."""
    return text.isascii() and text.isdigit()
