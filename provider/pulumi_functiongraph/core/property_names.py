"""The spelling of property keys: snake_case in Python, camelCase on the wire and in state.

One explicit table, in state files for ever: a key is added here and never renamed.
"""

from __future__ import annotations

import re

CAMEL: dict[str, str] = {
    "adopt": "adopt",
    "allow_cycle": "allowCycle",
    "bucket": "bucket",
    "created_time": "createdTime",
    "destination": "destination",
    "enable_async_status_log": "enableAsyncStatusLog",
    "expires": "expires",
    "function_urn": "functionUrn",
    "last_modified": "lastModified",
    "max_async_event_age_in_seconds": "maxAsyncEventAgeInSeconds",
    "max_async_retry_attempts": "maxAsyncRetryAttempts",
    "on_failure": "onFailure",
    "on_success": "onSuccess",
    "param": "param",
    "prefix": "prefix",
    "stream_name": "streamName",
    "topic_urn": "topicUrn",
}
SNAKE: dict[str, str] = {camel: snake for snake, camel in CAMEL.items()}


def to_camel(key: str) -> str:
    """The spelling of state; a key that is not ours stays as it is, and is refused by check."""
    return CAMEL.get(key, key)


def to_snake(key: str) -> str:
    """The spelling of Python."""
    return SNAKE.get(key, key)


def in_snake(text: str) -> str:
    """What this package says about properties, with their names as a Python program has them.

    A part of a URN is left as it is: a function may be named like a property.
    """
    return _NAMED.sub(_spelled, text).replace("adopt: true", "adopt=True")


def in_camel(text: str) -> str:
    """What rules say to a Python program, with properties as all other languages have them."""
    found = _PYTHON.sub(lambda match: CAMEL[match[0]], text)
    return found.replace("adopt=True", "adopt: true").replace('allowCycle="', 'allowCycle: "')


def paths_in_snake(text: str) -> str:
    """A text that names other things too, with the paths after a resource's name as in Python."""
    return _AFTER_A_DOT.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return SNAKE[found[0]]


_DIFFERENT = "|".join(camel for snake, camel in CAMEL.items() if snake != camel)
_NAMED = re.compile(rf"(?<![\w:/-])(?:{_DIFFERENT})(?![\w-]|:\S)")
_PYTHON = re.compile(rf"(?<![\w:/-])(?:{'|'.join(CAMEL)})(?![\w-])")
_AFTER_A_DOT = re.compile(rf"(?<=\.)(?:{_DIFFERENT})\b")
