"""Which function an order means."""

from collections.abc import Iterable
from difflib import get_close_matches

from pulumi_functiongraph.emulator.functiongraph import errors
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import (
    DEFAULT_PACKAGE,
    NAME,
    Reference,
    parse_name,
)
from pulumi_functiongraph.emulator.functiongraph.traffic import invoked_version
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.iam import models as iam
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.invocations.scripts import Script, script_of
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection

SHOWN = 5
"""Names that are told where one is not known."""


def read_function(text: str) -> Reference:
    """Which function is meant.

    Raises:
        ValueError: the text is neither a name nor a URN, or names an alias.
    """
    try:
        reference = parse_name(text)
    except ServiceError as error:
        raise ValueError(str(error)) from None
    if reference.alias is not None:
        raise ValueError("an alias is resolved when a request is accepted: name the version")
    if not (reference.project_id or "x").isalnum():
        raise ValueError("a project is named by its id")
    return reference


def urns_of(function: str | None) -> str | None:
    """A GLOB of the URNs that a function's name stands for."""
    if function is None:
        return None
    named = read_function(function)
    version = named.qualifier if named.explicit else "*"
    place = f"*:{named.project_id or '*'}"
    return f"urn:fss:{place}:function:{named.package}:{named.name}:{version}"


def find_version(
    connection: Connection, named: str, *, request_id: str = ""
) -> tuple[StoredVersion, Project]:
    """The version that a name, `package/name:version` or a URN means, and its project.

    Without a project the first one is meant; which version an alias means may depend on the
    request.

    Raises:
        SeedError: there is none.
    """
    try:
        reference = parse_name(named)
    except ServiceError as error:
        raise SeedError([f"function: {error}{_with_package(named)}"]) from None
    try:
        project = (
            iam.first_project(connection)
            if reference.project_id is None
            else iam.find_project(connection, reference.project_id)
        )
        if project is None:
            raise errors.FUNCTION_NOT_FOUND.error()
        version = invoked_version(connection, project, reference, request_id=request_id, headers={})
    except ServiceError as error:
        if error.means(errors.FUNCTION_NOT_FOUND):
            raise SeedError([no_function(connection, named, reference)]) from None
        raise SeedError([f"function: {named}: {error}"]) from None
    return version, project


def no_function(connection: Connection, named: str, reference: Reference) -> str:
    """Say that there is no such function, or no such version of it, and what there is."""
    rows = connection.execute(
        "SELECT f.package, f.name, v.version FROM fg_functions AS f"
        " JOIN fg_versions AS v ON v.function = f.number"
        " WHERE f.project_id = coalesce(?, f.project_id) ORDER BY f.number, v.number",
        (reference.project_id,),
    ).fetchall()
    versions = [
        str(row["version"])
        for row in rows
        if (row["package"], row["name"]) == (reference.package, reference.name)
    ]
    if versions:
        return f"function: {reference.name} has no version {reference.qualifier}{_there(versions)}"
    names = [_named(str(row["package"]), str(row["name"])) for row in rows]
    alike = get_close_matches(_named(reference.package, reference.name), names, n=SHOWN)
    there = _other_reading(reference) or _there(alike or names)
    return f"function: there is no function {named}{there}"


def _named(package: str, name: str) -> str:
    return name if package == DEFAULT_PACKAGE else f"{package}/{name}"


def _there(names: Iterable[str]) -> str:
    known = list(dict.fromkeys(names))
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"; there is {', '.join(known[:SHOWN])}{more}" if known else "; there is none"


def _with_package(text: str) -> str:
    """How to write what `name:!alias` means, where the package cannot be left out."""
    name, colon, alias = text.partition(":!")
    return f": say {DEFAULT_PACKAGE}/{name}:!{alias}" if colon and NAME.fullmatch(name) else ""


def _other_reading(reference: Reference) -> str:
    """`a:b` is a package and a function, and looks like a function and a version."""
    if reference.package == DEFAULT_PACKAGE or reference.explicit:
        return ""
    package, name = reference.package, reference.name
    return f"; if {name} is a version of {package}, name it {DEFAULT_PACKAGE}/{package}:{name}"


def find_runnable(
    cloud: LocalCloud, connection: Connection, named: str, *, request_id: str
) -> tuple[StoredVersion, Script, Project]:
    """What an invocation runs.

    Raises:
        SeedError: there is no such function, or the local cloud cannot run it.
    """
    version, project = find_version(connection, named, request_id=request_id)
    script = script_of(connection, version.function)
    obstacle = cloud.runner.obstacle(connection, version, script)
    if obstacle is not None:
        raise SeedError([f"function: {obstacle}"])
    return version, script, project
