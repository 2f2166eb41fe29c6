"""The same world judged twice agrees: what a pre-check says arrives does, what it denies does not.

The pre-check asks the running local cloud through the clients that the project ships; then the
function is invoked there, and its notification either reaches the target or is given up.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pulumi_functiongraph.cli.live import checked
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.emulator.deliveries.queue import list_deliveries
from pulumi_functiongraph.operations.drift import read_live
from pulumi_functiongraph.operations.live_findings import live_subjects
from unit.emulator.served_cloud import ServedCloud, served_cloud
from unit.emulator.virtual_cloud import target

PROJECT, REGION = "0123456789abcdef0123456789abcdef", "cn-north-4"
HERE = f"{REGION}:{PROJECT}"
NOWHERE = Path("/nowhere")


@pytest.fixture(scope="module")
def cloud() -> Iterator[ServedCloud]:
    with served_cloud() as served:
        yield served


def named(kind: str, name: str) -> dict[str, Any]:
    """A target of a kind; `gone` is not there, and the function `abroad` is in another region."""
    match kind:
        case "OBS":
            return target("OBS", bucket=name, prefix="out")
        case "SMN":
            return target("SMN", topic_urn=f"urn:smn:{HERE}:{name}")
        case "DIS":
            return target("DIS", stream_name=name)
        case _:
            here = HERE if name != "abroad" else f"eu-de:{PROJECT}"
            name = name.replace("abroad", "results")
            return target("FunctionGraph", func_urn=f"urn:fss:{here}:function:default:{name}")


ACTIONS = (
    *("obs:object:PutObject", "obs:bucket:HeadBucket", "obs:*:*", "obs:object:Put*"),
    *("smn:topic:publish", "smn:*:*", "dis:records:write", "dis:*:*", "*:*:*", "*:*:*"),
    *("functiongraph:function:invokeAsync", "functiongraph:function:invoke*"),
)
RESOURCES = (
    *("*", "obs:*:*:object:results/*", "obs:*:*:object:results/out/*", "obs:*:*:bucket:results"),
    *("obs:*:*:object:other/*", "smn:*:*:topic:alerts", "smn:*:*:topic:other"),
    *("dis:*:*:stream:results", "functiongraph:*:*:function:default/results"),
)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
        "Action": st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique=True),
    },
    optional={"Resource": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)},
)
policies = st.lists(statements, min_size=1, max_size=2).map(
    lambda listed: {"policy": {"Version": "1.1", "Statement": listed}}
)
roles = st.sampled_from(
    [
        *("Tenant Guest", "Tenant Administrator", "SMN Administrator", "OBS Administrator"),
        *("OBS OperateAccess", "FunctionGraph FullAccess", "DIS Administrator", "SMN FullAccess"),
    ]
).map(lambda role: {"role": role})
grants = st.builds(
    lambda what, scope: {**what, **scope},
    roles | policies,
    st.sampled_from(
        [{}, {}, {}, {"scope": "inherited"}, {"scope": "domain"}, {"scope": "project"}]
    ),
)
EXPIRING = ("2026-01-01T12:00:00.000000", "2026-06-01T00:00:00.000000")
"""Half a day and five months after the cloud's clock begins; the machine's shows another time."""

agencies = st.fixed_dictionaries(
    {
        "name": st.just("writer"),
        "grants": st.lists(grants, max_size=6),
        "trust_domain_name": st.sampled_from(["op_svc_cff"] * 12 + ["op_svc_obs"]),
        "expire_time": st.sampled_from([None] * 12 + ["2020-01-01T00:00:00.000000", *EXPIRING]),
    }
)
worlds = st.builds(
    lambda kind, name, agency, xrole, status: {
        "projects": [{"name": REGION, "id": PROJECT}],
        "agencies": [agency],
        "functions": [
            {
                "name": "orders",
                "xrole": xrole,
                "async_configs": {"latest": {"on_success": named(kind, name)}},
            },
            {"name": "results", "xrole": "writer"},
        ],
        "buckets": [{"name": "results"}],
        "topics": [{"name": "results"}, {"name": "alerts"}],
        "streams": [{"name": "results", "status": status}],
    },
    st.sampled_from(["OBS", "SMN", "DIS", "FunctionGraph"]),
    st.sampled_from(["results"] * 9 + ["alerts", "gone", "abroad"]),
    agencies,
    st.sampled_from(["writer"] * 12 + ["gone", ""]),
    st.sampled_from(["RUNNING"] * 8 + ["FROZEN"]),
)


def judged(cloud: ServedCloud) -> list[CheckResult]:
    """What a pre-check says of the one config that is live."""
    found = resolve({}, cloud.environment, NOWHERE, directory=NOWHERE)
    with closing(Session(found, deadline=60.0)) as session:
        live = read_live(FunctionGraph(session), (), places=((REGION, PROJECT),))
    results = checked(found, live_subjects(live), report=lambda _done, _total: None)
    assert results
    return [each for each in results if each.question is not Check.EXTRAS]


def arrives(cloud: ServedCloud) -> bool:
    cloud.script("orders", returns=1)
    cloud.invoke(f"urn:fss:{HERE}:function:default:orders:latest")
    first, *_ = cloud.cloud.store.read(list_deliveries)
    assert first.status in {"DELIVERED", "FAILED"}
    return first.status == "DELIVERED"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=worlds, hours=st.sampled_from([0, 0, 24]))
def test_what_a_precheck_says_arrives_does_and_what_it_denies_does_not(
    cloud: ServedCloud, world: dict[str, Any], hours: int
) -> None:
    cloud.begin(world)
    cloud.advance(hours)

    said = judged(cloud)
    has_arrived = arrives(cloud)

    outcomes = {each.outcome for each in said}
    told = "\n".join(f"{each.question}: {each.outcome}, {each.why}" for each in said)
    if CheckOutcome.DENIED in outcomes:
        event("denied")
        assert not has_arrived, told
    elif outcomes == {CheckOutcome.ALLOWED}:
        event("arrives")
        assert has_arrived, told
    else:
        event("unknown")


@pytest.mark.parametrize(
    ("expires", "hours", "is_valid"),
    [
        (EXPIRING[0], 0, True),
        (EXPIRING[0], 24, False),
        (EXPIRING[1], 24, True),
        ("2036-01-01T00:00:00.000000", 11 * 365 * 24, False),
    ],
)
def test_an_agency_expires_by_the_clouds_clock_for_both(
    cloud: ServedCloud, expires: str, hours: int, *, is_valid: bool
) -> None:
    cloud.begin(everything_granted("OBS", expire_time=expires))
    cloud.advance(hours)

    said = {each.outcome for each in judged(cloud)}

    assert said == ({CheckOutcome.ALLOWED} if is_valid else said | {CheckOutcome.DENIED})
    assert arrives(cloud) is is_valid


def test_a_function_of_another_region_is_not_the_one_that_is_here(cloud: ServedCloud) -> None:
    cloud.begin(everything_granted("FunctionGraph", name="abroad"))

    assert {each.outcome for each in judged(cloud)} != {CheckOutcome.ALLOWED}
    assert not arrives(cloud)


def everything_granted(kind: str, *, name: str = "results", **agency: Any) -> dict[str, Any]:
    """A function whose agency may do everything, and a target of a kind."""
    everything = {"policy": {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["*"]}]}}
    grants = [{**everything, "scope": "inherited"}]
    config = {"latest": {"on_success": named(kind, name)}}
    return {
        "projects": [{"name": REGION, "id": PROJECT}],
        "agencies": [{"name": "writer", "grants": grants, **agency}],
        "functions": [
            {"name": "orders", "xrole": "writer", "async_configs": config},
            {"name": "results"},
        ],
        "buckets": [{"name": "results"}],
        "topics": [{"name": "results"}],
        "streams": [{"name": "results"}],
    }


@pytest.mark.parametrize("kind", ["OBS", "SMN", "DIS", "FunctionGraph"])
def test_each_kind_of_target_may_be_said_to_arrive_and_does(cloud: ServedCloud, kind: str) -> None:
    """So that the property above is about something."""
    cloud.begin(everything_granted(kind))

    assert {each.outcome for each in judged(cloud)} == {CheckOutcome.ALLOWED}
    assert arrives(cloud)
