"""Jobs for workers, a pool that runs them, and what came of it."""

import asyncio
import contextlib
import hashlib
import io
import json
import textwrap
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from pulumi_functiongraph.emulator.invocations.outcome import Outcome, Result
from pulumi_functiongraph.emulator.workers.job import Code, Credentials, Job
from pulumi_functiongraph.emulator.workers.pool import Workers

GOOD = """
def handler(event, context):
    return event
"""

CREDENTIALS = Credentials("AK", "SK", "security token", "token")


def job(code: str | Code, event: Any = None, **changes: Any) -> Job:
    """A job of 128 MiB; a text is the source of `index.handler`."""
    values: dict[str, Any] = {
        "timeout": 20,
        "initializer_timeout": 20,
        "memory_mib": 128,
        "user_data": {},
        "request_id": "request-1",
        "function_name": "orders",
        "version": "latest",
        "package": "default",
        "project_id": "0123456789abcdef0123456789abcdef",
        "credentials": None,
    }
    made = inline(code) if isinstance(code, str) else code
    return Job(code=made, event=json.dumps(event).encode(), **values | changes)


def inline(source: str, *, handler: str = "index.handler", initializer: str = "") -> Code:
    """Code of one file."""
    text = textwrap.dedent(source)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Code(digest, handler, source=text, initializer=initializer)


def zipped(files: Mapping[str, str | bytes], *, handler: str = "index.handler") -> Code:
    """Code of an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return archived(stream.getvalue(), handler=handler)


def archived(content: bytes, *, handler: str = "index.handler") -> Code:
    """Code whose archive is these bytes."""
    return Code(hashlib.sha256(content).hexdigest(), handler, archive=content)


class Pool:
    """Workers and the event loop they live in."""

    def __init__(self, runner: asyncio.Runner, folder: Path, **options: Any) -> None:
        self.runner = runner
        self.folder = folder

        async def make() -> Workers:
            return Workers(folder=folder, **options)

        self.workers = runner.run(make())

    def run(self, *jobs: Job) -> list[Outcome]:
        """All at once."""

        async def run() -> list[Outcome]:
            async with asyncio.timeout(120):
                return await asyncio.gather(*(self.run_in_place(each) for each in jobs))

        return self.runner.run(run())

    async def run_in_place(self, wanted: Job) -> Outcome:
        """One job, as soon as there is a place for it."""
        async with self.workers.place():
            return await self.workers.run(wanted)

    def one(self, code: str | Code, event: Any = None, **changes: Any) -> Outcome:
        """The outcome of one job."""
        return self.run(job(code, event, **changes))[0]

    def close(self) -> None:
        """Close the pool."""
        self.runner.run(self.workers.close())


def returned(outcome: Outcome) -> Any:
    """What a run returned; it must have been a good one."""
    assert outcome.result is Result.SUCCESS, outcome
    return json.loads(outcome.payload)


def failed(outcome: Outcome) -> dict[str, Any]:
    """The document of a function error; the run must have ended in one."""
    assert outcome.result is Result.FUNCTION_ERROR, outcome
    document: dict[str, Any] = json.loads(outcome.payload)
    assert document.keys() == {"errorMessage", "errorType", "stackTrace"}
    assert "\n" not in outcome.error
    return document


def ended(pid: int, *, seconds: float = 10) -> bool:
    """Whether a process is gone, or goes in time."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        psutil.Process(pid).wait(seconds)
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    return True


def comes(true: Callable[[], object], *, seconds: float = 20) -> bool:
    """Whether another process makes something true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
