"""Requests as they are sent, compared with those that requests itself prepares."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from factories import REGION
from pulumi_functiongraph.cloud.http.call import Call, Method, path_of
from pulumi_functiongraph.cloud.http.request_builder import RequestBuilder

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


def call(
    method: Method,
    *segments: str,
    query: tuple[tuple[str, str], ...] = (),
    body: dict[str, object] | None = None,
    label: str = "",
) -> Call:
    path = path_of(*segments) or "/"
    return Call("do", "it", method, "obs", REGION, path, query=query, body=body, host_label=label)


@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "DELETE", "POST"]),
    endpoint=st.sampled_from(
        [
            "http://127.0.0.1:8080",
            "https://functiongraph.eu-de.otc.t-systems.com",
            "https://Example.COM:443/prefix of mine",
            "https://bücher.example",
        ]
    ),
    segments=st.lists(TEXTS.filter(lambda text: text not in {"", ".", ".."}), max_size=3),
    query=st.lists(st.tuples(TEXTS, TEXTS), max_size=2),
    body=st.none() | st.dictionaries(TEXTS, TEXTS, max_size=2),
    label=st.sampled_from(["", "bucket"]),
)
def test_a_request_is_the_one_that_requests_prepares(
    method: Method,
    endpoint: str,
    segments: list[str],
    query: list[tuple[str, str]],
    body: dict[str, object] | None,
    label: str,
) -> None:
    session = requests.Session()
    asked = call(method, *segments, query=tuple(query), body=body, label=label)
    builder = RequestBuilder(session)
    builder.build(call("PUT", "other", query=(("a", "b"),), body={"x": 1}, label=label), endpoint)

    request = builder.build(asked, endpoint)

    theirs = session.prepare_request(
        requests.Request(
            method,
            asked.url(endpoint),
            data=request.body,
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )
    )
    assert (request.method, request.url) == (theirs.method, theirs.url)
    assert dict(request.headers) == dict(theirs.headers)
    assert (request.body or None) == theirs.body


def test_what_is_added_to_one_request_is_not_in_the_next() -> None:
    builder = RequestBuilder(requests.Session())
    builder.build(call("GET", "a"), "https://example.com").headers["Authorization"] = "one"

    assert "Authorization" not in builder.build(call("GET", "a"), "https://example.com").headers


def test_the_credentials_of_a_netrc_are_not_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine example.com login canary password canary", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))

    request = RequestBuilder(requests.Session()).build(call("GET", "a"), "https://example.com")

    assert "Authorization" not in request.headers
