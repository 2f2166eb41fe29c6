"""The documented rules of policy documents, and the classic mistakes."""

from __future__ import annotations

import sys
from subprocess import run
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.core.permissions import Decision, evaluate, evaluate_beginning
from pulumi_functiongraph.core.permissions.patterns import matches
from unit.core.permissions.policies import KEY, PUT, allow, deny, policy, when

ALLOWED, DENIED, UNKNOWN = Decision.ALLOWED, Decision.DENIED, Decision.UNKNOWN


def decided(*documents: Any, context: Any = None, action: str = PUT, on: str = KEY) -> Decision:
    return evaluate(documents, action, on, context or {}).decision


def test_what_nothing_allows_is_denied() -> None:
    assert decided() is DENIED
    assert decided(policy(allow("obs:object:GetObject"))) is DENIED
    assert evaluate([], PUT, KEY, {}).statement is None


def test_a_matching_deny_wins_over_every_allow_in_any_order() -> None:
    allowing, denying = policy(allow("obs:*:*")), policy(deny(PUT))

    assert decided(allowing, denying) is DENIED
    assert decided(denying, allowing) is DENIED
    assert decided(policy(deny(PUT), allow(PUT))) is DENIED
    assert evaluate([allowing, denying], PUT, KEY, {}).document == 1


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("obs:object:PutObject", ALLOWED),
        ("OBS:Object:putobject", ALLOWED),
        ("obs:*:*", ALLOWED),
        ("obs:*", ALLOWED),
        ("*", ALLOWED),
        ("*:*:*", ALLOWED),
        ("obs:object:Put*", ALLOWED),
        ("obs:object:*Object", ALLOWED),
        ("obs:o*t:P*t", ALLOWED),
        ("obs:object:PutObjec?", UNKNOWN),
        ("obs:object:PutObject?", DENIED),
        ("obs:object:PutObjectAcl", DENIED),
        ("obs:object:Put", DENIED),
        ("smn:*:*", DENIED),
        ("obs:object:[P]utObject", DENIED),
        ("obs.object.PutObject", DENIED),
        ("obs:PutObject", UNKNOWN),
        ("obs:bucket:PutObject", UNKNOWN),
        ("s3:object:PutObject", DENIED),
    ],
)
def test_actions_match_whatever_their_case_with_stars(pattern: str, expected: Decision) -> None:
    assert decided(policy(allow(pattern))) is expected


def test_an_action_may_be_a_single_text() -> None:
    assert decided({"Version": "1.1", "Statement": {"Effect": "Allow", "Action": PUT}}) is ALLOWED


def test_what_a_system_role_with_empty_segments_means_is_not_documented() -> None:
    role = policy(allow("::Get", "::List"), deny("identity:*"), version="1.0")

    assert decided(role, action="smn:topic:List") is UNKNOWN
    assert decided(role, action="obs:bucket:HeadBucket") is UNKNOWN
    assert decided(role, action="identity:users:List") is DENIED
    assert decided(role, action="smn:topic:publish") is DENIED
    assert decided(policy(allow("::Get")), action="smn:topic:Get") is UNKNOWN


def test_not_action_is_about_all_other_actions() -> None:
    others = {"Effect": "Allow", "NotAction": ["iam:*:*"]}
    keep = {"Effect": "Deny", "NotAction": ["obs:*:*"]}

    assert decided(policy(others, version="5.0")) is ALLOWED
    assert decided(policy(others, version="5.0"), action="iam:users:list") is DENIED
    assert decided(policy(allow("*"), keep, version="5.0")) is ALLOWED
    assert decided(policy(others), action="iam:users:list") is UNKNOWN
    assert decided(policy(allow("*"), keep)) is UNKNOWN


