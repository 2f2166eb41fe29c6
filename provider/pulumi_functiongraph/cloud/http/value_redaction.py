"""Takes secrets out of messages, in whichever spelling an answer repeats them."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import msgspec

from pulumi_functiongraph.core.pattern_redaction import IN_THEIR_PLACE, LOOKED_AT, redacted

_LAYERS = 6
"""How often an answer is decoded: as a URL in HTML in JSON, and what looks encoded by itself."""

_KEPT = LOOKED_AT * 3 // 4
"""Characters of a longer text that are shown: what begins in them is seen to its end."""

_SHORTEST = 3
"""Characters; a shorter spelling is found in another word by chance."""

_SHORTEST_BASE64 = 8

_NOTHING = r"(?!)"

_ESCAPES = re.compile(
    r"(?P<json>(?:\\u[0-9a-f]{4})+)|(?P<byte>(?:\\x[0-9a-f]{2})+)|\\(?P<char>[\"'\\/])"
    r"|(?P<url>(?:%[0-9a-f]{2})+)|(?P<entity>&#?\w{1,32};)",
    re.IGNORECASE,
)


def redactor(texts: Iterable[str]) -> Callable[[str], str]:
    """A function that takes these texts out of another one, and whatever looks like a secret.

    They are known with escapes of JSON, percent-encoding and HTML entities up to three layers deep
    and in any mixture, in Base64, in other letter case, and in UTF-8 that was read as Latin-1.
    """
    hide = hider(texts)
    return lambda text: redacted(hide(text))


def hider(texts: Iterable[str]) -> Callable[[str], str]:
    """A function that takes these texts out of another one, and nothing else."""
    pattern = _pattern(frozenset(texts) - {""})
    return lambda text: _without(text, pattern)


@lru_cache(maxsize=16)
def _pattern(texts: frozenset[str]) -> re.Pattern[str]:
    """Kept, because a command asks for those of its own secrets again and again."""
    spelled = {each for text in texts for each in _spellings(text)}
    longest_first = sorted(spelled, key=lambda pattern: (-len(pattern), pattern))
    return re.compile("|".join(longest_first) or _NOTHING, re.IGNORECASE)


class _Layer(msgspec.Struct, frozen=True):
    """A text, and for each of its characters where that stands in the text that came."""

    text: str
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> _Layer:
        return cls(text, [*range(len(text))], [*range(1, len(text) + 1)])

    def decoded(self) -> _Layer:
        """One layer of encodings less."""
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for found in _ESCAPES.finditer(self.text):
            start, end = found.span()
            plain = _plain(found)
            parts += [self.text[at:start], plain]
            starts += [*self.starts[at:start], *[self.starts[start]] * len(plain)]
            ends += [*self.ends[at:start], *[self.ends[end - 1]] * len(plain)]
            at = end
        return _Layer(
            "".join([*parts, self.text[at:]]),
            [*starts, *self.starts[at:]],
            [*ends, *self.ends[at:]],
        )


def _layers(text: str) -> Iterator[_Layer]:
    """The text as it came, and decoded once, twice and so on, while that changes anything."""
    layer = _Layer.of(text)
    yield layer
    for _ in range(_LAYERS):
        before, layer = layer, layer.decoded()
        if layer.text == before.text:
            return
        yield layer


def _plain(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "json":
            units = bytes.fromhex(re.sub(r"\\u", "", found[0], flags=re.IGNORECASE))
            return units.decode("utf-16-be", "replace")
        case "byte":
            return _of_bytes(re.sub(r"\\x", "", found[0], flags=re.IGNORECASE))
        case "url":
            return _of_bytes(found[0].replace("%", ""))
        case "entity":
            return html.unescape(found[0])
        case _:
            return found["char"]


def _of_bytes(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", "replace")


def _spellings(text: str) -> Iterator[str]:
    """Patterns of a text: what it is, and what an answer may make of it.

    It is decoded too, because what is encoded around it is decoded with it.
    """
    for layer in _layers(text):
        if layer.text == text or len(layer.text) >= _SHORTEST:
            yield re.escape(layer.text).replace(r"\ ", "[ +]")  # a blank in a form
    encoded = text.encode("utf-8", "surrogatepass")
    if not text.isascii():
        yield re.escape(encoded.decode("latin-1"))
    for before in range(3):
        whole = base64.b64encode(bytes(before) + encoded).decode()
        # What of it is the same whatever stands before and behind.
        inner = whole[-(-before * 4 // 3) : (before + len(encoded)) * 4 // 3]
        if len(inner) >= _SHORTEST_BASE64:
            either = re.escape(inner).replace(r"\+", "[+-]").replace("/", "[/_]")
            yield rf"(?-i:{either}(?:[\w+/-]={{1,2}})?)"


def _without(text: str, pattern: re.Pattern[str]) -> str:
    end = len(text) if len(text) <= LOOKED_AT else _KEPT
    parts: list[str] = []
    at = 0
    for start, stop in sorted(_spans(text[:LOOKED_AT], pattern)):
        if at <= start < end:
            parts += [text[at:start], IN_THEIR_PLACE]
        at = max(at, stop)
    return "".join([*parts, text[at:end]])


def _spans(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for layer in _layers(text):
        for found in pattern.finditer(layer.text):
            yield layer.starts[found.start()], layer.ends[found.end() - 1]
