"""Hidden: texts that no message may show, in whichever spelling an answer repeats them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from pulumi_functiongraph.core.redaction import IN_THEIR_PLACE, redacted


def hider(texts: Iterable[str]) -> Callable[[str], str]:
    """A function that takes these texts out of another one, and whatever looks like a secret.

    A target is sent as JSON in a text of JSON, so a service that repeats the request may spell a
    name with the escapes of either, once or twice.
    """
    spelled = {each for text in texts if text for each in _spellings(text)}
    if not spelled:
        return redacted
    longest_first = sorted(spelled, key=lambda text: (-len(text), text))
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return lambda text: redacted(pattern.sub(IN_THEIR_PLACE, text))


def _spellings(text: str) -> set[str]:
    once = {text, *_in_json(text)}
    return once.union(*map(_in_json, once))


def _in_json(text: str) -> set[str]:
    return {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
