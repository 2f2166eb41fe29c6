"""What the facts of a pre-check cost: 1,000 configs with 10 agencies and 500 targets.

Requests are counted where they arrive, in the scripted account of the unit tests, which answers
each after the same time; exit code 1 when one of the budgets is not kept. Sixteen threads ask for
all that a pre-check may need of each config, so it is the cost of a run in which all is known.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import SecretStr

from pulumi_functiongraph.cloud.credentials import AccessKey
from pulumi_functiongraph.cloud.endpoints import SERVICES, Endpoints
from pulumi_functiongraph.cloud.facts import GRANTS_A_SECOND, CloudFacts, of_settings
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.names import FunctionUrn
from report import table

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from unit.cloud.loopback import Loopback, serving
from unit.cloud.scripted_account import Account, role

CONFIGS, AGENCIES, TARGETS = 1000, 10, 500
REGION, PROJECT = "cn-north-4", "0123456789abcdef0123456789abcdef"
LATENCY = 0.05
"""Seconds that every answer takes, as from another place on the same continent."""
THREADS = 16


BUDGETS = (
    ("IAM", ("/v3/", "/v3.0/"), AGENCIES * 5),
    ("topics, streams and buckets", ("/topics/", "/streams/", "/target-"), TARGETS),
    ("functions", ("/fgs/",), 3),
)
"""What is counted, by parts of the path, and the most that it may be."""
GRANTS = ("/roles", "/inherited_to_projects", "/role-assignments")
"""How the paths end that IAM counts."""
SECONDS = 20.0
"""Most; 42 requests to IAM at ten a second take four of them."""


def main() -> int:
    """Print the table and return the exit code."""
    with serving() as server:
        account = _scripted(server)
        facts = of_settings(
            _settings(server.url), functions=_sources(), deadline=time.monotonic() + 60
        )
        started = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda number: _ask_all(facts, number), range(CONFIGS)))
        seconds = time.monotonic() - started
    rows = [(f"requests, {name}", _asked(account, parts), most) for name, parts, most in BUDGETS]
    rows.append(("most at once", account.most, THREADS))
    rows.append(("grants in the busiest second", _busiest(account), GRANTS_A_SECOND))
    is_kept = seconds <= SECONDS and all(0 < seen <= most for _, seen, most in rows)
    print(
        f"Facts of a pre-check: {CONFIGS} configs, {AGENCIES} agencies, {TARGETS} targets, "
        f"{LATENCY * 1000:g} ms an answer"
    )
    shown = [(name, f"{seen}", f"{most}") for name, seen, most in rows]
    print(table(("", "seen", "at most"), [*shown, ("seconds", f"{seconds:.1f}", f"{SECONDS:g}")]))
    return 0 if is_kept else 1


def _sources() -> list[FunctionUrn]:
    names = (f"f{number:04}" for number in range(CONFIGS))
    return [FunctionUrn(REGION, PROJECT, "default", name, "latest", False) for name in names]


def _ask_all(facts: CloudFacts, number: int) -> None:
    """All that a pre-check may ask about one config."""
    function = facts.function(_sources()[number])
    agency = facts.agency(function.xrole or "", region=REGION) if function else None
    if agency is None:
        raise AssertionError(f"config {number} has no agency")
    facts.project_grants(agency, project_id=PROJECT, region=REGION)
    facts.domain_grants(agency, region=REGION)
    facts.inherited_grants(agency, region=REGION)
    facts.enterprise_project_grants(agency, region=REGION)
    name = f"target-{number % TARGETS}"
    match number % TARGETS % 3:
        case 0:
            found: object = facts.topic(f"urn:smn:{REGION}:{PROJECT}:{name}")
        case 1:
            found = facts.stream(name, region=REGION, project_id=PROJECT)
        case _:
            found = facts.bucket(name, region=REGION)
    if found is None:
        raise AssertionError(f"target {name} is missing")


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
    """Each agency has a role on its project, and two more on all resources."""
    agencies = [f"agency-{number}" for number in range(AGENCIES)]
    return Account(
        server,
        functions={urn: agencies[n % AGENCIES] for n, urn in enumerate(_sources())},
        agencies=agencies,
        on_project=[role("smn_adm")],
        inherited=[role("te_admin", whole=False), role("readonly", whole=False)],
        latency=LATENCY,
    )


def _asked(account: Account, parts: tuple[str, ...]) -> int:
    """How many requests had one of these in their path."""
    return sum(any(part in path for part in parts) for _, path in account.times)


def _busiest(account: Account) -> int:
    """The most grants that were asked for within a second.

    Of somewhat less than a second: on a busy machine, not every request takes the same time to
    arrive. That none starts too early is proved by the unit tests.
    """
    starts = [at for at, path in account.times if path.endswith(GRANTS)]
    return max(sum(first <= at < first + 0.75 for at in starts) for first in starts)


if __name__ == "__main__":
    sys.exit(main())
