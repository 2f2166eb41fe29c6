"""A cycle that the graph reports is one in which an event goes round; without one, all ends.

The graph is the project's own, of a walk over the clients that it ships, through HTTP. It takes
edges whose event depends on what is not documented to lead on: the rest of an object's key, and
how a run ends. So here keys are as the local cloud makes them, and functions do what the edges of
the cycle need: a success edge success, a failure edge failure.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.graph import Cycle, Label, find_cycles, nodes, overlay
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.walk import walk
from unit.emulator.served_cloud import ServedCloud, served_cloud
from unit.emulator.virtual_cloud import AGENCY, target

PROJECT = "0123456789abcdef0123456789abcdef"
REGION = "cn-north-4"
NAMES = ("a", "b", "c")
NOWHERE = Path("/nowhere")


def urn(name: str, version: str = "latest") -> str:
    return f"urn:fss:{REGION}:{PROJECT}:function:default:{name}:{version}"


def fn(name: str, version: str = "latest") -> dict[str, Any]:
    return target("FunctionGraph", func_urn=urn(name, version))


def to_topic(name: str) -> dict[str, Any]:
    return target("SMN", topic_urn=f"urn:smn:{REGION}:{PROJECT}:{name}")


def to_bucket(prefix: str) -> dict[str, Any]:
    return target("OBS", bucket="results", prefix=prefix)


STREAM = target("DIS", stream_name="records")


def world(
    configs: dict[str, dict[str, Any]],
    *,
    triggers: Sequence[tuple[str, dict[str, Any]]] = (),
    notifications: Sequence[dict[str, Any]] = (),
    aliases: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Three functions with a version `v1` and an alias `prod` each, and what they are wired to.

    Args:
        configs: by function and version, as `a` or `a:v1`, what it tells whom.
        triggers: functions and what they listen to.
        notifications: of the bucket.
        aliases: by function, what its alias says; `v1` of others.
    """
    functions = []
    for name in NAMES:
        own = {
            key.partition(":")[2] or "latest": {"max_async_retry_attempts": 0, **config}
            for key, config in configs.items()
            if key.partition(":")[0] == name
        }
        functions.append(
            {
                "name": name,
                "xrole": AGENCY,
                "versions": ["v1"],
                "aliases": {"prod": (aliases or {}).get(name, "v1")},
                "async_configs": own,
                "triggers": [trigger for owner, trigger in triggers if owner == name],
            }
        )
    return {
        "projects": [{"name": REGION, "id": PROJECT}],
        "functions": functions,
        "topics": [{"name": "t"}, {"name": "u"}],
        "buckets": [{"name": "results", "notifications": list(notifications)}],
        "streams": [{"name": "records"}],
    }


@pytest.fixture(scope="module")
def cloud() -> Iterator[ServedCloud]:
    with served_cloud() as served:
        yield served


def cycles_of(cloud: ServedCloud) -> tuple[Cycle, ...]:
    """What the graph of everything that is deployed reports."""
    session = Session(resolve({}, cloud.environment, NOWHERE, directory=NOWHERE), deadline=60.0)
    live = WalkClient(session, places={(REGION, PROJECT)})
    versions = [FunctionUrn.parse(urn(name, v)) for name in NAMES for v in ("latest", "v1")]
    found = walk(live, map(nodes.function, versions), deadline=60.0, clock=lambda: 0.0)
    assert found.unreadable == {}
    return find_cycles(overlay(found.edges, aliases=found.aliases)).cycles


def needed(cycle: Cycle) -> dict[str, Label] | None:
    """How the functions of a cycle must end, by name; None when two versions of one differ."""
    found: dict[str, Label] = {}
    for hop in cycle.path:
        if hop.edge.label is not Label.TRIGGER:
            name = FunctionUrn.parse(hop.edge.source.key).name
            if found.setdefault(name, hop.edge.label) is not hop.edge.label:
                return None
    return found


