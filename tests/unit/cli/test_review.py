"""`fgctl review` with files as Pulumi writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.cli.outputs import FORMS
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.review.gate_report import GateReport
from unit.cli.stub_pulumi import StubPulumi, stub_pulumi
from unit.cli.terminal import on_a_terminal
from unit.core.gate_reports import STACK, STOPPED, UNREAD, report
from unit.core.stack.told import GOLDEN, export, preview, state, step, to_fn

__all__ = ["stub_pulumi"]

BUCKET = {"destination": "OBS", "bucket": "results"}
QUIET = preview(step("create", new=state("a", inputs={"onFailure": BUCKET})))
WARNS = preview(step("create", new=state("a")))
FAILS = preview(step("create", new=state("a", inputs={"onFailure": to_fn("a")})))
BROKEN = preview(diagnostics=[{"severity": "error", "message": "error: preview failed"}])


def fgctl(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["review", *arguments], input=stdin)


@pytest.mark.parametrize(
    ("told", "fail_on", "code"),
    [
        (QUIET, "error", 0),
        (WARNS, "error", 0),
        (WARNS, "warning", 1),
        (FAILS, "error", 1),
        (FAILS, "never", 0),
        (BROKEN, "never", 2),
    ],
)
def test_the_exit_code_says_what_was_found(told: str, fail_on: str, code: int) -> None:
    assert fgctl("--fail-on", fail_on, stdin=told).exit_code == code


def test_a_preview_that_failed_is_told_with_what_helps_and_as_no_stack_without_configs() -> None:
    failed = (GOLDEN / "preview_failed.json").read_text(encoding="utf-8")

    told = " ".join(fgctl("--stack", str(GOLDEN / "export.json"), stdin=failed).stdout.split())

    assert "fix that and preview again" in told
    assert "--gate report.json" in told
    assert "no config could be compared" in told or "unchanged" in told
    for vain in ("permissions", "liveGraph", "(--stack)"):
        assert vain not in told


def test_several_forms_are_written_in_one_run(tmp_path: Path) -> None:
    forms = [
        argument
        for form in ("html", "json", "markdown", "sarif")
        for argument in ("--format", f"{form}={tmp_path / form}")
    ]

    result = fgctl(
        "--preview", str(GOLDEN / "preview.json"), "--stack", str(GOLDEN / "export.json"),
        "--format", "text", *forms,
    )  # fmt: skip

    assert result.exit_code == 1
    assert result.stdout.startswith("3 errors found")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["html", "json", "markdown", "sarif"]
    assert json.loads((tmp_path / "json").read_text())["counts"]["create"] == 4


def test_violations_of_policies_come_from_the_event_log(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    violation = {"policyName": "names", "enforcementLevel": "mandatory", "message": "no"}
    events.write_text(json.dumps({"sequence": 0, "policyEvent": violation}))

    result = fgctl("--events", str(events), stdin=QUIET)

    assert result.exit_code == 1
    assert "policy error: stack: names: no" in result.stdout


def events_with(file: Path, level: str) -> str:
    violation = {"policyName": "names", "enforcementLevel": level, "message": "no"}
    file.write_text(json.dumps({"sequence": 0, "policyEvent": violation}))
    return str(file)


@pytest.mark.parametrize(
    ("level", "also", "code"),
    [
        ("mandatory", [], 1),
        ("advisory", [], 2),
        ("mandatory", [{"severity": "error", "message": "error: no such region"}], 2),
    ],
)
def test_a_preview_that_only_policies_made_fail_is_judged(
    tmp_path: Path, level: str, also: list[dict[str, str]], code: int
) -> None:
    failed = {"severity": "error", "message": "error: preview failed\n"}
    told = preview(*json.loads(QUIET)["steps"], diagnostics=[failed, *also])

    result = fgctl("--events", events_with(tmp_path / "events.jsonl", level), stdin=told)

    assert result.exit_code == code
    assert ("the preview failed" in result.stdout) is (code == 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--stack", "-"], "only one of --preview, --stack, --events and --gate"),
        (["--preview", "/nonexistent"], "No such file"),
        (["--format", "pdf"], "there is no form pdf"),
    ],
)
def test_bad_usage_exits_with_2_and_says_why(arguments: list[str], said: str) -> None:
    result = fgctl(*arguments, stdin="{}")

    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_what_is_no_preview_is_refused() -> None:
    result = fgctl(stdin="[]")

    assert (result.exit_code, "pulumi preview --json" in result.stderr) == (2, True)


def test_a_stack_of_another_name_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "stack.json"
    other.write_text(export(state("a", stack="prod")))

    result = fgctl("--stack", str(other), stdin=QUIET)

    assert (result.exit_code, "expected the same stack" in result.stderr) == (2, True)


def test_a_terminal_gets_colours_unless_it_says_no(tmp_path: Path) -> None:
    command = ("review", "--preview", str(GOLDEN / "preview.json"))

    assert "\x1b[31m" in on_a_terminal(*command, folder=tmp_path)[1]
    assert "\x1b[31m" not in on_a_terminal(*command, folder=tmp_path, NO_COLOR="1")[1]


def test_a_comment_in_the_program_accepts_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "__main__.py"
    program.write_text("# functiongraph: ignore FGN301 -- worth <nothing>\nconfig()\n")
    place = {"sourcePosition": "project:///__main__.py#2,1"}
    told = preview(step("create", new=state("a", stackTrace=[place])))

    shown = fgctl("--fail-on", "warning", stdin=told)
    program.write_text("\nconfig()\n")

    assert shown.exit_code == 0
    assert shown.stdout.startswith("nothing found but what is accepted; configs: 1 created")
    assert "  FGN301 acknowledged: a.on_failure (__main__.py:2): " in shown.stdout
    assert "(accepted: worth <nothing>)" in shown.stdout
    assert fgctl("--fail-on", "warning", stdin=told).exit_code == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("json", '"acknowledged": "as agreed"'),
        ("markdown", "<summary>accepted in the program (1)</summary>"),
        ("html", ">FGN301 acknowledged</a></b>"),
        ("sarif", '"justification": "as agreed"'),
    ],
)
def test_every_form_tells_what_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("config()  # functiongraph: ignore FGN301 -- as agreed\n")
    place = {"sourcePosition": "project:///a.py#1,1"}

    shown = fgctl(
        "--format", form, stdin=preview(step("create", new=state("a", stackTrace=[place])))
    )

    assert said in shown.stdout
    assert "as agreed" in shown.stdout


def test_comments_and_places_of_what_is_unchanged_are_of_the_program_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [{"sourcePosition": "project:///__main__.py#1"}]
    exported = tmp_path / "stack.json"
    exported.write_text(export(*(state(name, stackTrace=frames) for name in ("b", "c"))))
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nmain: infra\n", encoding="utf-8")
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "__main__.py").write_text(
        "\n\n# functiongraph: ignore FGN301 -- nobody waits for it\n"
        'AsyncNotificationConfig("b", function_urn="b")\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)

    shown = fgctl("--stack", str(exported), stdin=QUIET).stdout

    accepted = "FGN301 acknowledged: b.on_failure (infra/__main__.py:4)"
    assert accepted in shown
    assert "(accepted: nobody waits for it)" in shown
    assert "FGN301 warning: c.on_failure (__main__.py:1)" in shown
    assert "shown as of the last update" in shown


def with_gate(tmp_path: Path, gate: GateReport, *said: tuple[str, str]) -> Result:
    """A review of a preview that says something by severity, and of a gate's report."""
    told = [{"severity": severity, "message": message} for severity, message in said]
    created = [] if any(severity == "error" for severity, _ in said) else [step("create", new=NEW)]
    (tmp_path / "preview.json").write_text(preview(*created, diagnostics=told), encoding="utf-8")
    written = gate.model_dump_json(by_alias=True, exclude_none=True)
    (tmp_path / "gate.json").write_text(written, encoding="utf-8")
    files = ["--preview", str(tmp_path / "preview.json"), "--gate", str(tmp_path / "gate.json")]
    return CliRunner().invoke(app, ["review", *files])


