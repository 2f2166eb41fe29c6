import re
from typing import Any

import pytest
from msgspec.structs import replace

from factories import (
    OTHER_PROJECT,
    PROJECT,
    TOPIC,
    URN,
    bag,
    declaration,
    function_urn,
    program,
    to_bucket,
    to_function,
    to_stream,
    to_topic,
)
from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.comments import Comments
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.graph import Edge, nodes
from pulumi_functiongraph.core.graph.unproved import NOT_ASKED
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.rules import RULES, Rule, advise, judge
from pulumi_functiongraph.core.rules.not_verified import SUBJECT
from pulumi_functiongraph.core.rules.rule import Program
from unit.core.graph.shapes import edge, fn, live, ring
from unit.core.graph.shapes import judge as verdict_on

ALIAS = URN.replace("latest", "!prod")
PULUMI_URN = "urn:pulumi:dev::shop::functiongraph:Function::orders"


def of(rule: str, judged: Program) -> list[Finding]:
    return [found for found in (*judge(judged), *advise(judged)) if found.rule == rule]


def one(properties: dict[str, object], **settings: str) -> Program:
    cloud: dict[str, Cloud] = {"huawei": "huawei", "otc": "otc"}
    return program(
        declaration(properties),
        cloud=cloud.get(settings.get("cloud", "")),
        project_id=settings.get("project_id"),
    )


def result(
    question: Check,
    outcome: CheckOutcome = CheckOutcome.DENIED,
    *,
    resource: str = "notify",
    **more: Any,
) -> CheckResult:
    told: dict[str, Any] = {"why": "why", "remedy": "fix", **more}
    return CheckResult(resource, "onSuccess", question, outcome, **told)


def checked(*results: CheckResult) -> Program:
    return Program((), prechecks=results)


def circling(edges: list[Edge], **more: Any) -> Program:
    return Program((), verdict=verdict_on(edges, **more))


def test_a_cycle_is_one_finding_about_the_edge_that_breaks_it() -> None:
    (found,) = of("FGN101", circling(ring("a", "b", "c")))

    assert found.subject == "notify-a"
    assert re.match(rf"cycle {found.cycle}: a → b → c → a$", found.message)
    assert found.cycle == verdict_on(ring("a", "b", "c")).cycles[0].id
    assert 'allow_cycle="reason"' in found.remedy


def test_a_long_cycle_is_told_by_its_beginning() -> None:
    (found,) = of("FGN101", circling(ring(*(f"f{number:02}" for number in range(20)))))

    assert "f07 → 12 more → f00" in found.message


def test_a_cycle_that_only_touches_the_program_is_about_its_declared_edge() -> None:
    (found,) = of("FGN101", circling([edge("a", "b"), live("b", "a")]))

    assert found.subject == "notify-a"


def test_a_cycle_of_others_is_about_the_function() -> None:
    (found,) = of("FGN101", circling([live("a", "a")]))

    assert found.subject.endswith(":a:latest")


def test_an_intended_cycle_is_told_with_its_reason_and_stops_nothing() -> None:
    (found,) = of("FGN102", circling([edge("a", "a", acknowledged="counts to five")]))

    assert found.severity is Severity.WARNING
    assert "(intended: counts to five)" in found.message


def test_what_could_not_be_read_is_told_with_the_permission() -> None:
    unread = {fn("b"): "403; needs FunctionGraph:function:getConfig"}
    (found,) = of("FGN103", circling([edge("a", "b")], unreadable=unread))

    assert "FunctionGraph:function:getConfig" in found.message
    assert "liveGraph" in found.remedy


def test_what_was_not_asked_needs_no_permission() -> None:
    (found,) = of("FGN103", circling([edge("a", "b")], unreadable={fn("b"): NOT_ASKED}))

    assert found.remedy.startswith("Set functiongraph:liveGraph to on")
    assert "ermission" not in found.remedy


def test_what_was_refused_beside_what_was_not_asked_has_both_remedies() -> None:
    unread = {fn("b"): NOT_ASKED, fn("c"): "403 Forbidden"}
    judged = circling([edge("a", "b"), edge("a", "c")], unreadable=unread)
    (found,) = of("FGN103", judged)

    assert "liveGraph to on" in found.remedy
    assert "permissions that are named" in found.remedy


