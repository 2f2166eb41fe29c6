"""The version of the installed package, as the engine and a program's SDK name it."""

from __future__ import annotations

from importlib.metadata import version


def installed_version() -> str:
    """The version in the form of semver, which the engine compares."""
    return version("pulumi-functiongraph")
