"""What a pre-check costs: 1,000 configs with two targets each, 10 agencies and 500 targets.

The whole operation is measured, with the clients and the evaluation of 30 policies an agency.
Requests are counted where they arrive, in the scripted account of the unit tests, which answers
each after the same time; the client runs in a process of its own, so that the server's work is not
taken for the client's. Exit code 1 when one of the budgets is not kept.

    python benchmarks/bench_precheck.py
"""

import argparse
import math
import subprocess
import sys
import time
from pathlib import Path

from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import AccessKey
from pulumi_functiongraph.cloud.endpoints import SERVICES, Endpoints
from pulumi_functiongraph.cloud.precheck_client import GRANTS_A_SECOND, of_settings
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig, checked_live_config
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.targets import Bucket, Stream, Target, Topic
from pulumi_functiongraph.operations.answers import Answers
from pulumi_functiongraph.operations.precheck import precheck
from report import table

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from unit.cloud.loopback import Loopback, serving
from unit.cloud.scripted_account import Account, role

CONFIGS, AGENCIES, TARGETS, POLICIES = 1000, 10, 500, 30
REGION, PROJECT = "eu-de", "0123456789abcdef0123456789abcdef"
LATENCY = 0.05
"""Seconds that every answer takes, as from another place on the same continent."""
STEPS = 5
"""Answers that have to be waited for one after the other: functions, account, agencies, grants,
policies."""


BUDGETS = (
    ("IAM", ("/v3/", "/v3.0/"), AGENCIES * 5),
    ("topics, streams and buckets", ("/topics/", "/streams/", "/target-"), TARGETS),
    ("functions", ("/fgs/",), 3),
)
"""What is counted, by parts of the path, and the most that it may be."""
GRANTS = ("/roles", "/inherited_to_projects", "/role-assignments")
"""How the paths end that IAM counts."""
SECONDS = 10.0
"""Most; 40 lists of grants at ten a second take three of them, and what comes before and after."""
CPU_SECONDS = 0.5
"""Most, to judge every config once with all that is known; the quickest of some runs, because other
work on the machine can only add to it."""
RUNS = 5


