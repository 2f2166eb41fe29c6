"""Each column of each table with a value of another type: told, and nothing else is lost."""

import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.http.application import ROUTES, Application
from pulumi_functiongraph.emulator.http.hosts import Hosts
from pulumi_functiongraph.emulator.invocations import waiting
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PASSWORD
from pulumi_functiongraph.emulator.state import damaged_rows, tables
from pulumi_functiongraph.emulator.state.store import FILE_NAME
from unit.emulator.client import HOST, PROJECT, CloudClient
from unit.emulator.iam_calls import PROJECT_SCOPE, USER, post, request_token, token_of
from unit.emulator.obs_calls import obs
from unit.emulator.virtual_cloud import AGENCY, MAY_ALL, target, virtual_cloud

TOPIC = f"urn:smn:cn-north-4:{PROJECT}:alerts"
HELD = {"name": "held", "password": DEFAULT_PASSWORD, "domain": USER["domain"]}
TOLD = "a row of the state cannot be read, and is left out: "


def function(name: str, **also: Any) -> dict[str, Any]:
    return {
        "name": name,
        "xrole": AGENCY,
        "code": f"def handler(event, context):\n    return {name!r}\n",
        "versions": ["v1"],
        "aliases": {"prod": "v1"},
        **also,
    }


TOLD_TO = {
    "on_success": target("SMN", topic_urn=TOPIC),
    "on_failure": target("OBS", bucket="failed"),
}
FIRED_BY = [{"topic": "alerts"}, {"bucket": "failed"}, {"stream": "records"}, {"schedule": "30m"}]
POLICY = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["smn:topic:publish"]}]}
WORLD: dict[str, Any] = {
    "users": [
        {"name": "developer", "password": DEFAULT_PASSWORD},
        {"name": "held", "password": DEFAULT_PASSWORD, "grants": ["FunctionGraph FullAccess"]},
    ],
    "agencies": [
        {"name": AGENCY, "grants": [*MAY_ALL, {"policy": POLICY}]},
        {"name": "assumed", "trust_domain_name": "local-cloud", "grants": ["Tenant Guest"]},
    ],
    "functions": [
        function("orders", behaviour={"returns": 1}, async_configs={"latest": TOLD_TO}),
        function("billing", behaviour={"fails": True}, async_configs={"latest": TOLD_TO}),
        function("audit", triggers=FIRED_BY),
    ],
    "topics": [{"name": "alerts"}, {"name": "more"}],
    "buckets": [
        {"name": "failed", "notifications": [{"topic": "more"}]},
        {"name": "more", "notifications": [{"topic": "more"}]},
    ],
    "streams": [{"name": "records"}, {"name": "more"}],
}


@contextmanager
def world(directory: Path) -> Iterator[CloudClient]:
    with virtual_cloud(WORLD, directory=directory) as inside:
        transport = httpx.ASGITransport(Application(inside.cloud, hosts=Hosts([HOST])))
        http = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}")
        try:
            yield CloudClient(inside.cloud, http, inside.runner)
        finally:
            inside.run(http.aclose())


def assume(client: CloudClient, token: str) -> str:
    identity = {
        "methods": ["assume_role"],
        "assume_role": {"agency_name": "assumed", "domain_name": "local-cloud"},
    }
    body = {"auth": {"identity": identity, "scope": PROJECT_SCOPE}}
    answer = client.request(
        "POST", "/v3/auth/tokens", content=_json(body), headers={"X-Auth-Token": token}
    )
    return token_of(answer)


