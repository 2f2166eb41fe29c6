"""Findings as JUnit XML, which GitLab, Jenkins and others show as the results of tests.

There is no schema of its makers; the form is what those read: one suite, in which an error is a
failed test, what was not read is a test with an error, and a warning is a skipped one.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pulumi_functiongraph.core.findings import Finding, in_order, within_a_line
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.found import Found
from pulumi_functiongraph.report.python_spelling import finding_in_python

NOT_READ = "not-read"


def junit(found: Found, *, suite: str) -> str:
    """The results of one suite of tests, the same text for the same findings.

    Args:
        found: what was found.
        suite: its name.
    """
    cases = [*_cases(found)] or [_case(suite, "nothing found")]
    counts = {
        "tests": len(cases),
        "failures": sum(each.find("failure") is not None for each in cases),
        "errors": sum(each.find("error") is not None for each in cases),
        "skipped": sum(each.find("skipped") is not None for each in cases),
    }
    numbers = {name: str(number) for name, number in counts.items()}
    root = ET.Element("testsuites", {"name": suite, **numbers})
    element = ET.SubElement(root, "testsuite", {"name": suite, **numbers})
    if found.time:
        element.set("timestamp", found.time.removesuffix("Z"))
    element.extend(cases)
    if found.notes:
        ET.SubElement(element, "system-out").text = "\n".join(map(_text, found.notes))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _cases(found: Found) -> Iterator[ET.Element]:
    for why in found.unread:
        case = _case(NOT_READ, why)
        text = f"cannot say: {why}"
        ET.SubElement(case, "error", {"type": NOT_READ, "message": _text(text)})
        yield case
    yield from (_of_finding(finding) for finding in in_order(found.findings))
    yield from (_case("passed", name) for name in found.passed)


def _of_finding(finding: Finding) -> ET.Element:
    spelled = finding_in_python(finding)
    subject = f"{spelled.subject}.{spelled.path}" if spelled.path else spelled.subject
    case = _case(finding.rule, f"{subject}: {spelled.message}")
    file, _, line = finding.where.partition(", from ")[0].rpartition(":")
    if file and line.isdecimal():
        case.attrib |= {"file": _text(file), "line": line}
    text = _text(str(spelled))
    if finding.is_error:
        failure = ET.SubElement(case, "failure", {"type": finding.rule, "message": text})
        failure.text = _text("\n".join(filter(None, (finding.where, spelled.remedy))))
        return case
    why = f"accepted: {finding.acknowledged}" if finding.acknowledged else within_a_line(text)
    ET.SubElement(case, "skipped", {"message": _text(f"{finding.grade}: {why}")})
    return case


def _case(kind: str, name: str) -> ET.Element:
    return ET.Element("testcase", {"classname": kind, "name": _text(name)})


def _text(text: str) -> str:
    """A text without what XML 1.0 cannot hold, on the lines that it has."""
    return "\n".join(visible(line) for line in text.splitlines())