def main() -> int:
    """Print the table and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.check:
        print(*_check(options.check))
        return 0
    with serving() as server:
        account = _scripted(server)
        ran = subprocess.run(
            [sys.executable, __file__, "--check", server.url],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    seconds, judging = (float(each) for each in ran.stdout.split())
    rows = [(f"requests, {name}", _asked(account, parts), most) for name, parts, most in BUDGETS]
    rows.append(("most at once", account.most, REQUESTS_IN_FLIGHT))
    rows.append(("grants in the busiest second", _busiest(account), GRANTS_A_SECOND))
    times = [("seconds", seconds, SECONDS), ("CPU seconds to judge all once", judging, CPU_SECONDS)]
    is_kept = all(0 < seen <= most for _, seen, most in (*rows, *times))
    print(
        f"Pre-check: {CONFIGS} configs with 2 targets, {AGENCIES} agencies with {POLICIES} "
        f"policies, {TARGETS} targets, {LATENCY * 1000:g} ms an answer"
    )
    shown = [(name, f"{seen}", f"{most}") for name, seen, most in rows]
    shown += [(name, f"{seen:.2f}", f"{most:g}") for name, seen, most in times]
    print(table(("", "seen", "at most"), shown))
    bound = _bound(account)
    print(f"{seconds / bound:.2f} times the {bound:.1f} s that its requests take by themselves")
    return 0 if is_kept else 1


def _check(url: str) -> tuple[float, float]:
    """Seconds of the whole pre-check, and CPU seconds of judging again what is known."""
    subjects = [_subject(number) for number in range(CONFIGS)]
    functions = [each.function_urn for each in subjects if each.function_urn]
    started = time.monotonic()
    deadline = started + 60
    answers = Answers(of_settings(_settings(url), functions=functions, deadline=deadline))
    found = _checked(subjects, answers, deadline=deadline)
    seconds = time.monotonic() - started
    _expect_known(found)
    return seconds, min(_judging(subjects, answers, found) for _ in range(RUNS))


def _judging(
    subjects: list[CheckedConfig], answers: Answers, found: tuple[CheckResult, ...]
) -> float:
    """The clock is another one, so that no verdict is kept from an earlier time."""
    busy = time.process_time()
    again = _checked(subjects, answers, deadline=time.monotonic() + 60)
    judging = time.process_time() - busy
    if again != found:
        raise AssertionError("the same answers are judged in two ways")
    return judging


def _checked(
    subjects: list[CheckedConfig], answers: Answers, *, deadline: float
) -> tuple[CheckResult, ...]:
    return precheck(subjects, answers, deadline=deadline, clock=time.monotonic)


def _expect_known(found: tuple[CheckResult, ...]) -> None:
    """Everything was answered; what named topics and streams are granted is never verified."""
    unknown = next((each for each in found if _is_unread(each)), None)
    if unknown or len({each.resource for each in found}) != CONFIGS:
        raise AssertionError(f"not all is known: {unknown}")


def _is_unread(result: CheckResult) -> bool:
    return result.outcome is CheckOutcome.UNKNOWN and result.question is not Check.PERMISSION


def _subject(number: int) -> CheckedConfig:
    config = Config(
        function_urn=_source(number),
        on_success=_target(number % TARGETS),
        on_failure=_target((number + 1) % TARGETS),
    )
    return checked_live_config(config, resource=f"config-{number}")


def _target(number: int) -> Target:
    name = f"target-{number}"
    match number % 3:
        case 0:
            return Topic(topic_urn=f"urn:smn:{REGION}:{PROJECT}:{name}")
        case 1:
            return Stream(stream_name=name)
        case _:
            return Bucket(bucket=name, prefix="in/")


def _source(number: int) -> FunctionUrn:
    return FunctionUrn(REGION, PROJECT, "default", f"f{number:04}", "latest", False)


def _settings(url: str) -> Settings:
    return Settings(
        region=REGION,
        project_id=PROJECT,
        cloud="huawei",
        credentials=AccessKey(SecretStr("AK"), SecretStr("SK")),
        source="a benchmark",
        endpoints=Endpoints("huawei", {**dict.fromkeys(SERVICES, url)}),
    )


def _scripted(server: Loopback) -> Account:
    """Each agency has most policies on its project and the account, and two on all resources."""
    agencies = [f"agency-{number}" for number in range(AGENCIES)]
    half = (POLICIES - 2) // 2
    return Account(
        server,
        functions={_source(n): agencies[n % AGENCIES] for n in range(CONFIGS)},
        agencies=agencies,
        on_project=[_policy("project", number) for number in range(half)],
        on_domain=[_policy("account", number) for number in range(half)],
        inherited=[role("te_admin", whole=False), role("readonly", whole=False)],
        latency=LATENCY,
    )


def _policy(place: str, number: int) -> dict[str, object]:
    """A policy for a part of the targets."""
    statement = {
        "Effect": "Allow",
        "Action": ["obs:object:*", "obs:bucket:*", "smn:topic:*", "dis:records:*"],
        "Resource": [
            f"{resource}:target-{number}{rest}"
            for resource in ("smn:*:*:topic", "dis:*:*:stream", "obs:*:*:bucket")
            for rest in ("?", "??")
        ]
        + [f"obs:*:*:object:target-{number}{rest}/*" for rest in ("?", "??")],
    }
    document = {"Version": "1.1", "Statement": [statement]}
    name = f"{place}-{number}"
    return {"id": name, "name": name, "display_name": name, "policy": document}


def _asked(account: Account, parts: tuple[str, ...]) -> int:
    """How many requests had one of these in their path."""
    return sum(any(part in path for part in parts) for _, path in account.times)


def _grants(account: Account) -> list[float]:
    return [at for at, path in account.times if path.endswith(GRANTS)]


def _busiest(account: Account) -> int:
    """The most grants that were asked for within a second.

    Of a little less than a second: not every request takes the same time to arrive.
    """
    starts = _grants(account)
    return max(sum(first <= at < first + 0.95 for at in starts) for first in starts)


def _bound(account: Account) -> float:
    """The least seconds that the requests take: at IAM's pace, or 16 at once."""
    paced = math.ceil(len(_grants(account)) / GRANTS_A_SECOND) - 1
    return max(paced, len(account.times) / REQUESTS_IN_FLIGHT * LATENCY) + STEPS * LATENCY


if __name__ == "__main__":
    sys.exit(main())
