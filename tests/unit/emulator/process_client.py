"""Plain HTTP to a local cloud that is a process."""

import http.client
import json
from typing import Any

from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PASSWORD
from unit.emulator.client import PROJECT


class Client:
    """A token and plain HTTP, one connection a call."""

    def __init__(self, emulator: Emulator) -> None:
        self._address = emulator.url.removeprefix("http://")
        self._token = self._new_token()

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body; what breaks the connection is raised."""
        connection = http.client.HTTPConnection(self._address, timeout=20)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"X-Auth-Token": self._token})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _new_token(self) -> str:
        user = {
            "name": "developer",
            "password": DEFAULT_PASSWORD,
            "domain": {"name": "local-cloud"},
        }
        auth = {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": PROJECT}},
        }
        connection = http.client.HTTPConnection(self._address, timeout=20)
        try:
            connection.request("POST", "/v3/auth/tokens", json.dumps({"auth": auth}))
            answer = connection.getresponse()
            answer.read()
            return answer.getheader("X-Subject-Token", "")
        finally:
            connection.close()
