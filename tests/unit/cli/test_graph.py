"""`fgctl graph`: from the files that Pulumi writes to a drawing and an exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.core.schemas import SCHEMAS
from unit.cli.process import HEAVY, loaded_by
from unit.core.stack.told import (
    GOLDEN,
    export,
    fn,
    preview,
    secret,
    state,
    step,
    to_fn,
)

PREVIEW = str(GOLDEN / "preview.json")
EXPORT = str(GOLDEN / "export.json")
LOOP = export(state("a", inputs={"onSuccess": to_fn("a")}))
LINE = export(state("a", inputs={"onSuccess": to_fn("b")}))
INTENDED = export(state("a", inputs={"onSuccess": {**to_fn("a"), "allowCycle": "ends"}}))
DRAWN = ("--fail-on", "never")
REWRITE = (
    "tests/golden/graph/graph.{0} is not what is printed; if that is meant, rewrite it there: "
    "SOURCE_DATE_EPOCH=1764489600 fgctl graph --preview preview.json --stack export.json "
    "--format {0}=graph.{0}"
)


def fgctl(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["graph", *arguments], input=stdin, prog_name="fgctl")


@pytest.mark.parametrize("form", ["text", "mermaid", "dot", "json"])
def test_the_real_stack_is_drawn_as_the_golden_file_has_it(form: str) -> None:
    shown = fgctl("--preview", PREVIEW, "--stack", EXPORT, "--format", form, *DRAWN)

    assert shown.exit_code == 0
    golden = (GOLDEN / f"graph.{form}").read_bytes()
    assert shown.stdout_bytes == golden, REWRITE.format(form)


def test_the_real_stack_as_json_is_as_the_schema_says() -> None:
    shown = fgctl("--preview", PREVIEW, "--stack", EXPORT, "--format", "json", *DRAWN)

    assert (
        list(Draft202012Validator(SCHEMAS["graph"]()).iter_errors(json.loads(shown.stdout))) == []
    )


def with_secrets(bucket: str, function: str) -> str:
    """An export with two secrets in clear, one of them the name of a function."""
    to_bucket = {"destination": "OBS", "bucket": secret(bucket)}
    to_function = {"destination": "FunctionGraph", "functionUrn": secret(fn(function))}
    return export(state("a", inputs={"onFailure": to_bucket, "onSuccess": to_function}))


@pytest.mark.parametrize("form", ["text", "markdown", "mermaid", "dot", "json"])
def test_no_form_depends_on_what_a_secret_is(form: str) -> None:
    """A secret of one letter, and one that would close a cycle, as well."""
    told = [with_secrets("results", "x"), with_secrets("e", "a"), with_secrets("canary", "canary")]

    shown = [fgctl("--stack", "-", "--format", form, stdin=text) for text in told]

    assert {each.exit_code for each in shown} == {2}
    assert len({each.output for each in shown}) == 1
    assert "canary" not in shown[0].output


@pytest.mark.parametrize(("told", "code"), [(LOOP, 1), (LINE, 0), (INTENDED, 0)])
def test_the_exit_code_is_1_for_a_cycle_that_nobody_acknowledged(told: str, code: int) -> None:
    assert fgctl("--stack", "-", stdin=told).exit_code == code
    assert fgctl("--stack", "-", *DRAWN, stdin=told).exit_code == 0


def test_in_the_real_preview_it_finds_the_cycles() -> None:
    assert fgctl("--preview", PREVIEW, "--stack", EXPORT).exit_code == 1
    assert fgctl("--stack", EXPORT, "--partial-ok").exit_code == 0


@pytest.mark.parametrize(
    "told",
    [
        (GOLDEN / "preview_failed.json").read_text(encoding="utf-8"),
        preview(
            step("create", new=state("a", inputs={"onSuccess": to_fn("a")})),
            step("create", new=state("b", inputs={"onSuccess": {"destination": "Moon"}})),
        ),
    ],
    ids=["the preview failed", "a config cannot be read, beside a cycle"],
)
def test_what_could_not_be_read_whole_exits_with_2(told: str) -> None:
    checked = fgctl("--preview", "-", stdin=told)

    assert checked.exit_code == 2
    assert "\ncannot say: " in checked.stdout
    assert fgctl("--preview", "-", *DRAWN, stdin=told).exit_code == 2
    assert fgctl("--preview", "-", "--partial-ok", *DRAWN, stdin=told).exit_code == 0


def test_beside_a_drawing_it_reports_on_standard_error() -> None:
    checked = fgctl("--preview", PREVIEW, "--format", "mermaid")

    assert checked.exit_code == 2
    assert checked.stdout.splitlines()[0].startswith("%% cannot say: 1 unchanged resource missing")
    assert "cycle f4db6e66" not in checked.stdout
    assert "\ncannot say: 1 unchanged resource missing" in checked.stderr
    assert "\ncycle f4db6e66: 2 edges\n" in checked.stderr


def test_as_text_it_reports_once() -> None:
    checked = fgctl("--stack", "-", stdin=LOOP)

    assert checked.stdout.count("breaks it") == 1
    assert checked.stderr == ""


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "graph.dot"

    shown = fgctl("--preview", PREVIEW, "--stack", EXPORT, "--format", f"dot={file}", *DRAWN)

    assert (shown.exit_code, shown.output) == (0, "")
    assert file.read_bytes() == (GOLDEN / "graph.dot").read_bytes()


def test_output_to_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gone" / "graph.dot"

    refused = fgctl("--stack", EXPORT, "--format", f"text={file}")

    assert refused.exit_code == 2
    assert refused.stderr == f"--format text={file}: No such file or directory\n"


CHAIN = export(
    state("a", inputs={"onSuccess": to_fn("b")}),
    state("b", inputs={"onSuccess": to_fn("c")}),
    state("c", inputs={"onSuccess": to_fn("d")}),
    state("p", inputs={"onSuccess": to_fn("p")}),
)


@pytest.mark.parametrize("form", ["text", "markdown", "mermaid", "dot", "json", "html"])
def test_every_form_shows_what_is_in_focus_and_judges_the_whole(form: str) -> None:
    shown = fgctl("--stack", "-", "--focus", "a", "--format", form, stdin=CHAIN)

    assert shown.exit_code == 1
    drawing = shown.stdout.partition("what was found")[0]
    ends = {"text": "\nedges ", "json": '"cycles"'}
    drawing = drawing.partition(ends["text"])[2] if form == "text" else drawing
    drawing = drawing.partition(ends["json"])[0] if form == "json" else drawing
    assert "b" in drawing
    for name in ("c", "d", "p"):
        assert fn(name) not in drawing
        assert f">{name}<" not in drawing
        assert f'"{name}"' not in drawing
    if form in {"text", "html"}:
        assert "shown is a and what is 1 edge around" in shown.stdout
        assert "breaks it: remove" in shown.stdout


def test_depth_says_how_many_edges_are_followed() -> None:
    def drawn(depth: str) -> int:
        shown = fgctl(
            "--stack",
            "-",
            *DRAWN,
            "--focus",
            "a",
            "--depth",
            depth,
            "--format",
            "json",
            stdin=CHAIN,
        )
        return len(json.loads(shown.stdout)["nodes"])

    assert [drawn(depth) for depth in ("0", "1", "2", "9")] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("notifyaa", "there are a, b, c, d, p"), ("pp", "did you mean p?")],
)
def test_a_focus_that_names_nothing_is_refused(name: str, hint: str) -> None:
    refused = fgctl("--stack", "-", "--focus", name, stdin=CHAIN)

    assert refused.exit_code == 2
    said = " ".join(refused.stderr.replace("│", "").split())
    assert f"nothing in the graph is named {name}; {hint}" in said
    assert refused.stdout == ""


UNKNOWN_END = export(state("a", inputs={"onSuccess": "[secret]"}))


@pytest.mark.parametrize("told", [CHAIN, UNKNOWN_END], ids=["a cycle", "a secret"])
def test_quiet_writes_nothing_beside_a_report(tmp_path: Path, told: str) -> None:
    form = f"html={tmp_path / 'graph.html'}"

    quiet = fgctl("-q", "--stack", "-", "--format", form, stdin=told)

    loud = fgctl("--stack", "-", "--format", form, stdin=told)
    assert quiet.output == ""
    assert loud.stderr != ""
    assert quiet.exit_code == loud.exit_code


def test_a_focus_that_names_nothing_of_a_large_graph_names_some() -> None:
    chain = [state(f"f{n:03}", inputs={"onSuccess": to_fn(f"f{n + 1:03}")}) for n in range(450)]

    refused = fgctl("--stack", "-", "--focus", "nosuch", stdin=export(*chain))

    said = " ".join(refused.stderr.replace("│", "").split())
    assert "there are f000, f001, f002," in said
    assert "and 441 more" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --preview, --stack or both"),
        (("--preview", "-", "--stack", "-"), "cannot both be standard input"),
        (("--preview", "gone.json"), "--preview gone.json: No such file or directory"),
        (("--stack", str(GOLDEN)), f"--stack {GOLDEN}: Is a directory"),
        (
            ("--stack", EXPORT, "--format", "svg"),
            "there are text, markdown, mermaid, dot, json, html",
        ),
        (("--stack", PREVIEW), f"--stack {PREVIEW}: stack export: is a preview; expected one"),
        (("--preview", EXPORT), "make it with: pulumi preview --json > preview.json"),
    ],
)
def test_bad_usage_exits_with_2_and_says_what_to_do(arguments: tuple[str, ...], said: str) -> None:
    refused = fgctl(*arguments)

    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
    assert refused.stdout == ""
    assert "Traceback" not in refused.output


def test_standard_input_that_is_no_json_is_told_so() -> None:
    refused = fgctl("--preview", "-", stdin="error: no stack selected")

    assert refused.exit_code == 2
    assert refused.stderr.startswith("--preview -: preview: is not JSON (line 1, column 1: ")


def test_files_of_two_stacks_are_refused() -> None:
    refused = fgctl("--preview", "-", "--stack", EXPORT, stdin=_of_prod())

    assert refused.exit_code == 2
    assert "expected the same stack in both" in refused.stderr


def test_no_pulumi_and_no_network_library_is_loaded() -> None:
    loaded = loaded_by("graph", "--preview", PREVIEW, "--format", f"text={os.devnull}", *DRAWN)

    assert "pulumi_functiongraph.report.graph.text" in loaded
    assert not loaded & (set(HEAVY) - {"pydantic"})


def test_the_help_has_examples_and_the_exit_codes() -> None:
    shown = fgctl("--help").stdout

    assert "fgctl graph --stack stack.json --format mermaid=graph.mmd" in shown
    assert "1 a cycle that nobody acknowledged" in shown


def _of_prod() -> str:
    return preview(step("create", new=state("a", stack="prod")))
