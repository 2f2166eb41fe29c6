"""Versions as Pulumi's engine reads them (semver 2.0.0), of those that Python has (PEP 440)."""

from __future__ import annotations

import re

_PYTHON = re.compile(
    r"(?P<numbers>\d+(?:\.\d+){0,2})"
    r"(?:(?P<phase>a|b|rc)(?P<phase_number>\d+))?"
    r"(?:\.post(?P<post>\d+))?"
    r"(?:\.dev(?P<dev>\d+))?"
    r"(?:\+(?P<local>[a-z0-9.]+))?"
)
_PHASES = {"a": "alpha", "b": "beta", "rc": "rc"}
_NUMBERS = 3


def as_semver(release: str) -> str:
    """The same version for the engine, which refuses a plugin whose version it cannot read.

    Args:
        release: as the metadata of a package have it, such as ``1.2.0rc1``.

    Raises:
        ValueError: it has an epoch or more than three numbers, which semver has no place for.
    """
    found = _PYTHON.fullmatch(release)
    if found is None:
        raise ValueError(f"{release} cannot be told as semver")
    numbers = found["numbers"].split(".")
    numbers += ["0"] * (_NUMBERS - len(numbers))
    before = [f"{_PHASES[found['phase']]}.{found['phase_number']}"] if found["phase"] else []
    before += [f"dev.{found['dev']}"] if found["dev"] else []
    more = [f"post.{found['post']}"] if found["post"] else []
    more += [found["local"]] if found["local"] else []
    text = ".".join(numbers)
    text += f"-{'.'.join(before)}" if before else ""
    return text + (f"+{'.'.join(more)}" if more else "")
