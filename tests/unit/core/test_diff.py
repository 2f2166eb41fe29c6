import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import TOPIC, URN, bag, to_bucket, to_function, to_stream, to_topic
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.properties import UNKNOWN

CANARY = "canary"
ANOTHER = "another function version; the config is replaced, the old one deleted first"
AT_APPLY = "known at apply; the config is replaced if it is another function version"
OTHER = "urn:fss:eu-de:other:function:default:orders:latest"


def told(before: dict[str, object], after: dict[str, object]) -> list[str]:
    return [str(change) for change in changes(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (
            bag(maxAsyncRetryAttempts=1),
            bag(maxAsyncRetryAttempts=3),
            ["maxAsyncRetryAttempts: 1 → 3 retries (up to 4 runs per event)"],
        ),
        (
            bag(maxAsyncRetryAttempts=1),
            bag(maxAsyncRetryAttempts=UNKNOWN),
            ["maxAsyncRetryAttempts: 1 → unknown until apply"],
        ),
        (
            bag(),
            bag(maxAsyncEventAgeInSeconds=86_400.0),
            ["maxAsyncEventAgeInSeconds: 3,600 → 86,400 seconds"],
        ),
        (bag(), bag(enableAsyncStatusLog=True), ["enableAsyncStatusLog: off → on"]),
        (
            bag(enableAsyncStatusLog=True),
            bag(enableAsyncStatusLog=UNKNOWN),
            ["enableAsyncStatusLog: on → unknown until apply"],
        ),
        (bag(), bag(onSuccess=to_topic()), ["onSuccess: none → SMN"]),
        (
            bag(onSuccess=to_topic()),
            bag(),
            ["onSuccess: SMN → none (results of successful runs will be dropped)"],
        ),
        (
            bag(onFailure=to_bucket()),
            bag(),
            ["onFailure: OBS → none (failures will be dropped)"],
        ),
        (bag(onSuccess=to_topic()), bag(onSuccess=to_stream()), ["onSuccess: SMN → DIS"]),
        (bag(), bag(onSuccess=UNKNOWN), ["onSuccess: none → unknown until apply"]),
        (
            bag(onSuccess=to_bucket()),
            bag(onSuccess=to_bucket(expires=7, prefix="x")),
            [
                "onSuccess.expires: 0 → 7 days",
                "onSuccess.prefix: changed (names are not shown, they may be secret)",
            ],
        ),
        (
            bag(onSuccess=to_bucket()),
            bag(onSuccess=to_bucket(bucket=UNKNOWN, expires=UNKNOWN)),
            [
                "onSuccess.bucket: unknown until apply",
                "onSuccess.expires: 0 → unknown until apply",
            ],
        ),
        (
            bag(),
            bag(functionUrn=OTHER),
            [f"functionUrn: {ANOTHER}"],
        ),
        (
            bag(),
            bag(functionUrn=UNKNOWN),
            [f"functionUrn: {AT_APPLY}"],
        ),
    ],
)
def test_each_changed_property_is_one_line_with_its_unit(
    before: dict[str, object], after: dict[str, object], lines: list[str]
) -> None:
    assert told(before, after) == lines


def test_all_changes_are_told_in_a_fixed_order() -> None:
    after = {
        "onFailure": to_topic(),
        "onSuccess": to_bucket(),
        "enableAsyncStatusLog": True,
        "maxAsyncEventAgeInSeconds": 1,
        "maxAsyncRetryAttempts": 0,
        "functionUrn": OTHER,
    }

    assert [change.path for change in changes(bag(), after)] == list(reversed(after))


@pytest.mark.parametrize(
    "defaults",
    [
        {"maxAsyncRetryAttempts": 1.0},
        {"maxAsyncEventAgeInSeconds": 3600},
        {"enableAsyncStatusLog": False},
        {"onSuccess": None, "onFailure": None},
        {"adopt": True},
    ],
)
def test_defaults_and_what_is_never_sent_equal_absence(defaults: dict[str, object]) -> None:
    assert changes(bag(), {"functionUrn": URN, **defaults}) == ()
    assert changes({"functionUrn": URN, **defaults}, bag()) == ()


def test_the_defaults_of_a_bucket_equal_absence() -> None:
    bare = {"destination": "OBS", "bucket": "results"}

    assert changes(bag(onSuccess=bare), bag(onSuccess=to_bucket())) == ()


