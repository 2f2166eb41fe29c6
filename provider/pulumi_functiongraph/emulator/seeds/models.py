"""The seed file: what the local cloud holds when it starts, in YAML."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from pulumi_functiongraph.emulator.clouds import CloudName
from pulumi_functiongraph.emulator.iam.policy_documents import PolicyDocument
from pulumi_functiongraph.emulator.invocations.behaviours import Behaviour
from pulumi_functiongraph.emulator.seeds.texts import (
    AccessKeyId,
    Code,
    Id,
    Instant,
    Name,
    Printable,
    ProjectName,
    Region,
)

MAX_PROBLEMS = 50
"""That are told of one seed or order."""


NO_VERSION = "there is no version {}; name it under versions"
"""Said of a version that a function of a seed does not have."""


class SeedError(ValueError):
    """A seed that cannot be used; `problems` names every fault by its path."""

    def __init__(self, problems: list[str], *, source: str = "seed") -> None:
        self.problems = shortened(problems)
        super().__init__(self.text(source))

    def text(self, source: str) -> str:
        """The problems of a seed that is called so, such as its file."""
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        return f"{source} cannot be used:{lines}"


def shortened(problems: list[str]) -> list[str]:
    """The first MAX_PROBLEMS of them, and how many there are besides."""
    more = len(problems) - MAX_PROBLEMS
    return problems if more <= 0 else [*problems[:MAX_PROBLEMS], f"and {more} more"]


def stable_id(*parts: str) -> str:
    """An id that is the same in every run: 32 hexadecimal digits made from the parts."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:32]


def _named(given: object, field: str) -> object:
    """An object of one field, for which its text can stand alone."""
    if isinstance(given, int | float):
        raise ValueError(f"must be a {field} as text, in quotes, or an object")  # noqa: TRY004 # pydantic wants it
    return {field: given} if isinstance(given, str) else given


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class SeedDomain(_Part):
    """The account that everything belongs to."""

    name: Name
    id: Id = ""


class SeedProject(_Part):
    """A project; its name is a region, or a region, "_" and more."""

    name: ProjectName
    id: Id = ""


class SeedGrant(_Part):
    """A role or a policy that an agency has somewhere; a text is the name of a role."""

    role: str | None = None
    """Display name or internal name of a system role or policy."""
    policy: PolicyDocument | None = None
    """Document of a custom policy, which is made for this grant."""
    scope: Literal["project", "domain", "inherited", "enterprise_project"] | None = None
    """Where: the account (`domain`) when left out and it is for a global service, else a
    project."""
    project: str | None = None
    """Name or id of the project; the first project when left out."""
    enterprise_project: str = "0"
    """Id of the enterprise project, "0" is the default one."""

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, given: object) -> object:
        return _named(given, "role")

    @model_validator(mode="after")
    def _grants_one_thing(self) -> Self:
        if (self.role is None) == (self.policy is None):
            raise ValueError("needs exactly one of role and policy")
        return self


class SeedUser(_Part):
    """An IAM user; without a password it can only use access keys."""

    name: Name
    id: Id = ""
    password: str | None = Field(default=None, repr=False)
    grants: tuple[SeedGrant, ...] | None = None
    """What the user may do; None is everything."""


class SeedAccessKey(_Part):
    """An access key; a temporary one has a security token."""

    access_key: AccessKeyId
    secret_key: Annotated[Printable, Field(min_length=1, repr=False)]
    security_token: Printable | None = Field(default=None, repr=False)
    user: str | None = None
    """Name of the user; the first user when left out."""


class SeedAgency(_Part):
    """An IAM agency."""

    name: Name
    id: Id = ""
    trust_domain_name: str = "op_svc_cff"
    description: str = ""
    duration: str | None = "FOREVER"
    expire_time: Instant | None = None
    """As IAM writes it, such as `2026-02-01T00:00:00.000000`."""
    grants: tuple[SeedGrant, ...] = ()


class SeedTarget(_Part):
    """Where results go; `param` is written as a mapping."""

    destination: str
    param: dict[str, JsonValue]


class SeedAsyncConfig(_Part):
    """An asynchronous notification config, with the API's names."""

    max_async_event_age_in_seconds: int | None = None
    max_async_retry_attempts: int | None = None
    on_success: SeedTarget | None = None
    on_failure: SeedTarget | None = None
    enable_async_status_log: bool | None = None