def test_a_deny_with_not_resource_leaves_just_that_resource() -> None:
    keep = {"Effect": "Deny", "Action": [PUT], "NotResource": ["obs:*:*:object:results/*"]}

    found = policy(allow("obs:*:*"), keep, version="5.0")
    assert decided(found) is ALLOWED
    assert decided(found, on="obs:*:*:object:others/1") is DENIED
    assert decided(policy(allow("obs:*:*"), keep)) is UNKNOWN


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", ALLOWED),
        ("obs:*:*:object:results/*", ALLOWED),
        ("OBS:*:*:object:results/*", ALLOWED),
        ("obs:*:*:object:*", ALLOWED),
        ("obs:*:*:*:*", ALLOWED),
        ("obs:*:*:*:results/*", ALLOWED),
        ("**", ALLOWED),
        ("*:*:*:*:*", ALLOWED),
        ("obs:*:*:bucket:results", DENIED),
        ("obs:*:*:object:other/*", DENIED),
        ("obs:eu-de:*:object:results/*", UNKNOWN),
        ("obs:eu-de:*:object:other/*", DENIED),
        ("smn:*:*:topic:results", DENIED),
    ],
)
def test_resources_have_five_segments_of_which_two_may_be_open(
    pattern: str, expected: Decision
) -> None:
    assert decided(policy(allow(PUT, Resource=[pattern]))) is expected


FUNCTION, INVOKE = "functiongraph:eu-de:d0:function:default/sink", "functiongraph:function:invoke"
TOPIC, PUBLISH = "smn:eu-de:d0:topic:orders", "smn:topic:publish"
STREAM, WRITE = "dis:eu-de:d0:stream:orders", "dis:records:write"

NEAR = [
    (PUT, KEY, "OBS:*:*:Object:results/*"),  # the type in another case
    (PUT, KEY, "obs:*:*:object:RESULTS/*"),  # the path in another case
    (PUT, KEY, "obs:*:*:object:results"),  # a bucket where an object should stand
    (PUT, KEY, "obs:*:*:bucket:results/*"),  # an object where a bucket should stand
    (PUT, KEY, "obs:*:*:object:/results/*"),  # a slash too many
    (PUT, KEY, "obs:*:*:object:results//orders/*"),
    (PUT, KEY, "obs:*:*:object:results///*"),
    (PUT, KEY, "arn:aws:s3:::results/*"),  # as in a bucket policy
    (PUT, KEY, "ARN:aws:s3:::results/*"),
    (PUT, KEY, "obs:::object:results/*"),  # a region and an account that are empty
    (PUT, KEY, "obs:*:object:results/*"),  # a segment too few
    (PUT, KEY, "obs:*"),  # a star for several segments
    (PUT, KEY, "results/*"),  # a path alone
    (PUT, KEY, "obs:*:*:folder:results/*"),  # a type that no document has
    (PUT, KEY, "obs:*:*:object:results/orders/?.json"),  # a wildcard of another version
    (PUT, KEY, "obs:*:*:object:${g:UserName}/*"),  # a variable
    (INVOKE, FUNCTION, "FUNCTIONGRAPH:*:*:function:Default/*"),  # as in the vendor's sample
    (INVOKE, FUNCTION, "functiongraph:*:*:function:default/Sink"),
    (INVOKE, FUNCTION, "functiongraph:*:*:Function:default/sink"),
    (INVOKE, FUNCTION, "functiongraph:*:*:function:sink"),  # no package
    (INVOKE, FUNCTION, "functiongraph:*:*:function:default"),  # no name
    (INVOKE, FUNCTION, "functiongraph:*:*:function:default/"),
    (INVOKE, FUNCTION, "functiongraph:*:*:function:default:sink"),  # as in a URN
    (INVOKE, FUNCTION, "functiongraph:*:*:function:default/sink/latest"),
    (INVOKE, FUNCTION, "functiongraph:*:*:function:default:sink:latest"),
    (INVOKE, FUNCTION, "functiongraph:*:*:application:default/*"),
    (INVOKE, FUNCTION, "urn:fss:eu-de:d0:function:default:sink:latest"),  # a URN
    (INVOKE, FUNCTION, "urn:fss:*:*:function:*"),
    (INVOKE, FUNCTION, "fss:*:*:function:default/sink"),
    (INVOKE, FUNCTION, "functiongraph:EU-DE:*:function:default/sink"),  # a region in another case
    (INVOKE, FUNCTION, "functiongraph:eu-de_shop:*:function:default/sink"),  # a project of it
    (INVOKE, FUNCTION, "functiongraph:*:shop:function:default/sink"),  # an account by its name
    (PUBLISH, TOPIC, "smn:eu-de:*:topic:orders"),  # no document has names of topics
    (PUBLISH, TOPIC, "smn:*:*:topic:*"),
    (PUBLISH, TOPIC, "urn:smn:eu-de:d0:orders"),
    (PUBLISH, TOPIC, "smn:eu-de:*:topic:others"),
    (PUBLISH, TOPIC, "smn:*:*:topicurn:others"),
    (PUBLISH, TOPIC, "urn:smn:eu-de:d0:others"),
    (PUBLISH, TOPIC, "SMN:*:*:Topic:0123456789abcdef"),  # an id
    (WRITE, STREAM, "dis:*:*:stream:orders"),
    (WRITE, STREAM, "dis:*:*:stream:others"),
    (WRITE, STREAM, "dis:*:*:others"),
]