def test_a_target_that_is_unknown_until_apply_needs_no_remedy() -> None:
    unknown = nodes.unknown(nodes.NodeKind.FUNCTION, at="a.onSuccess")
    (found,) = of("FGN103", circling([edge("a", unknown)]))

    assert found.message.startswith("cannot prove acyclic: 1 target unknown until apply or secret")
    assert found.remedy == ""


def test_a_missing_target_is_one_finding_whatever_is_granted_on_its_name() -> None:
    """A policy that names the bucket grants nothing on a name that is misspelled."""
    follow = [result(each) for each in (Check.PERMISSION, Check.SCOPE, Check.EXTRAS)]
    (found,) = judge(checked(result(Check.TARGET), *follow))
    assert found.rule == "FGN208"

    made = replace(result(Check.TARGET), mended_by="bucket")
    assert [each.rule for each in judge(checked(made, *follow))] == ["FGN206", "FGN207", "FGN208"]
    elsewhere = [replace(each, path="onFailure") for each in follow]
    assert len(judge(checked(result(Check.TARGET), *elsewhere))) == 3


def test_a_right_beside_the_one_that_is_missing_is_not_reported_too() -> None:
    (found,) = judge(checked(result(Check.PERMISSION), result(Check.EXTRAS)))
    assert found.rule == "FGN206"


def test_a_sound_program_has_no_findings() -> None:
    sound = declaration(bag(onSuccess=to_topic(), onFailure=to_bucket(prefix="failures/")))

    assert judge(program(sound, cloud="otc", project_id=PROJECT)) == ()


def test_an_empty_program_has_no_findings() -> None:
    assert judge(program()) == ()


def test_a_finding_names_the_declaration_and_where_it_is() -> None:
    bad = declaration(bag(maxAsyncRetryAttempts=4), name="orders", where="__main__.py:12")

    (found,) = judge(program(bad))

    assert (found.subject, found.where, found.path) == (
        "orders",
        "__main__.py:12",
        "maxAsyncRetryAttempts",
    )
    assert found.message.startswith("is 4; allowed: a whole number of retries from 0 to 3")


def test_a_problem_without_a_range_is_told_as_it_is() -> None:
    (found,) = judge(one(bag(onSuccess={"destination": "OBS", "param": 5})))

    assert found.message.startswith("is 5, not a string")


def test_the_findings_of_two_bad_declarations_are_told_together() -> None:
    bad = [declaration(bag(maxAsyncRetryAttempts=4), name=name, source=name) for name in "ab"]

    assert [found.subject for found in judge(program(*bad))] == ["a", "b"]


def test_a_finding_has_the_remedy_of_its_rule() -> None:
    (found,) = judge(one(bag(onSuccess=to_bucket(prefix="/x"))))

    assert found.remedy == "Drop the slash unless the readers of the bucket expect it."