def _json(body: Any) -> bytes:
    return httpx.Request("POST", "http://nobody", json=body).content


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    """A folder with rows in every table, and tokens that are good for it."""
    directory = tmp_path_factory.mktemp("kept") / "data"
    with world(directory) as client:
        user = token_of(request_token(client))
        tokens = (user, token_of(request_token(client, HELD)), assume(client, user))
        here = "http://127.0.0.1:9/"
        client.call(
            "POST",
            f"/v2/{PROJECT}/notifications/topics/{TOPIC}/subscriptions",
            {"protocol": "http", "endpoint": here},
        )
        client.control("POST", "options", {"max_hops": 2, "delivery_attempts": 2})
        client.control("POST", "invoke", {"function": "orders"})
        client.control("POST", "invoke", {"function": "billing"})
        client.control("POST", "clock", {"idle": True})
        client.call(
            "POST",
            f"/v2/{PROJECT}/records",
            {"stream_name": "records", "records": [{"data": "MQ==", "partition_key": "1"}]},
        )
        waits = client.control("POST", "invoke", {"function": "orders"})["request_id"]
        now = client.cloud.clock.now()
        client.run(client.cloud.store.write(lambda c: waiting.add(c, waits, due=now)))
    return directory, tokens


UNTOLD = {
    ("iam_tokens", "digest"),  # who comes with that token is not known
    ("fg_version_code", "trusted"),  # each start decides it anew
}


