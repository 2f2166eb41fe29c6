"""Limits of texts and numbers: what is beyond one is refused at its path, and shows no text."""

import math
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factories import (
    PROJECT,
    REGION,
    TOPIC,
    URN,
    bag,
    examined,
    to_bucket,
    to_function,
    to_stream,
    to_topic,
    told,
)
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.properties import UNKNOWN

CANARY = "canary"
SMN = f"urn:smn:{REGION}:{PROJECT}:"
SHORT = f"urn:fss:{REGION}:{PROJECT}:function:"


def opaque(destination: object = "DMS", param: object = "{}") -> dict[str, object]:
    return {"destination": destination, "param": param}


def raw(prefix: str) -> dict[str, object]:
    return opaque("OBS", f'{{"bucket":"results","prefix":"{prefix}"}}')


TAKEN: list[dict[str, object]] = [
    to_bucket(bucket="abc"),
    to_bucket(bucket="a" * 63),
    to_bucket(bucket="1.2.3"),
    to_bucket(bucket="999.1.1.1"),
    to_bucket(prefix="a" * 1_024),
    to_bucket(prefix="é" * 512),
    to_bucket(prefix=" /a b?\"'\\:*\u200d"),
    to_topic(SMN + "a" * 255),
    to_topic(SMN + "1-_"),
    to_stream("a" * 64),
    to_stream("-_"),
    to_function(f"{SHORT}default:{'a' * 60}"),
    to_function(f"{SHORT}default:orders:!{'a' * 64}"),
    to_function(f"{SHORT}{'p' * (269 - len(SHORT) - len(':orders:latest'))}:orders:latest"),
    opaque("DMS", '{\n\t"topic": "x"\r\n}'),
    {**to_topic(), "allowCycle": "ends after\n\tthree rounds"},
    raw("a" * 1_024),
]

REFUSED: list[tuple[dict[str, object], str, str]] = [
    (to_bucket(bucket="ab"), "bucket", "3 to 63"),
    (to_bucket(bucket="a" * 64), "bucket", "3 to 63"),
    (to_bucket(bucket="a..b"), "bucket", "no '..'"),
    (to_bucket(bucket="a.-b"), "bucket", "no '..'"),
    (to_bucket(bucket="a-.b"), "bucket", "no '..'"),
    (to_bucket(bucket="10.0.0.1"), "bucket", "not an IP address"),
    (to_bucket(bucket="results\n"), "bucket", "3 to 63"),
    (to_bucket(bucket="rësults"), "bucket", "3 to 63"),
    (to_bucket(bucket="results\u202e"), "bucket", "3 to 63"),
    (to_bucket(prefix="a" * 1_025), "prefix", "has 1,025 bytes; allowed: at most 1,024 bytes"),
    (to_bucket(prefix="é" * 513), "prefix", "has 1,026 bytes"),
    (to_bucket(prefix="a\x00"), "prefix", "has a control character (U+0000) at position 2"),
    (to_bucket(prefix="\x1b[31m"), "prefix", "(U+001B) at position 1"),
    (to_bucket(prefix="a\n"), "prefix", "(U+000A)"),
    (to_bucket(prefix="\x7f"), "prefix", "(U+007F)"),
    (to_bucket(prefix="\x85"), "prefix", "(U+0085)"),
    (to_bucket(prefix="\ud800"), "prefix", "half of a character"),
    (raw("a" * 1_025), "param.prefix", "has 1,025 bytes"),
    (raw("\\u0000"), "param.prefix", "(U+0000)"),
    (opaque("OBS", '{"bucket":"results","expires":NaN}'), "param", "is not a JSON object"),
    (opaque("OBS", '{"bucket":"results","expires":1e999}'), "param", "is not a JSON object"),
    (opaque("OBS", '{"bucket":"results","expires":-1}'), "param.expires", "is -1; allowed"),
    (to_topic(SMN + "a" * 256), "topicUrn", "1 to 255"),
    (to_topic(SMN + "-a"), "topicUrn", "starting with a letter or digit"),
    (to_topic(SMN + "a\x00"), "topicUrn", "1 to 255"),
    (to_topic(SMN), "topicUrn", "1 to 255"),
    (to_topic(f"urn:smn:{REGION}::alerts"), "topicUrn", "<project id>"),
    (to_topic(f"urn:smn:Eu De:{PROJECT}:alerts"), "topicUrn", "<region>"),
    (to_stream("a" * 65), "streamName", "1 to 64"),
    (to_stream(""), "streamName", "1 to 64"),
    (to_stream("events\n"), "streamName", "1 to 64"),
    (to_stream("évents"), "streamName", "1 to 64"),
    (to_function(f"{SHORT}default:{'a' * 61}"), "functionUrn", "1 to 60"),
    (to_function(f"{SHORT}default:1orders"), "functionUrn", "starting with a letter"),
    (to_function(f"{SHORT}pack\x00age:orders"), "functionUrn", "has no package, or one with"),
    (to_function(f"{SHORT}default:orders:\u202elatest"), "functionUrn", "has no version, or one"),
    (to_function(f"{SHORT}default:orders:!{'a' * 65}"), "functionUrn", "1 to 64"),
    (to_function(f"{SHORT}default:orders:!2.0"), "functionUrn", "1 to 64"),
    (to_function(f"{SHORT}{'p' * 270}:orders"), "functionUrn", "at most 269"),
    (to_function(f"urn:fss:\u0000:{PROJECT}:function:default:a"), "functionUrn", "no region"),
    (to_function(f"urn:fss:{REGION}:p\n:function:default:a"), "functionUrn", "no project id"),
    (opaque("D\x1b[31mMS"), "destination", "(U+001B) at position 2"),
    (opaque("DMS\n"), "destination", "(U+000A)"),
    (opaque(""), "destination", "is empty"),
    (opaque(param="{\x00}"), "param", "(U+0000)"),
    ({**to_topic(), "allowCycle": "why\x1b[2J"}, "allowCycle", "(U+001B) at position 4"),
    ({**to_topic(), "allowCycle": "\x00"}, "allowCycle", "(U+0000)"),
]


