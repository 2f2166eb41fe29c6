"""Violations of policies, which the engine tells in its event log and not in a preview."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.findings import Finding, Severity, in_order
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.rules import RULES, Rule
from pulumi_functiongraph.core.stack.documents import Part, Preview

RULE = "policy"
"""The rule of findings that are violations; the message names the policy."""

STACK = "stack"
"""The subject of a violation that is about no resource."""

PACK = "functiongraph"
"""The name of the policy pack that has the rules of this package as policies."""


def policy_of(rule: Rule) -> str:
    """The name of the policy that a rule is in the pack of this package."""
    return f"{rule.id}-{rule.name}"


_FAILED = "error: preview failed"
"""All that a preview says of violations; whatever else made it fail says more."""

_OF_THE_GATE = re.compile(r"(?:error: )?functiongraph: \d+ errors? found before ")
"""How a report of the gate begins in a diagnostic of the engine."""

_ERROR_OF_A_RULE = re.compile(r"^\s*(FGN\d{3}) error:", re.MULTILINE)
_BARE = re.compile(
    r"error: (?:preview failed|an unhandled error occurred: program exited with .*code: \d+)\Z"
)
"""What the engine adds to the error of a program."""

_OURS = {f"{PACK}/{policy_of(rule)}": rule.id for rule in RULES}
"""By the names of the pack and of a policy of it, the id of the rule."""


class _Violation(Part):
    resource_urn: str = ""
    message: str = ""
    policy_name: str
    policy_pack_name: str = ""
    enforcement_level: str = ""


class _Event(Part):
    sequence: int
    policy_event: _Violation | None = None


def parse_violations(content: bytes | str) -> tuple[Finding, ...]:
    """Read an event log; a mandatory policy's violation is an error, any other a warning.

    A violation of this package's own pack is a finding of its rule, without the summary of the
    rule that Pulumi puts before the message.

    Args:
        content: one JSON object a line, as `pulumi preview --event-log FILE` writes them.

    Raises:
        InvalidInput: it is something else; says which line.
    """
    return in_order(_findings(content))


def _findings(content: bytes | str) -> Iterator[Finding]:
    text = content if isinstance(content, str) else content.decode(errors="replace")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise _refused("is empty")
    for number, line in lines:
        try:
            event = _Event.model_validate(json.loads(line), by_alias=True, by_name=False)
        except (ValidationError, ValueError, RecursionError) as error:
            raise _refused(f"has no engine event in line {number}") from error
        if event.policy_event is not None:
            yield _finding(event.policy_event)


def _finding(told: _Violation) -> Finding:
    policy = "/".join(part for part in (told.policy_pack_name, told.policy_name) if part)
    is_mandatory = told.enforcement_level in {"mandatory", "remediate"}
    lines = [line.strip() for line in told.message.splitlines() if line.strip()]
    rule = _OURS.get(policy)
    if rule is None:
        message = ": ".join(part for part in (policy, "; ".join(lines)) if part)
    else:
        message = "; ".join(lines[1:])
    return Finding(
        rule=rule or RULE,
        severity=Severity.ERROR if is_mandatory else Severity.WARNING,
        subject=name_in(told.resource_urn) or STACK,
        message=message,
    )


def without_failure_of(violations: Iterable[Finding], preview: Preview) -> Preview:
    """The preview without its failure, where nothing but mandatory policies made it fail.

    Such a preview went through: a violation stops an update, and a preview goes on to the next
    resource (tried with policies of a resource and of the stack).
    """
    is_stopped = any(each.severity is Severity.ERROR for each in violations)
    is_alone = set(_failures(preview)) == {_FAILED}
    return _without_failures(preview) if is_stopped and is_alone else preview


def without_failure_of_gate(preview: Preview) -> Preview:
    """The preview without its failure, where nothing but the gate's findings made it fail.

    What the gate found is then told by its report, and covers the whole program.
    """
    others = [said for said in _failures(preview) if not _OF_THE_GATE.match(said)]
    is_of_gate = len(others) < len(_failures(preview)) and all(map(_BARE.match, others))
    return _without_failures(preview) if is_of_gate else preview


def _failures(preview: Preview) -> list[str]:
    return [said.message.strip() for said in preview.diagnostics if said.severity == "error"]


def _without_failures(preview: Preview) -> Preview:
    kept = tuple(said for said in preview.diagnostics if said.severity != "error")
    return preview.model_copy(update={"diagnostics": kept})


def beside(violations: Iterable[Finding], findings: Iterable[Finding]) -> Iterator[Finding]:
    """The violations that say more than findings of the same rules already do.

    One of a resource that was found in another way, or as less bad, is kept.
    """
    known = {
        (each.rule, subject, each.severity)
        for each in findings
        for subject in (each.subject, STACK)
    }
    for each in violations:
        as_bad = {Severity.ERROR, each.severity}
        if all((each.rule, each.subject, severity) not in known for severity in as_bad):
            yield each


def _refused(what: str) -> InvalidInput:
    made = "make it with: PULUMI_DEBUG_COMMANDS=1 pulumi preview --event-log events.jsonl"
    return InvalidInput([Problem("event log", what, "expected one JSON object a line", made)])


def errors_of_gate(preview: Preview) -> frozenset[str]:
    """The ids of the rules that the gate named as errors in a preview that it made fail."""
    return frozenset(
        rule
        for said in _failures(preview)
        if _OF_THE_GATE.match(said)
        for rule in _ERROR_OF_A_RULE.findall(said)
    )
