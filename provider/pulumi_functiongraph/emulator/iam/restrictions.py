"""Users who may do only what they are granted; all others may do everything."""

from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_restricted_users (user_id TEXT PRIMARY KEY);
"""


def restrict(connection: Connection, user_id: str) -> None:
    """Judge a user by grants from now on."""
    connection.execute(
        "INSERT INTO iam_restricted_users VALUES (?) ON CONFLICT DO NOTHING", (user_id,)
    )


def release(connection: Connection, user_id: str) -> None:
    """Let a user do everything."""
    connection.execute("DELETE FROM iam_restricted_users WHERE user_id = ?", (user_id,))


def is_restricted(connection: Connection, user_id: str) -> bool:
    """Whether a user is judged by grants."""
    rows = connection.execute("SELECT 1 FROM iam_restricted_users WHERE user_id = ?", (user_id,))
    return rows.fetchone() is not None