@pytest.mark.parametrize("target", TAKEN)
def test_a_text_at_its_limit_is_taken(target: dict[str, object]) -> None:
    assert told(onSuccess=target) == {}


@pytest.mark.parametrize(("target", "path", "line"), REFUSED)
def test_a_text_beyond_its_limit_is_refused_at_its_path(
    target: dict[str, object], path: str, line: str
) -> None:
    lines = told(onFailure=target)

    assert list(lines) == [f"onFailure.{path}"]
    assert line in lines[f"onFailure.{path}"]


@pytest.mark.parametrize("name", ["e\x1b[31mvil", "\u202egro", "x" * 200])
def test_a_destination_is_shown_so_that_it_moves_no_cursor_and_hides_nothing(name: str) -> None:
    (line,) = told(onSuccess={"destination": name}).values()

    assert line.isprintable()
    assert len(line) < 300


FIELDS: dict[str, Callable[[str], dict[str, object]]] = {
    "bucket": lambda value: to_bucket(bucket=value),
    "prefix": lambda value: to_bucket(prefix=value),
    "topicUrn": to_topic,
    "streamName": to_stream,
    "functionUrn": to_function,
    "destination": opaque,
    "param": lambda value: opaque(param=value),
    "allowCycle": lambda value: {**to_topic(), "allowCycle": value},
}
NEVER = st.characters(categories=["Cc", "Cs"], exclude_characters="\t\r\n")


@given(
    st.sampled_from(sorted(FIELDS)), st.text(max_size=40), NEVER, st.sampled_from(["", SMN, SHORT])
)
@example("functionUrn", "default:orders:latest", "\x00", SHORT)
@example("topicUrn", "alerts", "\ud800", SMN)
def test_no_text_has_a_control_character_or_half_of_one(
    field: str, text: str, never: str, start: str
) -> None:
    (line,) = told(onSuccess=FIELDS[field](f"{start}{text}{never}{CANARY}")).values()

    assert line.startswith(f"onSuccess.{field}: ")
    assert line.isprintable()
    assert CANARY not in line


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=300, max_size=1_100))
def test_a_prefix_is_taken_up_to_1024_bytes_of_utf_8(prefix: str) -> None:
    is_taken = not told(onSuccess=to_bucket(prefix=prefix))

    assert is_taken == (len(prefix.encode()) <= 1_024)


