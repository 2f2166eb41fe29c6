"""The language host under a real engine."""

import os
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.engine_cli import StackAt, write_project

pytestmark = pytest.mark.engine

HOST = Path(__file__).parent / "host"


def make_environment(folder: Path) -> Path:
    """Make a virtual environment that has what this test run has, and is told apart by its path."""
    venv.create(folder, symlinks=True, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    link = folder / "lib" / version / "site-packages" / "of_the_tests.pth"
    link.write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return folder


def test_program_runs_and_its_outputs_reach_the_state(stack_at: StackAt, tmp_path: Path) -> None:
    program = "import pulumi\npulumi.export('greeting', pulumi.Config().require('word'))\n"
    cli = stack_at(write_project(tmp_path / "trial", program))
    cli.config_set("word", "hello")

    cli.up()

    assert cli.outputs() == {"greeting": "hello"}


def test_secret_configuration_stays_secret_in_the_state(stack_at: StackAt, tmp_path: Path) -> None:
    program = "import pulumi\npulumi.export('word', pulumi.Config().require_secret('word'))\n"
    cli = stack_at(write_project(tmp_path / "trial", program))
    cli.config_set("word", "canary", secret=True)

    shown = cli.up()

    assert "canary" not in shown.output
    assert "canary" not in str(cli.export())
    assert cli.outputs() == {"word": "canary"}


def test_program_runs_as_if_python_had_been_told_to_run_it(
    stack_at: StackAt, tmp_path: Path
) -> None:
    program = (
        "import os, sys, pulumi, neighbour\n"
        "pulumi.export('folder', os.getcwd())\n"
        "pulumi.export('arguments', sys.argv)\n"
        "pulumi.export('neighbour', neighbour.WORD)\n"
        "pulumi.export('late', pulumi.Output.from_input('x').apply(\n"
        "    lambda _: __import__('late_neighbour').WORD))\n"
        "print('printed by the program')\n"
    )
    folder = write_project(tmp_path / "trial", program)
    (folder / "neighbour.py").write_text("WORD = 'here'\n", encoding="utf-8")
    (folder / "late_neighbour.py").write_text("WORD = 'still here'\n", encoding="utf-8")
    cli = stack_at(folder)

    shown = cli.up()

    assert "printed by the program" in shown.output
    assert cli.outputs() == {
        "folder": str(cli.project),
        "arguments": [str(cli.project)],
        "neighbour": "here",
        "late": "still here",
    }


def test_program_elsewhere_runs_in_its_own_folder(stack_at: StackAt, tmp_path: Path) -> None:
    folder = write_project(tmp_path / "trial", "", settings="main: deep/program\n")
    inner = folder / "deep" / "program"
    inner.mkdir(parents=True)
    (inner / "__main__.py").write_text(
        "import os, pulumi\npulumi.export('folder', os.getcwd())\n", encoding="utf-8"
    )
    cli = stack_at(folder)

    cli.up()

    assert cli.outputs() == {"folder": str(cli.project / "deep" / "program")}


@pytest.mark.parametrize(
    ("options", "folder"),
    [({"virtualenv": "environment"}, "environment"), ({"toolchain": "uv"}, ".venv")],
)
def test_program_runs_in_the_environment_that_its_options_name(
    stack_at: StackAt, tmp_path: Path, options: dict[str, str], folder: str
) -> None:
    program = "import sys, pulumi\npulumi.export('prefix', sys.prefix)\n"
    cli = stack_at(write_project(tmp_path / "trial", program, options=options))
    environment = make_environment(cli.project / folder)

    cli.up()

    assert cli.outputs() == {"prefix": str(environment)}


@pytest.mark.parametrize("main", [".", "deep/program"])
def test_dynamic_resources_run_in_the_environment_of_the_program(
    stack_at: StackAt, tmp_path: Path, main: str
) -> None:
    program = (
        "import sys\n"
        "from pulumi import dynamic, export\n"
        "class Provider(dynamic.ResourceProvider):\n"
        "    def create(self, props):\n"
        "        return dynamic.CreateResult('id', {'prefix': sys.prefix})\n"
        "class Thing(dynamic.Resource):\n"
        "    prefix: object\n"
        "export('prefix', Thing(Provider(), 'thing', {'prefix': None}).prefix)\n"
    )
    folder = write_project(
        tmp_path / "trial", "", options={"virtualenv": "environment"}, settings=f"main: {main}\n"
    )
    (folder / main).mkdir(parents=True, exist_ok=True)
    (folder / main / "__main__.py").write_text(program, encoding="utf-8")
    cli = stack_at(folder)
    environment = make_environment(cli.project / "environment")

    cli.up()

    assert cli.outputs() == {"prefix": str(environment)}


def test_missing_environment_is_named_with_the_command_that_makes_it(
    stack_at: StackAt, tmp_path: Path
) -> None:
    cli = stack_at(write_project(tmp_path / "trial", "", options={"virtualenv": "nowhere"}))

    shown = cli.preview(expect=1)

    assert str(cli.project / "nowhere") in shown.output
    assert "pulumi install" in shown.output


def test_failing_program_ends_with_its_traceback_and_nothing_of_the_runtime(
    stack_at: StackAt, tmp_path: Path
) -> None:
    cli = stack_at(write_project(tmp_path / "trial", "def sink():\n    1 / 0\n\nsink()\n"))

    shown = cli.preview(expect=1)

    assert "ZeroDivisionError: division by zero" in shown.output
    assert '__main__.py", line 4, in <module>' in shown.output
    assert "run_in_stack" not in shown.output
    assert "runpy" not in shown.output


def test_run_error_is_one_clean_line(stack_at: StackAt, tmp_path: Path) -> None:
    program = "import pulumi\nraise pulumi.RunError('no ship today')\n"
    cli = stack_at(write_project(tmp_path / "trial", program))

    shown = cli.preview(expect=1)

    assert "error: no ship today" in shown.output
    assert "Traceback" not in shown.output


def test_exit_code_of_a_program_is_told(stack_at: StackAt, tmp_path: Path) -> None:
    cli = stack_at(write_project(tmp_path / "trial", "import sys\nsys.exit(7)\n"))

    shown = cli.preview(expect=1)

    assert "non-zero exit code: 7" in shown.output


def test_folder_without_a_program_is_named(stack_at: StackAt, tmp_path: Path) -> None:
    folder = write_project(tmp_path / "trial", "")
    (folder / "__main__.py").unlink()

    cli = stack_at(folder)

    assert "no `__main__.py`" in cli.preview(expect=1).output


def test_policy_pack_in_python_passes_and_stops_a_preview(
    stack_at: StackAt, tmp_path: Path
) -> None:
    program = (
        "import pulumi\n"
        "class Group(pulumi.ComponentResource):\n"
        "    def __init__(self, name):\n"
        "        super().__init__('trial:index:Group', name)\n"
        "Group(pulumi.Config().require('name'))\n"
    )
    cli = stack_at(write_project(tmp_path / "trial", program))
    cli.config_set("name", "allowed")
    cli.preview("--policy-pack", str(HOST / "policy"))
    cli.config_set("name", "forbidden")

    shown = cli.preview("--policy-pack", str(HOST / "policy"), expect=1)

    assert "nothing may be called forbidden" in shown.output


def test_resource_plugin_runs_from_its_source_folder(stack_at: StackAt, tmp_path: Path) -> None:
    program = (
        "import pulumi\n"
        "class Note(pulumi.CustomResource):\n"
        "    made_by: pulumi.Output[str]\n"
        "note = Note('trial:index:Note', 'note', {'text': 'hello', 'madeBy': None})\n"
        "pulumi.export('note', note.id)\n"
    )
    settings = f"plugins:\n  providers:\n    - name: trial\n      path: {HOST / 'plugin'}\n"
    cli = stack_at(write_project(tmp_path / "trial", program, settings=settings))

    cli.up()

    assert cli.outputs() == {"note": "note-1"}
    (note,) = cli.resources("trial:index:Note")
    assert note["outputs"] == {"text": "hello", "madeBy": sys.prefix}


def test_dependencies_of_a_project_are_listed(stack_at: StackAt, tmp_path: Path) -> None:
    cli = stack_at(write_project(tmp_path / "trial", ""))

    about = cli.run("about", "--json").stdout

    assert '"name": "pulumi-policy"' in about
    assert sys.version.split()[0] in about


@pytest.mark.long
def test_install_makes_the_environment_and_installs_into_it(
    stack_at: StackAt, tmp_path: Path
) -> None:
    folder = write_project(tmp_path / "trial", "", options={"virtualenv": "environment"})
    wares = folder / "wares"
    wares.mkdir()
    (wares / "pyproject.toml").write_text(
        "[project]\nname = 'wares'\nversion = '1'\n"
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n",
        encoding="utf-8",
    )
    (wares / "backend.py").write_text(
        "import zipfile\n"
        "def build_wheel(folder, *_):\n"
        "    with zipfile.ZipFile(f'{folder}/wares-1-py3-none-any.whl', 'w') as wheel:\n"
        "        wheel.writestr('wares.py', 'WORD = 1')\n"
        "        wheel.writestr('wares-1.dist-info/METADATA', 'Metadata-Version: 2.1\\n'\n"
        "                       'Name: wares\\nVersion: 1\\n')\n"
        "        wheel.writestr('wares-1.dist-info/WHEEL', 'Wheel-Version: 1.0\\n'\n"
        "                       'Root-Is-Purelib: true\\nTag: py3-none-any\\n')\n"
        "        wheel.writestr('wares-1.dist-info/RECORD', '')\n"
        "    return 'wares-1-py3-none-any.whl'\n",
        encoding="utf-8",
    )
    (folder / "requirements.txt").write_text("./wares\n", encoding="utf-8")
    cli = stack_at(folder)

    cli.run("install", "--non-interactive")

    python = cli.project / "environment" / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import wares; print(wares.WORD)"], capture_output=True, check=True
    )
    assert found.stdout == b"1\n"


def test_interrupted_preview_leaves_no_process_behind(stack_at: StackAt, tmp_path: Path) -> None:
    mark = tmp_path / "running"
    program = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
        "while True:\n    time.sleep(0.1)\n"
    )
    cli = stack_at(write_project(tmp_path / "trial", program))
    with subprocess.Popen(
        ["pulumi", "preview", "--stack", cli.stack, "--non-interactive"],
        cwd=cli.project,
        env=dict(cli.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        wait_until(lambda: mark.exists() and mark.read_text(encoding="utf-8") != "")
        process.send_signal(signal.SIGINT)
        shown, _ = process.communicate(timeout=30)

    pid = int(mark.read_text(encoding="utf-8"))
    wait_until(lambda: not is_running(pid))
    assert b"Traceback" not in shown


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
