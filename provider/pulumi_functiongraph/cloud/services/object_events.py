"""Events of objects in a bucket, as OBS and the OBS triggers of FunctionGraph name them.

Sources: FunctionGraph API reference, "Trigger Management Models", Table 5 (with ``s3:`` before the
name), and "Creating a Trigger", Table 4 (without, and the last part alone); OBS API reference,
"Configuring Event Notification for a Bucket", ``Event``.
"""

from __future__ import annotations

from collections.abc import Iterable

_PREFIX = "s3:"
_REMOVALS = frozenset({"objectremoved", "delete", "deletemarkercreated"})


def event_names(events: Iterable[str]) -> tuple[str, ...]:
    """Each event once, in order, without the prefix that only some editions write."""
    return tuple(sorted({event.removeprefix(_PREFIX) for event in events}))


def are_removals(events: Iterable[str]) -> bool:
    """Whether all of them, and there are some, are deletions; writing an object causes none."""
    listed = tuple(events)
    return bool(listed) and all(map(_is_removal, listed))


def _is_removal(event: str) -> bool:
    """Of ``s3:ObjectRemoved:Delete``, ``ObjectRemoved`` and ``Delete`` alike."""
    return event.lower().removeprefix(_PREFIX).partition(":")[0] in _REMOVALS
