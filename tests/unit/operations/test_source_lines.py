"""The source of a project, as comments are looked for in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_functiongraph.operations.source_lines import SourceLines


def test_the_lines_of_a_file_are_read_once(tmp_path: Path) -> None:
    file = tmp_path / "__main__.py"
    file.write_text("one\ntwo ü\n", encoding="utf-8")
    lines = SourceLines(tmp_path)

    assert lines("__main__.py") == ["one", "two ü"]
    file.unlink()
    assert lines("__main__.py") == ["one", "two ü"]


@pytest.mark.parametrize("file", ["gone.py", "../outside.py", "a\0b", "folder", "binary.py"])
def test_what_cannot_be_read_or_is_elsewhere_has_no_lines(tmp_path: Path, file: str) -> None:
    project = tmp_path / "project"
    (project / "folder").mkdir(parents=True)
    (project / "binary.py").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "outside.py").write_text("text", encoding="utf-8")

    assert SourceLines(project)(file) == ()
    assert SourceLines(project)(str(tmp_path / "outside.py")) == ()
