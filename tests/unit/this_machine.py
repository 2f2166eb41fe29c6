"""The settings of the machine that runs the tests, which have no business in a test."""

import asyncio
import os

import pytest
from pulumi.runtime.sync_await import _ensure_event_loop

SETTINGS = ("FUNCTIONGRAPH_", "OS_", "HUAWEICLOUD_", "HW_", "OTC_", "PULUMI_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in list(os.environ):
        if name.startswith(SETTINGS) or name.upper() in {*_PROXIES, *_CERTIFICATES}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


_LOOPS: set[asyncio.AbstractEventLoop] = set()
"""Kept, because Python warns of a loop that goes without having been closed."""


@pytest.fixture(autouse=True)
def an_event_loop() -> None:
    """Pulumi takes the thread's loop, and a test that ran before may have left none."""
    _LOOPS.add(_ensure_event_loop())  # type: ignore[no-untyped-call] # the SDK left it untyped
