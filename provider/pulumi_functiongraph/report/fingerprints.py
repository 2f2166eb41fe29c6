"""Fingerprints by which a code host knows a finding again in the next run."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator


def fingerprints(keys: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A fingerprint of each key; of keys that are equal, by their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    for key in keys:
        seen[key] += 1
        text = json.dumps([*key, seen[key]])
        yield hashlib.sha256(text.encode()).hexdigest()[:32]
