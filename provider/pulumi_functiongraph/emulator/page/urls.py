"""The paths of the page, and how its files are answered.

The page calls the controls as any program of this machine does. hosts.py lets no page of another
origin do so, and the headers below keep this page to files and controls of its own origin.
"""

from functools import cache
from importlib.resources import files

from pulumi_functiongraph.emulator.controls.urls import ROOT
from pulumi_functiongraph.emulator.http import asgi
from pulumi_functiongraph.emulator.http.asgi import Endpoint, Receive, Scope, Send
from pulumi_functiongraph.emulator.http.exchange import Answer
from pulumi_functiongraph.emulator.local_cloud import LocalCloud

INDEX = "/"
"""Where the page is, for who asks for HTML; clients get there what IAM or OBS answers."""

NAMES = (
    "page.css",
    "icon.svg",
    "main.js",
    "elements.js",
    "controls.js",
    "graph.js",
    "layout.js",
    "functions.js",
    "requests.js",
    "timeline.js",
    "contents.js",
    "calls.js",
    "operation.js",
)
"""Every file beside the page itself."""

_READING = frozenset({"GET", "HEAD"})

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'; require-trusted-types-for 'script'"
)
"""Nothing from elsewhere, no script in the page itself, nothing that makes markup of a text."""

_HEADERS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept"),
)


def endpoints(cloud: LocalCloud) -> list[tuple[str, str, Endpoint]]:
    """Method, path and application of each file but the page itself."""
    return [("GET", f"/{ROOT}/page/{name}", _File(cloud, name)) for name in NAMES]


def index(cloud: LocalCloud) -> Endpoint:
    """What answers with the page."""
    return _File(cloud, "index.html")


def is_asked_for(scope: Scope) -> bool:
    """Whether a request wants HTML, as those of browsers for a page do and those of clients do not.

    A client that takes anything (`*/*`) does not ask for it.
    """
    accepted = [value for name, value in scope["headers"] if name == b"accept"]
    return scope["method"] in _READING and b"text/html" in b",".join(accepted).lower()


class _File:
    """An ASGI application for one file."""

    def __init__(self, cloud: LocalCloud, name: str) -> None:
        self._cloud = cloud
        self._name = name

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        request_id, now = self._cloud.new_request_id(), self._cloud.clock.signing_time()
        await asgi.send_answer(send, _answer(self._name), request_id=request_id, now=now)


@cache
def _answer(name: str) -> Answer:
    media_type = _TYPES.get(name[name.rindex(".") :], "text/html")
    body = (files(__package__) / "files" / name).read_bytes()
    return Answer(200, body, (("Content-Type", f"{media_type}; charset=utf-8"), *_HEADERS))
