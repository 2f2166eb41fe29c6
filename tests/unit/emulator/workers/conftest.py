"""Pools of workers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from unit.emulator.workers.jobs import Pool


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def shared(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """For all tests of a module: what one does must harm no other."""
    made = Pool(runner, tmp_path_factory.mktemp("workers"), most=2)
    yield made
    made.close()


@pytest.fixture
def own(runner: asyncio.Runner, tmp_path: Path) -> Iterator[Pool]:
    made = Pool(runner, tmp_path, most=2)
    yield made
    made.close()
