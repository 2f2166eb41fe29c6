"""Findings as JUnit XML and as GitLab's code quality report."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import finding
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.report.found import Found
from pulumi_functiongraph.report.gitlab import gitlab
from pulumi_functiongraph.report.junit import junit

TEXTS = st.text(max_size=20)
WHERE = st.sampled_from(["", "__main__.py:3", "a b/ü.py:7, from __main__.py:2", "x.py"])
FINDINGS = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(["FGN101", "FGN208", "drift-changed"]),
        severity=st.sampled_from(Severity),
        subject=TEXTS,
        message=TEXTS,
        remedy=TEXTS,
        path=TEXTS,
        where=WHERE,
        acknowledged=st.sampled_from(["", "agreed"]),
    ),
    max_size=5,
).map(tuple)
FOUND = st.builds(
    Found,
    findings=FINDINGS,
    passed=st.lists(TEXTS, max_size=2).map(tuple),
    missing=st.lists(TEXTS, max_size=2).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    is_whole=st.booleans(),
)


def suite(found: Found) -> ET.Element:
    element = ET.fromstring(junit(found, suite="fgctl drift")).find("testsuite")
    assert element is not None
    return element


def entries(found: Found) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(gitlab(found))
    return listed


@given(FOUND)
def test_junit_is_xml_whose_counts_are_right_and_fails_for_each_error(found: Found) -> None:
    told = suite(found)

    assert int(told.attrib["tests"]) == len(told.findall("testcase")) > 0
    errors = {each for each in found.findings if each.is_error}
    assert int(told.attrib["failures"]) == len(told.findall("testcase/failure")) == len(errors)
    assert int(told.attrib["errors"]) == len(found.unread)
    assert int(told.attrib["skipped"]) == len(set(found.findings)) - len(errors)


@given(FOUND)
def test_what_was_not_read_is_never_a_passed_run(found: Found) -> None:
    is_clear = found.is_whole and not found.missing

    assert (suite(found).find("testcase/error") is None) is is_clear
    assert all(each["check_name"] != "not-read" for each in entries(found)) is is_clear


@given(FOUND)
def test_gitlab_has_every_field_that_it_asks_for_and_no_fingerprint_twice(found: Found) -> None:
    listed = entries(found)

    assert len({each["fingerprint"] for each in listed if each["check_name"] != "not-read"}) == len(
        set(found.findings)
    )
    for each in listed:
        assert each["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert each["description"] is not None
        assert each["location"]["path"]
        assert not each["location"]["path"].startswith(("/", "./"))
        assert each["location"]["lines"]["begin"] >= 1


@given(FOUND)
def test_the_order_of_the_findings_does_not_matter(found: Found) -> None:
    turned = Found(found.findings[::-1], found.passed, found.missing, found.notes, found.is_whole)

    assert junit(found, suite="s") == junit(turned, suite="s")
    assert gitlab(found) == gitlab(turned)


def test_a_failed_test_says_where_and_what_to_do() -> None:
    one = finding(where="__main__.py:7", message="is not right", remedy="Fix it.")

    (case,) = suite(Found((one,))).findall("testcase")

    assert (case.attrib["file"], case.attrib["line"]) == ("__main__.py", "7")
    failure = case.find("failure")
    assert failure is not None
    assert "is not right" in failure.attrib["message"]
    assert failure.text == "__main__.py:7\nFix it."


def test_without_any_finding_one_test_passes() -> None:
    (case,) = suite(Found(())).findall("testcase")

    assert case.attrib["name"] == "nothing found"
    assert list(case) == []
    assert entries(Found(())) == []


@pytest.mark.parametrize(
    ("severity", "acknowledged", "expected"),
    [
        (Severity.ERROR, "", "critical"),
        (Severity.WARNING, "", "minor"),
        (Severity.ERROR, "agreed", "info"),
    ],
)
def test_gitlab_ranks_errors_above_warnings(
    severity: Severity, acknowledged: str, expected: str
) -> None:
    one = finding(severity=severity, acknowledged=acknowledged, where="a/b.py:9")

    (entry,) = entries(Found((one,)))

    assert entry["severity"] == expected
    assert entry["location"] == {"path": "a/b.py", "lines": {"begin": 9}}
