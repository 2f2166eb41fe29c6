"""What the README shows runs as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import Cloud
from e2e.engine_cli import StackAt, engine_environment, write_project
from recording import PICTURE, text_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON: list[str] = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def block_with(text: str) -> str:
    (block,) = [block for block in PYTHON if text in block]
    return block


@pytest.mark.engine
def test_the_program_of_the_readme_comes_up(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    cloud.seed("topics: [{name: order-events}]\nbuckets: [{name: order-failures}]\n")
    project = write_project(tmp_path / "readme", block_with("AsyncNotificationConfig("))
    cli = stack_at(project, environment=cloud.environment)
    cli.up()
    assert cloud.live("orders")["max_async_retry_attempts"] == 2


@pytest.mark.engine
def test_what_the_readme_runs_by_hand_is_a_blocked_cycle(tmp_path: Path, engine: None) -> None:
    (block,) = re.findall(r"^By hand[^\n]*:\n\n```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    engine_path, *lines = block.splitlines()
    assert engine_path.startswith("export PATH=$(scripts/engine)")
    shutil.copytree(ROOT / "examples" / "cycle", tmp_path / "examples" / "cycle")

    ended = subprocess.run(
        ["bash", "-euc", "\n".join(lines)],
        cwd=tmp_path,
        env=engine_environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "FGN101 error: billing.on_failure" in ended.stdout
    shown = text_of(PICTURE.read_text(encoding="utf-8"))
    assert shown[0] == f"$ {lines[-1].partition(' -- ')[2]}"
    report = words("\n".join(shown), "error: functiongraph:", "error: an unhandled")
    assert report == words(ended.stdout, "error: functiongraph:", "error: an unhandled"), (
        "the picture is stale: scripts/record"
    )


def words(text: str, first: str, end: str) -> list[str]:
    """The words of the last part of a text from one mark to the next, whatever the line breaks."""
    return f"{first}{text.rpartition(first)[2]}".partition(end)[0].split()


def test_the_handler_of_the_readme_reads_a_notification(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(block_with("def handler"), names)
    event = {
        "timestamp": "2020-08-20T12:00:00.000Z+08:00",
        "request_context": {
            "request_id": "1167bf8c-87b0-43ab-8f5f-26b16c64f252",
            "function_urn": "urn:fss:xx-xxxx-x:xxxxxxx:function:xxxx:xxxx:latest",
            "condition": "",
            "approximate_invoke_count": 0,
        },
        "request_payload": "",
        "response_context": {"status_code": 200, "function_error": "boom"},
        "response_payload": "",
    }
    names["handler"](event, None)
    assert capsys.readouterr().out == "failed 1167bf8c-87b0-43ab-8f5f-26b16c64f252\n"


def test_the_test_of_the_readme_passes_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "test_orders.py").write_text(block_with("functiongraph_emulator"))

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr


DOCUMENTS = sorted(
    {
        *ROOT.glob("*.md"),
        *ROOT.glob("*/*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
        *ROOT.glob("tests/golden/*/*.md"),
    }
)


def anchors_of(document: Path) -> set[str]:
    """What its headings are reached by, as code hosts make it of their words."""
    text = re.sub(r"(?ms)^```.*?^```", "", document.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    plain = (re.sub(r"\[(.*?)\]\(.*?\)", r"\1", title).replace("`", "") for title in titles)
    found: set[str] = set()
    for title in plain:
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        times = sum(each == anchor or each.startswith(f"{anchor}-") for each in found)
        found.add(f"{anchor}-{times}" if anchor in found else anchor)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        leads_to = document.parent / path if path else document
        assert leads_to.exists(), link
        if anchor:
            assert anchor in anchors_of(leads_to), link


def test_a_heading_is_reached_by_its_words(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `b`, c\n## Exit codes of fgctl\n```\n# no heading\n```\n## A `b`, c\n")

    assert anchors_of(page) == {"a-b-c", "a-b-c-1", "exit-codes-of-fgctl"}