@pytest.mark.parametrize(("action", "on", "pattern"), NEAR)
def test_a_near_match_is_neither_allowed_nor_denied(action: str, on: str, pattern: str) -> None:
    allowing = policy(allow(action, Resource=[pattern]))
    denying = policy(allow("*"), deny(action, Resource=[pattern]))

    assert decided(allowing, action=action, on=on) is UNKNOWN
    assert decided(denying, action=action, on=on) is UNKNOWN


@pytest.mark.parametrize(
    ("action", "on", "pattern"),
    [
        (PUT, KEY, "obs:*:*:object:others/*"),
        (PUT, KEY, "obs:*:*:object:results/other/*"),
        (PUT, KEY, "obs:*:*:bucket:results"),
        (PUT, KEY, "urn:fss:*:*:function:*"),
        (INVOKE, FUNCTION, "functiongraph:*:*:function:other/*"),
        (INVOKE, FUNCTION, "functiongraph:*:*:function:default/other"),
        (INVOKE, FUNCTION, "functiongraph:*:*:trigger:*"),
        (INVOKE, FUNCTION, "functiongraph:eu-nl:*:function:default/sink"),
        (INVOKE, FUNCTION, "urn:fss:eu-de:d0:function:default:other:latest"),
        (INVOKE, FUNCTION, "functiongraph:*:*:function:default:other"),
        (INVOKE, FUNCTION, "obs:*:*:object:*"),
        (PUT, KEY, "obs:*:*:object:results//other/*"),
        (PUT, KEY, "obs:*:*:object:other//orders/*"),
        (PUT, KEY, "arn:aws:s3:::others/orders"),
        (PUBLISH, TOPIC, "others"),
        (PUBLISH, TOPIC, "dis:*:*:stream:orders"),
        (PUBLISH, TOPIC, "obs:*:*:bucket:orders"),
        (PUT, KEY, "*:*:*:bucket:*"),
        (PUT, KEY, "obs:*:*:b*:results/*"),
    ],
)
def test_what_is_about_something_else_allows_nothing_and_denies_nothing(
    action: str, on: str, pattern: str
) -> None:
    allowing = policy(allow(action, Resource=[pattern]))
    denying = policy(allow("*"), deny(action, Resource=[pattern]))

    assert decided(allowing, action=action, on=on) is DENIED
    assert decided(denying, action=action, on=on) is ALLOWED


@pytest.mark.parametrize("pattern", ["*", "smn:*:*:*:*", "*:*:*:*:*"])
def test_all_of_a_service_is_meant_however_its_resources_are_named(pattern: str) -> None:
    allowing = policy(allow(PUBLISH, Resource=[pattern]))

    assert decided(allowing, action=PUBLISH, on=TOPIC) is ALLOWED


def test_the_uris_of_an_agency_policy_are_about_agencies() -> None:
    assume = policy(allow("iam:agencies:assume", Resource={"uri": ["/iam/agencies/07805a"]}))

    assert decided(assume, action="iam:agencies:assume", on="/iam/agencies/07805a") is ALLOWED
    assert decided(assume, action="iam:agencies:assume", on="/iam/agencies/other") is DENIED
    assert decided(policy(allow(PUT, Resource={"uri": ["/iam/agencies/07805a"]}))) is DENIED


