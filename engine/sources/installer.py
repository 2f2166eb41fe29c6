"""The official distribution, through the installer that the Pulumi SDK has (``PulumiCommand``)."""

import sys
from collections.abc import Callable, Mapping

from sources.answer import Engine, PassedOver
from sources.cache import Cache
from sources.probe import Unusable, version_of
from sources.watched import Outcome, run

_SOURCE = "the official installer"

_TIMEOUT = 300.0
"""Seconds for the whole download, which is about 150 MB."""

_NO_ANSWER = 20.0
"""Seconds without a byte after which the vendor's server counts as out of reach."""

_INSTALL = """\
import socket, sys
socket.setdefaulttimeout(float(sys.argv[3]))
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""

Install = Callable[[list[str]], Outcome]


def official(
    cache: Cache,
    *,
    floor: str,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    timeout: float = _TIMEOUT,
    python: str = sys.executable,
) -> Engine | PassedOver:
    """Download the distribution into the cache.

    Args:
        cache: where it is kept; the caller holds its lock.
        floor: the version to install.
        environment: what the installer runs with.
        say: takes lines of progress.
        timeout: seconds that it may take.
        python: a Python that has the Pulumi SDK.
    """
    say(f"trying the official Pulumi {floor} (at most {timeout / 60:.0f} min)")
    with cache.work() as work:
        outcome = run(
            [python, "-c", _INSTALL, str(work / "made"), floor, str(_NO_ANSWER)],
            folder=work,
            environment=environment,
            timeout=timeout,
            sign_of_life=lambda seconds: say(f"downloading the official Pulumi, {seconds:.0f} s"),
        )
        if not outcome.is_success:
            return PassedOver(_SOURCE, _in_short(outcome))
        executable = work / "made" / "bin" / "pulumi"
        version = version_of(executable, floor=floor, environment=environment)
        if isinstance(version, Unusable):
            return PassedOver(_SOURCE, version.reason)
        place = cache.keep(work / "made", name=f"{floor}-official")
    return Engine(place / "bin" / "pulumi", str(version), _SOURCE)


def _in_short(outcome: Outcome) -> str:
    if outcome.exit_code is None:
        return f"not done after {outcome.seconds:.0f} s"
    said = outcome.last_lines[-1] if outcome.last_lines else "it gave no reason"
    return f"failed after {outcome.seconds:.0f} s: {said}"
