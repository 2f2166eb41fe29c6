"""Finds the allowed word that somebody may have meant by a misspelled one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

_ALIKE = 0.7
"""Of `difflib`, from 0 to 1: two letters exchanged in a short word, and a word left out of four."""


_STEM, _SHORTEST = 4, 3
"""Letters: ``retries`` and ``retry`` have four in common; ``in`` and ``on`` say nothing."""

_PART = re.compile(r"[A-Z]?[a-z]+")


def close_to(word: str, allowed: Iterable[str]) -> str:
    """The allowed word that is most like another one, empty when none is.

    Upper case and the marks between words do not count, so that ``max_retries`` and
    ``maxRetries`` are alike. Where none is alike as a whole, it is the only one that has its parts,
    as ``max_async_retry_attempts`` has those of ``max_retry``.
    """
    plain = {_plain(each): each for each in sorted(allowed)}
    found = get_close_matches(_plain(word), plain, n=1, cutoff=_ALIKE)
    if found:
        return plain[found[0]]
    parts = _parts(word)
    whole = [each for each in plain.values() if parts and _has(_parts(each), parts)]
    return whole[0] if len(whole) == 1 else ""


def _has(whole: Collection[str], parts: Collection[str]) -> bool:
    return all(any(other.startswith(part[:_STEM]) for other in whole) for part in parts)


def _parts(word: str) -> list[str]:
    """The words that a name is made of, in lower case, without those that say nothing."""
    return [part.casefold() for part in _PART.findall(word) if len(part) >= _SHORTEST]


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "")
