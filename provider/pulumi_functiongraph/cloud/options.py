"""The settings that are neither a place nor a credential, read and checked one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, TypeVar

from pulumi_functiongraph.cloud.auth.credentials import NamedValue, first_set
from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.one_line import escaped

Precheck: TypeAlias = Literal["enforce", "warn", "off"]
OnCycle: TypeAlias = Literal["error", "warn"]
LiveGraphChoice: TypeAlias = Literal["on", "targets", "off"]

PRECHECK: tuple[Precheck, ...] = ("enforce", "warn", "off")
ON_CYCLE: tuple[OnCycle, ...] = ("error", "warn")
LIVE_GRAPH: tuple[LiveGraphChoice, ...] = ("on", "targets", "off")
CLOUDS: tuple[Cloud, ...] = ("huawei", "otc")

DEFAULT_PRECHECK_TIMEOUT = 60.0
"""Seconds."""

LONGEST_TIMEOUT = 86_400
"""Seconds: a day. What Python can wait for has a limit of its own, which ends in a traceback."""

_Choice = TypeVar("_Choice", bound=str)


def choice(
    values: Iterable[NamedValue], allowed: tuple[_Choice, ...], problems: list[str]
) -> _Choice | None:
    """The first that is set, ``None`` when nothing is.

    Args:
        values: what a person set, what wins first.
        allowed: the values taken.
        problems: receives what is wrong.
    """
    chosen = first_set(values)
    for option in allowed:
        if option == chosen.value:
            return option
    if chosen:
        problems.append(f"{chosen.by} is {escaped(chosen.value)}; allowed: {', '.join(allowed)}")
    return None


def seconds(name: str, setting: str, problems: list[str], *, default: float) -> float:
    """A number of seconds above 0, a day at most; the default when nothing is set."""
    text = setting.strip()
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if 0 < number <= LONGEST_TIMEOUT:
        return number
    allowed = f"a number of seconds above 0, at most {LONGEST_TIMEOUT:,}"
    problems.append(f"{name} is {escaped(text)}; allowed: {allowed}")
    return default
