"""Spelling: which of the words that belong somewhere somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.7
"""Of `difflib`, from 0 to 1: two letters exchanged in a short word, and a word left out of four."""


def close_to(word: str, allowed: Iterable[str]) -> str:
    """The allowed word that is most like another one, empty when none is.

    Upper case and the marks between words do not count, so that ``max_retries`` and
    ``maxRetries`` are alike.
    """
    plain = {_plain(each): each for each in sorted(allowed)}
    found = get_close_matches(_plain(word), plain, n=1, cutoff=_ALIKE)
    return plain[found[0]] if found else ""


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "")
