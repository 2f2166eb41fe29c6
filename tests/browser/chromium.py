"""A headless Chromium, driven by its own protocol (CDP) over two pipes; no library is needed."""

import base64
import contextlib
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 30.0
"""Seconds that a page may take to show what is waited for."""
_EACH = 0.05

_OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # it is refused to root, as whom containers run; only pages of ours are shown
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
)

_HIGH = 10
_START = """import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])"""
"""Chromium reads orders from handle 3 and writes answers to handle 4."""

program = next(filter(None, map(shutil.which, NAMES)), None)

needs_chromium = pytest.mark.skipif(
    program is None, reason=f"none of {', '.join(NAMES)} is on PATH: install Chromium to try pages"
)


STEADY, STEADY_LOOKS = 0.05, 100
"""Seconds for which an element stays where it is before it is clicked, and how often to look."""


class PageError(Exception):
    """The browser refuses, or a script failed in the page."""


class Page:
    """The one page of a browser, and what it said on its console."""

    def __init__(self, ask: Callable[..., Any], said: list[str]) -> None:
        self._ask = ask
        self.said = said

    def show(self, url: str) -> None:
        """Go to an address."""
        self._ask("Page.navigate", url=url)

    def evaluate(self, script: str) -> Any:
        """The value of an expression of JavaScript; a promise is waited for."""
        answer = self._ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise PageError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_for(self, script: str) -> Any:
        """The value of an expression, as soon as it is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(PageError):  # the page may not be there yet
                if value := self.evaluate(script):
                    return value
            time.sleep(_EACH)
        text = self.evaluate("document.body.innerText")
        raise AssertionError(f"{script}: not within {PATIENCE} s; the page says:\n{text}")

    def text(self, selector: str = "body") -> str:
        """What an element shows."""
        return str(self.evaluate(f"document.querySelector({selector!r}).innerText"))

    def wait_for_text(self, selector: str, text: str) -> None:
        """Wait until an element shows a text."""
        wanted = json.dumps(text)
        self.wait_for(f"document.querySelector({selector!r})?.innerText.includes({wanted})")

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a mouse does, once it does not move any more."""
        look = (
            f"(() => {{ const found = document.querySelector({selector!r});"
            " if (!found?.checkVisibility()) return null;"
            " found.scrollIntoView({block: 'center'}); const at = found.getBoundingClientRect();"
            " return [at.x + Math.min(at.width / 2, 40), at.y + at.height / 2]; })()"
        )
        place = self.wait_for(look)
        for _ in range(STEADY_LOOKS):
            time.sleep(STEADY)
            before, place = place, self.wait_for(look)
            if place == before:
                break
        for kind in ("mousePressed", "mouseReleased"):
            self._ask(
                "Input.dispatchMouseEvent",
                type=kind,
                x=place[0],
                y=place[1],
                button="left",
                clickCount=1,
            )

    def fill(self, selector: str, value: str) -> None:
        """Set a field of a form, or choose in a select."""
        self.evaluate(
            f"(() => {{ const field = document.querySelector({selector!r});"
            f" field.value = {json.dumps(value)};"
            " for (const kind of ['input', 'change'])"
            " field.dispatchEvent(new Event(kind, {bubbles: true})); })()"
        )

    def press(self, key: str) -> None:
        """Press a key, such as Tab or Enter."""
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            sent = text if kind == "keyDown" else {}
            self._ask(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **sent
            )

    def prefer(self, scheme: str) -> None:
        """Let pages be light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._ask("Emulation.setEmulatedMedia", features=features)

    def resize(self, width: int, height: int = 900) -> None:
        """Show the page at this size, in pixels."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def accessible_names(self, role: str) -> list[str]:
        """What a screen reader calls each element of a role."""
        nodes = self._ask("Accessibility.getFullAXTree")["nodes"]
        return [
            node["name"]["value"]
            for node in nodes
            if not node["ignored"] and node["role"]["value"] == role
        ]

    def picture(self, file: Path) -> None:
        """Write what is shown as PNG."""
        file.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))


def _pipe() -> tuple[int, ...]:
    """Both ends of a pipe, none of which is in the way of the browser's handles."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _HIGH) for end in ends)
    for end in ends:
        os.close(end)
    return high


@contextlib.contextmanager
def open_page(folder: Path) -> Iterator[Page]:
    """An empty page of a browser of its own, which ends with the block.

    Args:
        folder: an empty one, for the browser's profile.
    """
    assert program is not None
    orders_in, orders_out = _pipe()
    answers_in, answers_out = _pipe()
    handles = (str(orders_in), str(answers_out))
    browser = subprocess.Popen(
        [sys.executable, "-c", _START, *handles, program, *_OPTIONS, f"--user-data-dir={folder}"],
        pass_fds=(orders_in, answers_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(orders_in)
    os.close(answers_out)
    with os.fdopen(orders_out, "wb", 0) as orders, os.fdopen(answers_in, "rb") as answers:
        connection = _Connection(orders, answers)
        try:
            yield connection.page()
        finally:
            with contextlib.suppress(OSError, PageError):
                connection.ask("Browser.close")
            with contextlib.suppress(subprocess.TimeoutExpired):
                browser.wait(20)
            browser.kill()
            browser.wait()


class _Connection:
    """Orders to the browser, each answered before the next."""

    def __init__(self, orders: Any, answers: Any) -> None:
        self._orders = orders
        self._answers = answers
        self._numbers = itertools.count(1)
        self._said: list[str] = []

    def page(self) -> Page:
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

        def ask(method: str, **parameters: Any) -> Any:
            return self.ask(method, session=session, **parameters)

        for domain in ("Page", "Runtime", "Log", "Accessibility"):
            ask(f"{domain}.enable")
        return Page(ask, self._said)

    def ask(self, method: str, *, session: str | None = None, **parameters: Any) -> Any:
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": parameters}
        order |= {"sessionId": session} if session else {}
        self._orders.write(json.dumps(order).encode() + b"\0")
        while (answer := self._next()).get("id") != number:
            self._note(answer)
        if "error" in answer:
            raise PageError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                raise PageError("the browser has ended")
            text += byte
        answer: dict[str, Any] = json.loads(text)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Log.entryAdded":
            entry = event["params"]["entry"]
            if (
                entry["source"] != "network"
            ):  # a refusal or a lost connection is for the page to tell
                self._said.append(entry["text"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self._said.append(json.dumps(event["params"]["exceptionDetails"]))
