"""Findings as SARIF, judged by the schema that OASIS published."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import finding
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.core.severities import parse_grades
from pulumi_functiongraph.report.found import Found
from pulumi_functiongraph.report.sarif import SarifTool, sarif
from unit.report.sarif_schema import OFFICIAL

IDS = [rule.id for rule in RULES]
TEXTS = st.text(max_size=30)
WHERE = st.sampled_from(["", "__main__.py:3", "a b/ü.py:7, from __main__.py:2", "a:b.py", "x.py"])
FINDINGS = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(IDS),
        severity=st.sampled_from(Severity),
        subject=TEXTS,
        message=TEXTS,
        remedy=TEXTS,
        path=TEXTS,
        where=WHERE,
    ),
    max_size=5,
)


def log(*findings: Finding) -> dict[str, Any]:
    found = json.loads(sarif(Found(findings), tool=SarifTool("1.0.0", RULES)))
    assert isinstance(found, dict)
    return found


def results(*findings: Finding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(*findings)["runs"][0]["results"]
    return found


def fingerprints(*findings: Finding) -> list[str]:
    return [each["partialFingerprints"]["functiongraph/v1"] for each in results(*findings)]


@given(FINDINGS)
def test_every_log_is_as_the_official_schema_says(findings: list[Finding]) -> None:
    assert list(OFFICIAL.iter_errors(log(*findings))) == []


def test_the_official_schema_refuses_what_is_no_log() -> None:
    broken = log(finding())
    broken["runs"][0]["results"][0]["level"] = "fatal"

    assert list(OFFICIAL.iter_errors(broken))


@given(FINDINGS)
def test_the_order_of_the_findings_does_not_matter(findings: list[Finding]) -> None:
    assert log(*findings) == log(*reversed(findings))


@given(FINDINGS)
def test_fingerprints_are_unique(findings: list[Finding]) -> None:
    found = fingerprints(*findings)

    assert len(set(found)) == len(found)


def test_a_fingerprint_stays_when_line_and_wording_change() -> None:
    before, after = finding(where="a.py:1"), finding(where="b.py:2", message="is not right")

    assert fingerprints(before) == fingerprints(after)
    assert fingerprints(before) != fingerprints(finding(subject="other"))


def test_a_result_points_at_the_line_that_declares_the_resource() -> None:
    (result,) = results(finding(where="lib/helper.py:7, from __main__.py:2", path="onSuccess"))

    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "lib/helper.py"},
        "region": {"startLine": 7},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "notify.onSuccess"
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "__main__.py"}


@pytest.mark.parametrize(
    ("where", "uri"),
    [("", "Pulumi.yaml"), ("x.py", "x.py"), ("a b/ü.py:7", "a%20b/%C3%BC.py")],
)
def test_a_place_is_an_address(where: str, uri: str) -> None:
    (result,) = results(finding(where=where))

    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_a_result_names_its_rule_and_what_to_do() -> None:
    (result,) = results(finding(rule=IDS[1], remedy="fix it", severity=Severity.WARNING))

    assert (result["ruleId"], result["ruleIndex"], result["level"]) == (IDS[1], 1, "warning")
    assert result["message"]["text"] == "notify: is wrong; fix it"
    rules = log()["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(IDS)
    assert rules[0]["help"]["text"] == RULES[0].remedy


def test_what_a_project_changes_in_the_rules_is_an_override_with_its_reason() -> None:
    table = {
        "FGN101": {"severity": "warning", "reason": "it ends"},
        "FGN301": {"severity": "off", "reason": "worth nothing"},
    }
    grades = parse_grades({"rules": table}, source="pyproject.toml")

    found = json.loads(
        sarif(Found((), notes=("not all was read",)), tool=SarifTool("1.0.0", RULES, grades))
    )

    assert list(OFFICIAL.iter_errors(found)) == []
    (run,) = found["runs"]
    (invocation,) = run["invocations"]
    named = [
        run["tool"]["driver"]["rules"][each["descriptor"]["index"]]["id"]
        for each in invocation["ruleConfigurationOverrides"]
    ]
    assert named == ["FGN101", "FGN301"]
    assert [each["configuration"] for each in invocation["ruleConfigurationOverrides"]] == [
        {"level": "warning", "properties": {"reason": "it ends"}},
        {"enabled": False, "properties": {"reason": "worth nothing"}},
    ]
    assert [each["message"]["text"] for each in invocation["toolExecutionNotifications"]] == [
        "not all was read"
    ]


def test_what_is_accepted_is_suppressed_in_source_with_its_reason() -> None:
    (result,) = results(finding(rule="FGN301", acknowledged="as agreed"))

    assert result["suppressions"] == [{"kind": "inSource", "justification": "as agreed"}]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
        (r"\[click](https://evil.example)", r"\\\[click\](https://evil.example)"),
        ("[[a]](b)", r"\[\[a\]\](b)"),
        ("[secret] (of a)", "[secret] (of a)"),
        ("at items[0]", "at items[0]"),
    ],
)
def test_a_text_of_elsewhere_is_no_link(told: str, shown: str) -> None:
    found = Found((finding(rule=IDS[0], message=told),), missing=(told,), notes=(told,))

    (run,) = json.loads(sarif(found, tool=SarifTool("1.0.0", RULES)))["runs"]

    said = run["invocations"][0]["toolExecutionNotifications"]
    assert run["results"][0]["message"]["text"].endswith(shown)
    assert [each["message"]["text"] for each in said] == [f"cannot say: {shown}", shown]