POSITIVE: dict[str, Program] = {
    "FGN001": one(bag(maxAsyncRetryAttempts=4)),
    "FGN002": program(declaration(name="a"), declaration(name="b")),
    "FGN003": one(bag(functionUrn=PULUMI_URN)),
    "FGN004": one(bag(functionUrn=ALIAS)),
    "FGN005": one(bag(onSuccess=to_stream())),
    "FGN006": one(bag(onSuccess=to_topic(TOPIC.replace(PROJECT, OTHER_PROJECT)))),
    "FGN007": one(bag(onSuccess=to_bucket(prefix="/x"))),
    "FGN008": one(bag(enableAsyncStatusLog=False)),
    "FGN009": one(bag(), project_id=OTHER_PROJECT),
    "FGN010": replace(
        program(declaration(bag(), where="a.py:1")),
        comments=Comments(lambda _file: ["config()  # functiongraph: ignore FGN301"]),
    ),
    "FGN101": circling(ring("a", "b")),
    "FGN102": circling([edge("a", "a", acknowledged="it ends")]),
    "FGN103": circling([edge("a", "b")], unreadable={fn("b"): "403 Forbidden"}),
    "FGN201": checked(result(Check.FUNCTION)),
    "FGN202": checked(result(Check.AGENCY)),
    "FGN203": checked(result(Check.AGENCY_EXISTS)),
    "FGN204": checked(result(Check.TRUST)),
    "FGN205": checked(result(Check.EXPIRY)),
    "FGN206": checked(result(Check.PERMISSION)),
    "FGN207": checked(result(Check.SCOPE)),
    "FGN208": checked(result(Check.TARGET)),
    "FGN209": checked(result(Check.READINESS)),
    "FGN210": checked(result(Check.TRUST, CheckOutcome.UNKNOWN, kind="403")),
    "FGN211": checked(result(Check.EXTRAS)),
    "FGN212": checked(result(Check.UNOWNED)),
    "FGN213": checked(result(Check.READABLE)),
    "FGN301": one(bag()),
    "FGN302": one(bag(maxAsyncRetryAttempts=3, maxAsyncEventAgeInSeconds=1, onFailure=to_bucket())),
    "FGN303": one(bag(onFailure=to_bucket(expires=30))),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_each_rule_finds_what_it_is_for_with_its_own_severity(rule: Rule) -> None:
    judges = advise if rule.id.startswith("FGN3") else judge
    (found,) = judges(POSITIVE[rule.id])

    assert (found.rule, found.severity) == (rule.id, rule.severity)
    assert found.remedy or "allowed: " in found.message or "(intended: " in found.message


@pytest.mark.parametrize(
    ("rule", "judged"),
    [
        ("FGN001", one(bag(maxAsyncRetryAttempts=UNKNOWN))),
        ("FGN002", program(declaration(bag(functionUrn=UNKNOWN)), declaration())),
        ("FGN003", one(bag(functionUrn=UNKNOWN))),
        ("FGN004", one(bag(functionUrn=UNKNOWN))),
        ("FGN005", one(bag(functionUrn=UNKNOWN, onSuccess=to_stream()))),
        ("FGN005", one(bag(onSuccess=UNKNOWN))),
        ("FGN006", one(bag(functionUrn=UNKNOWN, onSuccess=to_topic()))),
        ("FGN006", one(bag(onSuccess=to_topic(UNKNOWN)))),
        ("FGN007", one(bag(onSuccess=to_bucket(prefix=UNKNOWN)))),
        ("FGN008", one(bag(functionUrn=UNKNOWN, enableAsyncStatusLog=True))),
        ("FGN008", one(bag(enableAsyncStatusLog=UNKNOWN))),
        ("FGN009", one(bag(functionUrn=UNKNOWN), project_id=OTHER_PROJECT)),
    ],
)
def test_what_is_unknown_is_passed_over(rule: str, judged: Program) -> None:
    assert of(rule, judged) == []


@pytest.mark.parametrize("rule", ["FGN005", "FGN006", "FGN007", "FGN008", "FGN009"])
def test_advice_on_an_invalid_config_waits_until_it_is_valid(rule: str) -> None:
    declared = bag(
        maxAsyncRetryAttempts=4, enableAsyncStatusLog=True, onSuccess=to_bucket(prefix="/x")
    )

    assert of(rule, one(declared, cloud="otc", project_id=OTHER_PROJECT)) == []


def test_a_second_declaration_names_the_first_and_its_place() -> None:
    first = declaration(name="first", where="__main__.py:3")
    others = [declaration(name=name) for name in ("second", "third")]

    found = of("FGN002", program(first, *others))

    assert [finding.subject for finding in found] == ["second", "third"]
    assert all("by first at __main__.py:3 already" in finding.message for finding in found)


def test_two_unknown_functions_of_one_resource_are_one_function() -> None:
    declared = [
        declaration(bag(functionUrn=UNKNOWN), name=name, source="resource orders, output urn")
        for name in ("a", "b")
    ]

    assert [finding.subject for finding in of("FGN002", program(*declared))] == ["b"]


def test_versions_of_one_function_are_configured_apart() -> None:
    other = bag(functionUrn=URN.replace("latest", "v1"))

    assert of("FGN002", program(declaration(), declaration(other))) == []


@pytest.mark.parametrize(
    ("region", "cloud", "target", "found"),
    [
        ("eu-de", "", to_stream(), True),
        ("eu-de", "", to_topic(), False),
        ("eu-de", "huawei", to_stream(), False),
        ("cn-north-4", "", to_stream(), False),
        ("cn-north-4", "", {"destination": "DMS", "param": "{}"}, True),
        ("ae-ad-1", "", to_topic(), True),
        ("ae-ad-1", "", to_bucket(), False),
    ],
)
def test_a_target_service_is_looked_up_by_region_and_cloud(
    region: str, cloud: str, target: object, *, found: bool
) -> None:
    declared = bag(functionUrn=URN.replace("eu-de", region), onSuccess=target)

    assert bool(of("FGN005", one(declared, cloud=cloud))) is found


def test_a_service_that_is_not_listed_is_told_with_the_source_and_the_list() -> None:
    (found,) = of("FGN005", one(bag(onFailure=to_stream())))

    assert found.path == "onFailure"
    assert "Open Telekom Cloud FunctionGraph API reference" in found.message
    assert "FunctionGraph, OBS, SMN" in found.message


@pytest.mark.parametrize(
    ("target", "path", "message"),
    [
        (to_topic(TOPIC.replace("eu-de", "eu-nl")), "topicUrn", "is in region eu-nl"),
        (to_topic(TOPIC.replace(PROJECT, OTHER_PROJECT)), "topicUrn", "in another project"),
        (to_function(URN.replace("eu-de", "eu-nl")), "functionUrn", "is in region eu-nl"),
        (to_function(URN.replace(PROJECT, OTHER_PROJECT)), "functionUrn", "in another project"),
    ],
)
def test_a_target_elsewhere_is_told_with_its_path(target: object, path: str, message: str) -> None:
    (found,) = of("FGN006", one(bag(onFailure=target)))

    assert found.path == f"onFailure.{path}"
    assert message in found.message
    assert OTHER_PROJECT not in str(found)


def test_a_leading_slash_is_said_once_a_program() -> None:
    slashed = to_bucket(prefix="/x")
    declared = [
        declaration(bag(onSuccess=slashed, onFailure=slashed), name=name, source=name)
        for name in "ab"
    ]

    assert len(of("FGN007", program(*declared))) == 1


@pytest.mark.parametrize(
    ("region", "cloud", "found"),
    [("eu-de", "", True), ("cn-north-4", "", False), ("cn-north-4", "otc", True)],
)
def test_the_status_log_is_warned_of_where_it_is_not_taken(
    region: str, cloud: str, *, found: bool
) -> None:
    declared = bag(functionUrn=URN.replace("eu-de", region), enableAsyncStatusLog=True)

    assert bool(of("FGN008", one(declared, cloud=cloud))) is found


@pytest.mark.parametrize("project_id", [PROJECT, None])
def test_credentials_of_the_same_or_an_unknown_project_are_fine(project_id: str | None) -> None:
    assert of("FGN009", program(declaration(), project_id=project_id)) == []


def test_errors_stop_a_change_and_advice_does_not() -> None:
    assert {rule.id for rule in RULES if rule.severity is Severity.ERROR} == {
        "FGN001",
        "FGN002",
        "FGN003",
        "FGN004",
        "FGN101",
        *(f"FGN20{number}" for number in range(1, 10)),
        "FGN212",
        "FGN213",
    }


def test_what_is_allowed_is_not_told() -> None:
    answers = [result(question, CheckOutcome.ALLOWED) for question in Check]

    assert judge(checked(*answers)) == ()


def test_one_reason_is_told_once_for_all_that_it_stops() -> None:
    answers = [result(Check.TRUST, resource=f"c{number}") for number in range(1000)]

    (found,) = judge(checked(*answers))

    assert (found.rule, found.subject, found.path) == ("FGN204", "c0", "onSuccess")
    assert (
        found.message == "why (also c1.onSuccess, c2.onSuccess, c3.onSuccess, "
        "c4.onSuccess and 995 more)"
    )


def test_what_another_resource_may_mend_stops_nothing_yet() -> None:
    (found,) = judge(checked(result(Check.TARGET, mended_by="made")))

    assert found.severity is Severity.WARNING
    assert "made of this program may change that before the config is sent" in found.message
    assert "let the config depend on made" in found.remedy


def test_what_is_wrong_with_a_config_that_is_live_as_it_is_declared_stops_nothing() -> None:
    (found,) = judge(checked(result(Check.TARGET, is_live=True)))

    assert found.severity is Severity.WARNING
    assert "the config is live already as it is declared, and stays so" in found.message


def test_what_could_not_be_verified_is_one_finding_with_each_reason_once() -> None:
    unread = [
        result(Check.TRUST, CheckOutcome.UNKNOWN, resource=name, why=f"403 of {name}", kind="403")
        for name in "abcdef"
    ]
    slow = result(Check.TARGET, CheckOutcome.UNKNOWN, why="too slow.", kind="late", remedy="wait")

    (found,) = judge(checked(*unread, slow))

    assert (found.rule, found.subject, found.severity) == ("FGN210", SUBJECT, Severity.WARNING)
    assert "403 of a and 5 more like it (a.onSuccess, b.onSuccess, c.onSuccess" in found.message
    assert "too slow (notify.onSuccess)" in found.message
    assert found.remedy.startswith("fix; wait; ")


def test_many_reasons_are_cut() -> None:
    unread = [
        result(Check.TRUST, CheckOutcome.UNKNOWN, why=f"why {number}", kind=str(number), remedy="")
        for number in range(9)
    ]

    (found,) = judge(checked(*unread))

    assert found.message.endswith("; 3 more reasons")


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({}, "when all 2 runs fail"),
        ({"maxAsyncRetryAttempts": 0}, "when its only run fails"),
        ({"maxAsyncRetryAttempts": UNKNOWN}, "when the last run fails"),
    ],
)
def test_a_config_without_a_failure_target_is_told_of(
    properties: dict[str, object], said: str
) -> None:
    (found,) = of("FGN301", one(bag(**properties)))

    assert found.message == f"there is no failure target: an event is dropped {said}"


