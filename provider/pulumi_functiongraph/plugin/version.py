"""The version of the installed package, as the engine and a program's SDK name it."""

from __future__ import annotations

from importlib.metadata import version

from pulumi_functiongraph.core.semver import as_semver


def installed_version() -> str:
    """The version in the form of semver, which the engine compares."""
    return as_semver(version("pulumi-functiongraph"))
