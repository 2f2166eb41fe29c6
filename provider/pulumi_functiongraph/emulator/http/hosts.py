"""Who may speak to the local cloud: programs of this machine and its own page, no other web page.

A page reaches a server on loopback in two ways. It lets its own name point to 127.0.0.1 (DNS
rebinding); the request then carries that name as `Host`. Or it sends requests across sites, which
browsers mark with `Origin` and `Sec-Fetch-Site` (Fetch standard; W3C Fetch Metadata). Both are
refused for every path, since the keys of the built-in seed are known to everybody.
"""

import functools
import ipaddress
import re
from collections.abc import Iterable

from pulumi_functiongraph.emulator.http.asgi import Scope
from pulumi_functiongraph.emulator.http.loopback import AGENT

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::[0-9]{1,5})?", re.ASCII)
_OBS = re.compile(
    r"(?:[a-z0-9.-]{3,63}\.)?obs\.[a-z0-9-]{1,40}"
    r"\.(?:myhuaweicloud\.com|myhuaweicloud\.eu|otc\.t-systems\.com|sc\.otc\.t-systems\.com)",
    re.ASCII,
)
"""OBS at its own name, a bucket before it or not; nobody else can point these names here."""
_BUCKET = re.compile(r"[a-z0-9.-]{1,253}\.localhost", re.ASCII)
"""A bucket in the host; browsers resolve it to loopback and nowhere else (RFC 6761, 6.3)."""

_OWN_PAGES = frozenset({b"none", b"same-origin"})
"""`Sec-Fetch-Site` of an address that was typed in, and of a page of this server."""


def is_host(name: str) -> bool:
    """Whether a text is a host name or an address, without a port and without wildcards."""
    match = _HOST.fullmatch(name.lower())
    return match is not None and match["name"] == name.lower()


class Hosts:
    """The names under which requests are taken; `more` adds some to those of this machine."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._more = frozenset(name.lower() for name in more)

    def refusal(self, scope: Scope, *, control: bool) -> str | None:
        """Why a request is refused, None when it is not.

        Args:
            scope: of the request.
            control: whether it is for a control, which has no name of a bucket or of a cloud.
        """
        hosts, origins = [], []
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value.decode("latin-1"))
            elif name == b"origin":
                origins.append(value)
            elif name == b"sec-fetch-site" and value not in _OWN_PAGES:
                return _PAGE
            elif control and name == b"user-agent" and value == AGENT.encode():
                return _OWN_CALL
        if len(hosts) != 1:
            return f"A request needs one Host header, this one has {len(hosts)}."
        if not self._is_known(hosts[0], control=control):
            return _unknown(hosts[0])
        own = f"http://{hosts[0]}".encode("latin-1")
        return _PAGE if any(origin != own for origin in origins) else None

    def _is_known(self, host: str, *, control: bool) -> bool:
        name = _name(host)
        if name is None:
            return False
        return _is_loopback(name) or name in self._more or (not control and _is_obs(name))


_PAGE = (
    "The request comes from a web page of another origin (see its Origin and Sec-Fetch-Site); "
    "the local cloud answers programs of this machine and its own page at /. To open that page, "
    "type the address instead of following a link."
)

_OWN_CALL = (
    "The request is one that a local cloud makes itself, for a script's url or a subscription; "
    "no function and no subscriber may give it orders."
)


def _unknown(host: str) -> str:
    name = _name(host)
    named = "is no host name" if name is None else f"is {name}"
    remedy = "" if name is None else f", or start it with --allow-host {name}"
    return (
        f"The Host of the request {named}. The local cloud answers only to the names of this "
        f"machine, so that no web page can reach it: use localhost, 127.0.0.1 or [::1]{remedy}."
    )


@functools.lru_cache(maxsize=256)
def _name(host: str) -> str | None:
    """The host without its port, in lower case; None when it is neither name nor address."""
    match = _HOST.fullmatch(host.lower())
    return None if match is None else match["name"]


@functools.lru_cache(maxsize=256)
def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


@functools.lru_cache(maxsize=256)
def _is_obs(name: str) -> bool:
    return _BUCKET.fullmatch(name) is not None or _OBS.fullmatch(name) is not None
