"""A client of the controls of a local cloud, on a virtual clock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from pulumi_functiongraph.emulator.http.application import Application
from pulumi_functiongraph.emulator.http.hosts import Hosts
from unit.emulator.client import HOST, CloudClient
from unit.emulator.virtual_cloud import AGENCY, VirtualCloud, target, virtual_cloud

PROJECT = "0123456789abcdef0123456789abcdef"
TOPIC = f"urn:smn:cn-north-4:{PROJECT}:alerts"
ORDERS = f"urn:fss:cn-north-4:{PROJECT}:function:default:orders"

WORLD: dict[str, Any] = {
    "projects": [{"name": "cn-north-4", "id": PROJECT}],
    "functions": [
        {
            "name": "orders",
            "xrole": AGENCY,
            "versions": ["v1"],
            "async_configs": {
                "latest": {
                    "max_async_retry_attempts": 2,
                    "on_success": target("SMN", topic_urn=TOPIC),
                    "on_failure": target("OBS", bucket="failed"),
                }
            },
        },
        {"name": "audit"},
    ],
    "topics": [{"name": "alerts"}],
    "buckets": [{"name": "failed"}],
}


class Controls(CloudClient):
    """A client, and the cloud that it calls."""

    inside: VirtualCloud

    def refused(self, method: str, name: str, body: Any = None) -> list[str]:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.request(method, f"/_emulator/{name}", content=content)
        assert answer.status_code == 400, answer.text
        problems: list[str] = answer.json()["problems"]
        return problems

    def accept(self, function: str, **order: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.control("POST", "invoke", {"function": function, **order})
        return answer


@contextmanager
def controls() -> Iterator[Controls]:
    with virtual_cloud(WORLD) as inside:
        transport = httpx.ASGITransport(Application(inside.cloud, hosts=Hosts([HOST])))
        http = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}")
        client = Controls(inside.cloud, http, inside.runner)
        client.inside = inside
        try:
            yield client
        finally:
            inside.run(http.aclose())
