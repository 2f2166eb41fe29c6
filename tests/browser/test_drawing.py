"""A page with a drawing in a real browser: what a person sees, finds and chooses there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.chromium import Page, needs_chromium, open_page
from pulumi_functiongraph.core.graph.nodes import bucket
from pulumi_functiongraph.report.graph.html import graph_html
from unit.core.graph.shapes import edge, judge, topic, trigger

pytestmark = needs_chromium

SOURCES = 12
STATUS = "document.querySelector('[role=status]').textContent"
SHOWN = "[...document.querySelectorAll('.part')].filter((part) => part.checkVisibility()).length"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A cycle, a chain, and functions that share a topic which triggers one of them."""
    alerts, long = topic("alerts"), "a-function-whose-name-is-as-long-as-a-name-can-be-in-the-api"
    edges = [edge("a", "b"), edge("b", "a"), edge(long, "middle"), edge("middle", "last")]
    edges += [edge(f"f{number:02}", alerts, path="onFailure") for number in range(SOURCES)]
    file = tmp_path_factory.mktemp("drawing") / "graph.html"
    file.write_text(graph_html(judge([*edges, trigger(alerts, "g")])), encoding="utf-8")
    with open_page(tmp_path_factory.mktemp("profile")) as opened:
        opened.resize(1400)
        opened.show(file.as_uri())
        opened.wait_for("document.querySelector('.live') !== null")
        yield opened


def test_labels_are_as_wide_as_they_were_reckoned(page: Page) -> None:
    """The layout knows no fonts, so here is tried whether texts stay within their boxes."""
    outside = page.evaluate(
        "[...document.querySelectorAll('.node')].filter((node) => {"
        "  const box = node.querySelector('.box').getBBox();"
        "  return [...node.querySelectorAll('text')].some((text) => {"
        "    const at = text.getBBox();"
        "    return at.x < box.x || at.x + at.width > box.x + box.width ||"
        "      at.y < box.y - 1 || at.y + at.height > box.y + box.height + 1; }); })"
        ".map((node) => node.textContent)"
    )

    assert outside == []
    assert page.said == []


def test_search_choosing_and_zoom(page: Page, tmp_path: Path) -> None:
    everything = page.evaluate(SHOWN)

    page.fill("#tools input", "ALERTS")
    assert page.evaluate(STATUS) == "1 found; Enter goes on"
    assert page.evaluate("document.querySelectorAll('.node.found').length") == SOURCES + 1

    page.click(".node.found:not(.leaf) .box")
    assert page.evaluate(STATUS) == f"alerts and {SOURCES + 1} around it"
    assert page.evaluate(SHOWN) == SOURCES + 1

    page.click("[data-does=all]")
    assert page.evaluate(SHOWN) == everything

    page.fill("#tools select", "2")
    page.evaluate(
        "[...document.querySelectorAll('.node')].find((node) => node.textContent.includes('last'))"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert page.evaluate(STATUS) == "last and 2 around it"
    assert page.evaluate(SHOWN) == 1

    page.click("[data-does=all]")
    page.click("pre a[href^='#node-']")
    page.wait_for(f"{STATUS}.startsWith('a and ')")
    at = page.evaluate("document.getElementById('pictures').getBoundingClientRect().top")
    assert 0 <= at < 900

    page.click("[data-does=all]")
    wide = "Math.max(...[...document.querySelectorAll('.part')].map((part) => part.clientWidth))"
    before = page.evaluate(wide)
    page.click("[data-does=in]")
    assert page.evaluate(wide) > before
    page.resize(500)
    page.click("[data-does=fit]")
    assert page.evaluate(
        "(() => { const all = document.querySelector('.live');"
        " return all.scrollWidth <= all.clientWidth; })()"
    )
    page.prefer("dark")
    page.picture(tmp_path / "dark.png")
    assert page.said == []


@pytest.mark.parametrize("width", [320, 500, 1400])
def test_the_first_screen_shows_a_box(page: Page, tmp_path: Path, width: int) -> None:
    """The one function stands beside the middle of a column that is much higher than a screen."""
    names = [f"f{number}" for number in range(15)]
    edges = [trigger(topic("all"), name) for name in names]
    edges += [edge("before", topic("all"))]
    edges += [edge(name, bucket(f"{name}-{at}")) for name in names for at in range(4)]
    file = tmp_path / "high.html"
    file.write_text(graph_html(judge(edges)), encoding="utf-8")
    page.resize(width, 500)

    page.show(file.as_uri())
    page.wait_for("document.querySelector('.live') !== null")

    assert page.evaluate(
        "(() => { const frame = document.getElementById('pictures').getBoundingClientRect();"
        "  return [...document.querySelectorAll('.node .box')].filter((box) => {"
        "    const at = box.getBoundingClientRect();"
        "    return at.bottom > frame.top && at.top < frame.bottom"
        "      && at.right > frame.left && at.left < frame.right; }).length; })()"
    )


def test_a_box_is_reached_and_chosen_by_keyboard(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "keys.html"
    file.write_text(graph_html(judge([edge("a", "b"), edge("c", "d")])), encoding="utf-8")
    page.show(file.as_uri())
    page.wait_for("document.querySelector('.live') !== null")
    page.evaluate("document.querySelector('[data-does=all]').focus()")

    while not page.evaluate("document.activeElement.matches('.node')"):
        page.press("Tab")
    name = page.evaluate("document.activeElement.querySelector('text').textContent")
    page.press("Enter")

    assert page.evaluate(STATUS) == f"{name} and 1 around it"
    assert page.evaluate(SHOWN) == 1
    assert len(page.accessible_names("button")) >= 4
    page.press("Enter")
    assert page.evaluate(SHOWN) == 2
