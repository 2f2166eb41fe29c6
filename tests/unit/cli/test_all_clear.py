"""No command gives an all-clear over a part: each command, each missing part, each form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import requests
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli import live_graph
from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.emulator.process import Emulator
from unit.cli.stub_pulumi import StubPulumi, stub_pulumi
from unit.core.stack.told import UNKNOWN_VALUE, export, preview, state, step

__all__ = ["stub_pulumi"]

SEED = """
agencies: [{name: writer, grants: [OBS Administrator, SMN Administrator, Tenant Guest]}]
functions:
  - name: orders
    xrole: writer
    async_configs:
      latest:
        on_success: {destination: OBS, param: {bucket: results}}
        on_failure: {destination: SMN, param: {topic_urn: 'urn:smn:cn-north-4:PROJECT:done'}}
  - name: billing
    xrole: writer
    versions: [v1]
    aliases: {prod: v1}
    async_configs:
      latest:
        on_success:
          destination: FunctionGraph
          param: {func_urn: 'urn:fss:cn-north-4:PROJECT:function:default:billing:!prod'}
topics: [{name: done}]
buckets: [{name: results}]
"""
FORMS = {
    "graph": ("text", "json", "markdown", "mermaid", "dot", "html"),
    "review": ("text", "json", "markdown", "sarif", "junit", "gitlab", "html"),
    "drift": ("text", "json", "markdown", "sarif", "junit", "gitlab", "html"),
    "precheck": ("text", "json", "markdown", "sarif", "junit", "gitlab", "html"),
    "adopt": ("",),
    "doctor": ("text", "json"),
}


@dataclass(frozen=True)
class Part:
    """One part that is missing.

    Attributes:
        words: by command, what is added to it; the commands that can miss it.
        files: what is written before, by name.
        fault: of the local cloud.
        environment: what is set otherwise.
    """

    words: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    fault: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def unreadable(name: str = "odd") -> dict[str, object]:
    return state(name, inputs={"onSuccess": {"destination": "Moon"}})


def secret_target() -> dict[str, object]:
    sealed = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    hidden = {"destination": "OBS", "bucket": {**sealed, "ciphertext": "v1:x:y"}}
    return state("a", inputs={"onFailure": hidden})


NEW = step("create", new=state("a"))
OPEN = {"destination": "FunctionGraph", "functionUrn": UNKNOWN_VALUE}
READS_FILES = {"graph": "", "review": "", "precheck": ""}
READS_LIVE = {
    "graph": "--live",
    "drift": "--stack stack.json",
    "precheck": "",
    "adopt": "",
}
WALKS = {"graph": "--live", "drift": "--stack stack.json --with cycles"}
STACK = {"stack.json": export(state("elsewhere"))}


def of_files(words: str, **more: str) -> dict[str, str]:
    return {**dict.fromkeys(READS_FILES, words), **more}


def denied(operation: str, *, words: Mapping[str, str] = WALKS) -> Part:
    return Part(words, STACK, {"operation": operation, "status": 403})


PARTS = {
    "unchanged resources, without --stack": Part(
        of_files("--preview p.json"),
        {"p.json": preview(NEW, changeSummary={"create": 1, "same": 2})},
    ),
    "unchanged resources that the stack export lacks": Part(
        of_files("--preview p.json --stack s.json"),
        {
            "p.json": preview(NEW, changeSummary={"create": 1, "same": 2}),
            "s.json": export(state("b")),
        },
    ),
    "unchanged resources, and an empty export": Part(
        of_files("--preview p.json --stack s.json"),
        {"p.json": preview(NEW, changeSummary={"create": 1, "same": 2}), "s.json": export()},
    ),
    "the rest of a preview that failed": Part(
        of_files("--preview p.json"),
        {"p.json": preview(NEW, diagnostics=[{"severity": "error", "message": "error: no"}])},
    ),
    "a config that cannot be read": Part(
        of_files("--preview p.json", drift="--stack s.json"),
        {"p.json": preview(NEW, step("create", new=unreadable())), "s.json": export(unreadable())},
    ),
    "all of a stack": Part(
        {"graph": "--stack s.json", "precheck": "--stack s.json"}, {"s.json": export()}
    ),
    "all of a stack, and which project it is in": Part(
        {"drift": "--stack s.json"},
        {"s.json": export()},
        environment={"FUNCTIONGRAPH_REGION": "", "HUAWEICLOUD_SDK_REGION": ""},
    ),
    "values that are known at apply": Part(
        {
            "graph": "--preview p.json",
            "precheck": "--preview p.json",
            "review": "--with precheck --preview p.json",
        },
        {"p.json": preview(step("create", new=state("a", inputs={"onFailure": OPEN})))},
    ),
    "secrets that are not decrypted": Part(
        {
            "graph": "--stack s.json",
            "precheck": "--stack s.json",
            "drift": "--stack s.json",
        },
        {"s.json": export(secret_target())},
    ),
    "everything, because the key is refused": Part(
        {**READS_LIVE, "doctor": "", "review": "--with precheck --preview p.json"},
        {
            **STACK,
            "p.json": preview(
                step(
                    "create",
                    new=state(
                        "a", inputs={"onFailure": {"destination": "OBS", "bucket": "results"}}
                    ),
                )
            ),
        },
        environment={"HUAWEICLOUD_SDK_SK": "wrong"},
    ),
    "everything, because nobody answers": Part(
        {**READS_LIVE, "doctor": ""},
        STACK,
        environment={"FUNCTIONGRAPH_ENDPOINTS": '{"functiongraph": "http://127.0.0.1:9"}'},
    ),
    "the list of functions": denied("ListFunctions", words={**READS_LIVE, "doctor": ""}),
    "the configs of a function": denied("ListFunctionAsyncInvokeConfig", words=READS_LIVE),
    "the aliases of a function": denied("ListVersionAliases"),
    "the triggers of functions": denied("ListFunctionTriggers"),
    "the subscribers of a topic": denied("ListSubscriptionsByTopic"),
    "the notifications of a bucket": denied("ListObjects[notification]"),
    "the agencies": denied(
        "ListAgencies", words={"precheck": "", "drift": "--stack stack.json --with precheck"}
    ),
}
ROWS = [
    (command, part, form)
    for part, missing in PARTS.items()
    for command in missing.words
    for form in FORMS[command]
]


@pytest.fixture
def cloud(
    functiongraph_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Emulator]:
    emulator = functiongraph_emulator
    emulator.reset()
    project = emulator.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    emulator.seed(SEED.replace("PROJECT", project))
    for key, value in emulator.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    # What answers nobody is not waited for as long as a user would.
    monkeypatch.setitem(Session.__init__.__kwdefaults__ or {}, "deadline", 1.0)
    yield emulator
    requests.delete(f"{emulator.url}/_emulator/faults", timeout=10)


def fgctl(*words: str) -> Result:
    return CliRunner().invoke(app, [*words], prog_name="fgctl")


def prepared(part: Part, cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in part.files.items():
        Path(name).write_text(text, encoding="utf-8")
    if part.fault:
        reply = requests.post(f"{cloud.url}/_emulator/faults", json=dict(part.fault), timeout=10)
        reply.raise_for_status()
    for key, value in part.environment.items():
        monkeypatch.setenv(key, value)


def of_graph(form: str, text: str) -> bool:
    if form == "json":
        told = json.loads(text)
        return not told["isProvedAcyclic"]
    return "cannot say whether" in (text.splitlines()[0] if form == "text" else text)


def of_review(form: str, text: str) -> bool:
    if form == "json":
        told = json.loads(text)
        return bool(told["missing"])
    return "cannot say" in (text.splitlines()[0] if form == "text" else text)


def of_drift(form: str, text: str) -> bool:
    if form == "json":
        told = json.loads(text)
        open_ones = [
            each
            for each in told["configs"]
            if each["status"] == "unreadable" or each["unreadableProperties"]
        ]
        return bool(told["missing"] or open_ones)
    first = text.splitlines()[0] if form == "text" else text
    return "cannot say whether" in first or "not all could be read" in first


def of_precheck(form: str, text: str) -> bool:
    if form == "json":
        return json.loads(text)["isComplete"] is False
    first = text.splitlines()[0] if form == "text" else text
    return "cannot say whether all notifications arrive" in first


SAYS: Mapping[str, Callable[[str, str], bool]] = {
    "graph": of_graph,
    "review": of_review,
    "drift": of_drift,
    "precheck": of_precheck,
    "adopt": lambda _form, text: "# Not in here, because it could not be read: " in text,
    "doctor": lambda form, text: (
        json.loads(text)["isBroken"] is True if form == "json" else "\nbad " in text
    ),
}


def cannot_say(command: str, form: str, text: str) -> bool:
    if form == "sarif":
        (invocation,) = json.loads(text)["runs"][0]["invocations"]
        return invocation["executionSuccessful"] is False
    if form == "junit":
        return ET.fromstring(text).find(".//error[@type='not-read']") is not None
    if form == "gitlab":
        return any(each["check_name"] == "not-read" for each in json.loads(text))
    return SAYS[command](form, text)


@pytest.mark.parametrize(("command", "name", "form"), ROWS)
def test_of_a_part_that_is_missing_nothing_is_said(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch, command: str, name: str, form: str
) -> None:
    part = PARTS[name]
    prepared(part, cloud, monkeypatch)
    asked = ["--format", form] if form else []

    result = fgctl(command, *part.words[command].split(), *asked)

    assert result.exit_code == 2, result.output
    if result.stdout:
        assert cannot_say(command, form, result.stdout), result.stdout
    else:
        assert result.stderr, "it must say why nothing is shown"


@pytest.mark.parametrize("command", ["graph", "review", "precheck"])
def test_the_export_of_another_stack_is_refused(cloud: Emulator, command: str) -> None:
    Path("p.json").write_text(preview(NEW), encoding="utf-8")
    Path("s.json").write_text(export(state("a", stack="prod")), encoding="utf-8")

    result = fgctl(command, "--preview", "p.json", "--stack", "s.json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected the same stack in both" in result.stderr


def test_a_walk_that_has_no_time_left_says_so(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_graph, "WALK", -1.0)

    result = fgctl("graph", "--live")

    assert result.exit_code == 2
    assert "cannot say: not read: " in result.stdout
    assert "not read before the deadline" in result.stdout


def test_a_value_that_nobody_can_know_before_the_update_is_a_finding_of_a_review(
    cloud: Emulator,
) -> None:
    open_one = state("a", inputs={"onFailure": OPEN})
    Path("p.json").write_text(preview(step("create", new=open_one)), encoding="utf-8")

    result = fgctl("review", "--preview", "p.json")

    assert result.exit_code == 0
    assert "no error among what is known" in result.stdout.splitlines()[0]
    assert "FGN103 warning" in result.stdout


HALF = preview(NEW, changeSummary={"create": 1, "same": 1})


@pytest.mark.parametrize("command", ["graph", "review", "precheck"])
def test_what_a_preview_leaves_out_is_taken_from_the_state_of_the_stack_that_it_names(
    cloud: Emulator, stub_pulumi: StubPulumi, command: str
) -> None:
    Path("p.json").write_text(HALF, encoding="utf-8")
    stub_pulumi.answers(hidden=export(state("b")))

    result = fgctl(command, "--preview", "p.json")

    assert "is from Pulumi's state of stack dev of project shop" in result.stdout
    assert "cannot say: 1 unchanged" not in result.stdout
    (asked,) = stub_pulumi.asked
    arguments = " ".join(asked["arguments"])  # type: ignore[arg-type]  # a list
    assert "--stack dev " in arguments
    assert "--show-secrets" not in arguments


@pytest.mark.parametrize(
    "answer", [export(state("b", stack="prod")), export(), "{}", "no JSON"], ids=range(4)
)
def test_what_pulumi_tells_of_something_else_is_not_taken(
    cloud: Emulator, stub_pulumi: StubPulumi, answer: str
) -> None:
    Path("p.json").write_text(HALF, encoding="utf-8")
    stub_pulumi.answers(hidden=answer)

    result = fgctl("graph", "--preview", "p.json")

    assert result.exit_code == 2
    assert "1 unchanged resource missing" in result.stdout
    assert "Pulumi was asked in vain" in result.stdout
    assert "add --stack" in result.stdout


def test_a_cycle_with_what_a_preview_leaves_out_is_found_with_the_state(
    cloud: Emulator, stub_pulumi: StubPulumi
) -> None:
    def to(name: str) -> dict[str, str]:
        urn = f"urn:fss:eu-de:{'0' * 32}:function:default:{name}:latest"
        return {"destination": "FunctionGraph", "functionUrn": urn}

    def notifying(source: str, target: str) -> dict[str, object]:
        return state(
            source, inputs={"functionUrn": to(source)["functionUrn"], "onSuccess": to(target)}
        )

    new = step("create", new=notifying("m", "c"))
    told = preview(new, changeSummary={"create": 1, "same": 2})
    Path("p.json").write_text(told, encoding="utf-8")
    assert fgctl("graph", "--preview", "p.json").exit_code == 2
    stub_pulumi.answers(hidden=export(notifying("c", "b"), notifying("b", "m")))

    for words in ("graph", "review"):
        result = fgctl(words, "--preview", "p.json")
        assert result.exit_code == 1, result.output
        assert "1 cycle" in result.stdout or "FGN101 error" in result.stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [("graph", 0), ("precheck", 1), ("review --with precheck", 1)],
    ids=["graph", "precheck", "review"],
)
def test_what_is_known_only_at_apply_ends_with_2_and_names_the_way_on(
    cloud: Emulator, words: str, found: int
) -> None:
    """The function itself is not there either, which a pre-check finds."""
    open_one = state("a", inputs={"onFailure": OPEN})
    told = preview(step("create", new=open_one))
    Path("p.json").write_text(told, encoding="utf-8")

    result = fgctl(*words.split(), "--preview", "p.json")
    accepted = fgctl(*words.split(), "--preview", "p.json", "--partial-ok")

    assert result.exit_code == 2, result.output
    assert "--partial-ok" in result.output
    assert accepted.exit_code == found, accepted.output
    assert "exit code 2" not in accepted.stderr
