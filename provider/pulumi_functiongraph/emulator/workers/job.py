"""What a worker is told: the code of a function, how it is run, and one event."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from pulumi_functiongraph.emulator.invocations.outcome import MAX_ANSWER

CODE_ROOT = "/opt/function/code"
"""Where FunctionGraph has the code; documented (RUNTIME_CODE_ROOT). Stacks name files under it."""


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a function version.

    Attributes:
        digest: names the content; equal digests mean equal code.
        handler: file and function, `index.handler` or `package/module.handler`.
        archive: the bytes of a zip; empty when there is a source.
        source: the text of the one file that the handler names (`code_type` inline).
        initializer: like the handler; empty when there is none.
        runtime: its name in the cloud. Any Python is run by the one that runs the local cloud.
    """

    digest: str
    handler: str
    archive: bytes = field(default=b"", repr=False)
    source: str = field(default="", repr=False)
    initializer: str = ""
    runtime: str = "Python3.9"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the agency of a function gives to its code."""

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a function.

    Attributes:
        event: JSON text.
        timeout: seconds; of the code that runs at import, too, when there is no initializer.
        initializer_timeout: seconds; of the initializer and of the code that runs at import.
        memory_mib: what the process may hold beside the interpreter.
        user_data: the environment variables of the function.
        attempt: from 1. The code is not told: the documented context has no method for it.
    """

    code: Code
    event: bytes = field(repr=False)
    timeout: int
    initializer_timeout: int
    memory_mib: int
    user_data: Mapping[str, str] = field(repr=False)
    request_id: str
    function_name: str
    version: str
    package: str
    project_id: str
    credentials: Credentials | None = None
    attempt: int = 1

    @property
    def key(self) -> Hashable:
        """What a process is made for: jobs with equal keys can be run by the same one."""
        return (
            (self.code.digest, self.code.handler, self.code.initializer, self.code.runtime),
            (self.timeout, self.initializer_timeout, self.memory_mib),
            tuple(sorted(self.user_data.items())),
            (self.function_name, self.version, self.package, self.project_id),
        )

    @property
    def millicores(self) -> int:
        """What `getCPUNumber` says: 200, and 100 for each 128 MiB; seen in the runtime of OTC."""
        return 200 + self.memory_mib * 100 // 128

    @property
    def settings(self) -> dict[str, str | int | dict[str, str]]:
        """What a process is told once, before its first event."""
        return {
            "handler": self.code.handler,
            "initializer": self.code.initializer,
            "timeout": self.timeout,
            "memory": self.memory_mib,
            "cpu": self.millicores,
            "user_data": dict(self.user_data),
            "function_name": self.function_name,
            "version": self.version,
            "package": self.package,
            "project_id": self.project_id,
            "code_root": CODE_ROOT,
            "max_answer": MAX_ANSWER,
        }

    @property
    def invocation(self) -> dict[str, str]:
        """What a process is told with each event."""
        given = self.credentials or Credentials("", "", "", "")
        return {
            "request_id": self.request_id,
            "access_key": given.access_key,
            "secret_key": given.secret_key,
            "security_token": given.security_token,
            "token": given.token,
        }
