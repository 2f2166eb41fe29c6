"""The reference pages say what the models say."""

import re
from importlib import import_module
from typing import Any

import pytest

import pulumi_functiongraph
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.events import NotificationEvent
from pulumi_functiongraph.core.property_names import to_camel, to_snake
from pulumi_functiongraph.core.schemas import config_schema
from reference import FOLDER, PAGES, TABLES, with_tables

RESOURCE = (FOLDER / "async-notification-config.md").read_text(encoding="utf-8")
EVENT = (FOLDER / "event.md").read_text(encoding="utf-8")
SENT = {
    "timestamp": "2020-08-20T12:00:00.000Z+08:00",
    "request_context": {"request_id": "1", "function_urn": "urn:fss:r:p:function:d:orders:latest"},
    "request_payload": '{"order": 7}',
    "response_context": {"status_code": 200, "function_error": ""},
    "response_payload": '{"state": "accepted"}',
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_of_the_repository_are_what_is_rendered(page: Any) -> None:
    text = page.read_text(encoding="utf-8")

    assert text == with_tables(text), "a table is stale: python website/reference.py"


def test_every_table_stands_in_a_page() -> None:
    texts = "".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert set(re.findall(r"<!-- (\w+) -->", texts)) == set(TABLES)


def test_the_resource_page_has_a_row_for_each_property_with_range_unit_and_default() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", RESOURCE, re.MULTILINE))
    schema = config_schema()
    declared = {*schema["properties"], *LiveConfig.model_fields} - {"config"}
    for definition in schema["$defs"].values():
        declared |= set(definition["properties"])

    assert rows == {to_snake(key) for key in declared} - {"destination", "param"}
    retries = (
        "| `max_async_retry_attempts` | `maxAsyncRetryAttempts` | integer | 0 to 3 retries | 1 |"
    )
    assert retries in RESOURCE
    spelled = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", RESOURCE, re.MULTILINE))
    assert spelled == {name: to_camel(name) for name in rows}
    assert "| integer | 1 to 86,400 seconds | 3,600 |" in RESOURCE


def test_the_event_page_has_every_property_of_the_class_and_its_example_runs() -> None:
    named = set(re.findall(r"`(\w+)`", EVENT.partition("## What the class adds")[2]))
    properties = {
        name for name, member in vars(NotificationEvent).items() if isinstance(member, property)
    }
    (example,) = re.findall(r"^```python\n(.*?)^```", EVENT, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    failed = {"status_code": 200, "function_error": "no such article"}

    assert properties <= named
    assert names["handler"](SENT, None) == {"state": "accepted"}
    told = names["handler"]({**SENT, "response_context": failed}, None)
    assert told == "{'order': 7} failed: no such article"


def test_the_page_of_the_python_api_has_every_public_name_where_it_is() -> None:
    page = (FOLDER / "python.md").read_text(encoding="utf-8")
    listed = re.findall(r"^::: (\S+)$", page, re.MULTILINE)

    assert {name.rpartition(".")[2] for name in listed} >= set(pulumi_functiongraph.__all__)
    for name in listed:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name
