"""Compares two configs property by property; a value that may be a secret is not shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.config import DEFAULT_AGE, DEFAULT_RETRIES, RETRIES
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.local_inputs import ALLOW_CYCLE, TARGETS
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.one_line import escaped
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.validation import in_words, is_number

_DEFAULTS: dict[str, BagValue] = {
    "maxAsyncRetryAttempts": DEFAULT_RETRIES,
    "maxAsyncEventAgeInSeconds": DEFAULT_AGE,
    "enableAsyncStatusLog": False,
}
_TARGET_DEFAULTS: dict[str, BagValue] = {"prefix": "", "expires": 0}
_NOT_SHOWN = "changed (not shown, it is secret)"


class Change(msgspec.Struct, frozen=True):
    """One property that differs.

    Attributes:
        path: the property path in the spelling of state.
        text: before → after with units, or that it changed where a value may not be shown.
        after: the same without what was before.
    """

    path: str
    text: str
    after: str = ""

    def __str__(self) -> str:
        """The change as one line."""
        return f"{self.path}: {self.text}"


def changes(
    before: Bag, after: Bag, *, secret: Collection[str] = (), named: bool = False
) -> tuple[Change, ...]:
    """Every property that differs, in a fixed order.

    Absence equals the service's default, numbers are compared as numbers, a flag equals no number,
    and what is unknown until apply differs from everything known (what was before is known always).
    Both bags may hold anything: a state that another tool wrote, a setting that is out of range.

    Args:
        before: a property bag.
        after: another one.
        secret: the properties that have a secret, of which no value is shown.
        named: whether the names of targets are shown, where it is known which are secret.
    """
    return tuple(_changes(before, after, secret, _named_target if named else _destination))


def _changes(
    before: Bag, after: Bag, secret: Collection[str], shown_target: Callable[[BagValue], str]
) -> Iterator[Change]:
    if not _same(before.get("functionUrn"), after.get("functionUrn")):
        yield Change("functionUrn", _function(after.get("functionUrn")))
    for path, show in _SHOWN.items():
        old, new = (bag.get(path, _DEFAULTS[path]) for bag in (before, after))
        if not _same(old, new):
            is_secret = path in secret
            yield Change(path, _NOT_SHOWN) if is_secret else _step(path, *show(old, new))
    for path in TARGETS:
        kind = _secret_kind if path in secret else shown_target
        for change in _target(path, before.get(path), after.get(path), kind):
            is_number = path in secret and change.path.endswith(".expires")
            yield replace(change, text=_NOT_SHOWN) if is_number else change


def _step(path: str, old: str, new: str, more: str = "") -> Change:
    return Change(path, f"{old} → {new}{more}", f"{new}{more}")


def _same(old: BagValue, new: BagValue) -> bool:
    """Whether two values are one; in Python ``True`` is 1, and NaN is not itself."""
    if isinstance(old, bool) is not isinstance(new, bool):
        return False
    return old == new or (old != old and new != new)  # noqa: PLR0124 - only NaN differs from itself


def _function(after: BagValue) -> str:
    if after is UNKNOWN:
        return "known at apply; the config is replaced if it is another function version"
    return "another function version; the config is replaced, the old one deleted first"


def _retries(old: BagValue, new: BagValue) -> tuple[str, str]:
    runs = ""
    if is_number(new) and RETRIES.low <= new <= RETRIES.high:
        runs = f" (up to {counted(new + 1, 'run')} per event)"
    return _shown(old), f"{_shown(new, 'retry')}{runs}"


_SHOWN: dict[str, Callable[[BagValue, BagValue], tuple[str, str]]] = {
    "maxAsyncRetryAttempts": _retries,
    "maxAsyncEventAgeInSeconds": lambda old, new: (_shown(old), _shown(new, "second")),
    "enableAsyncStatusLog": lambda old, new: (_word(old), _word(new)),
}


def _target(
    path: str, old: BagValue, new: BagValue, kind: Callable[[BagValue], str]
) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if _same(old.get("destination"), new.get("destination")):
            yield from _fields(path, old, new, is_named=kind is _named_target)
        else:
            yield _step(path, kind(old), kind(new))
    elif not _same(old, new):
        yield _step(path, kind(old), kind(new), _loss(path, new))


def _fields(path: str, old: Bag, new: Bag, *, is_named: bool) -> Iterator[Change]:
    raw = [side.get("param") for side in (old, new)]
    if UNKNOWN in raw and raw[0] is not raw[1]:  # which of the other side's fields are in it?
        yield Change(f"{path}.param", str(UNKNOWN))
        return
    for key in sorted((old.keys() | new.keys()) - {ALLOW_CYCLE}):
        sides = [side.get(key, _TARGET_DEFAULTS.get(key)) for side in (old, new)]
        if _same(*sides):
            continue
        if key == "expires":
            yield _step(f"{path}.{key}", _shown(sides[0]), _shown(sides[1], "day"))
        elif sides[1] is UNKNOWN:
            yield Change(f"{path}.{key}", str(UNKNOWN))
        elif is_named and key != "param":
            short = [_name(side) for side in sides]
            alike = short[0] == short[1]  # of two projects
            shown = [escaped(str(side)) for side in sides] if alike else short
            yield _step(f"{path}.{key}", *shown)
        else:
            yield Change(f"{path}.{key}", "changed (names are not shown, they may be secret)")


def _destination(target: BagValue) -> str:
    if target is None:
        return "none"
    if not isinstance(target, Mapping):
        return _shown(target)
    destination = target.get("destination")
    return escaped(destination) if isinstance(destination, str) else _shown(destination)


_NAMED = {
    "FunctionGraph": ("function", "functionUrn"),
    "OBS": ("bucket", "bucket"),
    "SMN": ("topic", "topicUrn"),
    "DIS": ("stream", "streamName"),
}
"""By destination, what it is, and the property that names it."""


def _named_target(target: BagValue) -> str:
    """A target with its name; a topic, and a function of any project, as short as they can be."""
    if not isinstance(target, Mapping) or target.get("destination") not in _NAMED:
        return _destination(target)
    what, key = _NAMED[str(target["destination"])]
    name = target.get(key)
    if name is UNKNOWN:
        return f"a {what} known at apply, or secret"
    prefix = target.get("prefix")
    more = f"/{_name(prefix)}" if prefix and prefix is not UNKNOWN else ""
    return f"{what} {_name(name)}{more}"


def _name(value: BagValue) -> str:
    if not isinstance(value, str):
        return _shown(value)
    if value.startswith("urn:smn:"):
        return escaped(value.rpartition(":")[2])
    try:
        short = FunctionUrn.parse(value).short if value.startswith("urn:fss:") else ""
    except InvalidInput:
        short = ""
    return short or escaped(value) or "(empty)"


def _secret_kind(target: BagValue) -> str:
    return "a target that is secret" if isinstance(target, Mapping) else _destination(target)


def _loss(path: str, target: BagValue) -> str:
    if target is not None:
        return ""
    results = "failures" if path == "onFailure" else "results of successful runs"
    return f" ({results} will be dropped)"


def _shown(value: BagValue, unit: str = "") -> str:
    """A number with its unit; of anything else that a person must know of, only the type."""
    if value is UNKNOWN:
        return str(UNKNOWN)
    return counted(value, unit) if unit and is_number(value) else in_words(value)


def _word(value: BagValue) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return _shown(value)
