import json

import pytest

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.stack import Preview, parse_preview
from pulumi_functiongraph.core.stack.violations import (
    beside,
    errors_of_gate,
    parse_violations,
    without_failure_of,
)
from unit.core.stack.told import preview, pulumi_urn


def event(**told: object) -> str:
    violation = {
        "resourceUrn": pulumi_urn("orders"),
        "message": "no cycles\n2-cycle\n",
        "policyName": "no-cycles",
        "policyPackName": "pack",
        "enforcementLevel": "mandatory",
        **told,
    }
    return json.dumps({"sequence": 1, "timestamp": 1, "policyEvent": violation})


def test_a_violation_of_a_mandatory_policy_is_an_error_of_its_resource() -> None:
    other = json.dumps({"sequence": 0, "timestamp": 1, "policyLoadEvent": {}})

    (finding,) = parse_violations(f"{other}\n{event()}\n".encode())

    assert str(finding) == "policy error: orders: pack/no-cycles: no cycles; 2-cycle"


def test_a_violation_of_an_advisory_policy_is_a_warning() -> None:
    (finding,) = parse_violations(event(enforcementLevel="advisory", message="", resourceUrn=""))

    assert finding.severity is Severity.WARNING
    assert (finding.subject, finding.message) == ("stack", "pack/no-cycles")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("nothing", "no engine event in line 1"),
        (f"{event()}\n{{}}", "no engine event in line 2"),
        ("[" * 100_000, "no engine event in line 1"),
    ],
)
def test_what_is_no_event_log_is_refused(content: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        parse_violations(content)


def ours(level: str = "mandatory", **told: object) -> Finding:
    (found,) = parse_violations(
        event(
            message="Summary of the rule.\nonFailure: there is none; add one",
            policyName="FGN301-no-failure-target",
            policyPackName="functiongraph",
            enforcementLevel=level,
            **told,
        )
    )
    return found


def test_a_violation_of_the_pack_of_this_package_is_a_finding_of_its_rule() -> None:
    assert str(ours()) == "FGN301 error: orders: onFailure: there is none; add one"


def test_a_rule_that_this_release_does_not_know_is_a_policy_like_any_other() -> None:
    told = event(policyName="FGN999-new", policyPackName="functiongraph")

    assert [found.rule for found in parse_violations(told)] == ["policy"]


def test_what_is_found_anyhow_is_not_told_twice() -> None:
    found = Finding(rule="FGN301", severity=Severity.WARNING, subject="orders", message="none")
    worse = found.model_copy(update={"severity": Severity.ERROR})
    advice, stack = ours("advisory"), ours("advisory", resourceUrn="")

    assert list(beside([advice, stack], [found])) == []
    assert list(beside([advice, ours()], [worse])) == []


def test_a_violation_that_says_more_is_kept() -> None:
    found = Finding(rule="FGN301", severity=Severity.WARNING, subject="orders", message="none")
    other = ours("advisory", resourceUrn=pulumi_urn("billing"))

    assert list(beside([ours(), other], [found])) == [ours(), other]


FAILED = "error: preview failed"
OF_THE_GATE = (
    "error: functiongraph: 2 errors found before anything was changed\n"
    "  FGN101 error: notify: a cycle\n  FGN301 warning: notify: no target\n"
    "  FGN201 error: notify: no function"
)


def failed(*messages: str) -> Preview:
    said = [{"severity": "error", "message": each} for each in messages]
    return parse_preview(preview(diagnostics=said))


@pytest.mark.parametrize(
    ("level", "messages", "is_left_out"),
    [
        ("mandatory", (FAILED,), True),
        ("advisory", (FAILED,), False),
        ("mandatory", (FAILED, "error: no such region"), False),
    ],
)
def test_a_failure_is_left_out_where_a_mandatory_policy_alone_made_it(
    level: str, messages: tuple[str, ...], *, is_left_out: bool
) -> None:
    left = without_failure_of([ours(level)], failed(*messages)).diagnostics

    assert len(left) == (0 if is_left_out else len(messages))


def test_rules_that_the_gate_named_as_errors_are_known_by_their_ids() -> None:
    assert errors_of_gate(failed(OF_THE_GATE, FAILED)) == {"FGN101", "FGN201"}
    assert errors_of_gate(failed("error: FGN101 error: said by a program")) == frozenset()
