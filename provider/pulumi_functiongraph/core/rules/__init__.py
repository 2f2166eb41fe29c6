"""The rules: what each says, and which findings it has in a program.

Never here: reading a cloud, and knowing how a finding is shown.

Each module here may hold rules, as ``RULES``; they are found by themselves. An id never changes its
meaning. Ids: FGN0xx values and declarations, FGN1xx cycles, FGN2xx pre-checks, FGN3xx advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from pulumi_functiongraph.core.findings import Finding, in_order
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage


def _found_in_folder() -> Iterator[Rule]:
    """The rules of each module beside this one."""
    for module in iter_modules(__path__):
        yield from getattr(import_module(f"{__name__}.{module.name}"), "RULES", ())


RULES: tuple[Rule, ...] = tuple(sorted(_found_in_folder(), key=lambda rule: rule.id))
"""Every rule, in order of the ids."""


def judge(program: Program) -> tuple[Finding, ...]:
    """All findings of all rules that every update is judged by, errors first."""
    return _findings(program, [rule for rule in RULES if rule.stage is not RuleStage.ADVICE])


def advise(program: Program) -> tuple[Finding, ...]:
    """What is said in reviews and by the policy pack; an update stays quiet about it."""
    return _findings(program, [rule for rule in RULES if rule.stage is RuleStage.ADVICE])


def _findings(program: Program, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    return in_order(
        _accepted(found, program) if rule.can_be_accepted else found
        for rule in rules
        for found in rule.find(rule, program)
    )


def _accepted(finding: Finding, program: Program) -> Finding:
    """The finding with the reason of a comment that accepts it."""
    reason = program.comments.accepting(finding.rule, finding.where)
    return finding.model_copy(update={"acknowledged": reason}) if reason else finding


__all__ = ["RULES", "Rule", "RuleStage", "advise", "judge"]
