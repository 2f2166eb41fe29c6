"""What the trials share: a local cloud and stacks for the tests of one module, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from e2e.robustness.counts import PROPERTY, Counts
from e2e.robustness.trial import Credentials, Stack, TrialCloud
from e2e.robustness.world import Provider

Stacks = Callable[..., Stack]
Verdict = Callable[[Counts], None]


@pytest.fixture(scope="module")
def trial_cloud(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialCloud]:
    """A local cloud that keeps its state in a folder."""
    with TrialCloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def stacks(trial_cloud: TrialCloud, tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    """Return a function that gives the stack of a name; it is made once."""
    made: dict[tuple[str, Credentials, bool, Provider], Stack] = {}

    def stack(
        name: str = "one",
        *,
        credentials: Credentials = "keys",
        short_clocks: bool = True,
        provider: Provider = "dynamic",
    ) -> Stack:
        key = (name, credentials, short_clocks, provider)
        if key not in made:
            folder = tmp_path_factory.mktemp(name)
            trial_cloud.prepare()
            made[key] = Stack(
                folder,
                trial_cloud,
                credentials=credentials,
                short_clocks=short_clocks,
                provider=provider,
            )
        return made[key]

    return stack


@pytest.fixture
def verdict(record_property: Callable[[str, object], None]) -> Verdict:
    """Return a function that puts counts into the table, and fails where they are not clean."""

    def give(counts: Counts) -> None:
        record_property(PROPERTY, counts.document())
        if not counts.is_clean:
            pytest.fail(str(counts), pytrace=False)

    return give


def created(stack: Stack, cloud: TrialCloud) -> None:
    """Put a stack and the cloud where an undisturbed `up` of round 0 has left them."""
    cloud.prepare()
    if not stack.has_kept("created"):
        stack.renew()
        assert stack.operate("up").well
        stack.keep("created")
        cloud.prepare()
    stack.renew("created")
    cloud.prepare(0)
    stack.date(cloud.times())
