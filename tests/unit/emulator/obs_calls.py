"""Calls signed as OBS has it."""

import base64
import hashlib
import hmac
from email.utils import format_datetime

import httpx

from pulumi_functiongraph.emulator.seeds.default import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from unit.emulator.client import START, CloudClient

DATE = format_datetime(START, usegmt=True)


def obs(
    client: CloudClient,
    method: str,
    path: str,
    content: bytes = b"",
    *,
    secret_key: str = DEFAULT_SECRET_KEY,
    access_key: str = DEFAULT_ACCESS_KEY,
    date: str = DATE,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """One call signed as OBS's own clients sign; a query without "=" is a sub-resource."""
    own = headers or {}
    text = f"{method}\n\n\n{date}\n"
    text += "".join(f"{name}:{own[name]}\n" for name in sorted(own) if name.startswith("x-obs-"))
    bare, _, query = path.partition("?")
    text += bare if "=" in query else path
    digest = hmac.new(secret_key.encode(), text.encode(), hashlib.sha1).digest()
    signature = base64.b64encode(digest).decode()
    sent = {"date": date, "authorization": f"OBS {access_key}:{signature}", **own}
    return client.request(method, path, content=content, headers=sent)
