"""Nothing that was acknowledged is lost, however often the process is killed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from durability.kills import Targets, Trial
from durability.total_queue import PROPERTY, count


def test_a_total_queue_is_counted() -> None:
    counts = count({1, 2, 3, 4}, {1, 2}, [2, 3, 3, 9])
    assert (counts.attempts, counts.acknowledged, counts.delivered) == (4, 2, 2)
    assert (counts.lost, counts.unexpected, counts.duplicated, counts.recovered) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "targets",
    [
        pytest.param(Targets.WORK, id="targets work", marks=pytest.mark.long),
        pytest.param(Targets.FAIL, id="a third of their calls fail"),
    ],
)
def test_every_acknowledged_request_is_told_to_its_target_after_kills(
    tmp_path: Path, targets: Targets, record_property: Callable[[str, object], None]
) -> None:
    counts = Trial(tmp_path, kills=10, invocations=150, targets=targets, seed=1).run()
    record_property(PROPERTY, f"{targets}: {counts.line()}")
    assert counts.acknowledged > 0
    assert counts.delivered >= counts.acknowledged
    assert (counts.lost, counts.unexpected) == (0, 0)
    assert counts.kills == 10
