"""Type tokens of Pulumi resources that the product knows.

They are here, and not with the readers of stacks, so that a program does not load those.
"""

from __future__ import annotations

from pulumi_functiongraph.core.pulumi_urns import type_in, with_type

PACKAGE = "functiongraph"
"""The plugin's package; it is in users' state and never changes."""

DYNAMIC_CONFIG = "pulumi-python:dynamic/functiongraph:AsyncNotificationConfig"
"""The type token of configs of the dynamic provider; it is in users' state and never changes."""

NATIVE_CONFIG = "functiongraph:index:AsyncNotificationConfig"
"""The type token of configs of the plugin; it is in users' state and never changes."""

CONFIG_TYPES = (DYNAMIC_CONFIG, NATIVE_CONFIG)
"""The type tokens of configs."""

GET_FUNCTION = "functiongraph:index:getFunction"
GET_CONFIG = "functiongraph:index:getAsyncNotificationConfig"

JUDGED_BY_GATE = "functiongraph:index:judgedByGate"
"""The function with which a Python program tells the plugin what its gate judges; in no schema."""

STACK_TYPE = "pulumi:pulumi:Stack"
"""The type token of what each program registers first; Pulumi SDK, ``runtime.stack``."""

VALUE_MAKERS = ("pulumi:", "random:", "command:", "time:")
"""Packages whose resources make up values that others are named with: several functions may
share one random suffix or one stack reference, so it does not tell which of them is meant."""


def of_other_type(urn: str) -> str:
    """The Pulumi URN that a config has with the other provider, empty for another resource."""
    for one, other in (CONFIG_TYPES, CONFIG_TYPES[::-1]):
        if type_in(urn) == one:
            return with_type(urn, other)
    return ""
