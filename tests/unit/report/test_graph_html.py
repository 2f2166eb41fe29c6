"""A graph as a page of HTML."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report.graph import html
from pulumi_functiongraph.report.graph.html import graph_html
from unit.core.graph.shapes import edge, fn, judge, live, topic, trigger
from unit.report.graphs import HOSTILE, chain, everything, hostile, ring_of


class Page(HTMLParser):
    """The marks of a page, which must be well formed, and the labels in its pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.labels: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in {"meta", "br", "wbr", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "text":
            self.labels.append(data)


@pytest.mark.parametrize("verdict", [everything(), hostile(), chain(60), judge([])])
def test_a_page_is_well_formed_and_needs_no_network(verdict: CycleAnalysis) -> None:
    page = Page(graph_html(verdict, notes=[HOSTILE]))

    assert page.open == []
    assert "src" not in {name for name, _ in page.attributes}
    assert not [value for name, value in page.attributes if name.startswith("on")]
    assert "\x1b" not in graph_html(verdict, notes=[HOSTILE])


def test_every_edge_is_drawn_and_says_what_it_is_and_where_it_is_declared() -> None:
    shown = graph_html(everything())

    titles = re.findall(r'<g class="edge"[^>]*><title>(.*?)</title>', shown)
    assert len(titles) == len(everything().graph.tails)
    assert "a → b: success, notify-a.on_success (__main__.py:3)" in map(unescape, titles)


def test_success_failure_and_trigger_are_told_apart_by_word_line_and_tip() -> None:
    alerts = topic("alerts")
    page = Page(graph_html(judge([edge("a", "b"), live("d", alerts), trigger(alerts, "c")])))

    assert {"success", "success, live", "trigger"} <= set(page.labels)
    styles = {value for name, value in page.attributes if name == "class" and value}
    assert {"arrow success", "tip success", "arrow trigger"} <= styles


def test_where_all_is_live_no_label_says_so() -> None:
    page = Page(graph_html(judge([live("a", "b")])))

    assert "success" in page.labels


def test_a_cycle_is_drawn_first_and_marked_by_a_sign() -> None:
    shown = graph_html(judge([edge("x", "y"), edge("y", "z"), edge("p", "p")]))

    page = Page(shown)
    assert page.labels[:2] == ["↻ success", "p"]
    assert 'class="verdict bad"' in shown
    assert "remedy: send the results elsewhere" in shown


def test_what_was_found_leads_to_its_nodes_and_to_what_the_rules_say() -> None:
    shown = graph_html(everything())

    ids = set(re.findall(r' id="([^"]+)"', shown))
    led_to = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', shown.partition("what was found")[2])
    assert {address for address, _ in led_to} <= ids
    assert ("FGN101", "cycle") in {(address, text.split()[0]) for address, text in led_to}
    assert [address for address, _ in led_to if address.startswith("node-")]
    assert next(rule.summary for rule in RULES if rule.id == "FGN101") in unescape(shown)


def test_an_acknowledged_cycle_has_a_sign_of_its_own() -> None:
    shown = graph_html(judge([edge("p", "p", acknowledged="ends after an hour")]))

    assert "↺ success" in Page(shown).labels
    assert "ends after an hour" in shown
    assert 'class="verdict good"' in shown


def test_what_is_not_known_stands_beside_the_verdict() -> None:
    shown = graph_html(judge([edge("a", "b")], unreadable={fn("b"): "403: not allowed"}))

    assert 'class="verdict warn"' in shown
    assert "403: not allowed" in shown


def test_an_empty_graph_has_a_verdict_and_no_picture() -> None:
    shown = graph_html(judge([]), notes=["nothing declared"])

    assert "0 nodes, 0 edges: no cycle" in shown
    assert "nothing declared" in shown
    assert "<svg" not in shown


def test_a_graph_that_is_too_large_is_cut_to_what_was_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(html, "MOST_EDGES", 40)

    shown = graph_html(chain(60))

    assert "61 nodes and 60 edges are not drawn" in shown
    assert len(re.findall('<g class="edge"', graph_html(ring_of(60)))) == 40


def test_the_same_graph_gives_the_same_page() -> None:
    assert graph_html(everything()) == graph_html(everything())
