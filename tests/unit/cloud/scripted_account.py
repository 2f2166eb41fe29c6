"""A scripted account on loopback: what a pre-check asks, answered as the clouds do, and counted."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from pulumi_functiongraph.cloud.services.functiongraph import FUNCTIONS_A_PAGE
from pulumi_functiongraph.core.agencies import Role
from pulumi_functiongraph.core.names import FunctionUrn
from unit.cloud.loopback import Loopback, Reply, Seen

DOMAIN = "d0"
POLICY = {"Version": "1.1", "Statement": [{"Action": ["smn:topic:publish"], "Effect": "Allow"}]}
PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""
LONG_ENOUGH = 0.1
"""Seconds for a request too many to show itself, if there is one."""


def role(name: str, *, whole: bool = True) -> dict[str, object]:
    bare: dict[str, object] = {"id": f"id-{name}", "name": name}
    return {**bare, "display_name": name.upper(), "policy": POLICY} if whole else bare


def whole_role(name: str) -> Role:
    return Role(f"id-{name}", name, name.upper(), policy=POLICY)


@dataclass
class Account:
    """A scripted account; every request is counted by what it asks, and how many are under way."""

    server: Loopback
    functions: dict[FunctionUrn, str | None] = field(default_factory=dict)
    unlisted: set[FunctionUrn] = field(default_factory=set)
    aliases: dict[str, object] = field(default_factory=dict)
    agencies: list[str] = field(default_factory=list)
    new_agency: str = ""
    on_project: list[dict[str, object]] = field(default_factory=list)
    on_domain: list[dict[str, object]] = field(default_factory=list)
    inherited: list[dict[str, object]] = field(default_factory=list)
    enterprise: list[tuple[str, str]] = field(default_factory=list)
    storage: str = ""
    refused: dict[str, Reply] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    latency: float = 0.0
    times: list[tuple[float, str]] = field(default_factory=list)
    too_many: int = 0
    under_way: int = 0
    most: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.server.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        path = unquote(urlsplit(seen.path).path)
        with self.changed:
            refused = dict(self.refused)
            self.asked[path] += 1
            self.times.append((time.monotonic(), path))
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self.changed.notify_all()
            if self.too_many:
                assert self.changed.wait_for(lambda: self.most >= self.too_many - 1, PATIENCE)
                self.changed.wait_for(lambda: self.most >= self.too_many, LONG_ENOUGH)
        time.sleep(self.latency)
        with self.changed:
            self.under_way -= 1
        for part, reply in refused.items():
            if part in path:
                return reply
        query = {key: each[0] for key, each in parse_qs(urlsplit(seen.path).query).items()}
        if seen.method == "HEAD":
            return Reply(headers={"x-obs-bucket-location": "eu-de"}, raw=b"")
        found = self._iam(path.split("/")[1:], query) or self._services(path.split("/")[2:], query)
        return found if isinstance(found, Reply) else Reply(content=found)

    def _iam(self, path: list[str], query: Mapping[str, str]) -> object:
        content: object
        match path:
            case ["v3", "projects"]:
                named = [{"id": self.storage, "name": "MOS"}] if self.storage else []
                content = {"projects": named}
            case ["v3", "auth", "domains"]:
                content = {"domains": [{"id": DOMAIN, "name": "acme"}]}
            case ["v3.0", "OS-AGENCY", "agencies"]:
                names = [*self.agencies, *([self.new_agency] if "name" in query else [])]
                listed = [
                    {"id": f"id-{name}", "name": name, "trust_domain_name": "op_svc_cff"}
                    for name in names
                    if name
                ]
                content = {"agencies": listed}
            case ["v3.0", "OS-AGENCY", "projects", _, "agencies", _, "roles"]:
                content = {"roles": self.on_project}
            case ["v3.0", "OS-AGENCY", "domains", _, "agencies", _, "roles"]:
                content = {"roles": self.on_domain}
            case ["v3.0", "OS-INHERIT", "domains", *_]:
                content = {"roles": self.inherited}
            case ["v3.0", "OS-PERMISSION", "role-assignments"]:
                records = [
                    {"role": {"id": role_id}, "scope": {"enterprise_project": {"id": place}}}
                    for place, role_id in self.enterprise
                ]
                content = {"role_assignments": records, "total_num": len(records)}
            case ["v3", "roles", role_id]:
                content = {"role": role(role_id.removeprefix("id-"))}
            case _:
                content = None
        return content

    def _services(self, path: list[str], query: Mapping[str, str]) -> object:
        content: object
        match path:
            case [project, "fgs", "functions"]:
                mine = [u for u in self.functions if u.project_id == project]
                mine = [u for u in mine if u not in self.unlisted]
                start = int(query["marker"])
                page = mine[start : start + FUNCTIONS_A_PAGE]
                items = [
                    {"func_urn": u.function, "version": "latest", "xrole": self.functions[u]}
                    for u in page
                ]
                end = start + len(page)
                content = {"functions": items, "next_marker": end if end < len(mine) else 0}
            case [_, "fgs", "functions", urn, "config"]:
                known = FunctionUrn.parse(urn)
                settings = {"func_urn": urn, "xrole": self.functions.get(known)}
                missing = Reply(404, {"error_code": "FSS.1051"})
                content = settings if known in self.functions else missing
            case [_, "fgs", "functions", urn, "aliases"]:
                content = self.aliases.get(urn, [])
            case [_, "fgs", "service-trusted-agencies"]:
                content = [{"name": name, "expire_time": None} for name in self.agencies]
            case [_, "notifications", "topics", urn]:
                content = {"topic_urn": urn}
            case [_, "streams", name]:
                content = {"stream_name": name, "status": "RUNNING"}
            case _:
                raise AssertionError(path)
        return content

    def asked_about(self, part: str) -> int:
        return sum(number for path, number in self.asked.items() if part in path)
