"""FGN101: functions that notify each other for ever."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Rule, cycle_finding


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
    for cycle in program.verdict.cycles if program.verdict else ():
        yield cycle_finding(rule, cycle)


RULE = Rule(
    id="FGN101",
    name="notification-cycle",
    severity=Severity.ERROR,
    summary="Notifications run in a circle: a function causes itself to be invoked.",
    why="One event circulates for ever and every lap is billed; the service does not stop it "
    '(FunctionGraph user guide: "To avoid cyclic invocation, do not set two functions as '
    'asynchronous execution targets of each other").\n\n'
    "What is guaranteed, by how an edge is declared:\n\n"
    "1. In the body of the program with a literal, a resource or its raw output: `preview`, `up` "
    "and `up --skip-preview` fail, and nothing at all has been created or changed.\n"
    "2. With a derived output (`apply`, `concat`): the preview fails; under `--skip-preview` "
    "functions may be created, but the config that closes the cycle is never sent.\n"
    "3. Inside `apply`, or after the first `await` of an async program: refused by the "
    "constructor or before the create; other resources may exist, the closed cycle never does.\n"
    "4. Through live configs outside the program: as class 1 when the names are known, also those "
    "of functions of the stack that exist already and whose inputs do not change; else as class 2. "
    "What others change during the update may be seen by the next one only.",
    remedy="Send the results elsewhere; where the loop is intended and something ends it, write "
    'allow_cycle="reason" in that target.',
    find=_find,
)
