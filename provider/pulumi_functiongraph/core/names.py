"""Names: function URNs in every documented form, and one canonical spelling of each.

Sources: FunctionGraph API reference, "Function Model" (URN grammar, short forms, name limits);
a function URN has at most 269 characters ("Querying asynchronous execution notification",
response parameters).
"""

from __future__ import annotations

import re
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.errors import InvalidInput, Problem

Place: TypeAlias = tuple[str, str]
"""A region and a project id."""

MAX_URN_LENGTH = 269
"""Characters; FunctionGraph API reference, response parameter ``func_urn``."""

MAX_FUNCTION_NAME_LENGTH = 60
"""Characters; FunctionGraph API reference, "Creating a Function", ``func_name``."""

DEFAULT_PACKAGE = "default"
LATEST = "latest"

URN_FORM = "urn:fss:<region>:<project id>:function:<package>:<name>[:<version>|:!<alias>]"
_SHORT_FORMS = (
    "or a short form: name, package:name, package/name[:<version>|:!<alias>], "
    "project:package:name[:<version>|:!<alias>]"
)

_PART = "[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?"
_NAME = f"[A-Za-z](?:[A-Za-z0-9_-]{{0,{MAX_FUNCTION_NAME_LENGTH - 2}}}[A-Za-z0-9])?"
_PROJECT = "[0-9a-fA-F]{32}"
"""A project id where its form tells it from a package: seen in every example, a limit of ours."""

_SEGMENT = re.compile(rf"{_PART}\Z")
_PROJECT_ID = re.compile(rf"{_PROJECT}\Z")
_FUNCTION_NAME = re.compile(rf"{_NAME}\Z")


def pattern(version: str) -> str:
    """A regular expression of all forms for JSON Schemas, given the one of the last field."""
    full = f"urn:fss:{_PART}:{_PART}:function:{_PART}:{_NAME}(?::{version})?"
    within = f"(?:{_PART}:)?{_NAME}|{_PART}/{_NAME}(?::{version})?"
    of_project = f"{_PROJECT}:{_PART}:{_NAME}(?::{version})?"
    return f"^(?:{full}|(?!urn:)(?:{within}|{of_project}))$"


VERSION_PATTERN = pattern(_PART)
"""The forms that name a function or one of its versions."""

VERSION_OR_ALIAS_PATTERN = pattern(f"!?{_PART}")
"""The forms that name a function, one of its versions or an alias."""

_FULL_WITHOUT_VERSION = 7
_FULL = 8
_MOST_SHORT_FIELDS = 4
_FIELDS_WITH_PROJECT = 3


class FunctionUrn(msgspec.Struct, frozen=True, order=True):
    """One function version or alias, canonical: equal names are equal values.

    Attributes:
        region: region id, such as ``eu-de``.
        project_id: project id, as a rule 32 hex digits.
        package: package (the console calls it app), ``default`` when none was named.
        name: function name, at most 60 characters.
        version: version name, ``latest`` when none was named; for an alias the alias' name.
        is_alias: whether ``version`` names an alias (``!prod``).
    """

    region: str
    project_id: str
    package: str
    name: str
    version: str = LATEST
    is_alias: bool = False

    def __str__(self) -> str:
        """The canonical form of eight fields."""
        mark = "!" if self.is_alias else ""
        return f"{self.function}:{mark}{self.version}"

    @property
    def function(self) -> str:
        """The URN of seven fields: the function, whatever the version."""
        place = f"urn:fss:{self.region}:{self.project_id}"
        return f"{place}:function:{self.package}:{self.name}"

    @property
    def latest(self) -> FunctionUrn:
        """The function's version ``latest``."""
        return replace(self, version=LATEST, is_alias=False)

    @property
    def place(self) -> Place:
        """Region and project id."""
        return self.region, self.project_id

    @property
    def short(self) -> str:
        """The name within a project, as it is shown and read: ``[package/]name[:version]``.

        A version or an alias comes with the package, because ``a:b`` is a package and a function.
        """
        if self.version == LATEST and not self.is_alias:
            return self.name if self.package == DEFAULT_PACKAGE else f"{self.package}/{self.name}"
        mark = "!" if self.is_alias else ""
        return f"{self.package}/{self.name}:{mark}{self.version}"

    @property
    def alias(self) -> str | None:
        """The alias' name, ``None`` for a version."""
        return self.version if self.is_alias else None

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        region: str | None = None,
        project_id: str | None = None,
        path: str = "functionUrn",
    ) -> FunctionUrn:
        """Read any documented form, or what `short` shows.

        Args:
            text: forms of 1, 2, 3, 4, 7 and 8 fields, or ``package/name[:version]``.
            region: completes the forms of up to four fields.
            project_id: completes the forms of one and two fields, and what `short` shows.
            path: the property path that a problem is reported at.

        Raises:
            InvalidInput: the text is no function URN, or a short form cannot be completed.
        """
        problem = _first_problem(text, path=path)
        if problem is not None:
            raise InvalidInput([problem])
        urn = _full(text) if text.startswith("urn:") else _short(text, region, project_id, path)
        problem = _segment_problem(urn, path=path)
        if problem is not None:
            raise InvalidInput([problem])
        return urn


