"""The identities: accounts (domains), projects, users, access keys and tokens."""

import hashlib
import sqlite3
from datetime import datetime

import msgspec

from pulumi_functiongraph.emulator.state.damaged_rows import reads
from pulumi_functiongraph.emulator.state.rows import Read, columns, find, insert, of, select
from pulumi_functiongraph.emulator.state.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS iam_domains (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS iam_projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, domain_id TEXT NOT NULL REFERENCES iam_domains,
    UNIQUE (domain_id, name)
);
CREATE TABLE IF NOT EXISTS iam_users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, domain_id TEXT NOT NULL REFERENCES iam_domains,
    password TEXT, UNIQUE (domain_id, name)
);
CREATE TABLE IF NOT EXISTS iam_access_keys (
    access_key TEXT PRIMARY KEY, secret_key TEXT NOT NULL, security_token TEXT,
    user_id TEXT NOT NULL REFERENCES iam_users
);
CREATE TABLE IF NOT EXISTS iam_tokens (
    digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, project_id TEXT, domain_id TEXT,
    method TEXT NOT NULL, issued_at TEXT NOT NULL, expires_at TEXT NOT NULL
);
"""


class Domain(msgspec.Struct, frozen=True):
    """An account."""

    id: str
    name: str


class Project(msgspec.Struct, frozen=True):
    """A project of an account; its name is a region, or a region, "_" and more."""

    id: str
    name: str
    domain_id: str

    @property
    def region(self) -> str:
        """The region that the project lies in."""
        return self.name.partition("_")[0]


class User(msgspec.Struct, frozen=True):
    """An IAM user."""

    id: str
    name: str
    domain_id: str


class AccessKey(msgspec.Struct, frozen=True):
    """An access key; a temporary one has a security token."""

    access_key: str
    secret_key: str
    security_token: str | None
    user_id: str

    def __repr__(self) -> str:
        return f"AccessKey({self.access_key})"


class Token(msgspec.Struct, frozen=True):
    """What is known of a token; the token itself is kept only as a digest."""

    user_id: str
    project_id: str | None
    domain_id: str | None
    """Account that the token is scoped to; None with a project scope or none at all."""
    method: str
    issued_at: datetime
    expires_at: datetime


def find_domain(connection: Connection, domain_id: str) -> Domain | None:
    """The account with this id."""
    return find(connection, _domain, "iam_domains", id=domain_id)


def find_domain_by_name(connection: Connection, name: str) -> Domain | None:
    """The account of this name."""
    return find(connection, _domain, "iam_domains", name=name)


def first_domain(connection: Connection) -> Domain | None:
    """The account that was made first."""
    return find(connection, _domain, "iam_domains")


def find_project(connection: Connection, project_id: str) -> Project | None:
    """The project with this id."""
    return find(connection, project_of, "iam_projects", id=project_id)


def find_named_project(connection: Connection, named: str) -> Project | None:
    """The project with this id or name."""
    by_name = find(connection, project_of, "iam_projects", name=named)
    return find_project(connection, named) or by_name


def first_project(connection: Connection) -> Project:
    """The project that stands for all where only one can: the first that was made."""
    row = connection.execute("SELECT rowid, * FROM iam_projects ORDER BY rowid").fetchone()
    return project_of(row)


def list_projects(
    connection: Connection, *, domain_id: str | None = None, name: str | None = None
) -> list[Project]:
    """Projects by name, those of an account; with `name`, the one of exactly that name."""
    given = {"domain_id": domain_id, "name": name}
    where = {column: value for column, value in given.items() if value is not None}
    return select(connection, project_of, "iam_projects", order="name", **where)


def find_user(connection: Connection, user_id: str) -> User | None:
    """The user with this id."""
    return find(connection, _user, "iam_users", id=user_id)


def find_user_by_name(connection: Connection, name: str, *, domain_id: str) -> User | None:
    """The user of this name in an account."""
    return find(connection, _user, "iam_users", name=name, domain_id=domain_id)


def first_user(connection: Connection, *, domain_id: str) -> User | None:
    """The user of an account that was made first, None without any."""
    return find(connection, _user, "iam_users", domain_id=domain_id)


def password_of(connection: Connection, user: User) -> str | None:
    """The user's password; None when the user has none and can only use keys."""
    return find(connection, _password, "iam_users", id=user.id)


def find_access_key(connection: Connection, access_key: str) -> AccessKey | None:
    """The key pair of this access key."""
    return find(connection, _access_key, "iam_access_keys", access_key=access_key)


def first_access_key(connection: Connection) -> AccessKey | None:
    """The access key that was made first."""
    return find(connection, _access_key, "iam_access_keys")


def put_access_key(connection: Connection, key: AccessKey) -> None:
    """Keep an access key, in place of what was known of it."""
    insert(
        connection,
        "iam_access_keys",
        *columns(key),
        otherwise="ON CONFLICT DO UPDATE SET secret_key = excluded.secret_key,"
        " security_token = excluded.security_token, user_id = excluded.user_id",
    )


def find_token(connection: Connection, token: str) -> Token | None:
    """What is known of `token`, whether or not it has expired."""
    return find(connection, token_of, "iam_tokens", digest=digest_of(token))


def add_token(connection: Connection, token: str, known: Token) -> None:
    """Remember a token that has been issued, and forget those that have expired."""
    connection.execute(
        "DELETE FROM iam_tokens WHERE expires_at <= ?", (known.issued_at.isoformat(),)
    )
    insert(connection, "iam_tokens", digest_of(token), *columns(known))


def digest_of(token: str) -> str:
    """What is kept of a token instead of it."""
    return hashlib.sha256(token.encode()).hexdigest()


project_of: Read[Project] = reads("iam_projects", column="rowid")(of(Project))
"""The project of a row that has its ``rowid``."""

_domain = reads("iam_domains", column="rowid")(of(Domain))
_user = reads("iam_users", column="rowid")(of(User))
_access_key = reads("iam_access_keys", column="rowid")(of(AccessKey))
token_of: Read[Token] = reads("iam_tokens", column="rowid")(of(Token))


@reads("iam_users", column="rowid")
def _password(row: sqlite3.Row) -> str | None:
    password: str | None = row["password"]
    return password