def test_a_deny_whose_condition_does_not_hold_denies_nothing() -> None:
    documents = policy(allow("obs:*:*"), deny(PUT, Condition=when("Bool", "g:MFAPresent", "false")))

    assert decided(documents, context={"g:MFAPresent": "true"}) is ALLOWED
    assert decided(documents, context={"g:MFAPresent": False}) is DENIED
    assert decided(documents) is UNKNOWN


def test_a_second_allow_counts_when_the_condition_of_the_first_fails() -> None:
    first = allow(PUT, Condition=when("StringEquals", "g:UserName", "ann"))

    assert decided(policy(first, allow(PUT)), context={"g:UserName": "bob"}) is ALLOWED
    assert decided(policy(first, allow(PUT))) is ALLOWED


def test_an_unknown_deny_leaves_a_denial_denied() -> None:
    perhaps = deny(PUT, Condition=when("Bool", "g:MFAPresent", "true"))

    assert decided(policy(perhaps)) is DENIED
    assert decided(policy(perhaps, allow("smn:*:*"))) is DENIED


def test_keys_of_which_nothing_is_known_are_named() -> None:
    statement = allow(
        PUT,
        Condition={**when("StringEquals", "g:UserName", "a"), **when("Bool", "g:MFAPresent", True)},
    )

    found = evaluate([policy(statement)], PUT, KEY, {})

    assert found.decision is UNKNOWN
    assert found.missing == ("g:MFAPresent", "g:UserName")
    assert found.statement == statement


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (when("StringEquals", "k", "a", "b"), "b", True),
        (when("StringEquals", "k", "a"), "A", False),
        (when("StringNotEquals", "k", "a", "b"), "b", False),
        (when("StringNotEquals", "k", "a", "b"), "c", True),
        (when("StringEqualsIgnoreCase", "k", "aB"), "Ab", True),
        (when("StringNotEqualsIgnoreCase", "k", "aB"), "Ab", False),
        (when("StringLike", "k", "a*c?"), "abbcd", True),
        (when("StringLike", "k", "b"), "abc", None),
        (when("StringLike", "k", "A*"), "abc", None),
        (when("StringLike", "k", "x"), "abc", False),
        (when("StringNotLike", "k", "a*"), "abc", None),
        (when("StringMatch", "k", "a*"), "abc", True),
        (when("StringNotMatch", "k", "a*"), "abc", False),
        (when("StringStartWith", "k", "ab"), "abc", True),
        (when("StringStartWith", "k", "AB"), "abc", None),
        (when("StringStartWith", "k", "bc"), "abc", False),
        (when("StringNotStartWith", "k", "ab"), "abc", None),
        (when("StringEndWith", "k", "bc"), "abc", True),
        (when("StringEndWith", "k", "C"), "abc", None),
        (when("StringNotEndWith", "k", "bc"), "abc", None),
        (when("NumberEquals", "k", "5.0"), "5", True),
        (when("NumberNotEquals", "k", 5), 5, False),
        (when("NumberLessThan", "k", "5"), "9", False),
        (when("NumberLessThan", "k", "10"), "9", True),
        (when("NumberLessThanEquals", "k", 9), 9, True),
        (when("NumberGreaterThan", "k", "9"), "10", True),
        (when("NumberGreaterThanEquals", "k", 9), 8.5, False),
        (when("NumericLessThan", "k", "10"), "9", None),
        (when("NumberEquals", "k", "many"), "9", None),
        (when("NumberEquals", "k", "9"), "NaN", None),
        (when("DateLessThan", "k", "2026-01-01T00:00:00Z"), "2025-12-31T23:59:59Z", True),
        (when("DateGreaterThan", "k", "2026-01-01T01:00:00+02:00"), "2025-12-31T23:30:00Z", True),
        (when("DateLessThan", "k", "2026-01-01T00:00:00"), "2025-12-31T23:59:59Z", None),
        (when("DateEquals", "k", "2026-01-01T00:00:00Z"), "2026-01-01T00:00:00Z", None),
        (when("DateLessThan", "k", "soon"), "2026-01-01", None),
        (when("Bool", "k", "true"), "True", True),
        (when("Bool", "k", "yes"), "true", None),
        (when("IpAddress", "k", "10.0.0.0/8"), "10.1.2.3", None),
        (when("Null", "k", "true"), "x", False),
        (when("Null", "k", "false"), "x", True),
        (when("Null", "k", "perhaps"), "x", None),
        (when("Null", "k", "true", "false"), "x", None),
        (when("Null", "k", "true"), [], True),
        (when("IsNull", "k", "true"), [], None),
        (when("NullIfExists", "k", "true"), "x", None),
        (when("StringEquals", "k", "${g:UserName}"), "x", None),
        (when("StringEquals", "k", {"a": 1}), "x", None),
        (when("StringSounds", "k", "x"), "x", None),
        ({"StringEquals": "k"}, "x", None),
        ({7: {"k": "x"}}, "x", None),
        ({"StringEquals": {7: "x"}}, "x", None),
        ("always", "x", None),
        ({}, "x", True),
    ],
)
def test_operators_compare_as_documented(condition: Any, value: Any, holds: Any) -> None:
    expected = {True: ALLOWED, False: DENIED, None: UNKNOWN}[holds]

    assert decided(policy(allow(PUT, Condition=condition)), context={"k": value}) is expected


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("StringEquals", "x", None),
        ("StringNotEquals", "x", None),
        ("StringEqualsIfExists", "x", True),
        ("StringNotEqualsIfExists", "x", True),
        ("Null", "true", True),
        ("Null", "false", False),
        ("ForAllValues:StringEquals", "x", None),
        ("ForAnyValue:StringEquals", "x", False),
        ("ForAnyValue:StringNotEquals", "x", False),
        ("ForAnyValue:StringEqualsIfExists", "x", True),
    ],
)
def test_a_key_that_is_known_to_be_absent(operator: str, value: str, holds: Any) -> None:
    expected = {True: ALLOWED, False: DENIED, None: UNKNOWN}[holds]
    documents = policy(allow(PUT, Condition=when(operator, "k", value)))

    assert decided(documents, context={"k": None}) is expected


