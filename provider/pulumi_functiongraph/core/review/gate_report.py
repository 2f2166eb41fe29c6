"""What the gate of a program found in a preview, as a document that a review reads.

A gate that stops a preview leaves it without the resources, so a preview alone cannot say more of
them than the text of an error. Nothing secret is in it: findings and graph are what the gate shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import Field, ValidationError

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph.document import GraphDocument
from pulumi_functiongraph.core.review import REPORT_VARIABLE
from pulumi_functiongraph.core.rules import not_verified
from pulumi_functiongraph.core.stack.documents import Preview
from pulumi_functiongraph.core.validation import Value


class GateReport(Value):
    """What a gate found, and the graph that it judged."""

    version: Literal[1] = Field(
        default=1, description="Version of this form; a change that breaks readers raises it."
    )
    stack: str = Field(description="The stack, as a person names it.")
    findings: tuple[Finding, ...] = Field(description="What every rule found; errors first.")
    graph: GraphDocument = Field(description="What is declared and live, and the cycles in it.")

    @property
    def unread(self) -> tuple[str, ...]:
        """What the gate could not read of what is live, so that the whole is not judged.

        What nobody can know before an update is none of it.
        """
        return () if self.graph.is_complete else tuple(_unread(self.graph))

    @property
    def unchecked(self) -> tuple[str, ...]:
        """What the gate could not verify of whether notifications arrive."""
        is_open = any(each.rule == not_verified.RULE.id for each in self.findings)
        told = f"whether all notifications would arrive: the gate could not verify it ({_OPEN})"
        return (told,) if is_open else ()

    def reworded(self, reword: Callable[[str], str]) -> GateReport:
        """The same with what was found and why not all was read in other words."""
        unknowns = self.graph.unknowns
        unreadable = tuple(
            each.model_copy(update={"why": reword(each.why)}) for each in unknowns.unreadable
        )
        missing = tuple(map(reword, unknowns.missing))
        unknowns = unknowns.model_copy(update={"unreadable": unreadable, "missing": missing})
        findings = tuple(each.reworded(reword) for each in self.findings)
        graph = self.graph.model_copy(update={"unknowns": unknowns})
        return self.model_copy(update={"findings": findings, "graph": graph})


_OPEN = f"{not_verified.RULE.id} says why"

_MOST_NODES = 10
"""Nodes that are listed; a person reads no more."""


def _unread(graph: GraphDocument) -> Iterator[str]:
    names = {node.key: node.name for node in graph.nodes}
    told = graph.unknowns.unreadable
    for each in told[:_MOST_NODES]:
        yield f"the gate could not read {names.get(each.node, each.node)}: {each.why}"
    if len(told) > _MOST_NODES:
        yield f"the gate could not read {counted(len(told) - _MOST_NODES, 'more node')}"
    yield from graph.unknowns.missing
    if not (told or graph.unknowns.missing):
        yield "the gate could not read all that is live"


_MASKED = "[secret]"
"""What the engine writes in place of a secret, also where a name only looks like one."""


def untold(report: GateReport, preview: Preview) -> tuple[Finding, ...]:
    """The findings of a report that its own preview would have told, and that this one does not.

    A gate says what it writes: as the error that stops the preview, or as warnings of one that
    goes on, such as with ``functiongraph:precheck`` = warn. What is accepted stops nothing.
    """
    said = "\n".join(each.message for each in preview.diagnostics)
    named = _MASKED not in said
    return tuple(
        each
        for each in report.findings
        if not each.acknowledged and _beginning(each, named=named) not in said
    )


def _beginning(finding: Finding, *, named: bool) -> str:
    """How a finding is told, up to its subject."""
    kind = f"{finding.rule} {finding.grade}: "
    return f"{kind}{finding.subject}" if named else kind


def parse_gate_report(content: bytes | str) -> GateReport:
    """Read what the gate wrote.

    Raises:
        InvalidInput: it is something else; says how it is made.
    """
    try:
        report = GateReport.model_validate_json(content, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _refused("is not what the gate of a program writes") from error
    nodes = {node.key for node in report.graph.nodes}
    ends = {end for edge in report.graph.edges for end in (edge.source, edge.target)}
    if not ends <= nodes:
        raise _refused("has edges between nodes that it does not have")
    return report


def _refused(what: str) -> InvalidInput:
    made = f"make it with: {REPORT_VARIABLE}=report.json pulumi preview --json"
    return InvalidInput([Problem("gate report", what, "expected its JSON", made)])
