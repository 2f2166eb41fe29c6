"""Ends of runs, as outcomes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.emulator.invocations.outcome import (
    MAX_ANSWER,
    MAX_ERROR,
    Outcome,
    Result,
    one_line,
)


@given(st.text(st.characters(), max_size=3000))
def test_an_error_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert (line.isprintable(), len(line) <= MAX_ERROR) == (True, True)


@given(st.text(st.characters()), st.text(st.characters(), min_size=1), st.lists(st.text()))
def test_a_function_error_holds_its_document(message: str, kind: str, stack: list[str]) -> None:
    outcome = Outcome.function_error(message, kind, stack)
    document = {"errorMessage": message, "errorType": kind, "stackTrace": stack}
    assert outcome.result is Result.FUNCTION_ERROR
    assert json.loads(outcome.payload) == document


def test_a_success_is_measured_in_bytes() -> None:
    fits = '"' + "ü" * (MAX_ANSWER // 2 - 1) + '"'
    assert Outcome.success(fits).result is Result.SUCCESS
    assert Outcome.success(fits + " ").result is Result.FUNCTION_ERROR


def test_a_system_error_has_another_status() -> None:
    outcome = Outcome.system_error("nobody\nthere")
    assert (outcome.error, outcome.result) == ("nobody there", Result.SYSTEM_ERROR)