NEW = state("notify-a")
LOOPS = "FGN101 error: notify-a.on_success (__main__.py:3): cycle"
STOP = f"functiongraph: 1 error found before anything was changed\n  {LOOPS}"


@pytest.mark.parametrize(
    "said",
    [
        [],
        [("warning", "something else")],
        [("warning", "FGN103 warning: notify-a: cannot prove acyclic")],
        [("warning", LOOPS.replace("notify-a", "another"))],
        [("error", STOP.replace("notify-a", "another"))],
        [("error", "another failure")],
    ],
)
def test_the_report_of_a_gate_that_this_preview_does_not_tell_is_refused(
    tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    refused = with_gate(tmp_path, report(), *said)

    assert refused.exit_code == 2
    told = " ".join(refused.output.split())
    assert "is of another preview" in told
    assert "FGN101 of notify-a" in told
    assert "FUNCTIONGRAPH_REPORT=report.json" in told


@pytest.mark.parametrize(
    "said",
    [
        ("error", STOP),
        ("warning", LOOPS),  # functiongraph:precheck = warn
        ("error", STOP.replace("notify-a", "[secret]")),
    ],
)
def test_the_report_of_a_gate_that_this_preview_tells_is_taken(
    tmp_path: Path, said: tuple[str, str]
) -> None:
    shown = with_gate(tmp_path, report(), said)

    assert shown.exit_code == 1, shown.output
    assert "FGN101 error: notify-a" in shown.output


def test_a_warning_of_an_earlier_gate_is_refused_too(tmp_path: Path) -> None:
    warned = report().findings[0].model_copy(update={"severity": Severity.WARNING})
    earlier = report().model_copy(update={"findings": (warned,)})

    assert "is of another preview" in with_gate(tmp_path, earlier).output
    assert (
        "is of another preview"
        not in with_gate(tmp_path, earlier, ("warning", LOOPS.replace("error", "warning"))).output
    )


def test_what_is_accepted_stops_nothing_and_need_not_be_told(tmp_path: Path) -> None:
    accepted = report().findings[0].model_copy(update={"acknowledged": "as agreed"})
    gate = report().model_copy(update={"findings": (accepted,)})

    assert "is of another preview" not in with_gate(tmp_path, gate).output


def test_the_gate_report_of_another_preview_is_refused(tmp_path: Path) -> None:
    said = "functiongraph: 1 error found before anything was changed\n  FGN101 error: a.on_success"
    (tmp_path / "preview.json").write_text(
        preview(diagnostics=[{"severity": "error", "message": said}]), encoding="utf-8"
    )
    earlier = report().model_copy(update={"findings": ()})
    written = earlier.model_dump_json(by_alias=True, exclude_none=True)
    (tmp_path / "gate.json").write_text(written, encoding="utf-8")
    files = ["--preview", str(tmp_path / "preview.json"), "--gate", str(tmp_path / "gate.json")]

    refused = CliRunner().invoke(app, ["review", *files])

    assert refused.exit_code == 2
    assert "is of another preview" in refused.output
    assert "stopped by FGN101" in " ".join(refused.output.split())
    assert "FUNCTIONGRAPH_REPORT=report.json" in refused.output


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["--fail-on", "never"], 2), (["--partial-ok"], 0)]
)
def test_what_the_gate_could_not_read_exits_with_2(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    gate = tmp_path / "gate.json"
    gate.write_text(report(UNREAD).model_dump_json(by_alias=True, exclude_none=True))

    result = fgctl("--gate", str(gate), *arguments, stdin=QUIET)

    assert result.exit_code == code
    assert result.stdout.startswith("cannot say: not all could be judged")
    assert ":function:default:b:latest: not read in time" in result.stdout


@pytest.mark.parametrize(
    ("op", "state_told", "sign", "asks"),
    [
        ("same", True, "    a → b (success", True),
        ("same", False, "  ? a → b (success", True),
        ("create", False, "  + a → b (success", False),
    ],
)
def test_what_a_stopped_preview_adds_is_told_by_the_state_of_its_stack(
    tmp_path: Path, stub_pulumi: StubPulumi, op: str, *, state_told: bool, sign: str, asks: bool
) -> None:
    gate = tmp_path / "gate.json"
    gate.write_text(report().model_dump_json(by_alias=True, exclude_none=True))
    applied = export(state("a", inputs={"onSuccess": to_fn("b")})) if state_told else None
    stub_pulumi.answers(hidden=applied)
    said = [{"severity": "error", "message": STOPPED.replace("…", "notify-a: a cycle")}]

    told, html = preview(step(op, new=STACK), diagnostics=said), tmp_path / "review.html"

    forms = ("--format", "text", "--format", f"html={html}")
    result = fgctl("--gate", str(gate), *forms, stdin=told)

    assert result.exit_code == 1
    assert sign in result.stdout
    assert result.stdout.startswith("1 error found; the program stopped the preview")
    assert ("whether it is new is unknown" in html.read_text()) is sign.startswith("  ?")
    assert (stub_pulumi.folder / "asked").exists() is asks
    assert ("which edges are new is not known" in result.stdout) is (asks and not state_told)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_hides_a_character_of_what_others_named(form: str) -> None:
    places = [{"sourcePosition": "project:///a\u2028\u200bb.py#3"}]
    told = preview(step("create", new=state("a\u202eb\u200bc", stackTrace=places)))

    shown = fgctl("--format", form, stdin=told).stdout

    assert "202e" in shown.lower()
    assert all(line.isprintable() for line in shown.split("\n"))
