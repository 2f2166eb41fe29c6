"""Whether a url leads to a program on this machine."""

import ipaddress
import urllib.parse

AGENT = "functiongraph-emulator"
"""`User-Agent` of what the local cloud calls by itself; its own controls refuse that."""


def is_loopback_url(url: str) -> bool:
    """Whether it is `http://` and a host that is this machine, without a user's name."""
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        if parts.scheme != "http" or parts.username is not None or not url.isprintable():
            return False
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