@pytest.mark.parametrize(
    ("operator", "present", "holds"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAnyValue:StringEquals", ["c", "a"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["c", "a"], False),
        ("ForAnyValue:StringNotEquals", ["c", "a"], True),
        ("ForAnyValue:StringNotEquals", ["a"], False),
        ("StringEquals", ["c", "a"], None),
        ("StringEquals", ["b", "a"], True),
        ("StringNotEquals", ["c", "a"], None),
        ("StringNotEquals", ["c", "d"], True),
    ],
)
def test_several_values_of_a_request(operator: str, present: list[str], holds: Any) -> None:
    expected = {True: ALLOWED, False: DENIED, None: UNKNOWN}[holds]
    documents = policy(allow(PUT, Condition=when(operator, "k", "a", "b")))

    assert decided(documents, context={"k": present}) is expected


def test_a_value_that_cannot_be_compared_is_not_known() -> None:
    documents = policy(allow(PUT, Condition=when("StringEquals", "k", "a")))

    assert decided(documents, context={"k": [object()]}) is UNKNOWN


@pytest.mark.parametrize(
    "document",
    [
        {"Version": "2.0", "Statement": [allow(PUT)]},
        {"Statement": [allow(PUT)]},
        {"Version": ["1.1"], "Statement": [allow(PUT)]},
        {"Version": "1.1"},
        {"Version": "1.1", "Statement": "all"},
        {"Version": "1.1", "Statement": [17]},
        {"Version": "1.1", "Statement": [{"Effect": "Maybe", "Action": [PUT]}]},
        {"Version": "1.1", "Statement": [{"Effect": "Allow"}]},
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [PUT], "NotAction": ["x"]}]},
        {"Version": "1.1", "Statement": [allow(PUT, Resource=["*"], NotResource=["smn:*"])]},
        {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [17]}]},
        "everything",
    ],
)
def test_what_is_not_understood_is_unknown_and_never_ignored(document: Any) -> None:
    assert decided(document) is UNKNOWN
    if document != {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [17]}]}:
        assert evaluate([document], PUT, KEY, {}).missing == ()


