"""A client for one local cloud inside the test's own process: no network, a clock that stands."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from pulumi_functiongraph.emulator.auth import signature
from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.clouds import CloudName
from pulumi_functiongraph.emulator.http.application import Application
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.http.hosts import Hosts
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.default import (
    DEFAULT_ACCESS_KEY,
    DEFAULT_PROJECT_ID,
    DEFAULT_SECRET_KEY,
)
from pulumi_functiongraph.emulator.seeds.models import Seed

START = datetime(2026, 1, 1, tzinfo=UTC)
PROJECT = DEFAULT_PROJECT_ID
HOST = "testserver"

T = TypeVar("T")


def sign(secret_key: str, *, date: str, canonical: str) -> str:
    """The signature in the form with `Access=`, in hexadecimal digits."""
    digest = signature.payload_hash(canonical.encode())
    text = f"{signature.ALGORITHM}\n{date}\n{digest}"
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


class CloudClient:
    """Signed calls to a local cloud."""

    def __init__(self, cloud: LocalCloud, http: httpx.AsyncClient, runner: asyncio.Runner) -> None:
        self.cloud = cloud
        self.region = cloud.flavour.region
        self._http = http
        self._runner = runner

    def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request as it is."""
        return self.run(self._http.request(method, path, content=content, headers=headers))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the event loop of the cloud."""
        return self._runner.run(work)

    def call(self, method: str, path: str, body: Any = None, **signing: Any) -> httpx.Response:
        """One signed request; `body` is JSON unless it is bytes."""
        return self.run(self.send(method, path, body, **signing))

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        access_key: str = DEFAULT_ACCESS_KEY,
        secret_key: str = DEFAULT_SECRET_KEY,
    ) -> httpx.Response:
        """The same, within the event loop."""
        content = _content(body)
        sent = {
            "content-type": "application/json",
            "x-sdk-date": f"{self.cloud.clock.signing_time():%Y%m%dT%H%M%SZ}",
            "x-project-id": PROJECT,
            **{name.lower(): value for name, value in (headers or {}).items()},
        }
        parts = urlsplit(path)
        request = RawRequest(
            method, parts.path.encode(), parts.query.encode(), {**sent, "host": HOST}, content
        )
        names = sorted(request.headers)
        canonical = signature.canonical_request(
            request, signed_headers=names, payload_hash=signature.payload_hash(content)
        )
        value = sign(secret_key, date=sent["x-sdk-date"], canonical=canonical)
        sent["authorization"] = (
            f"{signature.ALGORITHM} Access={access_key}, SignedHeaders={';'.join(names)}, "
            f"Signature={value}"
        )
        return await self._http.request(method, path, content=content, headers=sent)

    def functions(self, method: str, rest: str = "", body: Any = None) -> httpx.Response:
        """A call below the project's functions."""
        return self.call(method, f"/v2/{PROJECT}/fgs/functions{rest}", body)

    def invoke(
        self, named: str, event: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Run a function synchronously."""
        path = f"/v2/{PROJECT}/fgs/functions/{named}/invocations"
        return self.call("POST", path, event, headers=headers)

    def invoke_async(
        self, named: str, event: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Have a request of a function kept for later."""
        path = f"/v2/{PROJECT}/fgs/functions/{named}/invocations-async"
        return self.call("POST", path, event, headers=headers)

    def config(
        self, method: str, urn: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """A call on the async config of a function version."""
        path = f"/v2/{PROJECT}/fgs/functions/{urn}/async-invoke-config"
        return self.call(method, path, body, headers=headers)

    def create_function(self, name: str, **settings: Any) -> httpx.Response:
        """Create a small function."""
        return self.functions("POST", body=function_body(name, **settings))

    def urn(self, name: str, qualifier: str = "latest") -> str:
        """The full URN of a function of the default package."""
        return f"urn:fss:{self.region}:{PROJECT}:function:default:{name}:{qualifier}"

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """An order under `/_emulator/` that must succeed."""
        answer = self.request(method, f"/_emulator/{name}", content=_content(body))
        assert answer.status_code == 200, answer.text
        return answer.json()


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def function_body(name: str, **settings: Any) -> dict[str, Any]:
    """What a client sends to create a function."""
    return {
        "func_name": name,
        "package": "default",
        "runtime": "Python3.9",
        "handler": "index.handler",
        "memory_size": 128,
        "timeout": 3,
        "code_type": "inline",
        "func_code": {"file": "cHJpbnQoMSkK"},
        **settings,
    }


def config_body(**changes: Any) -> dict[str, Any]:
    """A whole config as a client sends it."""
    return {
        "max_async_event_age_in_seconds": 600,
        "max_async_retry_attempts": 2,
        "destination_config": {
            "on_success": {"destination": "OBS", "param": '{"bucket": "results"}'},
            "on_failure": {
                "destination": "SMN",
                "param": f'{{"topic_urn": "urn:smn:cn-north-4:{PROJECT}:alerts"}}',
            },
        },
        **changes,
    }


def numbered_ids() -> Iterator[str]:
    """0…01, 0…02, and so on."""
    return (f"{number:032x}" for number in itertools.count(1))


@contextmanager
def local_cloud(
    *,
    name: CloudName = "huawei",
    seed: Seed | None = None,
    directory: Path | None = None,
    clock: Clock | None = None,
    runs_code: bool = False,
) -> Iterator[CloudClient]:
    """A local cloud whose clock stands, at START unless it is given, and whose ids count up."""
    ids = numbered_ids()
    cloud = LocalCloud(
        name=name,
        seed=seed,
        directory=directory,
        clock=clock or Clock(lambda: START),
        new_id=lambda: next(ids),
        runs_code=runs_code,
        die=lambda: None,
    )
    transport = httpx.ASGITransport(Application(cloud, hosts=Hosts([HOST])))
    with asyncio.Runner() as runner:
        http = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}")
        try:
            yield CloudClient(cloud, http, runner)
        finally:
            runner.run(http.aclose())
            runner.run(cloud.stop())
            cloud.close()
