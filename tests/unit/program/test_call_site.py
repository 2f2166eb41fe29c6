"""Where in a program something is declared."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pulumi_functiongraph.program.call_site import declared_at, outermost_frame

HERE = Path(__file__)


def line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def body_of(text: str, name: str, path: str) -> dict[str, Any]:
    """What a module's text defines, run as that module."""
    values: dict[str, Any] = {"__name__": name, "declared_at": declared_at, "Path": Path}
    exec(compile(text, path, "exec"), values)
    return values


def test_the_nearest_line_of_the_user_is_named_relative_to_the_project() -> None:
    assert declared_at(HERE.parent).split(", ")[0] == f"{HERE.name}:{line()}"


def test_a_file_outside_the_project_is_named_without_its_folders() -> None:
    assert declared_at(Path("/elsewhere")).split(", ")[0] == f"{HERE.name}:{line()}"


def test_frames_of_pulumi_and_of_this_package_are_passed_over() -> None:
    text = "def construct():\n    return declared_at(Path('/project'))\n"
    ours = body_of(text, "pulumi_functiongraph.dynamic.resource", "/site/resource.py")
    theirs = body_of(text, "pulumi.resource", "/site/resource.py")
    made_up = body_of(text, "somebody", "<string>")
    similar = body_of(text, "pulumi_functiongraphs", "/project/mine.py")
    assert ours["construct"]().split(", ")[0] == f"{HERE.name}:{line()}"
    assert theirs["construct"]().split(", ")[0] == f"{HERE.name}:{line()}"
    assert made_up["construct"]().split(", ")[0] == f"{HERE.name}:{line()}"
    assert similar["construct"]().split(", ")[0] == "mine.py:2"


def test_behind_a_component_the_line_of_the_entry_file_is_named_too() -> None:
    component = body_of(
        "def construct():\n    return declared_at(Path('/project'))\n",
        "components",
        "/project/components.py",
    )
    entry: dict[str, Any] = {"__name__": "__main__", "construct": component["construct"]}
    exec(compile("\n\nfound = construct()\n", "/project/__main__.py", "exec"), entry)
    assert entry["found"] == "components.py:2, from __main__.py:3"


def test_a_declaration_in_the_entry_file_itself_is_named_once() -> None:
    entry: dict[str, Any] = {"__name__": "__main__", "declared_at": declared_at, "Path": Path}
    exec(compile("found = declared_at(Path('/project'))\n", "/project/__main__.py", "exec"), entry)
    assert entry["found"] == "__main__.py:1"


def test_where_no_line_is_the_user_s_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> FrameType | None:
        return None

    with monkeypatch.context() as patched:
        patched.setattr("pulumi_functiongraph.program.call_site.inspect.currentframe", nobody)
        found = declared_at(HERE.parent)
    assert found == ""


def test_what_runs_the_program_is_not_its_entry_file() -> None:
    callback = body_of(
        "def construct():\n    return declared_at(Path('/project'))\n",
        "__main__",
        "/project/app.py",
    )
    for path in ("/pulumi/run_program.py", "/project/.venv/lib/site-packages/pytest/__main__.py"):
        host: dict[str, Any] = {"__name__": "__main__", "construct": callback["construct"]}
        exec(compile("found = construct()\n", path, "exec"), host)
        assert host["found"] == "app.py:2"


def test_the_frame_of_the_entry_file_is_the_outermost_one() -> None:
    entry: dict[str, Any] = {"__name__": "__main__", "outermost_frame": outermost_frame}
    text = "def made(project):\n    return outermost_frame(project)\nfound = made(project)\n"
    exec(
        compile(text, "/project/__main__.py", "exec"), {**entry, "project": Path("/project")}, entry
    )
    assert entry["found"].f_code.co_name == "<module>"


def test_after_an_await_the_trace_ends_before_the_frames_of_what_runs_the_program() -> None:
    def construct() -> FrameType | None:
        return outermost_frame(Path("/project"))

    async def program() -> FrameType | None:
        await asyncio.sleep(0)
        return construct()

    found = asyncio.run(program())
    assert found is not None
    assert found.f_code is program.__code__


def test_a_file_whose_name_is_no_utf_8_is_named_as_it_can_be() -> None:
    text = "def construct():\n    return declared_at(Path('/project'))\n"
    module = body_of(text, "somebody", "/project/caf\udce9.py")
    assert module["construct"]().split(", ")[0] == r"caf\udce9.py:2"