@pytest.mark.parametrize(
    "denying",
    [
        deny("*", Condition={"StringSounds": {}}),
        deny("*", Condition={"StringEquals": {"k": []}}),
        deny("*", Condition=when("StringEquals", "k", 10**5000)),
        deny("*", Condition=when("NumberEquals", "k", "1_0")),
        deny("*", Condition=when("NumberLessThan", "k", "1e9999999999")),
        deny("*", Resource=[]),
        deny("*", Resource={"uri": []}),
        deny("*", Resource=[["obs:*"]]),
        deny("*", Resource=[{"uri": "obs:*"}, "obs:*:*:object:others/*"]),
        deny("*", Resource=["obs:*:*:object:${g:UserName}/*"]),
        deny("*", Resource=["OBS:*:Object:*"]),
        {"Effect": "Deny", "Action": []},
        {"Effect": "Deny", "Action": [["obs:*:*"], {}]},
    ],
)
def test_a_denial_that_may_be_about_it_is_never_ignored(denying: Any) -> None:
    assert decided(policy(allow("*"), denying), context={"k": "10"}) is UNKNOWN


def test_a_variable_that_cannot_be_about_it_rules_out() -> None:
    others = deny("*", Resource=["obs:*:*:object:others/${g:UserName}/*"])

    assert decided(policy(allow("*"), others)) is ALLOWED
    assert decided(policy(allow("*"), deny("*", Resource=["obs:*:*:object:results/${"]))) is ALLOWED


@pytest.mark.parametrize("documents", [None, 5, "everything", [None], {}, {"Version": "1.1"}])
def test_documents_that_are_none_are_unknown(documents: Any) -> None:
    assert evaluate(documents, PUT, KEY, {}).decision is UNKNOWN


def test_a_single_document_is_as_good_as_a_list_of_one() -> None:
    alone: Any = policy(allow(PUT))

    assert evaluate(alone, PUT, KEY, {}).decision is ALLOWED


def test_many_stars_take_no_time() -> None:
    stars = "*a" * 60 + "b"
    long_key = "obs:*:*:object:" + "a" * 2000
    documents = [policy(allow("*"), deny("*", Resource=[f"obs:*:*:object:{stars}"]))]

    started = perf_counter()

    assert evaluate(documents, PUT, long_key, {}).decision is ALLOWED
    assert evaluate_beginning(documents, PUT, long_key, {}).decision is UNKNOWN
    assert perf_counter() - started < 10


def test_a_statement_of_a_hundred_actions_is_read_to_the_end() -> None:
    others = [f"svc{number}:type:act" for number in range(99)]

    assert decided(policy(allow(*others, PUT))) is ALLOWED
    assert decided(policy(allow(*others))) is DENIED


@given(
    pattern=st.text("ab*?", max_size=8),
    text=st.text("ab", max_size=8),
)
def test_patterns_match_as_a_search_of_every_way_does(pattern: str, text: str) -> None:
    def found(at: int, to: int) -> bool:
        if at == len(pattern):
            return to == len(text)
        if pattern[at] == "*":
            return any(found(at + 1, end) for end in range(to, len(text) + 1))
        return to < len(text) and pattern[at] in {"?", text[to]} and found(at + 1, to + 1)

    assert matches(pattern, text) is found(0, 0)


def test_a_denial_that_is_not_understood_may_deny() -> None:
    strange = {"Version": "9.9", "Statement": [deny("ecs:*:*")]}

    assert decided(policy(allow(PUT)), strange) is UNKNOWN
    assert decided(policy(allow(PUT)), {"Version": "1.1", "Statement": [{}]}) is UNKNOWN


