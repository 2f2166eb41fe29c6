"""No process loads what it does not use; benchmarks/bench_imports.py tells what the rest costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from starts import STARTS, Start, loaded_by, not_wanted


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.name)
def test_a_process_loads_nothing_that_it_does_not_use(start: Start, tmp_path: Path) -> None:
    loaded = loaded_by(start, tmp_path)

    assert start.reaches in loaded
    assert not_wanted(start, loaded) == []


LOADING = """\
import gc, json, pulumi
before = gc.get_stats()[2]["collections"]
import pulumi_functiongraph
pulumi_functiongraph.AsyncNotificationConfig
print(json.dumps([gc.get_stats()[2]["collections"] - before, gc.isenabled()]))
"""
IN_FGCTL = """\
import gc, json
from pulumi_functiongraph.cli import commands, main
commands.app = lambda **_: print(json.dumps([gc.get_threshold()[0], gc.isenabled()]))
main()
"""


def told_by(code: str) -> object:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told: object = json.loads(run.stdout)
    return told


def test_nothing_searches_for_garbage_while_the_package_loads_and_it_goes_on_then() -> None:
    assert told_by(LOADING) == [0, True]


def test_a_command_seldom_searches_for_garbage() -> None:
    assert told_by(IN_FGCTL) == [50_000, True]
