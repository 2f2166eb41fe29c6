"""The local cloud's page with long names and much in the cloud."""

import json
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from browser.chromium import Page, needs_chromium
from pulumi_functiongraph.emulator.process import Emulator

pytestmark = needs_chromium

AGENCY = "functiongraph-notifications"
LONG = "W" * 60
"""The longest name of a function, of wide letters."""
WORD = "z" * 400
RAISES = f"def handler(*_): print('{WORD}'); raise ValueError('{WORD}')"
TOPIC, BUCKET = "T" * 255, "b" * 63


def declare_long_names(cloud: Emulator) -> None:
    cloud.seed({"topics": [{"name": TOPIC}], "buckets": [{"name": BUCKET}]})
    urn = next(each["topic_urn"] for each in cloud.state()["topics"] if TOPIC in each["topic_urn"])
    config: dict[str, Any] = {
        "max_async_retry_attempts": 2,
        "on_success": {"destination": "SMN", "param": {"topic_urn": urn}},
        "on_failure": {"destination": "OBS", "param": {"bucket": BUCKET, "prefix": "p" * 100}},
    }
    following = {
        "destination": "FunctionGraph",
        "param": {"func_urn": cloud.state()["functions"][0]["func_urn"]},
    }
    triggers = [{"topic": urn}, {"bucket": BUCKET, "prefix": "in/"}]
    function = {"name": LONG, "xrole": AGENCY, "triggers": triggers}
    plain = {
        "name": "raises",
        "code": RAISES,
        "async_configs": {"latest": {"on_failure": following}},
        "xrole": AGENCY,
    }
    cloud.seed({"functions": [{**function, "async_configs": {"latest": config}}, plain]})
    cloud.options(retry_seconds=0.01, delivery_attempts=2, delivery_retry_seconds=0.01)


WIDER = """[document.documentElement, ...document.querySelectorAll('.scroll:not(#graph-drawing)')]
  .filter((each) => each.scrollWidth > each.clientWidth)
  .map((each) => `${each.getAttribute('aria-label')}: ${each.scrollWidth} > ${each.clientWidth}`)"""
"""What has to be scrolled to the side."""


@pytest.mark.parametrize("width", [500, 1100, 1400])
def test_no_part_is_wider_than_the_window_whatever_names_and_errors_hold(
    cloud: Emulator, page: Page, width: int
) -> None:
    declare_long_names(cloud)
    page.resize(width)
    cloud.invoke(LONG, {"text": WORD}, wait=True)
    cloud.script(LONG, fails=WORD)
    request = cloud.invoke(LONG, {WORD: WORD}, wait=True).request_id
    cloud.invoke("raises", wait=True)
    cloud.control("POST", "invoke", json.dumps({"function": "raises", "async": False}))
    cloud.faults({"service": "dis", "status": 503, "body": WORD})
    with suppress(HTTPError):  # it is not signed, and is in the log all the same
        urlopen(f"{cloud.url}/v2/p/fgs/functions/{WORD}/async-invoke-config", timeout=10)
    cloud.run_until_idle()

    shown = {
        "functions": ("#functions-rows", LONG),
        f"requests/{request}": ("#request", "Notification of failure delivered to OBS"),
        f"requests/{WORD}": ("#request", "no such request"),
        "contents": ("#buckets", BUCKET),
        "calls": ("#calls-rows", WORD),
        "operation": ("#faults", WORD),
    }
    for part, (selector, text) in shown.items():
        page.show(f"{cloud.url}/#{part}")
        page.wait_for_text(selector, text)
        page.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
        )
        assert (part, page.evaluate(WIDER)) == (part, [])

    page.show(f"{cloud.url}/#functions")
    page.fill("#invoke-payload", WORD)
    page.click("#invoke button")
    page.wait_for_text("#invoke .problem", WORD)
    assert page.evaluate(WIDER) == []


RECEIVED = """performance.getEntriesByType('resource')
  .filter((each) => each.name.includes('/_emulator/') && !each.name.includes('/page/'))
  .reduce((sum, each) => sum + each.transferSize, 0)"""
"""Bytes that the page has asked the controls for."""

MANY, BIG = 60, 100_000


def test_a_part_asks_only_for_what_it_shows(cloud: Emulator, page: Page) -> None:
    [topic] = cloud.state()["topics"]
    target = {"destination": "SMN", "param": {"topic_urn": topic["topic_urn"]}}
    config = {"on_success": target}
    cloud.seed(
        {"functions": [{"name": "big", "xrole": AGENCY, "async_configs": {"latest": config}}]}
    )
    for _ in range(MANY):
        cloud.invoke("big", {"text": "y" * BIG})
    cloud.run_until_idle()
    held = len(json.dumps(cloud.state()))
    assert held > MANY * BIG

    shown = {
        "functions": ("#functions-rows", "big"),
        "operation": ("#faults", "No faults"),
        "contents": ("#topics", f"{MANY} messages"),
    }
    for part, (selector, text) in shown.items():
        page.show("about:blank")
        page.show(f"{cloud.url}/#{part}")
        page.wait_for_text(selector, text)
        assert 0 < page.evaluate(RECEIVED) < BIG, part

    page.click("#topics summary")
    page.wait_for_text("#topics", f"The last 20 of {MANY} messages.")
    assert page.evaluate(RECEIVED) < held / 2
    cloud.invoke("big", {"text": "newest"})
    page.wait_for_text("#topics", "newest")
    page.wait_for_text("#topics", f"The last 20 of {MANY + 1} messages.")