class SeedTrigger(_Part):
    """A trigger: exactly one of `bucket`, `topic`, `stream` and `schedule`."""

    bucket: str | None = None
    prefix: str = ""
    suffix: str = ""
    events: tuple[str, ...] = ("s3:ObjectCreated:*",)
    topic: str | None = None
    """Name of a topic of the function's project, or a topic's URN."""
    stream: str | None = None
    batch_size: int = Field(default=100, ge=1, le=10_000)
    """Records of the stream in one event."""
    schedule: str | None = None
    """A rate such as `3m`, or `Cron:` and an expression."""
    version: str = "latest"
    """A version, or "!" and an alias."""
    status: Literal["ACTIVE", "DISABLED"] = "ACTIVE"

    @model_validator(mode="after")
    def _listens_to_one_thing(self) -> Self:
        if sum(map(bool, (self.bucket, self.topic, self.stream, self.schedule))) != 1:
            raise ValueError("needs exactly one of bucket, topic, stream and schedule")
        return self


class SeedAlias(_Part):
    """An alias, with the API's names, that may send some calls to further versions.

    A text is its version.
    """

    version: str
    additional_version_weights: dict[str, int] | None = None
    additional_version_strategy: dict[str, JsonValue] | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, given: object) -> object:
        return _named(given, "version")


class SeedFunction(_Part):
    """A function with its versions, aliases and async configs."""

    name: Name
    package: Name = "default"
    project: str | None = None
    """Name or id of the project; the first project when left out."""
    runtime: str = "Python3.9"
    handler: str = "index.handler"
    memory_size: int = 128
    timeout: int = 3
    xrole: str = ""
    app_xrole: str | None = None
    description: str = ""
    code: Code = ""
    """Python source of the file that the handler names."""
    user_data: dict[str, str] = {}
    """Environment variables of the code."""
    initializer_handler: str | None = None
    initializer_timeout: int | None = Field(default=None, ge=1, le=300)
    versions: tuple[str, ...] = ()
    aliases: dict[str, SeedAlias] = {}
    """Alias → version, or version and where else its calls go."""
    async_configs: dict[str, SeedAsyncConfig] = {}
    """Version (or `latest`) → config."""
    triggers: tuple[SeedTrigger, ...] = ()
    behaviour: Behaviour | None = None
    """What it does instead of running code."""
    loop_breaker: bool = True
    """Whether a chain of functions that is too long ends at this one."""


class SeedTopic(_Part):
    """An SMN topic."""

    name: Name
    display_name: str = ""
    project: str | None = None


class SeedNotification(_Part):
    """A bucket's own event notification: exactly one of `topic` and `function`."""

    topic: str | None = None
    """Name of a topic of the first project, or a topic's URN."""
    function: str | None = None
    """Name of a function of the first project in the package `default`, or a function URN."""
    prefix: str = ""
    suffix: str = ""
    events: tuple[str, ...] = ("ObjectCreated:*",)

    @model_validator(mode="after")
    def _tells_one_thing(self) -> Self:
        if bool(self.topic) == bool(self.function):
            raise ValueError("needs exactly one of topic and function")
        return self


class SeedBucket(_Part):
    """An OBS bucket."""

    name: str
    region: Region | None = None
    notifications: tuple[SeedNotification, ...] = ()


class SeedStream(_Part):
    """A DIS stream."""

    name: Name
    project: str | None = None
    status: Literal["CREATING", "RUNNING", "TERMINATING", "TERMINATED", "FROZEN"] = "RUNNING"


class AccountContents(_Part):
    """What is in an account."""

    domain: SeedDomain | None = None
    projects: tuple[SeedProject, ...] = ()
    users: tuple[SeedUser, ...] = ()
    credentials: tuple[SeedAccessKey, ...] = ()
    agencies: tuple[SeedAgency, ...] = ()
    functions: tuple[SeedFunction, ...] = ()
    topics: tuple[SeedTopic, ...] = ()
    buckets: tuple[SeedBucket, ...] = ()
    streams: tuple[SeedStream, ...] = ()


class SeedAccount(AccountContents):
    """A further account, written as the seed itself is."""

    domain: SeedDomain
    projects: Annotated[tuple[SeedProject, ...], Field(min_length=1)]


class Seed(AccountContents):
    """What a local cloud starts with.

    A seed that names no domain, projects, users or credentials takes those of the built-in one.
    """

    cloud: CloudName | None = None
    """The cloud that the seed is made for; only checked against `--cloud`."""
    accounts: tuple[SeedAccount, ...] = ()
    """Further accounts, each with what is in it."""

    def each_account(self) -> Iterator[tuple[str, AccountContents]]:
        """The contents of every account, each with where in the seed they stand."""
        yield "", self
        for index, account in enumerate(self.accounts):
            yield f"accounts[{index}].", account

    def with_identity_of(self, other: "Seed") -> "Seed":
        """The same seed, with the other's identities where it names none of a kind."""
        return self.model_copy(
            update={
                "domain": self.domain or other.domain,
                "projects": self.projects or other.projects,
                "users": self.users or other.users,
                "credentials": self.credentials or other.credentials,
            }
        )
