"""Users who may do only what they are granted; all others may do everything."""

from pulumi_functiongraph.emulator.state.rows import delete, find, insert
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_restricted_users (user_id TEXT PRIMARY KEY);
"""


def restrict(connection: Connection, user_id: str) -> None:
    """Judge a user by grants from now on."""
    insert(connection, "iam_restricted_users", user_id, otherwise="ON CONFLICT DO NOTHING")


def release(connection: Connection, user_id: str) -> None:
    """Let a user do everything."""
    delete(connection, "iam_restricted_users", user_id=user_id)


def is_restricted(connection: Connection, user_id: str) -> bool:
    """Whether a user is judged by grants."""
    return find(connection, bool, "iam_restricted_users", user_id=user_id) is not None
