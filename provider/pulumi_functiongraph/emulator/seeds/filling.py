"""From a seed to the state: what it describes is added to what is there."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from pulumi_functiongraph.emulator.dis import models as dis
from pulumi_functiongraph.emulator.functiongraph import models as functiongraph
from pulumi_functiongraph.emulator.functiongraph.configs import is_bucket, is_stream
from pulumi_functiongraph.emulator.functiongraph.errors import VERSION_NOT_FOUND
from pulumi_functiongraph.emulator.functiongraph.seeded_functions import (
    add_function,
    read_async_config,
)
from pulumi_functiongraph.emulator.functiongraph.seeded_triggers import add_trigger, problem_of
from pulumi_functiongraph.emulator.functiongraph.stored_configs import put_config
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.iam import agencies, assumed, grants, restrictions
from pulumi_functiongraph.emulator.iam import models as iam
from pulumi_functiongraph.emulator.iam.seeded_grants import add_grants
from pulumi_functiongraph.emulator.obs import buckets as obs
from pulumi_functiongraph.emulator.obs import notifications
from pulumi_functiongraph.emulator.seeds.models import (
    NO_VERSION,
    AccountContents,
    Seed,
    SeedAgency,
    SeedBucket,
    SeedError,
    SeedFunction,
    SeedGrant,
    SeedNotification,
    SeedStream,
    SeedTopic,
    SeedUser,
    stable_id,
)
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.state.store import Connection


def add_seed(connection: Connection, seed: Seed, *, now: datetime, trusted: bool) -> None:
    """Add what `seed` describes; what has the same name is replaced.

    Args:
        connection: to the state.
        seed: what is added.
        now: when.
        trusted: whether who started the local cloud has given it, so that its code may be run.

    Raises:
        SeedError: naming every problem by its path; the caller's transaction undoes the rest.
    """
    problems = []
    for path, part in seed.each_account():
        filling = _Filling(connection, now, trusted)
        try:
            filling.identities(part)
            if not filling.problems:
                filling.resources(part)
        except sqlite3.IntegrityError as error:
            filling.problems.append(f"an id is taken by something else: {error}")
        problems += [f"{path}{problem}" for problem in filling.problems]
    if problems:
        raise SeedError(problems)


_BUCKET_NAME = "OBS takes names of 3 to 63 lower-case letters, digits, '-' and '.'"
_STREAM_NAME = "DIS takes names of 1 to 64 letters, digits, '-' and '_'"

InProject = TypeVar("InProject", SeedFunction, SeedTopic, SeedStream)
"""What a seed puts into a project."""


class _Filling(msgspec.Struct):
    connection: Connection
    now: datetime
    trusted: bool
    problems: list[str] = msgspec.field(default_factory=list)
    domain_id: str = ""
    """The account that is filled."""

    def identities(self, seed: AccountContents) -> None:
        if seed.domain is not None:
            domain_id = seed.domain.id or stable_id("domain", seed.domain.name)
            self._insert("iam_domains", domain_id, seed.domain.name)
        found = iam.find_domain_by_name(self.connection, seed.domain.name) if seed.domain else None
        domain = found or iam.first_domain(self.connection)
        if domain is None:
            self.problems.append("domain: is required")
            return
        self.domain_id = domain.id
        for project in seed.projects:
            identifier = project.id or self._id("project", project.name)
            self._insert("iam_projects", identifier, project.name, domain.id)
        for user in seed.users:
            identifier = user.id or self._id("user", user.name)
            self._insert("iam_users", identifier, user.name, domain.id, user.password)
            self.connection.execute(
                "UPDATE iam_users SET password = ? WHERE domain_id = ? AND name = ?",
                (user.password, domain.id, user.name),
            )
        for index, key in enumerate(seed.credentials):
            row = self.connection.execute(
                "SELECT id FROM iam_users WHERE domain_id = ? AND (? IS NULL OR name = ?) "
                "ORDER BY rowid",
                (domain.id, key.user, key.user),
            ).fetchone()
            if row is None:
                self.problems.append(f"credentials[{index}].user: there is no such user")
                continue
            assumed.forget(self.connection, key.access_key)
            iam.put_access_key(
                self.connection,
                iam.AccessKey(key.access_key, key.secret_key, key.security_token, row["id"]),
            )

    def _id(self, kind: str, name: str) -> str:
        """An id for a name; only the first account's needs no account to be the only one."""
        first = iam.first_domain(self.connection)
        whose = () if first is None or first.id == self.domain_id else (self.domain_id,)
        return stable_id(kind, *whose, name)

    def resources(self, seed: AccountContents) -> None:
        default = self._project(None)
        if default is None:
            self.problems.append("projects: at least one is required")
            return
        for index, user in enumerate(seed.users):
            self._restrict(f"users[{index}]", user, default)
        for index, agency in enumerate(seed.agencies):
            self._agency(f"agencies[{index}]", agency, default)
        self._each("functions[{}]", seed.functions, self._function)
        self._each("topics[{}]", seed.topics, self._topic)
        for index, bucket in enumerate(seed.buckets):
            if not is_bucket(bucket.name):
                self.problems.append(f"buckets[{index}].name: {_BUCKET_NAME}")
                continue
            obs.put_bucket(self.connection, bucket.name, bucket.region or default.region, self.now)
            if bucket.region is not None:
                obs.set_region(self.connection, bucket.name, bucket.region)
            self._notifications(f"buckets[{index}].notifications", bucket, default)
        for index, stream in enumerate(seed.streams):
            if not is_stream(stream.name):
                self.problems.append(f"streams[{index}].name: {_STREAM_NAME}")
        self._each("streams[{}]", seed.streams, self._stream)
        self._wire_up(seed.functions, default)

    def _wire_up(self, seeds: tuple[SeedFunction, ...], default: iam.Project) -> None:
        """Add what needs everything else to be there; with problems before, only look at it."""
        placed = [(seed, self._project(seed.project) or default) for seed in seeds]
        for index, (seed, project) in enumerate(placed):
            self._configs(f"functions[{index}].async_configs", seed, project)
        for index, (seed, project) in enumerate(() if self.problems else placed):
            self._triggers(f"functions[{index}].triggers", seed, project)

    def _agency(self, path: str, seed: SeedAgency, default: iam.Project) -> None:
        fields = seed.model_dump(exclude={"name", "id", "grants"})
        identifier = seed.id or self._id("agency", seed.name)
        agency = agencies.Agency(identifier, seed.name, default.domain_id, self.now, **fields)
        grants.forget_agency(self.connection, identifier)
        agencies.put_agency(self.connection, agency)
        self._grants(path, agency, seed.grants)

    def _restrict(self, path: str, seed: SeedUser, default: iam.Project) -> None:
        user = iam.find_user_by_name(self.connection, seed.name, domain_id=default.domain_id)
        if user is None:
            return
        grants.forget_agency(self.connection, user.id)
        if seed.grants is None:
            restrictions.release(self.connection, user.id)
            return
        restrictions.restrict(self.connection, user.id)
        self._grants(path, user, seed.grants)

    def _grants(
        self, path: str, subject: agencies.Agency | iam.User, seeds: tuple[SeedGrant, ...]
    ) -> None:
        found = add_grants(self.connection, subject, seeds, project_of=self._project, now=self.now)
        self.problems += [f"{path}.{problem}" for problem in found]

    def _configs(self, path: str, seed: SeedFunction, project: iam.Project) -> None:
        for name, config in seed.async_configs.items():
            try:
                wanted = read_async_config(config)
                if not self.problems:  # Otherwise the function itself may not be there.
                    found = functiongraph.find_version(
                        self.connection, project.id, seed.package, seed.name, name
                    )
                    put_config(self.connection, found.number, wanted, now=self.now)
            except ServiceError as error:
                is_missing = error.means(VERSION_NOT_FOUND)
                words = NO_VERSION.format(name) if is_missing else str(error)
                self.problems.append(f"{path}.{name}: {words}")

    def _triggers(self, path: str, seed: SeedFunction, project: iam.Project) -> None:
        for index in range(len(seed.triggers)):
            try:
                add_trigger(self.connection, project, seed, index, now=self.now)
            except ServiceError as error:
                words = problem_of(self.connection, project, seed.triggers[index], error)
                self.problems.append(f"{path}[{index}]{words}")

    def _topic(self, seed: SeedTopic, project: iam.Project) -> None:
        topic, is_new = smn.create_topic(
            self.connection, project, seed.name, seed.display_name, now=self.now
        )
        if not is_new:
            smn.set_display_name(self.connection, topic.urn, seed.display_name)

    def _stream(self, seed: SeedStream, project: iam.Project) -> None:
        dis.put_stream(self.connection, project, seed.name, seed.status, now=self.now)

    def _notifications(self, path: str, bucket: SeedBucket, default: iam.Project) -> None:
        told = []
        for index, seed in enumerate(bucket.notifications):
            notification = _notification(seed, default)
            what = "topic" if seed.topic else "function"
            try:
                notifications.check(notification)
            except ServiceError as error:
                words = f": {error}"
                if not notifications.has_target(notification):
                    words = f".{what}: must be the name of a {what}, or its URN"
                self.problems.append(f"{path}[{index}]{words}")
            told.append(notification)
        notifications.put_notifications(self.connection, bucket.name, tuple(told))

    def _insert(self, table: str, *values: str | None) -> None:
        marks = ", ".join("?" for _ in values)
        self.connection.execute(
            f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 # our own tables
            values,
        )

    def _project(self, named: str | None) -> iam.Project | None:
        """The project of this id or name; the first one when none is named."""
        row = self.connection.execute(
            "SELECT rowid, * FROM iam_projects"
            " WHERE domain_id = ? AND (? IS NULL OR id = ? OR name = ?) ORDER BY rowid",
            (self.domain_id, named, named, named),
        ).fetchone()
        return None if row is None else iam.project_of(row)

    def _each(
        self, path: str, seeds: Sequence[InProject], fill: Callable[[InProject, iam.Project], None]
    ) -> None:
        """Fill a project with each of them; `path` is where they stand, `{}` the index."""
        for index, seed in enumerate(seeds):
            project = self._project(seed.project)
            if project is None:
                problem = f".project: there is no project {seed.project}"
                self.problems.append(path.format(index) + problem)
                continue
            try:
                fill(seed, project)
            except* ServiceError as faults:
                self.problems += [f"{path.format(index)}: {each}" for each in faults.exceptions]

    def _function(self, seed: SeedFunction, project: iam.Project) -> None:
        add_function(self.connection, project, seed, now=self.now, trusted=self.trusted)


def _notification(seed: SeedNotification, home: iam.Project) -> notifications.BucketNotification:
    """A notification with the names of a project completed."""
    target = seed.topic or seed.function or ""
    if not target.startswith("urn:"):
        where = f"{home.region}:{home.id}"
        named = f"function:default:{target}"
        target = f"urn:smn:{where}:{target}" if seed.topic else f"urn:fss:{where}:{named}"
    return notifications.BucketNotification(
        kind=notifications.TOPIC if seed.topic else notifications.FUNCTION,
        target=target,
        prefix=seed.prefix,
        suffix=seed.suffix,
        events=seed.events,
    )
