"""A row of the state that cannot be read: told once, without what it holds; the rest goes on."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.emulator.clock import VIRTUAL_START, VirtualClock
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.smn import models as smn
from pulumi_functiongraph.emulator.state import damaged_rows, dump, tables
from pulumi_functiongraph.emulator.state.store import FILE_NAME
from unit.emulator.controls_client import Controls, controls
from unit.emulator.virtual_cloud import virtual_cloud

CANARY = "canary"


@pytest.fixture(autouse=True)
def _nothing_was_told() -> Iterator[None]:
    damaged_rows.forget()
    yield
    damaged_rows.forget()


@pytest.fixture
def cloud() -> Iterator[Controls]:
    with controls() as client:
        yield client


def damage(cloud: Controls, statement: str) -> None:
    cloud.inside.write(lambda c: c.execute(statement))


def entries(cloud: Controls, name: str) -> tuple[list[Any], list[str]]:
    page = cloud.control("GET", name)
    assert CANARY not in json.dumps(page)
    return [each["number"] for each in page[name.partition("?")[0]]], page.get("unreadable", [])


@pytest.mark.parametrize(
    "change",
    [
        "status = 'canary'",
        "condition = 'canary'",
        "trace = '{canary'",
        "on_success = '[canary'",
        'on_success = \'["SMN", "{canary"]\'',
        "accepted_at = 'canary'",
        "max_age = 'canary'",
        "attempts = x'00'",
        "attempts = -99999999999",
        "max_retries = 9000000000000000000",
        "max_retries = -1",
        "max_age = -5",
        "max_age = 0",
        "max_age = 86401",
        "due = 1000000000000000000",
        "due = -1000000000000000000",
        "due = 1e308",
        "due = 'canary'",
        "due = x'ff'",
        "due = NULL",
        "function_urn = 'canary'",
    ],
)
def test_a_request_that_cannot_be_read_harms_no_other(
    cloud: Controls, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    made = [cloud.accept("orders")["request_id"] for _ in range(3)]
    damage(cloud, f"UPDATE inv_requests SET {change} WHERE number = 2")

    for _ in range(3):
        cloud.inside.run_until_idle()

    shown, [told] = entries(cloud, "invocations")
    assert shown == [1, 3]
    assert "inv_requests 2" in told
    assert 'sqlite3 state.db "DELETE FROM inv_requests WHERE number = 2"' in told
    assert caplog.messages.count(told) == 1
    assert CANARY not in caplog.text
    assert len(cloud.inside.messages("alerts")) == 2
    listed = cloud.functions("GET", "/orders/async-invocations").json()["invocations"]
    assert {made[0], made[2]} <= {each["request_id"] for each in listed}
    assert cloud.control("GET", "state")["unreadable"] == [told]


@pytest.mark.parametrize("table", ["inv_requests", "inv_deliveries"])
def test_what_waits_and_never_comes_due_is_told_at_the_start(cloud: Controls, table: str) -> None:
    cloud.accept("orders")
    cloud.inside.run_until_idle()
    damage(cloud, f"UPDATE {table} SET status = 'WAIT', due = NULL")

    cloud.inside.write(tables.tell_damaged)

    assert [f"{table} 1" in each for each in damaged_rows.told()] == [True]


@pytest.mark.parametrize(
    "change",
    [
        "status = 'canary'",
        "param = '{canary'",
        "created_at = 'canary'",
        "due = 1000000000000000000",
        "attempts = -99999999999",
        "attempts = 9223372036854775807",
        "due = 'canary'",
        "due = NULL",
        "outcome = 'canary'",
        "param = '{}'",
    ],
)
def test_a_notification_that_cannot_be_read_harms_no_other(
    cloud: Controls, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    cloud.inside.cloud.faults.add(_fault("smn", "PublishMessage"))
    for _ in range(3):
        cloud.accept("orders")
    cloud.inside.advance(0)
    damage(cloud, f"UPDATE inv_deliveries SET {change} WHERE number = 2")

    cloud.inside.run_until_idle()

    shown, [told] = entries(cloud, "deliveries")
    assert shown == [1, 3]
    assert "inv_deliveries 2" in told
    assert caplog.messages.count(told) == 1
    assert CANARY not in caplog.text
    assert len(cloud.inside.messages("alerts")) == 2


def _fault(service: str, operation: str) -> Any:
    from pulumi_functiongraph.emulator.http.faults import Fault

    return Fault(service=service, operation=operation, status=503, nth=1, times=3)


@pytest.mark.parametrize("change", ["step = 'canary'", "detail = '{canary'", "time = 'canary'"])
def test_a_line_that_cannot_be_read_harms_no_other(cloud: Controls, change: str) -> None:
    cloud.accept("audit")
    damage(cloud, f"UPDATE inv_journal SET {change} WHERE number = 1")
    cloud.inside.run_until_idle()

    page = cloud.control("GET", "journal")

    assert [line["number"] for line in page["lines"]] == [2, 3]
    assert "inv_journal 1" in page["unreadable"][0]


def test_a_function_that_cannot_be_read_is_refused_and_the_others_are_listed(
    cloud: Controls,
) -> None:
    damage(
        cloud,
        "UPDATE fg_versions SET document = '{canary' WHERE function ="
        " (SELECT number FROM fg_functions WHERE name = 'orders')",
    )

    listed = cloud.functions("GET").json()["functions"]
    refused = cloud.functions("GET", "/orders/config")
    state = cloud.control("GET", "state")

    assert [each["func_name"] for each in listed] == ["audit"]
    assert refused.status_code == 500
    assert "a row of the state cannot be read" in refused.json()["error_msg"]
    assert CANARY not in refused.text
    assert [each["func_name"] for each in state["functions"]] == ["audit"]
    assert any("fg_versions" in told for told in state["unreadable"])


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("fg_async_configs", "failure_param = 'canary'"),
        ("fg_async_configs", "failure_param = x'ff'"),
        ("fg_async_configs", "success_param = '\"canary\"'"),
        ("fg_async_configs", 'success_param = \'{"topic_urn": "\\ud800"}\''),
        ("fg_async_configs", "success_service = 'canary'"),
        ("fg_async_configs", "success_param = NULL"),
        ("fg_async_configs", "age = 'canary'"),
        ("fg_async_configs", "age = 0"),
        ("fg_async_configs", "retries = 1000000000000000000"),
        ("fg_async_configs", "retries = 1.5"),
        ("fg_versions", "document = '[]'"),
        ("inv_scripts", "behaviour = '{canary'"),
    ],
)
def test_nothing_is_accepted_that_needs_a_row_that_cannot_be_read(
    cloud: Controls, table: str, change: str
) -> None:
    cloud.inside.script("orders", returns=1)
    damage(cloud, f"UPDATE {table} SET {change}")

    answers = [cloud.functions("POST", "/orders/invocations-async", {"n": 1})]
    if table == "fg_async_configs":
        answers.append(cloud.functions("GET", "/orders/async-invoke-config"))

    for answer in answers:
        assert answer.status_code == 500
        assert f"a row of the state cannot be read, and is left out: {table}" in answer.text
        assert CANARY not in answer.text
    assert cloud.inside.requests() == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("fg_versions", "document = '{canary'"),
        ("fg_async_configs", "created_at = 'canary'"),
        ("iam_agencies", "created_at = 'canary'"),
        ("iam_agencies", "expire_time = 'canary'"),
        ("iam_roles", "policy = '{canary'"),
        ("smn_topics", "created_at = 'canary'"),
        ("obs_buckets", "created_at = 'canary'"),
        ("inv_scripts", "behaviour = '{canary'"),
        ("inv_journal", "time = 1000000000000000000"),
        ("inv_journal", "time = 'canary'"),
        ("cloud_time", "time = 1000000000000000000"),
        ("cloud_time", "time = 250000000000000000"),
        ("cloud_time", "time = -1000000000000000000"),
        ("cloud_time", "time = 'canary'"),
    ],
)
def test_a_cloud_starts_with_rows_that_cannot_be_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str, change: str
) -> None:
    caplog.set_level(logging.INFO)
    with virtual_cloud(_small(), directory=tmp_path) as first:
        first.script("orders", returns=1)
        first.invoke("orders")
        first.write(lambda c: c.execute(f"UPDATE {table} SET {change}"))

    second = LocalCloud(directory=tmp_path, clock=VirtualClock())

    second.close()
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("iam_agencies", "expire_time = 'canary'"),
        ("iam_roles", "policy = '{canary'"),
        ("smn_topics", "created_at = 'canary'"),
        ("obs_buckets", "created_at = 'canary'"),
        ("dis_streams", "created_at = 'canary'"),
    ],
)
def test_a_start_tells_rows_that_only_a_delivery_would_meet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str, change: str
) -> None:
    with virtual_cloud(_small(), directory=tmp_path) as first:
        first.write(lambda c: c.execute(f"UPDATE {table} SET {change}"))
    damaged_rows.forget()

    LocalCloud(directory=tmp_path, clock=VirtualClock()).close()

    assert f"a row of the state cannot be read, and is left out: {table}" in caplog.text


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("iam_grants", "scope = 'canary'"),
        ("iam_agencies", "created_at = 'canary'"),
        ("iam_roles", "policy = '{canary'"),
        ("fg_aliases", "document = '{canary'"),
        ("fg_triggers", "event_data = '{canary'"),
        ("smn_topics", "created_at = 'canary'"),
        ("smn_messages", "published_at = 'canary'"),
        ("obs_buckets", "created_at = 'canary'"),
        ("obs_notifications", "document = '{canary'"),
        ("dis_streams", "created_at = 'canary'"),
    ],
)
def test_the_state_names_each_row_that_it_cannot_show(
    caplog: pytest.LogCaptureFixture, table: str, change: str
) -> None:
    with virtual_cloud(_small()) as inside:
        topic = f"urn:smn:{inside.project.region}:{inside.project.id}:alerts"
        message = smn.Message("1", topic, "", "hello", VIRTUAL_START)
        inside.write(lambda c: smn.publish(c, message))
        inside.write(lambda c: c.execute(f"UPDATE {table} SET {change}"))

        state = dump.document(inside.cloud)

    assert any(table in each for each in json.loads(json.dumps(state))["unreadable"])
    assert CANARY not in json.dumps(state)
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE iam_projects SET id = 'another'", "fg_functions 1"),
        ("UPDATE iam_projects SET name = x'ff'", "iam_projects 1"),
        ("UPDATE iam_projects SET id = x'ff'", "iam_projects 1"),
        ("UPDATE fg_functions SET project_id = 'another'", "fg_functions 1"),
        ("UPDATE fg_functions SET project_id = x'ff'", "fg_functions 1"),
        ("UPDATE iam_agencies SET name = x'ff'", "iam_agencies "),
        ("UPDATE iam_agencies SET id = x'ff'", "iam_agencies 1"),
        ("UPDATE iam_grants SET role_id = x'ff' WHERE rowid = 1", "iam_grants 1"),
        ("UPDATE dis_streams SET project_id = x'ff'", "dis_streams 1"),
        ("UPDATE obs_buckets SET name = x'ff'", "obs_buckets 1"),
        ("UPDATE smn_topics SET urn = x'ff'", "smn_topics 1"),
    ],
)
def test_the_state_names_a_row_that_others_refer_to(
    tmp_path: Path, statement: str, told: str
) -> None:
    with virtual_cloud(_small(), directory=tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as by_hand, by_hand:
        by_hand.execute(statement)  # as the shell of SQLite does it: no references are checked

    with closing(LocalCloud(directory=tmp_path, clock=VirtualClock())) as cloud:
        state = json.loads(json.dumps(dump.document(cloud)))

    assert any(told in each for each in state["unreadable"])
    assert "\\xff" not in json.dumps(state)


def _small() -> dict[str, Any]:
    return {
        "functions": [
            {
                "name": "orders",
                "code": "x = 1\n",
                "async_configs": {"latest": {}},
                "versions": ["v1"],
                "aliases": {"prod": "v1"},
                "triggers": [{"topic": "alerts"}],
            },
        ],
        "topics": [{"name": "alerts"}],
        "buckets": [{"name": "failed", "notifications": [{"topic": "alerts"}]}],
        "streams": [{"name": "records"}],
    }


def test_a_reset_forgets_the_rows_that_could_not_be_read(cloud: Controls) -> None:
    cloud.accept("orders")
    damage(cloud, "UPDATE inv_requests SET status = 'canary'")
    cloud.inside.run_until_idle()
    assert entries(cloud, "invocations")[1]

    cloud.control("POST", "reset")

    assert "unreadable" not in cloud.control("GET", "state")
    cloud.accept("orders")
    cloud.inside.run_until_idle()
    assert entries(cloud, "invocations") == ([1], [])
