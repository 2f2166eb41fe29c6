"""No process loads what it does not use; benchmarks/bench_imports.py tells what the rest costs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from starts import STARTS, Start, loaded_by, not_wanted


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.name)
def test_a_process_loads_nothing_that_it_does_not_use(start: Start, tmp_path: Path) -> None:
    loaded = loaded_by(start, tmp_path)

    assert start.reaches in loaded
    assert not_wanted(start, loaded) == []


LOADING = """\
import gc, json, pulumi.dynamic
before = gc.get_stats()[0]["collections"]
LOAD
print(json.dumps([gc.get_stats()[0]["collections"] - before, gc.isenabled()]))
"""
BY_A_PROGRAM = "import pulumi_functiongraph; pulumi_functiongraph.AsyncNotificationConfig"
BY_A_PROVIDER_PROCESS = "import pulumi_functiongraph.dynamic.provider"
AT_ITS_EDGE = 2
"""Collections of the youngest before and after what is loaded; with it, it is dozens."""
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


@pytest.mark.parametrize("load", [BY_A_PROGRAM, BY_A_PROVIDER_PROCESS])
def test_garbage_is_not_searched_for_while_the_package_loads(load: str) -> None:
    collections, is_searched_for_again = cast("list[int]", told_by(LOADING.replace("LOAD", load)))
    assert collections <= AT_ITS_EDGE
    assert is_searched_for_again


def test_a_command_seldom_searches_for_garbage() -> None:
    assert told_by(IN_FGCTL) == [50_000, True]
