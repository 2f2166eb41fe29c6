"""The local cloud's page in a real browser: what a person sees and does there."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from browser.chromium import Page, needs_chromium
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_SECRET_KEY
from pulumi_functiongraph.emulator.state.store import FILE_NAME

pytestmark = needs_chromium

MARKUP = "<img src=x onerror=document.title='broken'><b>there is no such article</b>"
AGENCY = "functiongraph-notifications"


def declare(cloud: Emulator) -> None:
    """What `pulumi up` makes of the quickstart: success to a topic, failure to a bucket."""
    [topic] = cloud.state()["topics"]
    config: dict[str, Any] = {
        "max_async_retry_attempts": 2,
        "on_success": {"destination": "SMN", "param": {"topic_urn": topic["topic_urn"]}},
        "on_failure": {"destination": "OBS", "param": {"bucket": "order-failures"}},
    }
    function = {"name": "orders", "xrole": AGENCY, "async_configs": {"latest": config}}
    cloud.seed({"functions": [function]})
    cloud.options(retry_seconds=0.05)


def invoke(page: Page, payload: str) -> None:
    page.click("nav a[href='#functions']")
    page.fill("#invoke-function", "orders")
    page.fill("#invoke-payload", payload)
    page.click("#invoke button")


def tell(page: Page, kind: str, value: str) -> None:
    page.click("nav a[href='#operation']")
    page.wait_for("document.querySelector('#behaviour-function').options.length")
    page.fill("#behaviour-function", "orders")
    page.fill("#behaviour-kind", kind)
    page.fill("#behaviour-value", value)
    page.click("#behaviour button")
    page.wait_for_text("#behaviour-now", f'orders is told {{"{kind}')


def test_a_person_follows_orders_from_the_empty_cloud_to_what_arrived(
    cloud: Emulator, page: Page
) -> None:
    page.show(f"{cloud.url}/")
    page.wait_for_text("#functions-empty", "pulumi up")
    assert "fgctl invoke NAME --async" in page.text("#functions-empty")

    declare(cloud)  # the page shows it without being asked to
    page.wait_for_text("#functions-rows", "bucket order-failures")
    assert page.text("#functions-empty") == ""
    edges = "document.querySelectorAll('#graph-drawing .edge.{}').length"
    assert page.evaluate(edges.format("success")) == page.evaluate(edges.format("failure")) == 1

    # One fails twice, and is tried again.
    tell(page, "fail_times", "2")
    invoke(page, '{"order": 7}')
    page.wait_for_text("#request", "Attempt 3 succeeded")
    page.wait_for_text("#request", "Notification of success delivered to SMN, attempt 1")
    assert page.text("#request").count("the function failed") == 2
    assert page.evaluate("document.activeElement.id") == "requests-title"

    # One fails for good; what it says is text, whatever it looks like.
    tell(page, "fails", MARKUP)
    invoke(page, '{"order": 8}')
    page.wait_for_text("#request", "Notification of failure delivered to OBS")
    assert MARKUP in page.text("#request")
    assert page.evaluate("document.querySelectorAll('main img, main b').length") == 0
    assert page.evaluate("document.title") != "broken"

    # The object is a click away.
    page.click("#request details summary")
    page.click("#request details a")
    page.wait_for_text("#buckets", "UnhandledInvocationError")
    page.click("#topics summary")
    page.wait_for_text("#topics", "FunctionGraph asynchronous notification")
    assert DEFAULT_SECRET_KEY not in page.evaluate("document.documentElement.outerHTML")


def test_a_person_operates_faults_and_clock_and_reads_refusals(cloud: Emulator, page: Page) -> None:
    page.show(f"{cloud.url}/#operation")
    page.wait_for_text("#faults", "No faults")
    page.fill("#fault-service", "smn")
    page.fill("#fault-times", "2")
    page.click("#fault button")
    page.wait_for_text("#faults", "smn any operation: nth 1, times 2, status 503")
    assert cloud.control("GET", "faults")["faults"][0]["status"] == 503

    page.fill("#fault-value", "99")
    page.click("#fault button")
    page.wait_for_text("#fault .problem", "status")
    page.click("#fault-lift")
    page.wait_for_text("#faults", "No faults")

    before = cloud.state()["now"]
    page.fill("#clock-seconds", "86400")
    page.click("#clock button")
    page.wait_for(f"document.querySelector('#now').dateTime.slice(0, 10) > '{before[:10]}'")

    cloud.control("GET", "state")  # the page's calls and ours are no API calls
    page.click("nav a[href='#calls']")
    page.wait_for_text("#calls-empty", "No calls yet")


def test_what_is_gone_after_a_reset_is_shown_as_that(cloud: Emulator, page: Page) -> None:
    declare(cloud)
    cloud.seed({"functions": [{"name": "passing"}]})
    request = cloud.invoke("passing", wait=True).request_id
    page.show(f"{cloud.url}/#requests/{request}")
    page.wait_for_text("#requests-rows", "passing")
    page.evaluate(
        "document.getElementById('requests-function').value = 'passing';"
        "document.getElementById('requests-filter').dispatchEvent(new Event('change'))"
    )
    page.wait_for_text("#request", "Finished successfully")

    cloud.reset()

    page.wait_for_text("#request", "There is no such request (any more)")
    page.wait_for("document.getElementById('requests-function').value === ''")
    assert page.text("#connection") == ""


def test_the_list_tells_runs_apart_from_their_notifications_and_shows_what_callers_waited_for(
    cloud: Emulator, page: Page
) -> None:
    declare(cloud)
    cloud.options(delivery_attempts=1)
    cloud.fail("smn", times=1)
    request = cloud.invoke("orders", wait=True).request_id
    page.show(f"{cloud.url}/#requests/{request}")
    page.wait_for_text("#requests-rows", "✗ success to SMN: given up")
    assert "✓ succeeded" in page.text("#requests-rows")
    page.wait_for_text("#request", "✗ success to SMN: given up")
    cloud.invoke("orders", wait=True)
    page.wait_for_text("#requests-rows", "✓ success to SMN: delivered")

    cloud.seed({"functions": [{"name": "asks", "code": "def handler(*_): print('seen'); 1 / 0"}]})
    order = json.dumps({"function": "asks", "async": False})
    cloud.control("POST", "invoke", order)
    page.wait_for_text("#answered", "ZeroDivisionError: division by zero")
    page.click("#answered summary")
    page.wait_for_text("#answered pre", "seen")


def test_a_clock_that_stands_is_moved_by_hand(page: Page) -> None:
    with Emulator(clock="virtual") as cloud:
        declare(cloud)
        cloud.options(retry_seconds=1800)
        cloud.script("orders", fail_times=1)
        request = cloud.invoke("orders")
        page.show(f"{cloud.url}/#requests/{request}")
        page.wait_for_text("#request", "The clock stands")
        assert page.evaluate("document.querySelector('#virtual').checkVisibility()")

        page.click("#request .warning a")
        page.fill("#clock-seconds", "1")
        page.click("#clock button")
        page.wait_for_text("#news", "The clock says")
        page.show(f"{cloud.url}/#requests/{request}")
        page.wait_for_text("#request", "Waits 30 min 0 s for the next attempt")

        page.click("#request .warning a")
        page.click("#clock-idle")
        page.show(f"{cloud.url}/#requests/{request}")
        page.wait_for_text("#request", "Attempt 2 succeeded")
        page.wait_for_text("#request", "delivered to SMN")
        assert "The clock stands" not in page.text("#request")


def test_a_row_that_cannot_be_read_is_named_beside_the_others(page: Page, tmp_path: Path) -> None:
    with Emulator(data=tmp_path) as cloud:
        first, second = cloud.invoke("orders"), cloud.invoke("audit")
        cloud.run_until_idle()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as state, state:
        state.execute("UPDATE inv_requests SET condition = 'canary' WHERE id = ?", (first,))

    with Emulator(data=tmp_path) as cloud:
        page.show(f"{cloud.url}/#requests/{second}")
        page.wait_for_text("#request", "Attempt 1 succeeded")
        page.wait_for_text("#unreadable", "Not shown: ")
        assert "inv_requests" in page.text("#unreadable")
        assert "canary" not in page.text()


def test_a_keyboard_and_a_screen_reader_reach_what_there_is(cloud: Emulator, page: Page) -> None:
    declare(cloud)
    page.show(f"{cloud.url}/")
    page.wait_for_text("#functions-rows", "orders")

    focused = []
    for _ in range(9):
        page.press("Tab")
        focused.append(
            page.evaluate("document.activeElement.innerText.trim() || document.activeElement.id")
        )
    assert focused[:6] == [
        "Skip to the content",
        "Functions",
        "Requests",
        "Contents",
        "API calls",
        "Faults and clock",
    ]
    assert focused[7:] == ["invoke-payload", "Invoke"]

    page.press("Enter")
    page.wait_for_text("#request", "Attempt 1 succeeded")
    page.wait_for_text("#news", "of audit succeeded, 1 attempt")
    assert page.accessible_names("navigation") == ["Parts of this page"]
    assert page.accessible_names("main")
    fields = [
        name
        for role in ("combobox", "textbox", "searchbox", "button", "link")
        for name in page.accessible_names(role)
    ]
    assert all(fields)

    # What is shown anew leaves the focus where it is.
    page.evaluate("document.querySelector('#requests-rows a').focus()")
    before = page.evaluate("document.activeElement.id")
    cloud.invoke("audit")
    page.wait_for_text("#requests-rows", "audit")
    assert page.evaluate("document.activeElement.id") == before


FAINT = """(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (each) => {
    const own = getComputedStyle(each).backgroundColor;
    return channels(own)[3] !== 0 || !each.parentElement ? own : ground(each.parentElement);
  };
  const contrast = (each) => {
    const both = [light(getComputedStyle(each).color), light(ground(each))].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  };
  return [...document.querySelectorAll('body *:not(svg *):not(option)')]
    .filter((each) => each.checkVisibility() && !each.disabled)
    .filter((each) => [...each.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
    .filter((each) => contrast(each) < 4.5)
    .map((each) => `${each.tagName} ${each.innerText}: ${contrast(each)}`);
})()"""
"""Texts with less contrast than WCAG 2.2, 1.4.3 asks for."""


def test_texts_have_contrast_in_light_and_dark(cloud: Emulator, page: Page) -> None:
    cloud.script("orders", fails=True)
    request = cloud.invoke("orders")
    for scheme in ("light", "dark"):
        page.prefer(scheme)
        for part, content in (
            ("functions", "#functions-empty"),
            (f"requests/{request}", "#request"),
        ):
            page.show(f"{cloud.url}/#{part}")
            page.wait_for(f"document.querySelector('{content}').innerText")
            assert page.evaluate(FAINT) == []


OVERLAPS = """(() => {
  const boxes = [...document.querySelectorAll('#graph-drawing .node .box')];
  const places = boxes.map((each) => each.getBoundingClientRect());
  const meet = (one, other) => one.left < other.right && other.left < one.right
    && one.top < other.bottom && other.top < one.bottom;
  return places.flatMap((one, at) => places.slice(at + 1).filter((each) => meet(one, each))).length;
})()"""


def test_boxes_of_many_functions_do_not_overlap_and_shared_targets_are_near(
    cloud: Emulator, page: Page
) -> None:
    [topic] = cloud.state()["topics"]
    shared = {"destination": "SMN", "param": {"topic_urn": topic["topic_urn"]}}
    names = [f"{'W' * 30}-{number:02}" for number in range(60)]
    urn = cloud.state()["functions"][0]["func_urn"].rpartition(":")[0]

    def config(number: int) -> dict[str, Any]:
        following = names[(number * 7 + 1) % len(names)]
        function = {
            "destination": "FunctionGraph",
            "param": {"func_urn": f"{urn}:{following}:latest"},
        }
        return {"on_failure": shared, **({"on_success": function} if number % 3 else {})}

    cloud.seed(
        {
            "functions": [
                {"name": name, "xrole": AGENCY, "async_configs": {"latest": config(number)}}
                for number, name in enumerate(names)
            ]
        }
    )
    page.show(f"{cloud.url}/")
    page.wait_for_text("#functions-rows", names[-1])

    count = "document.querySelectorAll('#graph-drawing {}').length"
    assert page.evaluate(count.format(".node.function")) == 60
    assert page.evaluate(count.format(".node.topic .shared")) == 60
    assert page.evaluate(count.format(".edge.failure")) == 60
    assert page.evaluate(count.format(".edge.success")) == 40
    assert page.evaluate(OVERLAPS) == 0

    page.fill("#find-name", names[7])
    page.wait_for(f"{count.format('.node.function')} < 5")
    assert page.evaluate("document.querySelectorAll('#functions-rows tr').length") == 1


def test_a_cloud_that_ends_is_told_and_one_that_comes_back_is_shown(
    cloud: Emulator, page: Page
) -> None:
    page.show(f"{cloud.url}/")
    page.wait_for_text("#functions-rows", "orders")
    cloud.stop()
    page.wait_for_text("#connection", "does not answer")

    with Emulator(port=int(cloud.url.rpartition(":")[2])) as again:
        again.seed({"functions": [{"name": "returns"}]})
        page.wait_for_text("#functions-rows", "returns")
        assert page.text("#connection") == ""
