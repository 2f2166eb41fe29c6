"""What the engine is told of a call that failed."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_functiongraph.core.errors import NotApplied
from pulumi_functiongraph.plugin.failed_calls import error_text_only
from unit.dynamic.plugin_in_process import Aborted, Context
from unit.plugin.plugin_process import struct


@dataclass(frozen=True)
class Failing:
    """A provider whose calls fail."""

    error: Exception

    def worded(self, text: str) -> str:
        return text

    @error_text_only
    def fail(self, _request: Any, _context: Any) -> None:
        raise self.error


def told(error: Exception, **bags: Any) -> str:
    context: Any = Context()
    request = SimpleNamespace(id="", **{name: struct(bag) for name, bag in bags.items()})
    with pytest.raises(Aborted):
        Failing(error).fail(request, context)
    return str(context.text)


def test_our_error_is_its_text() -> None:
    assert told(NotApplied("the service holds another one")) == "the service holds another one"


def test_a_mistake_of_ours_is_one_line_that_names_no_target_and_no_key() -> None:
    bag = {"functionUrn": "orders", "onFailure": {"destination": "OBS", "bucket": "canary-bucket"}}
    error = ValueError("no\nvalue 'canary-bucket' of orders, secretKey=abcdef0123")
    text = told(error, olds={}, news=bag)
    assert text == (
        "fail failed because of a mistake in pulumi-functiongraph, please report it: "
        "ValueError: no value '(not shown)' of orders, secretKey=(not shown)"
    )


def test_a_long_mistake_is_cut() -> None:
    assert len(told(KeyError("x" * 10_000))) < 500
