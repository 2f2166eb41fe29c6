"""Whatever is in the files that a command reads, it ends with 0, 1 or 2 and no traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from unit.core.gate_reports import ENDED, LOOP, STOPPED, UNREAD, cycle_of, report
from unit.core.stack.told import GOLDEN, export, preview, secret, state, step, to_fn

UNKNOWN_STEP = {"op": "x", "urn": "urn:pulumi:dev::p::t::n"}
COMMANDS = (["review"], ["graph", "--preview", "-"], ["precheck", "--preview", "-"])
PREVIEWS = [
    json.loads(preview(step("update", old=state("a"), new=state("a", inputs={"onFailure": "x"})))),
    *(json.loads(file.read_text("utf-8")) for file in sorted(GOLDEN.glob("preview*.json"))),
]
EXPORTS = [
    json.loads(export(state("a"), state("b", inputs={"onFailure": secret(to_fn("a"))}))),
    *(json.loads(file.read_text("utf-8")) for file in sorted(GOLDEN.glob("export*.json"))),
]
GATES = [
    each.model_dump(mode="json", by_alias=True, exclude_none=True)
    for each in (report(), report(UNREAD, cycle_of(LOOP)))
]
EVENTS = [{"sequence": 0, "policyEvent": {"policyName": "names", "message": "no"}}]
STOPPED_PREVIEW = {
    "duration": 1,
    "diagnostics": [{"severity": "error", "message": each} for each in (STOPPED, ENDED)],
}
ODD: list[Any] = [
    None, True, -1, 1.5, 10**30, "", "a b", "\u2028\u202e", "::", "urn:fss:x", "[secret]", "\0",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "urn:pulumi:dev::p::t::n", [], {}, [[]], {"": {}},
    "http://[x", "file://[x/y#z", "project:///a\0.py#1", "__main__.py:0", "create", "refresh",
    secret([1, {"a": "b"}]), float("nan"),
]  # fmt: skip


def fgctl(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("told", [UNKNOWN_STEP, {**UNKNOWN_STEP, "op": "create"}])
def test_a_preview_that_is_not_understood_is_refused_in_a_line(
    command: list[str], told: dict[str, str]
) -> None:
    refused = fgctl(*command, stdin=json.dumps({"steps": [told]}))

    assert refused.exit_code == 2
    assert refused.stderr.startswith("preview.steps[0]: ")
    assert refused.stderr.count("\n") == 1


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a document, but for the document itself."""
    inner = value.items() if isinstance(value, dict) else ()
    for key, held in enumerate(value) if isinstance(value, list) else inner:
        yield (*path, key)
        yield from places(held, (*path, key))


@st.composite
def damaged(draw: st.DrawFn, documents: list[Any]) -> Any:
    """A document in which some values are odd, gone, or those of another place."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        if not (ways := list(places(document))):
            break
        *path, last = draw(st.sampled_from(ways))
        held = at(document, path)
        match draw(st.sampled_from(["odd", "gone", "moved", "named otherwise"])):
            case "odd":
                held[last] = draw(st.sampled_from(ODD))
            case "gone":
                held.pop(last)
            case "moved":
                held[last] = copy.deepcopy(at(document, draw(st.sampled_from(ways))))
            case _ if isinstance(held, dict):
                held[draw(st.sampled_from(["onFailure", "a.b", "__x"]))] = held.pop(last)
    return document


def at(document: Any, path: Any) -> Any:
    for key in path:
        document = document[key]
    return document


RUNS = st.one_of(
    st.tuples(
        st.sampled_from([["review"], ["graph"]]),
        st.fixed_dictionaries(
            {"preview": damaged(PREVIEWS)}, optional={"stack": st.sampled_from(EXPORTS)}
        ),
    ),
    st.tuples(
        st.sampled_from([["review"], ["graph"], ["drift"]]),
        st.fixed_dictionaries(
            {"stack": damaged(EXPORTS), "preview": st.sampled_from(PREVIEWS)},
        ),
    ),
    st.tuples(
        st.just(["review"]),
        st.fixed_dictionaries({"preview": st.just(STOPPED_PREVIEW), "gate": damaged(GATES)}),
    ),
    st.tuples(
        st.just(["review"]),
        st.fixed_dictionaries(
            {"preview": st.sampled_from(PREVIEWS)}, optional={"events": damaged(EVENTS)}
        ),
    ),
)


@given(run=RUNS)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_document_makes_a_command_end_with_a_traceback(
    run: tuple[list[str], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, documents = run
    monkeypatch.chdir(tmp_path)
    arguments = [*command]
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
        arguments += [f"--{name}", name]
    shared = ["text", "json", "markdown", "html"]
    forms = ["mermaid", "dot"] if command == ["graph"] else ["sarif", "junit", "gitlab"]
    for form in (*shared, *forms):
        arguments += ["--format", f"{form}=out.{form}"]

    ended = fgctl(*arguments)

    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    assert ended.exit_code in {0, 1, 2}
