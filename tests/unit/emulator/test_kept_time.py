"""The cloud's time across restarts: with a clock of the machine that somebody has set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.clock import Clock, VirtualClock
from unit.emulator.virtual_cloud import AGENCY, VirtualCloud, target, virtual_cloud

PROJECT = "0123456789abcdef0123456789abcdef"
BEGAN = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE, HOUR = 60, 3600

SEED = {
    "projects": [{"name": "cn-north-4", "id": PROJECT}],
    "topics": [{"name": "failed"}],
    "functions": [
        {
            "name": "orders",
            "xrole": AGENCY,
            "async_configs": {
                "latest": {
                    "max_async_retry_attempts": 1,
                    "max_async_event_age_in_seconds": 86_400,
                    "on_failure": target("SMN", topic_urn=f"urn:smn:cn-north-4:{PROJECT}:failed"),
                }
            },
        }
    ],
}


def retry_in_an_hour(cloud: VirtualCloud) -> None:
    cloud.cloud.options = cloud.cloud.options.model_copy(update={"retry_seconds": HOUR})


def half_way_to_a_retry(directory: Path) -> str:
    """A request whose run has failed at `BEGAN`; half an hour later the process ends."""
    with virtual_cloud(SEED, directory=directory, clock=Clock(lambda: BEGAN)) as cloud:
        retry_in_an_hour(cloud)
        cloud.script("orders", fails=True)
        request = cloud.invoke("orders")
        cloud.advance(30 * MINUTE)
        assert cloud.request(request).progress.attempts == 1
        return request


@pytest.mark.parametrize(
    ("hours", "left"),
    [(-1, 30 * MINUTE), (0, 30 * MINUTE), (1, 0)],
    ids=["an hour earlier", "right", "an hour later"],
)
def test_a_retry_is_made_once_and_in_time_whatever_the_clock_is_after_a_restart(
    tmp_path: Path, hours: float, left: float
) -> None:
    request = half_way_to_a_retry(tmp_path)
    machine = BEGAN + timedelta(minutes=30, hours=hours)
    with virtual_cloud(SEED, directory=tmp_path, clock=Clock(lambda: machine)) as cloud:
        retry_in_an_hour(cloud)
        if left:
            cloud.advance(left - 1)
            assert cloud.request(request).progress.attempts == 1
        cloud.advance(1)
        cloud.advance(24 * HOUR)

        found = cloud.request(request)
        assert (found.status, found.progress.attempts) == ("FAIL", 2)
        assert len(cloud.messages("failed")) == 1


def test_a_virtual_clock_goes_on_where_it_was(tmp_path: Path) -> None:
    with virtual_cloud(directory=tmp_path) as cloud:
        cloud.advance(12_345)
        before = cloud.cloud.clock.now()
    with virtual_cloud(directory=tmp_path) as cloud:
        assert cloud.cloud.clock.now() == before


def test_numbered_ids_are_not_used_again_after_a_restart(tmp_path: Path) -> None:
    requests = []
    for _ in range(3):
        with virtual_cloud(SEED, directory=tmp_path, clock=VirtualClock()) as cloud:
            requests.append(cloud.invoke("orders"))
    assert len(set(requests)) == 3


def test_a_reset_forgets_the_time_that_was_kept(tmp_path: Path) -> None:
    with virtual_cloud(directory=tmp_path) as cloud:
        began = cloud.cloud.clock.now()
        cloud.advance(HOUR)
        cloud.run(cloud.cloud.reset())
    with virtual_cloud(directory=tmp_path) as cloud:
        assert cloud.cloud.clock.now() == began
