"""No process loads what it does not use; benchmarks/bench_imports.py tells what the rest costs."""

from pathlib import Path

import pytest

from starts import STARTS, Start, loaded_by, not_wanted


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.name)
def test_a_process_loads_nothing_that_it_does_not_use(start: Start, tmp_path: Path) -> None:
    loaded = loaded_by(start, tmp_path)

    assert start.reaches in loaded
    assert not_wanted(start, loaded) == []
