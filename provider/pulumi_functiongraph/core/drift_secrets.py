"""The secrets of a drift report: what a stack declares as secret, and what the cloud holds there.

Never here: which of them differ. A secret that was not decrypted is known by its live value only,
and a finding about what is live would show that value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pulumi_functiongraph.core.bag import Bag, BagValue, at
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.names import FunctionUrn

SECRET = "[secret]"  # noqa: S105 - what stands for a secret, none itself

_SHORTEST = 3
"""Characters; hiding shorter texts would garble every name."""

_TOPIC = "urn:smn:"
_NOTHING = r"(?!)"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The texts that a report must not show.

    Attributes:
        pattern: finds them. The last part of a URN is found only where it stands by itself,
            because the names of others may contain it.
    """

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, told: Iterable[tuple[Bag, Collection[str]]]) -> Secrets:
        """The secrets of some property bags, each with the paths of its secrets."""
        whole = {text for bag, paths in told for path in paths for text in _texts(at(bag, path))}
        others = [_others(text) for text in whole]
        texts = _long_enough({*whole, *(text for text, _ in others)})
        names = _long_enough({name for _, name in others})
        parts = [re.escape(text) for text in texts]
        parts += [rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names]
        return cls(re.compile("|".join(parts) or _NOTHING))

    def are_in(self, text: str) -> bool:
        """Whether a text would show one of them."""
        return self.pattern.search(text) is not None

    def hidden_in(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings without them, wherever a finding may name what is live."""
        for found in findings:
            told = {key: getattr(found, key) for key in ("subject", "message", "remedy")}
            yield found.model_copy(
                update={key: self.pattern.sub(SECRET, text) for key, text in told.items()}
            )


def _texts(value: BagValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "destination":
                yield from _texts(inner)


def _others(text: str) -> tuple[str, str]:
    """What else messages call a function or a topic: without its version, and by its name."""
    if text.startswith(_TOPIC):
        return "", text.rpartition(":")[2]
    try:
        urn = FunctionUrn.parse(text)
    except InvalidInput:
        return "", ""
    return urn.function, urn.name


def _long_enough(texts: Iterable[str]) -> list[str]:
    """The longest first, because the shorter ones may be parts of them."""
    found = (text for text in texts if len(text) >= _SHORTEST)
    return sorted(found, key=lambda text: (-len(text), text))