def goes_round(cloud: ServedCloud, cycle: Cycle) -> bool:
    """Whether an event that enters a cycle comes by each of its stops twice."""
    ends = needed(cycle)
    assert ends is not None
    for name in NAMES:
        cloud.script(
            name, **({"fails": True} if ends.get(name) is Label.FAILURE else {"returns": 1})
        )
    functions = [stop.key for stop in cycle.stops if stop.key.startswith("urn:fss:")]
    hops = 2 * len(functions)
    cloud.cloud.options = cloud.cloud.options.model_copy(update={"max_hops": hops})
    cloud.invoke(functions[0])
    return any(
        all(chain.count(f"{key} ") + chain.endswith(key) >= 2 for key in functions)
        for chain in cloud.broken_loops()
    )


def ends_everywhere(cloud: ServedCloud, seed: dict[str, Any]) -> bool:
    """Whether no event goes round, however the functions end."""
    for behaviour in ({"returns": 1}, {"fails": True}):
        cloud.begin(seed, max_hops=16)
        for name in NAMES:
            cloud.script(name, **behaviour)
        for name in NAMES:
            for version in ("latest", "v1"):
                cloud.invoke(urn(name, version))
        if cloud.broken_loops():
            return False
    return True


ALL = "ObjectCreated:*"
CYCLIC: dict[str, dict[str, Any]] = {
    "itself": world({"a": {"on_success": fn("a")}}),
    "itself on failure": world({"a": {"on_failure": fn("a")}}),
    "two": world({"a": {"on_success": fn("b")}, "b": {"on_success": fn("a")}}),
    "three, by both labels": world(
        {"a": {"on_success": fn("b")}, "b": {"on_failure": fn("c")}, "c": {"on_success": fn("a")}}
    ),
    "a version": world({"a:v1": {"on_success": fn("a", "v1")}}),
    "two versions": world({"a": {"on_success": fn("a", "v1")}, "a:v1": {"on_success": fn("a")}}),
    "an alias": world({"a:v1": {"on_success": fn("a", "!prod")}}),
    "an alias that sends all to a further version": world(
        {"a:v1": {"on_success": fn("a", "!prod")}},
        aliases={"a": {"version": "latest", "additional_version_weights": {"v1": 100}}},
    ),
    "a topic": world({"a": {"on_success": to_topic("t")}}, triggers=[("a", {"topic": "t"})]),
    "a topic and an alias": world(
        {"a": {"on_failure": to_topic("t")}, "b:v1": {"on_failure": fn("a")}},
        triggers=[("b", {"topic": "t", "version": "!prod"})],
    ),
    "a topic that forks": world(
        {"a": {"on_success": to_topic("t")}},
        triggers=[("a", {"topic": "t"}), ("b", {"topic": "t"})],
    ),
    "a bucket": world(
        {"a": {"on_success": to_bucket("")}}, triggers=[("a", {"bucket": "results"})]
    ),
    "a bucket with prefix and suffix": world(
        {"a": {"on_success": to_bucket("out/done")}},
        triggers=[("a", {"bucket": "results", "prefix": "out/", "suffix": ".json"})],
    ),
    "a bucket with a leading slash": world(
        {"a": {"on_success": to_bucket("/out")}},
        triggers=[("a", {"bucket": "results", "prefix": "/out"})],
    ),
    "a bucket that publishes to a topic": world(
        {"a": {"on_success": to_bucket("out")}},
        triggers=[("a", {"topic": "t"})],
        notifications=[{"topic": "t", "prefix": "out/", "suffix": ".json", "events": [ALL]}],
    ),
    "a bucket that tells a function": world(
        {"a": {"on_success": to_bucket("out")}},
        notifications=[{"function": "a", "events": ["ObjectCreated:Put"]}],
    ),
    "a stream": world({"a": {"on_success": STREAM}}, triggers=[("a", {"stream": "records"})]),
}


@pytest.mark.parametrize("kind", CYCLIC)
def test_each_kind_of_cycle_that_is_reported_is_one_in_which_an_event_goes_round(
    cloud: ServedCloud, kind: str
) -> None:
    cloud.begin(CYCLIC[kind])

    (cycle,) = cycles_of(cloud)

    assert goes_round(cloud, cycle)


