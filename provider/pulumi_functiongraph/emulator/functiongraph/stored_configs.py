"""The async configs of function versions as they are kept."""

import sqlite3
from datetime import datetime
from operator import index

import msgspec

from pulumi_functiongraph.emulator.functiongraph.configs import (
    AsyncConfig,
    Destination,
    Target,
    check_kept,
)
from pulumi_functiongraph.emulator.state.damaged_rows import moment_of, reads
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS fg_async_configs (
    version INTEGER PRIMARY KEY REFERENCES fg_versions ON DELETE CASCADE,
    age INTEGER NOT NULL, retries INTEGER NOT NULL, status_log INTEGER NOT NULL,
    success_service TEXT, success_param TEXT, failure_service TEXT, failure_param TEXT,
    created_at TEXT NOT NULL, modified_at TEXT NOT NULL
);
"""


class StoredConfig(msgspec.Struct, frozen=True):
    """An async config with its times."""

    config: AsyncConfig
    created_at: datetime
    modified_at: datetime


def put_config(
    connection: Connection, version: int, config: AsyncConfig, *, now: datetime
) -> StoredConfig:
    """Keep `config` for the version of a number; its time of creation stays when it had one."""
    before = connection.execute(
        "SELECT created_at FROM fg_async_configs WHERE version = ?", (version,)
    ).fetchone()
    created_at = now if before is None else datetime.fromisoformat(before["created_at"])
    connection.execute(
        "INSERT OR REPLACE INTO fg_async_configs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            version,
            config.age,
            config.retries,
            config.status_log,
            *_columns(config.on_success),
            *_columns(config.on_failure),
            created_at.isoformat(),
            now.isoformat(),
        ),
    )
    return StoredConfig(config, created_at, now)


def delete_config(connection: Connection, version: int) -> None:
    """Remove the config of the version of a number."""
    connection.execute("DELETE FROM fg_async_configs WHERE version = ?", (version,))


def has_target(
    connection: Connection, *, outcome: str | None, service: str | None, name: str | None
) -> bool:
    """Whether any config of functions of that name tells that outcome to such a service.

    None is any of them.
    """
    columns = {"success": ("c.success_service",), "failure": ("c.failure_service",)}
    for column in columns.get(outcome or "", ("c.success_service", "c.failure_service")):
        row = connection.execute(
            "SELECT 1 FROM fg_async_configs AS c JOIN fg_versions AS v ON v.number = c.version"  # noqa: S608 # ours
            " JOIN fg_functions AS f ON f.number = v.function"
            f" WHERE {column} = coalesce(?, {column}) AND f.name = coalesce(?, f.name) LIMIT 1",
            (service, name),
        ).fetchone()
        if row is not None:
            return True
    return False


@reads("fg_async_configs", column="version", found={"version": "config"})
def stored_config(row: sqlite3.Row) -> StoredConfig:
    """The config in a row that joins a version and its config, whose number is `config`."""
    config = AsyncConfig(
        age=index(row["age"]),
        retries=index(row["retries"]),
        on_success=_target(row["success_service"], row["success_param"]),
        on_failure=_target(row["failure_service"], row["failure_param"]),
        status_log=bool(row["status_log"]),
    )
    check_kept(config)
    return StoredConfig(
        config=config,
        created_at=moment_of(row["created_at"]),
        modified_at=moment_of(row["modified_at"]),
    )


def _columns(target: Target) -> tuple[str | None, str | None]:
    return (None, None) if target is None else (target.service, target.param)


def _target(service: str | None, param: str | None) -> Target:
    if service is None and param is None:
        return None
    if service is None or param is None:
        raise TypeError("half a target")
    return Destination(service, param)