@pytest.mark.parametrize("target", [to_bucket(), UNKNOWN])
def test_a_failure_target_known_or_unknown_is_one(target: object) -> None:
    assert of("FGN301", one(bag(onFailure=target))) == []


@pytest.mark.parametrize(
    ("retries", "validity", "runs"), [(3, 179, "3 retries need 180 s"), (1, 59, "1 retry needs 60")]
)
def test_a_validity_shorter_than_a_minute_a_retry_is_told_of(
    retries: int, validity: int, runs: str
) -> None:
    told = bag(maxAsyncRetryAttempts=retries, maxAsyncEventAgeInSeconds=validity)

    (found,) = of("FGN302", one(told))

    assert runs in found.message
    assert "an assumption" in found.message


@pytest.mark.parametrize(("retries", "validity"), [(3, 180), (0, 1), (UNKNOWN, 1), (3, UNKNOWN)])
def test_a_validity_that_may_do_is_left_alone(retries: object, validity: object) -> None:
    told = bag(maxAsyncRetryAttempts=retries, maxAsyncEventAgeInSeconds=validity)

    assert of("FGN302", one(told)) == []


@pytest.mark.parametrize(("days", "said"), [(1, "after 1 day"), (30, "after 30 days")])
def test_records_of_failures_that_expire_are_told_of(days: int, said: str) -> None:
    (found,) = of("FGN303", one(bag(onFailure=to_bucket(expires=days))))

    assert found.message == f"the record of a failure is deleted {said}"


