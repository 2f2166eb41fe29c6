"""The secrets that a report must not show, wherever a text of others repeats one.

Never here: what is a secret. One of a stack that was not decrypted is known by its live value only,
and a finding about what is live would show that value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import BagValue, texts_in

SECRET = "[secret]"  # noqa: S105 - what stands for a secret, none itself

_SHORT = 3
"""Characters; hiding such a text wherever it is found would garble the words of a report."""

_TOPIC = "urn:smn:"
_NOTHING = r"(?!)"

_BEFORE_A_NAME = (
    r"(?<!the )\b(?:function|alias|topic|bucket|stream|object)[ :](?:[^\s/]+/)?"
    r"|→ |cycle [0-9a-f]{8}: "
)
_BEFORE_A_REASON = r"[(;] ?|\bof "
"""Where findings name what is live, the second where a colon and a reason follow."""


class Secrets(msgspec.Struct, frozen=True):
    """The texts that a report must not show.

    Attributes:
        whole: all of them.
        spelled: those that may stand in another spelling, because no word is likely to be one.
        long: finds those that no other word is likely to contain. The last part of a URN is found
            only where it stands by itself, because the names of others may contain it.
        short: finds the other ones, with what stands before them, where findings name things.
    """

    whole: frozenset[str]
    spelled: frozenset[str]
    long: re.Pattern[str]
    short: re.Pattern[str]

    @classmethod
    def of(cls, values: Iterable[BagValue]) -> Secrets:
        """The secrets that some values are, or hold in their depth."""
        whole = {text for each in values for text in texts_in(each, but_for="destination".__eq__)}
        others = [_others(text) for text in whole]
        texts = {*whole, *(text for text, _ in others)}
        names = {name for _, name in others}
        parts = [_anywhere(text) for text in _ordered(texts) if len(text) > _SHORT]
        parts += [
            rf"(?<![\w-]){_to_its_end(name)}" for name in _ordered(names) if len(name) > _SHORT
        ]
        short = [
            rf"{re.escape(text)}(?!:?[\w-])"
            for text in _ordered(texts | names)
            if len(text) <= _SHORT
        ]
        return cls(
            frozenset(texts | names) - {""},
            frozenset(text for text in texts if len(text) > _SHORT),
            re.compile("|".join(parts) or _NOTHING),
            _in_places("|".join(short) or _NOTHING),
        )

    def are_in(self, text: str) -> bool:
        """Whether a text would show one of them."""
        return text in self.whole or self.long.search(text) is not None

    def without(self, text: str) -> str:
        """A text without them."""
        if text in self.whole:
            return SECRET
        return self.short.sub(rf"\g<before>{SECRET}", self.long.sub(SECRET, text))


def _in_places(names: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>{_BEFORE_A_NAME}|(?:{_BEFORE_A_REASON})(?=(?:{names}): ))(?:{names})"
    )


def _anywhere(text: str) -> str:
    """A URN is not found in that of another thing whose name only begins alike."""
    return _to_its_end(text) if text.startswith("urn:") else re.escape(text)


def _to_its_end(name: str) -> str:
    return rf"{re.escape(name)}(?![\w-])"


def _others(text: str) -> tuple[str, str]:
    """What else messages call a function or a topic: without its version, and by its name."""
    if text.startswith(_TOPIC):
        return "", text.rpartition(":")[2]
    try:
        urn = FunctionUrn.parse(text)
    except InvalidInput:
        return "", ""
    return urn.function, urn.name


def _ordered(texts: Iterable[str]) -> list[str]:
    """The longest first, because the shorter ones may be parts of them."""
    return sorted(filter(None, texts), key=lambda text: (-len(text), text))
