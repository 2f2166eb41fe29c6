"""What is declared beside what is live."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import OTHER_PROJECT, bag, finding, function_urn, to_bucket, to_topic
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.drift.comparison import PendingChange, compare
from pulumi_functiongraph.core.drift.document import DriftStatus, PendingConfig
from pulumi_functiongraph.core.drift.ignore_file import parse_ignored
from pulumi_functiongraph.core.drift.inputs import DeclaredConfig, LiveReadings, UnreadConfig
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.properties import UNKNOWN
from strategies import valid_bags
from unit.core.drifts import DEV, declared, every_kind, live, only, world

CANARY = "canary-of-a-bucket"


def test_equal_configs_are_in_sync() -> None:
    document = compare([declared(onFailure=to_bucket())], world(live(onFailure=to_bucket())))

    assert only(document) == {
        "status": "in sync",
        "functionUrn": str(function_urn()),
        "stack": DEV,
        "name": "orders",
        "where": "__main__.py:7",
    }
    assert not document.has_drift
    assert document.is_complete


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"maxAsyncRetryAttempts": 1, "maxAsyncEventAgeInSeconds": 3600}),
        ({}, {"enableAsyncStatusLog": False}),
        ({"adopt": True}, {}),
        ({"onFailure": {**to_bucket(), "allowCycle": "ends"}}, {"onFailure": to_bucket()}),
        ({"onFailure": {"bucket": "results"}}, {"onFailure": to_bucket(prefix="", expires=0)}),
    ],
)
def test_defaults_and_what_is_never_sent_are_no_drift(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    document = compare([declared(**one)], world(live(**other)))

    assert only(document)["status"] == "in sync"


def test_a_change_is_told_by_property_with_both_sides() -> None:
    document = compare(
        [declared(maxAsyncRetryAttempts=1, onSuccess=to_topic(), onFailure=to_bucket(prefix="a/"))],
        world(
            live(
                maxAsyncRetryAttempts=3,
                onFailure=to_bucket(bucket="others", expires=30),
                last_modified="yesterday",
            )
        ),
    )

    found = only(document)
    assert (found["status"], found["lastModified"]) == ("changed", "yesterday")
    assert found["properties"] == [
        {"path": "maxAsyncRetryAttempts", "text": "1 → 3 retries (up to 4 runs per event)"},
        {"path": "onSuccess", "text": "SMN → none (results of successful runs will be dropped)"},
        {"path": "onFailure.bucket", "text": "results → others"},
        {"path": "onFailure.expires", "text": "0 → 30 days"},
        {"path": "onFailure.prefix", "text": "a/ → (empty)"},
    ]
    assert document.has_drift


def test_a_raw_target_that_was_not_decrypted_is_unreadable_and_nothing_of_it_is_shown() -> None:
    hidden = declared(onFailure={"destination": "OBS", "param": UNKNOWN}, secret=["onFailure"])

    found = only(compare([hidden], world(live(onFailure=to_bucket(bucket=CANARY, expires=5)))))

    assert found["status"] == "unreadable"
    assert found["unreadableProperties"] == ["onFailure.param"]
    assert CANARY not in str(found)


def test_what_is_declared_and_not_there_is_missing() -> None:
    assert only(compare([declared()], world(orders=None)))["status"] == "missing"


def test_what_is_live_and_declared_nowhere_is_unmanaged() -> None:
    document = compare([], world(live(onSuccess=to_topic(), last_modified="yesterday")))

    assert only(document) == {
        "status": "unmanaged",
        "functionUrn": str(function_urn()),
        "setting": "retries 1, valid 3,600 seconds, success to SMN, failure to nothing",
        "lastModified": "yesterday",
    }
    assert document.has_drift


def test_a_function_without_a_config_is_not_told_when_nobody_declares_one() -> None:
    assert compare([], world(orders=None)).configs == ()


@pytest.mark.parametrize(
    "readings",
    [world(orders=UnreadConfig("HTTP 403")), LiveReadings({})],
    ids=["refused", "not asked for"],
)
def test_what_could_not_be_read_is_never_in_sync(readings: LiveReadings) -> None:
    document = compare([declared()], readings)

    assert only(document)["status"] == "unreadable"
    assert not document.is_complete
    assert not document.has_drift


def test_what_cannot_be_read_and_is_declared_by_nobody_is_unreadable() -> None:
    document = compare(
        [], LiveReadings({function_urn(): UnreadConfig("HTTP 403")}, unread={"project": "why"})
    )

    assert [(one.status, one.function_urn, one.why) for one in document.configs] == [
        (DriftStatus.UNREADABLE, "project", "why"),
        (DriftStatus.UNREADABLE, str(function_urn()), "HTTP 403"),
    ]


def test_a_declared_config_that_cannot_be_judged_is_unreadable_and_says_why() -> None:
    document = compare([declared(maxAsyncRetryAttempts=9)], world(live()))

    assert "maxAsyncRetryAttempts: is 9" in str(only(document)["why"])
    assert only(document)["status"] == "unreadable"


def test_a_config_of_an_unknown_function_is_unreadable() -> None:
    config = DeclaredConfig(stack=DEV, name="notify", function_urn=None)

    assert only(compare([config], world()))["why"] == "its function is not known"


def test_a_secret_that_was_not_decrypted_is_unreadable_and_the_rest_is_compared() -> None:
    config = declared(onFailure=to_bucket(bucket=UNKNOWN), secret=["onFailure.bucket"])

    same = compare([config], world(live(onFailure=to_bucket(bucket=CANARY))))
    other = compare([config], world(live(onFailure=to_bucket(bucket=CANARY, expires=3))))

    assert only(same)["status"] == "unreadable"
    assert only(same)["unreadableProperties"] == ["onFailure.bucket"]
    assert "--show-secrets" in str(only(same)["why"])
    assert only(other)["status"] == "changed"
    assert only(other)["unreadableProperties"] == ["onFailure.bucket"]
    assert not other.is_complete
    assert "canary" not in f"{same}{other}"


def test_a_secret_that_was_decrypted_is_compared_and_not_shown() -> None:
    config = declared(onFailure=to_bucket(bucket=CANARY), secret=["onFailure.bucket"])

    same = compare([config], world(live(onFailure=to_bucket(bucket=CANARY))))
    other = compare([config], world(live(onFailure=to_bucket(bucket="canary-2"))))

    assert only(same)["status"] == "in sync"
    assert only(other)["properties"] == [
        {"path": "onFailure.bucket", "text": "differs (a secret, not shown)"}
    ]
    assert "canary" not in f"{same}{other}"


def test_of_a_target_that_is_secret_as_a_whole_nothing_is_shown() -> None:
    config = declared(onFailure=to_bucket(bucket=CANARY), secret=["onFailure"])

    document = compare([config], world(live(onFailure=to_bucket(bucket=CANARY, expires=5))))

    assert only(document)["properties"] == [
        {"path": "onFailure.expires", "text": "differs (a secret, not shown)"}
    ]


def test_a_live_name_that_is_a_secret_elsewhere_is_not_shown() -> None:
    document = compare(
        [
            declared("hidden", onFailure=to_bucket(bucket=CANARY), secret=["onFailure.bucket"]),
            declared(onFailure=to_bucket()),
        ],
        world(
            live(onFailure=to_bucket(bucket=CANARY)),
            live("hidden", onFailure=to_bucket(bucket=CANARY)),
        ),
    )

    (changed,) = document.of(DriftStatus.CHANGED)
    assert [each.text for each in changed.properties] == ["results → [secret]"]


def test_a_finding_does_not_name_a_secret() -> None:
    config = declared(onFailure=to_bucket(bucket=CANARY), secret=["onFailure.bucket"])
    told = finding(message=f"obs://{CANARY}/x is gone", remedy=f"make {CANARY}")

    (found,) = compare([config], world(), findings=[told]).findings

    assert (found.message, found.remedy) == ("obs://[secret]/x is gone", "make [secret]")


def test_coverage_is_managed_by_all_that_is_live() -> None:
    document = compare(
        [declared(), declared("gone")], world(live(), live("stray"), live("other"), gone=None)
    )

    assert document.coverage is not None
    assert (document.coverage.managed, document.coverage.unmanaged) == (1, 2)
    assert document.coverage.share == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("told", "unread"),
    [
        ([declared("denied")], {"denied": UnreadConfig("HTTP 403")}),
        ([], {"stray": UnreadConfig("HTTP 403")}),
        ([declared("wrong", onFailure={"destination": "OBS", "bucket": "No_Bucket"})], {}),
    ],
    ids=["a declared config", "one that nobody declares", "what is declared"],
)
def test_there_is_no_coverage_where_not_all_was_read(
    told: list[DeclaredConfig], unread: dict[str, UnreadConfig]
) -> None:
    document = compare([declared(), *told], world(live(), whole=True, **unread))

    assert document.coverage is None
    assert not document.is_complete


def test_there_is_no_coverage_where_a_project_was_not_read() -> None:
    read = world(live())

    found = compare([declared()], replace(read, unread={"project x": "HTTP 403"}))

    assert found.coverage is None


def test_what_the_ignore_file_leaves_out_is_not_missed_in_coverage() -> None:
    ignored = parse_ignored("denied  # of others\n")
    denied = world(live(), denied=UnreadConfig("HTTP 403"))

    assert compare([declared()], denied, ignored=ignored).coverage is not None


def test_a_live_config_with_a_secret_that_was_not_compared_counts() -> None:
    hidden = {"destination": "OBS", "bucket": UNKNOWN}
    told = declared(onFailure=hidden, secret=["onFailure.bucket"])

    coverage = compare([told], world(live(onFailure={**hidden, "bucket": "x-y"}))).coverage

    assert coverage is not None
    assert coverage.managed == 1


def test_there_is_no_coverage_when_only_declared_configs_were_looked_at() -> None:
    assert compare([declared()], world(live(), whole=False)).coverage is None


def test_two_owners_are_told_with_the_stacks_that_were_looked_at() -> None:
    both = [declared(), declared(stack="stack prod of project shop")]

    found = compare(both, world(live()), stacks=["stack test of project shop"]).findings

    assert len(found) == 2
    for each in found:
        assert (
            "looked at 3 stacks: stack dev of project shop, stack prod of project shop, stack test "
            "of project shop; no other stack of the backend was" in each.message
        )


def test_of_many_stacks_that_were_looked_at_the_first_are_named() -> None:
    both = [declared(), declared(stack="stack prod of project shop")]

    (found, _) = compare(both, world(live()), stacks=[f"stack {n:03}" for n in range(50)]).findings

    assert "looked at 52 stacks: stack 000, " in found.message
    assert "stack 009 and 42 more; no other" in found.message


def test_where_nothing_is_live_everything_is_covered() -> None:
    coverage = compare([], world()).coverage

    assert coverage is not None
    assert coverage.share == 1


def test_what_the_stack_has_yet_to_delete_is_not_unmanaged_and_not_compared() -> None:
    going = DeclaredConfig(stack=DEV, name="old", function_urn=function_urn(), is_going=True)

    assert compare([going], world(live())).configs == ()


def test_what_the_program_declares_and_nobody_applied_is_no_drift() -> None:
    waiting = PendingChange(
        PendingConfig(stack=DEV, name="orders", operation="create", changes=()), function_urn()
    )

    document = compare([], world(live()), pending=[waiting])

    assert document.configs == ()
    assert [each.name for each in document.pending] == ["orders"]
    assert not document.has_drift


def test_ignored_configs_are_listed_with_their_reason_and_count_for_nothing() -> None:
    rules = parse_ignored("str*  # the other team's\nnobody  # here\n")

    document = compare([], world(live("stray")), ignored=rules)

    assert document.configs == ()
    assert document.coverage is not None
    assert document.coverage.unmanaged == 0
    (ignored,) = document.ignored
    assert (ignored.status, ignored.reason) == (DriftStatus.UNMANAGED, "the other team's")
    assert document.notes == ("pattern nobody of the ignore file matches nothing",)


def test_a_config_that_several_stacks_declare_is_a_finding_of_each_and_counts_once() -> None:
    both = [declared(), declared(stack="prod", name="notify")]
    document = compare([*both, declared("single")], world(live(), live("single"), live("stray")))

    assert len(document.of(DriftStatus.IN_SYNC)) == 3
    assert document.coverage is not None
    assert (document.coverage.managed, document.coverage.unmanaged) == (2, 1)
    notify, orders = document.findings
    assert [(each.rule, each.subject) for each in (notify, orders)] == [
        ("FGN002", "notify"),
        ("FGN002", "orders"),
    ]
    assert f"prod declares the config of {function_urn()}, and so does orders of {DEV}" in str(
        notify
    )
    assert "and so does notify of prod: " in str(orders)
    assert "pulumi state delete --force" in orders.remedy


def test_what_several_stacks_declare_and_the_ignore_file_names_is_no_finding() -> None:
    both = [declared(), declared(stack="prod", name="notify")]
    assert not compare(both, world(live()), ignored=parse_ignored("orders  # shared")).findings


def test_the_worst_comes_first() -> None:
    statuses = [one.status for one in every_kind().configs]

    assert statuses == sorted(statuses, key=list(DriftStatus).index)
    assert set(statuses) == set(DriftStatus)


def test_errors_are_told_apart_from_warnings() -> None:
    assert [each.severity for each in every_kind().errors] == [Severity.ERROR] * 3


def test_functions_of_other_projects_are_other_functions() -> None:
    there = function_urn(project_id=OTHER_PROJECT)
    config = live().config.model_copy(update={"function_urn": there})

    document = compare([declared()], LiveReadings({there: LiveConfig(config=config)}))

    assert [one.status for one in document.configs] == [
        DriftStatus.UNREADABLE,
        DriftStatus.UNMANAGED,
    ]


@given(valid_bags, valid_bags)
def test_drift_is_what_makes_two_configs_differ(
    one: dict[str, object], other: dict[str, object]
) -> None:
    first, second = examine(one).config, examine(other).config
    assert first is not None
    assert second is not None
    config = DeclaredConfig(
        stack=DEV, name="x", function_urn=function_urn(), bag=examine(one).inputs
    )

    document = compare([config], world(LiveConfig(config=second)))

    assert document.has_drift is not first.same_setting(second)


@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_what_is_given_does_not_matter(one: list[int], other: list[int]) -> None:
    configs = [declared(), declared("a"), declared("b", maxAsyncRetryAttempts=3), declared("c")]
    readings = [live(), live("b"), live("stray")]

    told = compare([configs[at] for at in one], world(*(readings[at] for at in other), a=None))

    assert told == compare(configs, world(*readings, a=None))


NAMES = st.from_regex(r"canary[a-z0-9]{0,10}", fullmatch=True)


@given(NAMES, NAMES, st.booleans())
def test_no_report_contains_a_secret(declares: str, holds: str, knows: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    stated = to_bucket(bucket=declares if knows else UNKNOWN, prefix=declares if knows else UNKNOWN)
    config = declared(onFailure=stated, secret=["onFailure.bucket", "onFailure.prefix"])

    document = compare([config], world(live(onFailure=to_bucket(bucket=holds, prefix=holds))))

    text = json.dumps(document.model_dump(mode="json"))
    assert "canary" not in text


def test_a_bag_without_a_problem_is_what_is_compared() -> None:
    assert declared().bag == {
        **bag(),
        "maxAsyncRetryAttempts": 1,
        "maxAsyncEventAgeInSeconds": 3600,
    }
