"""Settings, clocks and calls for tests of the clients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from factories import PROJECT, REGION
from pulumi_functiongraph.cloud.auth.credentials import AccessKey, Credentials, Password
from pulumi_functiongraph.cloud.endpoints import SERVICES, Endpoints
from pulumi_functiongraph.cloud.http.call import AuthScope, Call, Method
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.clouds import Cloud

AK = "AKEXAMPLE0000000000A"
SK = "SKEXAMPLE0000000000000000000000000000000B"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

KEY = AccessKey(SecretStr(AK), SecretStr(SK))
USER = Password(SecretStr("pass-word-canary"), username="developer", domain_name="acme")


class Time:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.passed = 0.0

    def clocks(self, *, chance: float = 1.0) -> Clocks:
        return Clocks(
            now=lambda: NOW + timedelta(seconds=self.passed),
            monotonic=lambda: self.passed,
            sleep=self._sleep,
            chance=lambda: chance,
        )

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


def settings_for(
    url: str,
    *,
    credentials: Credentials = KEY,
    project_id: str = PROJECT,
    source: str = "a test",
    cloud: Cloud = "otc",
) -> Settings:
    return Settings(
        region=REGION,
        project_id=project_id,
        cloud=cloud,
        credentials=credentials,
        source=source,
        endpoints=Endpoints(cloud, dict.fromkeys(SERVICES, url)),
    )


def session_to(
    url: str,
    *,
    credentials: Credentials = KEY,
    clocks: Clocks | None = None,
    deadline: float = 60.0,
    read_only: bool = False,
    cloud: Cloud = "otc",
) -> Session:
    return Session(
        settings_for(url, credentials=credentials, cloud=cloud),
        clocks=clocks or Time().clocks(),
        deadline=deadline,
        read_only=read_only,
    )


def call(
    method: Method = "GET",
    path: str = "/v2/thing",
    *,
    query: tuple[tuple[str, str], ...] = (),
    body: Mapping[str, object] | None = None,
    hidden: tuple[str, ...] = (),
) -> Call:
    return Call(
        "read the thing",
        "thing-7",
        method,
        "functiongraph",
        REGION,
        path,
        query=query,
        body=body,
        scope=AuthScope("project", PROJECT),
        hidden=hidden,
    )
