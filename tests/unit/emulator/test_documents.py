"""Documents that are made to harm: refused in words, in every body that is read."""

import json
import time
from typing import Any

import pytest

from pulumi_functiongraph.emulator.http.exchange import MAX_DEPTH, NotJsonError, parse_json
from pulumi_functiongraph.emulator.iam.wildcards import matches
from pulumi_functiongraph.emulator.seeds.yaml_documents import NotYamlError, parse_yaml
from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.obs_calls import obs

DEEP = MAX_DEPTH + 1
JSON = {
    "endless arrays": b"[" * 100_000,
    "arrays": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep beside wide": b'{"b":[' + b"[],[]," * 99 + b"[" * DEEP + b"]" * DEEP + b"]}",
    "a key twice": b'{"a": {"b": 1, "b": 2}}',
    "a huge integer": b'{"a": ' + b"9" * 5000 + b"}",
    "a huge float": b'{"a": 1e999}',
    "NaN": b'{"a": NaN}',
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "NUL": b'{"a": "\x00"}',
    "nothing": b"",
}
LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)
YAML = {
    "endless lists": "[" * 100_000,
    "endless blocks": "- " * 100_000,
    "endless mappings": "{a: " * 100_000,
    "billion laughs": LAUGHS,
    "laughs of merges": "a: &a {b: 1}\n" + "c: {<<: [" + "*a," * 200_000 + "]}",
    "a list in itself": "&a [*a]",
    "a mapping in itself": "&a {b: *a}",
    "an unknown alias": "a: *b",
    "a key twice": "functions: []\nfunctions: []",
    "a huge integer": "a: " + "9" * 5000,
    "a huge hexadecimal integer": "a: 0x" + "f" * 100_000,
    "infinity": "a: .inf",
    "an empty integer": "a: !!int ''",
    "a flag that is none": "a: !!bool maybe",
    "a time that is none": "a: 2026-13-01",
    "an object": "a: !!python/object/apply:os.getpid []",
    "NUL": "a: \x00",
    "NUL, escaped": 'a: "\\0"',
    "half a surrogate pair": 'a: "\\ud800"',
    "two documents": "--- {}\n--- {}",
}


@pytest.mark.parametrize("body", JSON.values(), ids=JSON)
def test_no_service_fails_over_a_body(huawei: CloudClient, body: bytes) -> None:
    for route in (
        ("POST", "/v3/auth/tokens"),
        ("PUT", f"/v2/{PROJECT}/fgs/functions/orders/async-invoke-config"),
        ("POST", f"/v2/{PROJECT}/fgs/functions"),
        ("POST", f"/v2/{PROJECT}/fgs/triggers/{huawei.urn('orders')}"),
        ("POST", f"/v2/{PROJECT}/notifications/topics"),
        ("POST", f"/v2/{PROJECT}/streams"),
        ("POST", f"/v2/{PROJECT}/records"),
        ("POST", "/v3.0/OS-AGENCY/agencies"),
        ("POST", "/v3.0/OS-ROLE/roles"),
        ("POST", "/v3.0/OS-CREDENTIAL/securitytokens"),
    ):
        answer = huawei.call(*route, body)

        assert 400 <= answer.status_code < 500, route
        assert "Traceback" not in answer.text
        assert answer.json()


@pytest.mark.parametrize("name", ["faults", "options", "clock", "authorize"])
@pytest.mark.parametrize("body", JSON.values(), ids=JSON)
def test_no_control_fails_over_json(huawei: CloudClient, name: str, body: bytes) -> None:
    answer = huawei.request("POST", f"/_emulator/{name}", content=body)

    assert answer.status_code == 400
    assert answer.json()["problems"][0].startswith("body: ")


@pytest.mark.parametrize("text", YAML.values(), ids=YAML)
def test_no_seed_fails_over_yaml(huawei: CloudClient, text: str) -> None:
    start = time.monotonic()

    answer = huawei.request("POST", "/_emulator/seed", content=text.encode())

    assert answer.status_code == 400
    [problem] = answer.json()["problems"]
    assert "not YAML: " in problem
    assert len(problem) < 200
    assert time.monotonic() - start < 20


def test_a_seed_is_utf_8(huawei: CloudClient) -> None:
    answer = huawei.request("POST", "/_emulator/seed", content=b"a: \xff")

    assert answer.status_code == 400
    assert answer.json() == {"problems": ["body: not UTF-8, see byte 3"]}


def test_what_is_refused_is_named() -> None:
    with pytest.raises(NotJsonError, match="a key is given twice"):
        parse_json(JSON["a key twice"])
    with pytest.raises(NotJsonError, match=f"nests more than {MAX_DEPTH} levels"):
        parse_json(JSON["arrays"])
    with pytest.raises(NotJsonError, match="a number has too many digits"):
        parse_json(b'{"n": ' + b"1" * 5000 + b"}")
    with pytest.raises(NotYamlError, match=r"^line 2, column 1: not YAML: a key is given twice$"):
        parse_yaml(YAML["a key twice"])