@pytest.mark.parametrize(
    "properties",
    [
        {"onFailure": to_bucket()},
        {"onFailure": to_bucket(expires=UNKNOWN)},
        {"onFailure": to_topic()},
        {"onSuccess": to_bucket(expires=30)},
    ],
)
def test_other_records_are_left_alone(properties: dict[str, object]) -> None:
    assert of("FGN303", one(bag(**properties))) == []


def test_an_update_is_not_judged_by_advice() -> None:
    assert judge(one(bag())) == ()


def test_a_declaration_that_cannot_be_read_gets_no_advice() -> None:
    assert advise(one(bag(maxAsyncRetryAttempts=7))) == ()


def test_a_cycle_is_told_with_the_names_of_resources_whose_functions_are_not_known() -> None:
    made, other, twin = (
        nodes.identified(nodes.NodeKind.FUNCTION, f"urn:pulumi:dev::shop::{kind}::{name}")
        for kind, name in (("t:Function", "made"), ("t:Function", "same"), ("u:Function", "same"))
    )
    verdict = verdict_on([edge(made, other), edge(other, twin), edge(twin, made)])
    (cycle,) = verdict.cycles

    (found,) = judge(Program((), verdict=verdict))

    way = "made → t:Function::same → u:Function::same → made"
    assert found.message == f"cycle {cycle.id}: {way}"


@pytest.mark.parametrize("rule", ["FGN005", "FGN008", "FGN009"])
def test_the_program_s_cloud_and_project_are_not_those_of_a_config_with_an_account_of_its_own(
    rule: str,
) -> None:
    urn = str(function_urn(region="cn-north-4"))
    declared = declaration(
        bag(functionUrn=urn, onSuccess=to_stream(), enableAsyncStatusLog=True),
        source=urn,
    )
    its_own = replace(declared, has_own_account=True)

    assert of(rule, program(declared, cloud="otc", project_id=OTHER_PROJECT))
    assert not of(rule, program(its_own, cloud="otc", project_id=OTHER_PROJECT))
