"""Whether what a list is filtered by is there: an empty list means that nothing happened."""

from pulumi_functiongraph.emulator.controls.functions import (
    no_function,
    read_function,
    urns_of,
)
from pulumi_functiongraph.emulator.functiongraph.names import Reference
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection


def check_known(connection: Connection, *, function: str | None, **requests: str | None) -> None:
    """Refuse names that are of nothing, such as one with a slip of the pen.

    Args:
        connection: to the state.
        function: as a filter names it; one that is gone is known while anything tells of it.
        requests: ids of requests, by the filter.

    Raises:
        SeedError: naming each filter.
    """
    problems = []
    if function is not None:
        named = read_function(function)
        if not _is_there(connection, named) and not _is_told(
            connection, "function_urn GLOB ?", urns_of(function)
        ):
            problems.append(no_function(connection, function, named))
    problems += [
        f"{name}: there is no request {given}"
        for name, given in requests.items()
        if given is not None and not _is_told(connection, "request_id = ?", given)
    ]
    if problems:
        raise SeedError(problems)


def _is_there(connection: Connection, named: Reference) -> bool:
    project, version = named.project_id, named.qualifier if named.explicit else None
    query = (
        "SELECT 1 FROM fg_functions AS f JOIN fg_versions AS v ON v.function = f.number"
        " WHERE f.package = ? AND f.name = ? AND f.project_id = coalesce(?, f.project_id)"
        " AND v.version = coalesce(?, v.version) LIMIT 1"
    )
    values = (named.package, named.name, project, version)
    return connection.execute(query, values).fetchone() is not None


def _is_told(connection: Connection, condition: str, value: str | None) -> bool:
    """Whether the journal, or an asynchronous request that it has dropped by now, tells of it."""
    of_request = condition.replace("request_id", "id")
    return any(
        connection.execute(f"SELECT 1 FROM {table} WHERE {met} LIMIT 1", (value,)).fetchone()  # noqa: S608 # ours
        for table, met in (("inv_journal", condition), ("inv_requests", of_request))
    )