targets = st.one_of(
    st.none(),
    st.builds(
        lambda name, prefix, days: to_bucket(bucket=name, prefix=prefix, expires=days),
        st.sampled_from([f"{CANARY}-1", f"{CANARY}-2"]),
        st.sampled_from([CANARY, f"/{CANARY}"]),
        st.integers(0, 365),
    ),
    st.builds(lambda end: to_topic(f"{TOPIC}-{CANARY}-{end}"), st.integers(1, 2)),
    st.builds(lambda end: to_stream(f"{CANARY}-{end}"), st.integers(1, 2)),
    st.builds(lambda end: to_function(f"{URN}-{CANARY}-{end}"), st.integers(1, 2)),
    st.builds(lambda end: {"destination": "DMS", "param": CANARY * end}, st.integers(1, 2)),
)
bags = st.builds(
    bag,
    functionUrn=st.sampled_from([f"{URN}-{CANARY}", f"{OTHER}-{CANARY}"]),
    maxAsyncRetryAttempts=st.none() | st.integers(0, 3),
    maxAsyncEventAgeInSeconds=st.none() | st.integers(1, 86_400),
    enableAsyncStatusLog=st.none() | st.booleans(),
    onSuccess=targets | st.just(UNKNOWN),
    onFailure=targets,
)


@given(bags)
def test_equal_bags_have_no_changes(one: dict[str, object]) -> None:
    assert changes(one, dict(one)) == ()


@given(bags, bags)
def test_there_are_changes_one_way_when_there_are_the_other_way(
    one: dict[str, object], other: dict[str, object]
) -> None:
    there, back = changes(one, other), changes(other, one)

    assert sorted(change.path for change in there) == sorted(change.path for change in back)


@given(bags, bags)
def test_no_change_shows_a_name(one: dict[str, object], other: dict[str, object]) -> None:
    assert CANARY not in "".join(told(one, other))


KNOWN_LATER = "none → a stream known at apply, or secret"
TOPIC_HERE = "urn:smn:eu-de:p1:orders-alarm"
NAMED: list[tuple[object, object, dict[str, str]]] = [
    (
        {"destination": "OBS", "bucket": "failed", "prefix": "in/"},
        {"destination": "SMN", "topicUrn": TOPIC_HERE},
        {"onFailure": "bucket failed/in/ → topic orders-alarm"},
    ),
    (
        {"destination": "OBS", "bucket": "failed", "prefix": "in/"},
        {"destination": "OBS", "bucket": "dead"},
        {"onFailure.bucket": "failed → dead", "onFailure.prefix": "in/ → (empty)"},
    ),
    (
        {"destination": "FunctionGraph", "functionUrn": "urn:fss:r:p:function:shop:mail:v1"},
        {"destination": "FunctionGraph", "functionUrn": "urn:fss:r:p:function:default:audit"},
        {"onFailure.functionUrn": "shop/mail:v1 → audit"},
    ),
    (
        {"destination": "SMN", "topicUrn": TOPIC_HERE},
        {"destination": "SMN", "topicUrn": TOPIC_HERE.replace("p1", "p2")},
        {"onFailure.topicUrn": f"{TOPIC_HERE} → {TOPIC_HERE.replace('p1', 'p2')}"},
    ),
    (None, {"destination": "DIS", "streamName": UNKNOWN}, {"onFailure": KNOWN_LATER}),
    (
        {"destination": "DMS", "param": "a"},
        {"destination": "DMS", "param": "b"},
        {"onFailure.param": "changed (names are not shown, they may be secret)"},
    ),
    (
        {"destination": "FunctionGraph", "functionUrn": "urn:fss:odd"},
        {"destination": "FunctionGraph"},
        {"onFailure.functionUrn": "urn:fss:odd → of another type"},
    ),
]


@pytest.mark.parametrize(("before", "after", "told"), NAMED)
def test_targets_are_named_where_it_is_known_which_are_secret(
    before: object, after: object, told: dict[str, str]
) -> None:
    found = changes(bag(onFailure=before), bag(onFailure=after), named=True)

    assert {each.path: each.text for each in found} == told


@pytest.mark.parametrize(
    ("before", "paths"),
    [
        ({"destination": "OBS", "bucket": CANARY, "expires": 5}, ["onFailure.param"]),
        ({"destination": "OBS", "param": CANARY}, ["onFailure.param"]),
        ({"destination": "OBS", "param": UNKNOWN}, []),
        ({"destination": "SMN", "topicUrn": CANARY}, ["onFailure"]),
    ],
)
def test_a_param_that_is_not_known_yet_is_one_change(before: object, paths: list[str]) -> None:
    after = {"destination": "OBS", "param": UNKNOWN}

    found = changes(bag(onFailure=before), bag(onFailure=after))

    assert [change.path for change in found] == paths
    assert [change.path for change in changes(bag(onFailure=after), bag(onFailure=before))] == paths
    assert CANARY not in str(found)