ODD = st.one_of(
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.just(UNKNOWN),
    st.sampled_from([10**4_000, -(10**4_000), -0.0, 1e308, CANARY, "\x1b[2J", "\ud800"]),
    st.lists(st.just(CANARY)),
    st.dictionaries(st.sampled_from(["expires", "destination", "param"]), st.just(CANARY)),
)
ODD_TARGETS = ODD | st.fixed_dictionaries(
    {},
    optional={
        "destination": ODD | st.sampled_from(["OBS", "SMN"]),
        **dict.fromkeys(["bucket", "prefix", "expires", "topicUrn", "param", "allowCycle"], ODD),
    },
)
ODD_BAGS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["functionUrn", "maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds"], ODD),
        **dict.fromkeys(["enableAsyncStatusLog", "adopt", "more"], ODD),
        "onSuccess": ODD_TARGETS,
        "onFailure": ODD_TARGETS,
    },
)


def without_destinations(line: str) -> str:
    return "" if re.match(r"on(Success|Failure): ", line) else line


@given(ODD_BAGS, ODD_BAGS)
def test_any_two_bags_can_be_compared(before: dict[str, object], after: dict[str, object]) -> None:
    lines = [str(change) for change in changes(before, after)]

    assert all(line.isprintable() for line in lines)
    assert CANARY not in "".join(map(without_destinations, lines))


@given(ODD_BAGS)
@example({"functionUrn": math.nan})
def test_a_bag_does_not_differ_from_itself(odd: dict[str, object]) -> None:
    assert changes(odd, odd) == ()


@given(ODD_BAGS)
def test_any_bag_can_be_examined_and_examining_its_result_changes_nothing(
    odd: dict[str, object],
) -> None:
    once = examine(odd)

    assert all(str(problem).isprintable() for problem in once.problems)
    assert bool(once.problems) is bool(examine(once.inputs).problems)


NUMBERS = ["maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds"]


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (float("nan"), "NaN (not a number)"),
        (float("inf"), "infinity"),
        (float("-inf"), "-infinity"),
        (1e308, "a number of more than 15 digits"),
        (10**5_000, "a number of more than 15 digits"),
        (-7, "-7"),
        (2.5, "2.5"),
        (True, "true or false"),
        ("7", "a string"),
        ([7], "a list"),
        ({"a": 7}, "an object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_number_that_a_state_cannot_hold_is_told_and_mended(
    path: str, odd: object, words: str
) -> None:
    (change,) = changes(bag(**{path: odd}), bag(**{path: 2}))
    (line,) = told(**{path: odd}).values()

    assert str(change).startswith(f"{path}: {words} → 2 ")
    assert line.startswith(f"{path}: is {words}; allowed: a whole number of ")


@pytest.mark.parametrize("path", NUMBERS)
def test_zero_has_no_sign(path: str) -> None:
    assert changes(bag(**{path: -0.0}), bag(**{path: 0})) == ()
    assert examined(maxAsyncRetryAttempts=-0.0).inputs["maxAsyncRetryAttempts"] == 0


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (0, False, "enableAsyncStatusLog: 0 → off"),
        (True, 1, "enableAsyncStatusLog: on → 1"),
        ("x", True, "enableAsyncStatusLog: a string → on"),
    ],
)
def test_a_flag_is_no_number(old: object, new: object, line: str) -> None:
    (change,) = changes(bag(enableAsyncStatusLog=old), bag(enableAsyncStatusLog=new))

    assert str(change) == line


def test_runs_are_promised_only_for_retries_that_there_are() -> None:
    (change,) = changes(bag(), bag(maxAsyncRetryAttempts=7))

    assert str(change) == "maxAsyncRetryAttempts: 1 → 7 retries"


def test_what_stands_for_unknown_values_is_within_every_limit() -> None:
    targets = [
        to_bucket(bucket=UNKNOWN, prefix=UNKNOWN, expires=UNKNOWN),
        to_topic(UNKNOWN),
        to_stream(UNKNOWN),
        {"destination": "FunctionGraph", "functionUrn": UNKNOWN},
        opaque(param=UNKNOWN),
    ]
    for target in targets:
        assert examine({"functionUrn": URN, "onSuccess": target}).problems == ()


def test_topics_of_the_factories_are_within_their_limit() -> None:
    assert told(onSuccess=to_topic(TOPIC)) == {}
