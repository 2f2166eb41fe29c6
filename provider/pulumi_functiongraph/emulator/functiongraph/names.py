"""Function URNs in the six forms that the API accepts.

Source: FunctionGraph API reference, "Before You Start", "Function Model": one field (name), two
(package:name), three (project:package:name), four (with version or alias), seven (full URN) and
eight fields (full URN with version or alias).
"""

import re
from functools import lru_cache

import msgspec

from pulumi_functiongraph.emulator.functiongraph import errors

LATEST = "latest"
DEFAULT_PACKAGE = "default"
MAX_URN_LENGTH = 269
"""Characters; API reference, "Function Model"."""

NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?", re.ASCII)
"""A function's name: at most 60 characters, a letter first, a letter or digit last."""

PACKAGE = NAME
"""The reference gives no rule for packages that differs from names'."""

VERSION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,40}[A-Za-z0-9])?", re.ASCII)
ALIAS = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?", re.ASCII)


class Reference(msgspec.Struct, frozen=True):
    """What a URN in any form says; what it leaves out is None."""

    package: str
    name: str
    qualifier: str
    """A version, or "!" and an alias."""
    explicit: bool
    """Whether the qualifier was written."""
    project_id: str | None = None
    region: str | None = None

    @property
    def alias(self) -> str | None:
        """The alias without its "!", or None when a version is named."""
        return self.qualifier[1:] if self.qualifier.startswith("!") else None


@lru_cache(maxsize=1024)
def parse_urn(text: str) -> Reference:
    """Read a function URN.

    Raises:
        errors.INVALID_URN: it has none of the six forms.
    """
    if len(text) > MAX_URN_LENGTH:
        raise errors.INVALID_URN.error(
            f"Invalid function urn: it is longer than {MAX_URN_LENGTH} characters"
        )
    match text.split(":"):
        case [name]:
            return _reference(text, DEFAULT_PACKAGE, name)
        case [package, name]:
            return _reference(text, package, name)
        case [project, package, name]:
            return _reference(text, package, name, project=project)
        case [project, package, name, qualifier]:
            return _reference(text, package, name, project=project, qualifier=qualifier)
        case ["urn", "fss", region, project, "function", package, name]:
            return _reference(text, package, name, project=project, region=region)
        case ["urn", "fss", region, project, "function", package, name, qualifier]:
            return _reference(
                text, package, name, project=project, region=region, qualifier=qualifier
            )
    raise errors.INVALID_URN.error(f"Invalid function urn: {text}")


def parse_name(text: str) -> Reference:
    """Read what a person writes: a URN in any form, or `package/name` with a version or alias.

    Raises:
        errors.INVALID_URN: it is neither.
    """
    package, slash, rest = text.partition("/")
    if not slash:
        return parse_urn(text)
    name, colon, qualifier = rest.partition(":")
    return _reference(text, package, name, qualifier=qualifier if colon else None)


def _reference(
    text: str,
    package: str,
    name: str,
    *,
    project: str | None = None,
    region: str | None = None,
    qualifier: str | None = None,
) -> Reference:
    well_formed = (
        PACKAGE.fullmatch(package)
        and NAME.fullmatch(name)
        and project != ""
        and region != ""
        and (qualifier is None or _is_qualifier(qualifier))
    )
    if not well_formed:
        raise errors.INVALID_URN.error(f"Invalid function urn: {text}")
    return Reference(
        package=package,
        name=name,
        qualifier=qualifier or LATEST,
        explicit=qualifier is not None,
        project_id=project,
        region=region,
    )


def _is_qualifier(text: str) -> bool:
    if text.startswith("!"):
        return ALIAS.fullmatch(text[1:]) is not None
    return VERSION.fullmatch(text) is not None


def format_urn(
    *, region: str, project_id: str, package: str, name: str, qualifier: str | None = None
) -> str:
    """The full URN, with seven fields, or eight when there is a qualifier."""
    urn = f"urn:fss:{region}:{project_id}:function:{package}:{name}"
    return urn if qualifier is None else f"{urn}:{qualifier}"
