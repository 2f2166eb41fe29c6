"""The environment variables: each name is here once, in the family of the tools that read it.

Sources: ``TOOLS`` in entry.py says per tool where its names are listed. A test compares with the
tools that are installed, and the table in docs/credentials.md is this one.
"""

from __future__ import annotations

from pulumi_functiongraph.cloud.auth.known.entry import Entry, Part
from pulumi_functiongraph.cloud.auth.known.huawei_variables import HUAWEI_VARIABLES
from pulumi_functiongraph.cloud.auth.known.openstack_variables import OPENSTACK_VARIABLES

VARIABLES: tuple[Entry, ...] = (*HUAWEI_VARIABLES, *OPENSTACK_VARIABLES)


def names(family: str, part: Part) -> tuple[str, ...]:
    """The variables of a family that give one part, in order of preference."""
    return tuple(e.name for e in VARIABLES if e.group == family and e.part == part)


def of_family(family: str) -> tuple[Entry, ...]:
    """The variables of a family."""
    return tuple(entry for entry in VARIABLES if entry.group == family)
