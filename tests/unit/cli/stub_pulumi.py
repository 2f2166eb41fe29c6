"""A `pulumi` that only exports: it answers with a file and remembers what it was asked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

SCRIPT = """\
#!{python}
import json, os, sys
from pathlib import Path
folder = Path({folder!r})
asked = {{"arguments": sys.argv[1:], "backend": os.environ.get("PULUMI_BACKEND_URL")}}
with (folder / "asked").open("a") as file:
    file.write(json.dumps(asked) + "\\n")
kind = "clear" if "--show-secrets" in sys.argv else "hidden"
answer = folder / kind
if not answer.exists():
    sys.exit("error: " + (folder / "refusal").read_text())
sys.stdout.write(answer.read_text())
"""


class StubPulumi:
    """The stub, in front of PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = folder / "pulumi"
        script.write_text(
            SCRIPT.format(python=sys.executable, folder=str(folder)), encoding="utf-8"
        )
        script.chmod(0o755)

    def answers(self, *, clear: str | None = None, hidden: str | None = None) -> None:
        """What is exported with secrets in clear, and without; refused where nothing is given."""
        for name, text in (("clear", clear), ("hidden", hidden)):
            if text is not None:
                (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / "refusal").write_text("no stack selected", encoding="utf-8")

    @property
    def asked(self) -> list[dict[str, object]]:
        lines = (self.folder / "asked").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def stub_pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StubPulumi:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return StubPulumi(folder)