@pytest.mark.parametrize(
    "document",
    [{}, [], {"a": [{}] * 1000}, {"a": "\\ud800 [[["}, json.loads("[" * 63 + "]" * 63), 10**99],
    ids=["object", "array", "wide", "text", "deep", "long"],
)
def test_ordinary_documents_are_read(document: Any) -> None:
    text = json.dumps(document)

    assert parse_json(text.encode()) == document
    assert parse_yaml(text) == document


def test_aliases_and_merges_of_a_sane_size_are_read() -> None:
    text = "base: &b {memory_size: 256}\nfunctions: [{name: a, <<: *b}, {name: c, <<: *b}]"

    assert parse_yaml(text) == {
        "base": {"memory_size": 256},
        "functions": [{"name": "a", "memory_size": 256}, {"name": "c", "memory_size": 256}],
    }


@pytest.mark.parametrize(
    "seed",
    [
        {"buckets": [{"name": "results", "region": "a\r\nX-Evil: 1"}]},
        {"projects": [{"name": "eu-de\r\nX-Evil: 1"}]},
        {"functions": [{"name": "orders\x1b[31m"}]},
    ],
)
def test_no_name_of_a_seed_holds_control_characters(
    huawei: CloudClient, seed: dict[str, Any]
) -> None:
    answer = huawei.request("POST", "/_emulator/seed", content=json.dumps(seed).encode())

    assert answer.status_code == 400


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'">]><Tagging>&b;</Tagging>'
)
XML = {
    "entities": ENTITIES,
    "an external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "depth": b"<a>" * 100_000,
    "closed depth": b"<a>" * DEEP + b"</a>" * DEEP,
    "not XML": b"[",
    "not UTF-8": b"<a>\xff</a>",
    "NUL": b"<a>\x00</a>",
}


@pytest.mark.parametrize("query", ["acl", "lifecycle", "tagging", "notification", "cors"])
@pytest.mark.parametrize("body", XML.values(), ids=XML)
def test_no_document_harms_a_bucket(huawei: CloudClient, query: str, body: bytes) -> None:
    answer = obs(huawei, "PUT", f"/order-failures?{query}", body)

    assert answer.status_code == 400
    assert "<Code>MalformedXML</Code>" in answer.text


@pytest.mark.parametrize("body", XML.values(), ids=XML)
def test_no_list_of_keys_harms_a_bucket(huawei: CloudClient, body: bytes) -> None:
    answer = obs(huawei, "POST", "/order-failures?delete", body)

    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["lifecycle", "tagging", "notification", "versioning", "delete"])
def test_a_document_that_is_not_understood_is_no_failure(huawei: CloudClient, query: str) -> None:
    method = "POST" if query == "delete" else "PUT"

    answer = obs(huawei, method, f"/order-failures?{query}", b"<Strange><Thing/></Strange>")

    assert "Traceback" not in answer.text
    assert answer.status_code < 500


def test_a_policy_of_a_bucket_is_json(huawei: CloudClient) -> None:
    answer = obs(huawei, "PUT", "/order-failures?policy", b"[" * 1000)

    assert answer.status_code == 400
    assert "<Code>MalformedPolicy</Code>" in answer.text


def test_content_of_an_object_is_anything(huawei: CloudClient) -> None:
    content = ENTITIES + b"\x00\xff"

    assert obs(huawei, "PUT", "/order-failures/key", content).status_code == 200
    assert obs(huawei, "GET", "/order-failures/key").content == content


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", "a/../../b", "%2e%2e/%2e%2e/b", "a%00b", "a%0d%0aX-Evil:%201", "%1b"],
)
def test_no_key_leaves_its_bucket(huawei: CloudClient, key: str) -> None:
    before = huawei.control("GET", "state")["buckets"][0]["objects"]

    answer = obs(huawei, "PUT", f"/order-failures/{key}", b"content")

    assert answer.status_code in {200, 400, 403, 404}
    assert "x-evil" not in answer.headers
    [bucket] = huawei.control("GET", "state")["buckets"]
    assert len(bucket["objects"]) - len(before) == (answer.status_code == 200)


def test_wildcards_take_no_exponential_time() -> None:
    start = time.monotonic()

    assert not matches("*a" * 40 + "b", "a" * 1000)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("?", "", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-b-b", False),
        ("*.json", "a/b.json", True),
        ("a?c", "a\nc", True),
        ("a.c", "abc", False),
        ("***a***", "bab", True),
    ],
)
def test_wildcards_match(pattern: str, text: str, found: bool) -> None:  # noqa: FBT001
    assert matches(pattern, text) is found
