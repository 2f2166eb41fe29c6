"""The settings that are neither a place nor a credential, read and checked one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal, TypeAlias, TypeVar

from pulumi_functiongraph.cloud.endpoints import SERVICES, problem_with
from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.validation import escaped

Precheck: TypeAlias = Literal["enforce", "warn", "off"]
OnCycle: TypeAlias = Literal["error", "warn"]
LiveGraph: TypeAlias = Literal["on", "off"]

PRECHECK: tuple[Precheck, ...] = ("enforce", "warn", "off")
ON_CYCLE: tuple[OnCycle, ...] = ("error", "warn")
LIVE_GRAPH: tuple[LiveGraph, ...] = ("on", "off")
CLOUDS: tuple[Cloud, ...] = ("huawei", "otc")

DEFAULT_PRECHECK_TIMEOUT = 60.0
"""Seconds."""

LONGEST_TIMEOUT = 86_400
"""Seconds: a day. What Python can wait for has a limit of its own, which ends in a traceback."""

_Choice = TypeVar("_Choice", bound=str)


def choice(
    said: Mapping[str, str], allowed: tuple[_Choice, ...], problems: list[str]
) -> _Choice | None:
    """The first thing said, ``None`` when nothing was.

    Args:
        said: the name that a person set → its value, what wins first.
        allowed: the values taken.
        problems: receives what is wrong.
    """
    for name, value in said.items():
        text = value.strip()
        if not text:
            continue
        for option in allowed:
            if option == text:
                return option
        problems.append(f"{name} is {escaped(text)}; allowed: {', '.join(allowed)}")
        return None
    return None


def seconds(name: str, said: str, problems: list[str], *, default: float) -> float:
    """A number of seconds above 0, a day at most; the default when nothing was said."""
    text = said.strip()
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


def addresses(name: str, said: str, problems: list[str]) -> dict[str, str]:
    """A JSON object service → address."""
    text = said.strip()
    if not text:
        return {}
    form = f"""{name} is a JSON object such as {{"functiongraph": "https://…"}}"""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        problems.append(f"{form}; what is set is not JSON")
        return {}
    if not isinstance(given, dict):
        problems.append(f"{form}; what is set is not an object")
        return {}
    for service, address in given.items():
        if service not in SERVICES:
            problems.append(
                f"{name}: no service {escaped(service)}; allowed: {', '.join(SERVICES)}"
            )
        elif wrong := problem_with(address):
            problems.append(f"{name}: the address of {service} {wrong}")
    return {service: address for service, address in given.items() if not problem_with(address)}
