"""Reviews a preview: what the update would do to notifications.

Never here: files, a cloud, and how it is shown. Values that are secret are never taken from where
they may be in clear, so that no form of a review can show one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pulumi_functiongraph.core.comments import NO_COMMENTS, Comments
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.findings import Finding, in_order
from pulumi_functiongraph.core.graph import CycleAnalysis, find_cycles, overlay
from pulumi_functiongraph.core.graph.json_parts import cycle_part
from pulumi_functiongraph.core.graph.notifications import SOURCE
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.properties import is_within
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.review.document import (
    STOPPED,
    PlannedOperation,
    ReviewCounts,
    ReviewDocument,
    ReviewedConfig,
    ReviewedProperty,
)
from pulumi_functiongraph.core.review.edges import graph_of_report, reviewed_graph
from pulumi_functiongraph.core.review.gate_report import GateReport
from pulumi_functiongraph.core.rules import advise, judge
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.core.severities import AS_WRITTEN, Severities
from pulumi_functiongraph.core.stack import (
    DefaultProject,
    Export,
    Preview,
    Stack,
    StackConfig,
    aliases_of,
    edges_of,
    is_of_new_stack,
    read_stack,
    sources_of,
    stack_of,
)
from pulumi_functiongraph.core.stack.configs import is_config, read_config
from pulumi_functiongraph.core.stack.documents import PreviewStep, State
from pulumi_functiongraph.core.stack.reading import account_of
from pulumi_functiongraph.core.stack.secret_values import with_secrets_hidden
from pulumi_functiongraph.core.stack.violations import beside, without_failure_of_gate

_OPERATIONS = {
    "create": PlannedOperation.CREATE,
    "import": PlannedOperation.CREATE,
    "update": PlannedOperation.UPDATE,
    "replace": PlannedOperation.REPLACE,
    "create-replacement": PlannedOperation.REPLACE,
    "import-replacement": PlannedOperation.REPLACE,
    "delete": PlannedOperation.DELETE,
}
"""What a step of the engine is to a reviewer; Pulumi SDK, ``deploy.StepOp``."""


def review(  # noqa: PLR0913 - one argument a source of what is judged
    preview: Preview,
    *,
    export: Export | None = None,
    violations: Iterable[Finding] = (),
    grades: Severities = AS_WRITTEN,
    comments: Comments = NO_COMMENTS,
    prechecks: tuple[CheckResult, ...] = (),
    checked: int | None = None,
    missing: Iterable[str] = (),
    unchecked: Iterable[str] = (),
    gate: GateReport | None = None,
    notes: Iterable[str] = (),
) -> ReviewDocument:
    """Judge a preview.

    Args:
        preview: what an update would do.
        export: the stack's state; without it, configs that stay as they are are not known.
        violations: of policies, which a preview does not list; what is found here too is told
            once.
        grades: which severity the project gives rules; those are noted.
        comments: of the program's source, which may accept findings.
        prechecks: what a cloud said of what the configs need.
        checked: number of configs that it was asked about, ``None`` where it was not.
        missing: what was not read of the stack, and what to do.
        unchecked: what of the configs the cloud did not answer.
        gate: what the program's own gate found in the preview; where that made the preview fail,
            its findings and its graph are those of the review. What it could not read is missing.
        notes: what else limits the result.

    Raises:
        InvalidInput: preview and export are of different stacks.
    """
    preview = with_secrets_hidden(preview)
    whole = preview if gate is None else without_failure_of_gate(preview)
    is_stopped, preview = whole is not preview, whole
    stack = read_stack(preview=preview, export=export)
    account = account_of(preview)
    unread = tuple(missing)
    of_gate = () if gate is None else gate.unread
    unsure = (*unchecked, *(() if gate is None else gate.unchecked))
    graph = overlay(edges_of(stack), declared=sources_of(stack), aliases=aliases_of(stack))
    verdict = find_cycles(graph, missing=unread)
    configs = tuple(sorted(_changed(preview, account), key=lambda one: (one.name, one.urn)))
    findings = grades.applied(_findings(stack, verdict, account, comments, prechecks))
    cycles = tuple(map(cycle_part, verdict.cycles))
    drawn = reviewed_graph(stack, _before(preview, account), verdict=verdict)
    if gate is not None:
        own = () if is_stopped else findings
        findings = in_order((*own, *beside(grades.applied(gate.findings), own)))
        known = {each.id for each in cycles}
        told = (each for each in gate.graph.cycles if not each.is_acknowledged)
        cycles = (*cycles, *(each for each in told if each.id not in known))
    if gate is not None and is_stopped:
        is_known = export is not None or is_of_new_stack(preview)
        drawn = graph_of_report(stack, gate.graph, is_state_known=is_known)
    return ReviewDocument(
        stack=min((stack_of(step.urn) for step in preview.steps), default=""),
        is_complete=stack.is_complete and not (unread or of_gate or is_stopped),
        missing=(*((STOPPED,) if is_stopped else ()), *unread, *of_gate, *unsure),
        counts=_counts(preview, configs, stack),
        checked=checked,
        configs=configs,
        findings=in_order((*findings, *beside(violations, findings))),
        cycles=cycles,
        is_stopped=is_stopped,
        nodes=drawn.nodes,
        edges=drawn.edges,
        left_out=drawn.left_out,
        notes=(*notes, *grades.notes),
    )


def _findings(
    stack: Stack,
    verdict: CycleAnalysis,
    account: DefaultProject,
    comments: Comments,
    prechecks: tuple[CheckResult, ...],
) -> Iterator[Finding]:
    declared = tuple(each.declaration for each in stack.configs if not each.is_removed)
    program = Program(
        declared,
        project_id=account.project_id,
        verdict=verdict,
        prechecks=prechecks,
        comments=comments,
    )
    yield from judge(program)
    yield from advise(program)


def _steps(preview: Preview) -> Iterator[tuple[PreviewStep, State]]:
    """The steps of configs, each with the side that is there."""
    for step in preview.steps:
        state = step.new_state or step.old_state
        if state is not None and is_config(state):
            yield step, state


def _before(preview: Preview, account: DefaultProject) -> dict[str, StackConfig | None]:
    """By the Pulumi URN of a config that changes, what it is now; ``None`` for nothing."""
    return {
        step.urn: read_config(step.old_state, account=account) if step.old_state else None
        for step, _ in _steps(preview)
        if step.op in _OPERATIONS
    }


def _changed(preview: Preview, account: DefaultProject) -> Iterator[ReviewedConfig]:
    """Each config that changes once, also where a replacement is told in several steps."""
    told_once = {
        step.urn: (step, state) for step, state in _steps(preview) if step.op in _OPERATIONS
    }
    for step, state in told_once.values():
        operation = _OPERATIONS[step.op]
        told = read_config(state, account=account)
        yield ReviewedConfig(
            operation=operation,
            name=name_in(step.urn),
            urn=step.urn,
            function_urn=str(told.declaration.examined.known_source or ""),
            where=told.declaration.where,
            properties=tuple(_properties(step, account)),
        )


def _properties(step: PreviewStep, account: DefaultProject) -> Iterator[ReviewedProperty]:
    """What differs; beside nothing, a config is compared with the service's defaults."""
    old = read_config(step.old_state, account=account) if step.old_state else None
    is_gone = step.op == "delete"
    new = read_config(step.new_state, account=account) if step.new_state and not is_gone else None
    bags = [each.declaration.examined.inputs if each else None for each in (old, new)]
    before, after = (bag if bag is not None else _unset(bags) for bag in bags)
    secret = (old.secret if old else frozenset()) | (new.secret if new else frozenset())
    for change in changes(before, after, named=True):
        if not is_within(change.path, secret):
            text = change.text if old is not None else change.after or change.text
            yield ReviewedProperty(path=change.path, text=text)
    for path in sorted(secret):
        yield ReviewedProperty(path=path, text="[secret], a preview does not tell what changes")


def _unset(bags: Iterable[object]) -> dict[str, object]:
    """The bag of a function version without a config."""
    known = next((bag for bag in bags if isinstance(bag, dict)), {})
    return {SOURCE: known.get(SOURCE)}


def _counts(preview: Preview, configs: Iterable[ReviewedConfig], stack: Stack) -> ReviewCounts:
    found = Counter(config.operation for config in configs)
    changed = {config.urn for config in configs}
    same = [one for one in stack.configs if not one.is_removed and one.urn not in changed]
    others = {
        step.urn for step in preview.steps if step.op in _OPERATIONS and step.urn not in changed
    }
    counted = {operation.value: found[operation] for operation in PlannedOperation}
    return ReviewCounts(**counted, same=len(same), others=len(others))
