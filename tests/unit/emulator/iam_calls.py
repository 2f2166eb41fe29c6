"""Requests for tokens."""

import json
from typing import Any

import httpx

from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PASSWORD
from unit.emulator.client import CloudClient

USER: dict[str, Any] = {
    "name": "developer",
    "password": DEFAULT_PASSWORD,
    "domain": {"name": "local-cloud"},
}
PROJECT_SCOPE = {"project": {"name": "cn-north-4"}}


def request_token(
    client: CloudClient, user: dict[str, Any] | None = None, scope: Any = PROJECT_SCOPE
) -> httpx.Response:
    identity = {"methods": ["password"], "password": {"user": USER if user is None else user}}
    auth = {"identity": identity} | ({} if scope is None else {"scope": scope})
    return post(client, {"auth": auth})


def post(client: CloudClient, body: Any, *, query: str = "") -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.request("POST", f"/v3/auth/tokens{query}", content=content)


def token_of(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    token: str = answer.headers["X-Subject-Token"]
    return token
