import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.plugin.version import installed_version

# Stands for the engine: keeps the arguments, and the file that it is to install.
PULUMI = """\
#!/bin/sh
printf '%s\\n' "$@" >{folder}/asked
while [ "$1" != --file ]; do shift; done
cp "$2" {folder}/kept
{then}
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def answering(folder: Path, then: str = "") -> None:
    script = folder / "pulumi"
    text = PULUMI.format(folder=shlex.quote(str(folder)), then=then)
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)


def test_the_engine_is_given_a_script_that_starts_this_python(engine: Path) -> None:
    answering(engine)

    result = CliRunner().invoke(app, ["plugin", "install"])

    assert result.exit_code == 0, result.output
    asked = (engine / "asked").read_text(encoding="utf-8").split()
    release = installed_version()
    assert asked[:5] == ["plugin", "install", "resource", "functiongraph", release]
    assert Path(asked[6]).name == "pulumi-resource-functiongraph"
    kept = engine / "kept"
    assert kept.stat().st_mode & 0o111
    words = shlex.split(kept.read_text(encoding="utf-8").splitlines()[1])
    assert words[1] == sys.executable
    assert sys.executable in result.output


def test_the_script_serves_wherever_it_lies_and_takes_no_module_of_the_user(
    engine: Path, tmp_path: Path
) -> None:
    answering(engine)
    assert CliRunner().invoke(app, ["plugin", "install"]).exit_code == 0
    program = tmp_path / "a program"
    program.mkdir()
    (program / "grpc.py").write_text("raise SystemExit('of the user')", encoding="utf-8")

    with subprocess.Popen(
        [engine / "kept", "127.0.0.1:1"],
        cwd=program,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as plugin:
        assert plugin.stdout is not None
        port = plugin.stdout.readline()
        plugin.terminate()
        _, said = plugin.communicate(timeout=20)

    assert port.strip().isdigit(), said


def test_a_plugin_on_path_that_comes_first_is_named(engine: Path) -> None:
    answering(engine)
    shutil.copy(engine / "pulumi", engine / "pulumi-resource-functiongraph")

    result = CliRunner().invoke(app, ["plugin", "install"])

    assert f"While {engine / 'pulumi-resource-functiongraph'} is on PATH" in result.output


def test_what_pulumi_says_is_the_reason_why_it_is_not_installed(engine: Path) -> None:
    answering(engine, "echo 'error: disk full' >&2; exit 255")

    result = CliRunner().invoke(app, ["plugin", "install"])

    assert result.exit_code == 2
    release = installed_version()
    wanted = f"could not install the plugin functiongraph {release} for {sys.executable}: disk full"
    assert wanted in result.output


def test_without_pulumi_nothing_is_installed_and_that_is_said(engine: Path) -> None:
    result = CliRunner().invoke(app, ["plugin", "install"])

    assert result.exit_code == 2
    assert "there is no pulumi on PATH" in result.output