def other_reading(urn: FunctionUrn) -> str:
    """What else may be meant by a package and a name, empty where nothing is.

    ``a:b`` is a package and a function, and looks like a function and a version.
    """
    if urn.package == DEFAULT_PACKAGE or urn.version != LATEST:
        return ""
    meant = replace(urn, package=DEFAULT_PACKAGE, name=urn.package, version=urn.name)
    return f"if {urn.name} is a version of the function {urn.package}, name it {meant.short}"


def _first_problem(text: str, *, path: str) -> Problem | None:
    if text.startswith("urn:pulumi:"):
        return Problem(
            path,
            "is a Pulumi URN (the name of a resource in a stack)",
            f"a function URN is {URN_FORM}",
            "pass the function's own URN: an output such as fn.function_urn, fn.id of a function "
            "of Huawei Cloud's or Open Telekom Cloud's provider, or "
            "functiongraph.get_function(name)",
            rule="FGN003",
        )
    if len(text) > MAX_URN_LENGTH:
        return Problem(path, f"has {len(text)} characters", f"at most {MAX_URN_LENGTH}")
    fields = len(_fields(text))
    full = text.startswith("urn:fss:") and fields in {_FULL_WITHOUT_VERSION, _FULL}
    short = not text.startswith("urn:") and fields <= _MOST_SHORT_FIELDS
    if full or short:
        return None
    return Problem(path, "is not a function URN", f"expected {URN_FORM}", _SHORT_FORMS)


def _version(field: str) -> tuple[str, bool]:
    return (field[1:], True) if field.startswith("!") else (field, False)


def _full(text: str) -> FunctionUrn:
    fields = [*text.split(":"), LATEST][:_FULL]
    version, is_alias = _version(fields[7])
    kept = fields[2:4] if fields[4] == "function" else ["", ""]
    return FunctionUrn(kept[0], kept[1], fields[5], fields[6], version, is_alias)


def _fields(text: str) -> list[str]:
    """The fields of a name; of what `FunctionUrn.short` shows, the project id is empty."""
    package, slash, rest = text.partition("/")
    is_shown = slash and ":" not in package
    if not is_shown:
        return text.split(":")
    return ["", package, *rest.split(":")] if ":" in rest else [package, rest]


def _short(text: str, region: str | None, project_id: str | None, path: str) -> FunctionUrn:
    fields = _fields(text)
    version, is_alias = LATEST, False
    if len(fields) == _MOST_SHORT_FIELDS:
        version, is_alias = _version(fields.pop())
    if len(fields) == _FIELDS_WITH_PROJECT:
        named = fields.pop(0)
        if named and not _PROJECT_ID.match(named):
            what = "begins with what was read as a project id, and is none"
            raise InvalidInput([Problem(path, what, _OF_PROJECT, _A_VERSION)])
        project_id = named or project_id
    package = fields[0] if len(fields) > 1 else DEFAULT_PACKAGE
    settings = {"region": region, "projectId": project_id}
    missing = [setting for setting, value in settings.items() if not value]
    if missing or not region or not project_id:
        commands = [f"pulumi config set functiongraph:{setting} <value>" for setting in missing]
        problem = Problem(
            path,
            f"is a short form, and no {' and no '.join(missing)} is set to complete it",
            f"expected {URN_FORM}",
            f"write the whole URN, or: {'; '.join(commands)}",
        )
        raise InvalidInput([problem])
    return FunctionUrn(region, project_id, package, fields[-1], version, is_alias)


_OF_PROJECT = (
    "allowed: project:package:name[:<version>|:!<alias>], a project id having 32 hex digits"
)
_A_VERSION = "write a version of a function as package/name:version, such as default/orders:v1"


def _segment_problem(urn: FunctionUrn, *, path: str) -> Problem | None:
    parts = {"region": urn.region, "project id": urn.project_id, "package": urn.package}
    parts["alias" if urn.is_alias else "version"] = urn.version
    for part, value in parts.items():
        if not _SEGMENT.match(value):
            return Problem(
                path,
                f"has no {part}, or one with characters that it may not have",
                f"expected {URN_FORM} of letters, digits, '-', '_' and '.'",
            )
    if not _FUNCTION_NAME.match(urn.name):
        return Problem(
            path,
            "has a function name that FunctionGraph does not take",
            f"1 to {MAX_FUNCTION_NAME_LENGTH} letters, digits, '-' and '_', starting with a "
            "letter and ending with a letter or digit (FunctionGraph API reference, "
            '"Creating a Function")',
            "" if urn.package == DEFAULT_PACKAGE else _A_VERSION,
        )
    if len(str(urn)) > MAX_URN_LENGTH:
        return Problem(
            path,
            f"has {len(str(urn))} characters in its canonical form",
            f"at most {MAX_URN_LENGTH}",
        )
    return None
