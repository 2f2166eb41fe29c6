"""What limits a graph that was read from a preview or an export, in a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pulumi_functiongraph.core.stack import Stack
from pulumi_functiongraph.report.graph_marks import counted, printable

_MOST_NAMES = 10
"""Names that are listed in a line."""

_OF_THE_GATE = "error: functiongraph: "
"""How a report of the gate begins in a diagnostic of the engine."""

_FINDING = re.compile(r"^  (FGN\d{3} \w+: .+)$", re.MULTILINE)
"""A finding in a report of the gate; it names no secret."""

_WITH_VALUE = re.compile(r"(?<= value )\{.*\}(?= has a problem)", re.DOTALL)
_WITHOUT_VALUE = "(not shown)"
"""The engine prints the value of a property that a provider refuses, also where it is a secret."""

_GO_ON = "FUNCTIONGRAPH_ON_CYCLE=warn FUNCTIONGRAPH_PRECHECK=warn"


def stack_notes(stack: Stack, *, command: str = "graph") -> tuple[str, ...]:
    """The lines, most important first; none when everything was read.

    Args:
        stack: what was read.
        command: the command of `fgctl` that shows them.
    """
    missing = _left_out(stack, command)
    return (*_failures(stack), *_unreadable(stack), *missing, *_secrets(stack))


def _failures(stack: Stack) -> Iterator[str]:
    if stack.failures:
        first = _WITH_VALUE.sub(_WITHOUT_VALUE, stack.failures[0]).partition("\n")[0]
        yield printable(f"the preview failed, so configs are missing: {first}")
    of_the_gate = [said for said in stack.failures if _OF_THE_GATE in said]
    for said in of_the_gate:
        yield from map(printable, _FINDING.findall(said))
    if of_the_gate:
        yield f"to have the gate warn and the preview go on: {_GO_ON} pulumi preview --json"


def _unreadable(stack: Stack) -> Iterator[str]:
    for config in stack.configs:
        problems = config.declaration.examined.problems
        if problems:
            told = "; ".join(map(str, problems))
            where = f" ({config.declaration.where})" if config.declaration.where else ""
            yield printable(f"{config.declaration.name}{where} is not in the graph: {told}")


def _left_out(stack: Stack, command: str) -> Iterator[str]:
    if stack.left_out:
        yield (
            f"{counted(stack.left_out, 'unchanged resource')} missing, because a preview lists "
            f"only changes; to have all, add: pulumi stack export | fgctl {command} --stack - …"
        )


def _secrets(stack: Stack) -> Iterator[str]:
    names = [
        f"{config.declaration.name}.{path}"
        for config in stack.configs
        for path in sorted(config.secret)
    ]
    if names:
        more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
        listed = ", ".join(names[:_MOST_NAMES])
        values = counted(len(names), "secret value")
        yield printable(f"{values}, taken as unknown: {listed}{more}")