def columns() -> Iterator[Any]:
    """Table, column and a value of another type; SQLite takes no other number of a row."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for schema in tables.SCHEMAS:
            connection.executescript(schema)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in names.fetchall():
            if table.startswith("sqlite_"):
                continue
            tried: set[str] = set()
            found = connection.execute(f"PRAGMA table_info({table})").fetchall()
            for _, column, kind, _, _, key in reversed(found):
                if kind == "INTEGER" and key and table != "dis_records":
                    continue
                marks = [pytest.mark.long] if kind in tried else []
                tried.add(kind)
                value = "x'ff'" if kind == "TEXT" else "'canary'"
                yield pytest.param(table, column, value, marks=marks, id=f"{table} {column}")


def paths(client: CloudClient) -> Iterator[str]:
    """Every path that can be read without knowing more than names."""
    [domain] = client.cloud.store.read(lambda c: c.execute("SELECT id FROM iam_domains").fetchone())
    known = {
        "project_id": PROJECT,
        "function_urn": client.urn("orders"),
        "topic_urn": TOPIC,
        "stream_name": "records",
        "alias_name": "prod",
    }
    for route in ROUTES:
        names = re.findall(r"\{(\w+)\}", route.path)
        if route.path == "/v3/auth/tokens":  # asks about the token in a header
            continue
        if route.method == "GET" and set(names) <= set(known):
            yield f"{route.path.format(**known)}?domain_id={domain}"


def answers(client: CloudClient, tokens: tuple[str, ...]) -> Iterator[httpx.Response]:
    yield from (client.call("GET", path) for path in paths(client))
    for token in tokens:
        path = f"/v2/{PROJECT}/fgs/functions"
        yield client.request("GET", path, headers={"X-Auth-Token": token})
    yield request_token(client)
    yield post(client, {"auth": {"identity": {"methods": ["token"], "token": {"id": tokens[0]}}}})
    yield from (client.invoke("orders", {}), client.invoke(client.urn("orders", "v1"), {}))
    yield from (client.invoke_async("billing", {}), client.invoke_async("orders", {}))
    topic = f"/v2/{PROJECT}/notifications/topics/{TOPIC}"
    yield client.call("POST", f"{topic}/publish", {"message": "m"})
    yield client.call(
        "POST", f"/v2/{PROJECT}/records", {"stream_name": "records", "records": [{"data": "MQ=="}]}
    )
    date = format_datetime(client.cloud.clock.signing_time(), usegmt=True)
    yield obs(client, "PUT", "/failed/a", b"new", date=date)
    for path in ("/failed/a", "/failed", "/"):
        yield obs(client, "GET", path, date=date)
    order = b'{"seconds": 3600}'
    yield client.request("POST", "/_emulator/clock", content=order)
    for name in ("state", "invocations", "deliveries", "journal", "options", "environment"):
        yield client.request("GET", f"/_emulator/{name}")
    expected = b'{"function": "billing", "timeout_seconds": 0}'
    yield client.request("POST", "/_emulator/expect", content=expected)
    yield client.functions("GET")


def test_all_is_answered_where_nothing_is_damaged(
    tmp_path: Path, kept: tuple[Path, tuple[str, ...]]
) -> None:
    shutil.copytree(kept[0], tmp_path / "data")
    damaged_rows.forget()

    with world(tmp_path / "data") as client:
        refused = [
            (each.request.url, each.text) for each in answers(client, kept[1]) if each.is_error
        ]

    assert refused == []
    assert damaged_rows.told() == []


ODD = [
    ("fg_versions", "document", "'{}'"),
    ("fg_aliases", "document", """'{"last_modified": "2026-01-01T00:00:00"}'"""),
    ("obs_notifications", "document", """'[{"kind": 5, "target": 5, "events": [5]}]'"""),
    ("obs_objects", "headers", """'{"content-type": 5}'"""),
    ("obs_objects", "key", "''"),
    ("iam_tokens", "expires_at", "'2026-01-01T00:00:00'"),
    ("inv_requests", "function_urn", "'canary'"),
    ("inv_requests", "trace", "'[[5, 5]]'"),
    ("inv_requests", "trace", """'["ab"]'"""),
    ("inv_requests", "on_success", """'["OBS", "{}"]'"""),
    ("inv_requests", "on_failure", """'["OBS", "5"]'"""),
    ("inv_requests", "result", "'canary'"),
    ("inv_requests", "condition", "'canary'"),
    ("inv_requests", "status", "'WAIT'"),
    ("inv_requests", "due", "0"),
    ("inv_deliveries", "param", "'{}'"),
    ("inv_deliveries", "service", "'DIS'"),
    ("inv_deliveries", "outcome", "'canary'"),
    ("inv_deliveries", "status", "'WAIT'"),
    ("inv_deliveries", "due", "0"),
    ("smn_calls", "status", "'WAIT'"),
    ("smn_calls", "attempts", "-1"),
    ("inv_requests", "attempts", "9223372036854775807"),
    ("inv_requests", "max_retries", "4"),
    ("inv_deliveries", "attempts", "-1"),
    ("inv_journal", "step", "'canary'"),
    ("inv_journal", "detail", "'5'"),
    ("inv_scripts", "behaviour", "'5'"),
    ("fg_async_configs", "success_param", "'{}'"),
    ("fg_async_configs", "failure_service", "'SMN'"),
    ("fg_triggers", "event_data", "'{}'"),
    ("fg_triggers", "event_data", """'{"topic_urn": 5}'"""),
    ("fg_triggers", "status", "'canary'"),
    ("fg_triggers", "type", "'canary'"),
    ("iam_roles", "policy", "'5'"),
]
"""Values of the right type that mean nothing."""


@pytest.mark.parametrize(("table", "column", "value"), [*columns(), *ODD])
def test_a_value_of_another_type_is_told_and_harms_no_other_row(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    kept: tuple[Path, tuple[str, ...]],
    table: str,
    column: str,
    value: str,
) -> None:
    caplog.set_level(logging.INFO)
    whole, tokens = kept
    shutil.copytree(whole, tmp_path / "data")
    damaged_rows.forget()
    with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as by_hand, by_hand:
        changed = by_hand.execute(
            f"UPDATE {table} SET {column} = {value} WHERE rowid = (SELECT min(rowid) FROM {table})"
        )
        assert changed.rowcount == 1, "the world has no such row"

    with world(tmp_path / "data") as client:
        for answer in answers(client, tokens):
            assert answer.status_code < 500 or TOLD in answer.text, answer.text

    assert [record for record in caplog.records if record.exc_info] == []
    assert (table, column) in UNTOLD or any(
        f"{TOLD}{table} " in each for each in damaged_rows.told()
    )
    assert "canary" not in caplog.text
