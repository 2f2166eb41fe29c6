"""Pulumi's URNs, ``urn:pulumi:<stack>::<project>::<types>::<name>``.

The types of parents stand before the resource's own, each with a ``$``. A name is all that follows
the third ``::`` and may hold more of them, so a URN is never split from its end.
"""

from __future__ import annotations

import re

_BEGIN = "urn:pulumi:"
_FIELDS = 3
"""What stands before the name: stack, project and types."""

_DEFAULT_NAME = re.compile(r"default(_\d+_\d+_\d+.*|_(https?|github|gitlab|file)[^A-Za-z0-9-].*)?")
"""By the version and the download address of the plugin; Pulumi, ``ProviderRequest``."""

_PROVIDER = "pulumi:providers:"


def name_in(urn: str) -> str:
    """The logical name; another text than a Pulumi URN as it is."""
    return urn.split("::", _FIELDS)[-1] if urn.startswith(_BEGIN) else urn


def types_in(urn: str) -> str:
    """The types of the parents and of the resource, empty for another text than a Pulumi URN."""
    fields = urn.split("::", _FIELDS)
    return fields[2] if urn.startswith(_BEGIN) and len(fields) > _FIELDS else ""


def type_in(urn: str) -> str:
    """The resource's own type, empty for another text than a Pulumi URN."""
    return types_in(urn).rpartition("$")[2]


def with_type(urn: str, type_token: str) -> str:
    """The URN of a resource of the same name and parents that has another type of its own.

    Args:
        urn: a whole Pulumi URN.
        type_token: the other type.
    """
    stack, project, types, name = urn.split("::", _FIELDS)
    parents = types.removesuffix(type_in(urn))
    return "::".join((stack, project, f"{parents}{type_token}", name))


def is_default_name(name: str) -> bool:
    """Whether the engine names a provider so that it makes by itself, and not a program."""
    return _DEFAULT_NAME.fullmatch(name) is not None


def is_default_provider(urn: str) -> bool:
    """Whether a Pulumi URN is of a provider that the engine makes by itself."""
    return type_in(urn).startswith(_PROVIDER) and is_default_name(name_in(urn))