def test_identity_policies_of_version_5_are_read() -> None:
    document = policy(
        allow(PUT, Sid="s", Condition=when("ForAnyValue:StringLike", "g:PrincipalTag", "team-*")),
        version="5.0",
    )

    assert decided(document, context={"g:PrincipalTag": ["x", "team-a"]}) is ALLOWED


@pytest.mark.parametrize(
    ("pattern", "beginning", "expected"),
    [
        ("obs:*:*:object:results/*", "obs:*:*:object:results/in/", ALLOWED),
        ("obs:*:*:object:results/in/*", "obs:*:*:object:results/in/", ALLOWED),
        ("obs:*:*:object:results/in/*", "obs:*:*:object:results/", UNKNOWN),
        ("obs:*:*:object:results/in/?*", "obs:*:*:object:results/in/", UNKNOWN),
        ("obs:*:*:object:results/*?", "obs:*:*:object:results/", UNKNOWN),
        ("obs:*:*:object:results/*?", "obs:*:*:object:results/x", UNKNOWN),
        ("obs:*:*:object:results/*.json", "obs:*:*:object:results/", UNKNOWN),
        ("obs:*:*:object:results/x", "obs:*:*:object:results/", UNKNOWN),
        ("obs:*:*:object:others/*", "obs:*:*:object:results/", DENIED),
        ("obs:*:*:object:results//in/*", "obs:*:*:object:results/in/", UNKNOWN),
        ("obs:*:*:object:results//in/*", "obs:*:*:object:results//in/", ALLOWED),
        ("obs:*:*:object:results//in/*", "obs:*:*:object:results/out/", DENIED),
        ("arn:aws:s3:::results/*", "obs:*:*:object:results/in/", UNKNOWN),
        ("obs:*:*:object:results/?x/*", "obs:*:*:object:results/yz/", DENIED),
        ("smn:*", "obs:*:*:object:results/", DENIED),
        ("OBS:*", "obs:*:*:object:results/", UNKNOWN),
        ("obs:*:*:object:RESULTS/*", "obs:*:*:object:results/in/", UNKNOWN),
        ("obs:*:*:object:results", "obs:*:*:object:results/in/", UNKNOWN),
        ("*", "obs:*:*:object:results/", ALLOWED),
    ],
)
def test_every_key_with_a_prefix(pattern: str, beginning: str, expected: Decision) -> None:
    documents = [policy(allow(PUT, Resource=[pattern]))]

    assert evaluate_beginning(documents, PUT, beginning, {}).decision is expected


def test_a_deny_for_some_keys_with_a_prefix_is_not_known() -> None:
    some = deny(PUT, Resource=["obs:*:*:object:results/*.exe"])
    documents = [policy(allow("obs:*:*"), some)]

    assert evaluate_beginning(documents, PUT, "obs:*:*:object:results/", {}).decision is UNKNOWN


@given(
    pattern=st.text("ab*?", max_size=6),
    beginning=st.text("ab", max_size=4),
    rests=st.lists(st.text("ab", max_size=4), min_size=1, max_size=8),
)
def test_a_prefix_is_covered_exactly_when_every_key_is(
    pattern: str, beginning: str, rests: list[str]
) -> None:
    stem = "obs:*:*:object:"
    documents = [policy(allow(PUT, Resource=[stem + pattern]))]
    whole = evaluate_beginning(documents, PUT, stem + beginning, {}).decision
    each = {evaluate(documents, PUT, stem + beginning + rest, {}).decision for rest in rests}

    if whole is not UNKNOWN:
        assert each == {whole}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Version", "Statement", "Effect", "Action", "Resource", "Condition", "Null", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(documents=st.lists(JSON, max_size=3), context=st.dictionaries(st.text(max_size=3), JSON))
def test_no_document_is_too_strange(documents: Any, context: Any) -> None:
    assert evaluate(documents, PUT, KEY, context).decision in Decision


def test_the_evaluation_needs_no_pulumi() -> None:
    code = (
        "import sys; from pulumi_functiongraph.core.permissions import evaluate; "
        "sys.exit('pulumi' in sys.modules or 'requests' in sys.modules)"
    )

    assert run([sys.executable, "-c", code], check=False).returncode == 0
