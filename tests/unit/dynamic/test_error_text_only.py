"""Errors reach the engine as their message, whichever release of the SDK calls the provider."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from pulumi_functiongraph.core.errors import NotApplied
from pulumi_functiongraph.dynamic.error_text_only import error_text_only


class Aborted(Exception):
    pass


class Context:
    """As gRPC's: ``abort`` keeps what it is told, and raises."""

    def __init__(self) -> None:
        self.told: tuple[str, str] | None = None

    def abort(self, code: str, details: str) -> None:
        self.told = (code, details)
        raise Aborted


@error_text_only
def fails(error: Exception) -> None:
    raise error


def served(error: Exception, context: Context) -> None:
    """As later releases of the SDK serve a call."""
    try:
        fails(error)
    except Exception:  # noqa: BLE001 - as the SDK does
        context.abort("UNKNOWN", traceback.format_exc())


def test_our_error_is_told_without_a_traceback() -> None:
    context = Context()
    with pytest.raises(Aborted):
        served(NotApplied("the service holds another config"), context)
    assert context.told == ("UNKNOWN", "the service holds another config")


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    context = Context()
    with pytest.raises(Aborted):
        served(KeyError("oops"), context)
    assert context.told is not None
    assert "Traceback" in context.told[1]


def test_earlier_releases_get_the_error_itself() -> None:
    def served_without_context(_context: Any) -> None:
        fails(NotApplied("the service holds another config"))

    with pytest.raises(NotApplied):
        served_without_context(None)


def test_earlier_releases_get_properties_named_as_in_a_program() -> None:
    with pytest.raises(NotApplied, match=r"^max_async_retry_attempts: 1 → 3 retries$"):
        fails(NotApplied("maxAsyncRetryAttempts: 1 → 3 retries"))


def test_what_succeeds_is_left_alone() -> None:
    assert error_text_only(lambda value: value + 1)(1) == 2


def test_what_cannot_be_encoded_is_told_as_it_can_be() -> None:
    context = Context()
    with pytest.raises(Aborted):
        served(NotApplied("/caf\udce9\x1b[31m is missing"), context)
    assert context.told == ("UNKNOWN", r"/caf\udce9\x1b[31m is missing")