ACYCLIC: dict[str, dict[str, Any]] = {
    "a row": world({"a": {"on_success": fn("b")}, "b": {"on_success": fn("c")}}),
    "another version": world({"a": {"on_success": fn("a", "v1")}}),
    "an alias of another version": world({"a": {"on_success": fn("a", "!prod")}}),
    "a topic that nobody listens to": world({"a": {"on_success": to_topic("t")}}),
    "another topic": world({"a": {"on_success": to_topic("t")}}, triggers=[("a", {"topic": "u"})]),
    "another prefix": world(
        {"a": {"on_success": to_bucket("out")}},
        triggers=[("a", {"bucket": "results", "prefix": "in/"})],
    ),
    "no slash in the prefix": world(
        {"a": {"on_success": to_bucket("out")}},
        triggers=[("a", {"bucket": "results", "prefix": "/out"})],
    ),
    "a disabled trigger": world(
        {"a": {"on_success": STREAM}}, triggers=[("a", {"stream": "records", "status": "DISABLED"})]
    ),
    "a notification to another topic": world(
        {"a": {"on_success": to_bucket("out")}},
        triggers=[("a", {"topic": "t"})],
        notifications=[{"topic": "u"}],
    ),
}


@pytest.mark.parametrize("kind", ACYCLIC)
def test_where_no_cycle_is_reported_every_event_ends(cloud: ServedCloud, kind: str) -> None:
    cloud.begin(ACYCLIC[kind])

    assert cycles_of(cloud) == ()
    assert ends_everywhere(cloud, ACYCLIC[kind])


functions = st.builds(fn, st.sampled_from(NAMES), st.sampled_from(["latest", "v1", "!prod"]))
targets = st.one_of(
    functions,
    functions,
    st.sampled_from(["t", "u"]).map(to_topic),
    # No trigger below has a longer prefix: which objects then meet it is not documented.
    st.sampled_from(["in", "in/a", "out/"]).map(to_bucket),
    st.just(STREAM),
)
configs = st.dictionaries(
    st.builds("{}{}".format, st.sampled_from(NAMES), st.sampled_from(["", "", ":v1"])),
    st.fixed_dictionaries({}, optional={"on_success": targets, "on_failure": targets}),
    min_size=1,
    max_size=4,
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "prefix": st.sampled_from(["in", "in/", "out/"]),
        "suffix": st.sampled_from([".json", "json"]),
    },
)
listening = st.one_of(
    st.sampled_from(["t", "u"]).map(lambda name: {"topic": name}),
    filters.map(lambda more: {"bucket": "results", **more}),
    st.just({"stream": "records"}),
)
wired = st.tuples(
    st.sampled_from(NAMES),
    st.builds(
        lambda what, version: {**what, "version": version},
        listening,
        st.sampled_from(["latest", "latest", "v1", "!prod"]),
    ),
)
told = st.builds(
    lambda whom, more: {**whom, **more},
    st.sampled_from([{"topic": "t"}, {"topic": "u"}, {"function": "a"}, {"function": "b"}]),
    filters,
)
worlds = st.builds(
    lambda configs, triggers, notifications: world(
        configs, triggers=triggers, notifications=notifications
    ),
    configs,
    st.lists(wired, max_size=3),
    st.lists(told, max_size=1),
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=worlds)
def test_the_graph_and_the_running_cloud_agree_on_what_goes_round(
    cloud: ServedCloud, seed: dict[str, Any]
) -> None:
    cloud.begin(seed)
    cycles = cycles_of(cloud)
    if not cycles:
        event("acyclic")
        assert ends_everywhere(cloud, seed)
        return
    possible = [cycle for cycle in cycles if needed(cycle) is not None]
    assume(possible)
    event("cyclic")
    for cycle in possible:
        cloud.begin(seed)
        assert goes_round(cloud, cycle), cycle.stops
