"""What limits a graph that was read from a preview or an export, in a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pulumi_functiongraph.core.amounts import counted, first_of
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.stack import Stack

_MOST_NAMES = 10
"""Names that are listed in a line."""

_OF_THE_GATE = "error: functiongraph: "
"""How a report of the gate begins in a diagnostic of the engine."""

_FINDING = re.compile(r"^  (FGN\d{3} \w+: .+)$", re.MULTILINE)
"""A finding in a report of the gate; it names no secret."""

_WITH_VALUE = re.compile(r"(?<= value )\{.*\}(?= has a problem)", re.DOTALL)
_WITHOUT_VALUE = "(not shown)"
"""The engine prints the value of a property that a provider refuses, also where it is a secret."""


def stack_gaps(stack: Stack, *, command: str = "graph", why: str = "") -> tuple[str, ...]:
    """What was not read of a stack and what to do, so that the whole is not known."""
    return (
        *failure(stack),
        *_interrupted(stack),
        *_unreadable(stack),
        *_left_out(stack, command, why),
        *_empty(stack),
    )


def stack_notes(stack: Stack) -> tuple[str, ...]:
    """What else limits a result."""
    return (*_of_the_gate(stack), *_secrets(stack))


def failure(stack: Stack) -> Iterator[str]:
    """That the preview failed, with its first message, where it did."""
    if stack.failures:
        first = _WITH_VALUE.sub(_WITHOUT_VALUE, stack.failures[0]).partition("\n")[0]
        yield visible(
            f"the preview failed, so configs are missing; fix that and preview again: {first}"
        )


def _interrupted(stack: Stack) -> Iterator[str]:
    if stack.interrupted:
        yield visible(
            f"an update of this stack was interrupted, and what is live of "
            f"{', '.join(stack.interrupted)} is not known: run pulumi refresh, then export anew"
        )


def _empty(stack: Stack) -> Iterator[str]:
    if stack.is_empty:
        yield (
            "there is no resource in what was given: was the stack never deployed, or is it "
            "another one's? Add --preview or the right --stack"
        )


def _of_the_gate(stack: Stack) -> Iterator[str]:
    of_the_gate = [message for message in stack.failures if _OF_THE_GATE in message]
    for message in of_the_gate:
        yield from map(visible, _FINDING.findall(message))
    if of_the_gate:
        yield (
            "to have these as findings, with the graph: set FUNCTIONGRAPH_REPORT=report.json for "
            "the preview, and add fgctl review --gate report.json"
        )


def _unreadable(stack: Stack) -> Iterator[str]:
    for config in stack.configs:
        problems = config.declaration.examined.problems
        if problems:
            why = in_snake("; ".join(map(str, problems)))
            where = f" ({config.declaration.where})" if config.declaration.where else ""
            yield visible(f"{config.declaration.name}{where} is not in the graph: {why}")


def _left_out(stack: Stack, command: str, why: str) -> Iterator[str]:
    if not stack.left_out:
        return
    missing = counted(stack.left_out, "unchanged resource")
    if stack.is_beside_export:
        yield (
            f"{missing} of the preview not in the stack export: it is older or another stack's, "
            "or the preview was made with --target; export it anew, and preview the whole stack"
        )
        return
    asked = f", and Pulumi was asked in vain ({visible(why)})" if why else ""
    yield (
        f"{missing} missing, because a preview lists only changes{asked}; "
        f"add --stack: pulumi stack export | fgctl {command} --stack - …"
    )


def _secrets(stack: Stack) -> Iterator[str]:
    names = [
        f"{config.declaration.name}.{in_snake(path)}"
        for config in stack.configs
        for path in sorted(config.secret)
    ]
    if names:
        values = counted(len(names), "secret value")
        yield visible(f"{values}, taken as unknown: {first_of(names, _MOST_NAMES)}")
