"""FGN101 to FGN103: functions that notify each other for ever, as intended, or as far as known."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.graph import Cycle
from pulumi_functiongraph.core.graph.nodes import shown_names
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage

MOST_NODES = 8
"""Nodes of a path that a finding's one line shows; the report shows all."""


def _cycles(rule: Rule, program: Program) -> Iterator[Finding]:
    for cycle in program.verdict.cycles if program.verdict else ():
        yield _finding(rule, cycle, remedy=rule.remedy)


def _acknowledged(rule: Rule, program: Program) -> Iterator[Finding]:
    for cycle in program.verdict.acknowledged if program.verdict else ():
        reasons = "; ".join(edge.acknowledged for edge in cycle.acknowledged)
        yield _finding(rule, cycle, more=f" (intended: {reasons})", remedy="")


def _finding(rule: Rule, cycle: Cycle, *, more: str = "", remedy: str) -> Finding:
    """A finding about the edge that breaks a cycle, or about its first declared edge."""
    edge = cycle.breaks or next(
        (hop.edge for hop in cycle.path if hop.edge.is_declared), cycle.path[0].edge
    )
    shown = shown_names(hop.source for hop in cycle.path)
    names = [shown[hop.source] for hop in cycle.path[:MOST_NODES]]
    rest = len(cycle.path) - len(names)
    told = [*names, f"{rest} more" if rest else "", names[0]]
    circle = " → ".join(part for part in told if part)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        subject=edge.resource or edge.source.name,
        message=f"cycle {cycle.id}: {circle}{more}",
        remedy=remedy,
        path=edge.path,
        where=edge.where,
        cycle=cycle.id,
    )


_ASK = (
    "Set functiongraph:liveGraph to on, which asks every function of the project for its triggers, "
    "or accept that this is not known"
)


def _not_proved(rule: Rule, program: Program) -> Iterator[Finding]:
    unknowns = program.verdict.unknowns if program.verdict else None
    if not unknowns:
        return
    listed = [
        *(f"{edge.resource}.{edge.path}" for edge in (*unknowns.targets, *unknowns.sources)),
        *(f"{each.node.name}: {each.why}" for each in unknowns.unreadable),
        *(f"{node.name}: which version it stands for is not known" for node in unknowns.aliases),
        *unknowns.missing,
    ]
    yield Finding(
        rule=rule.id,
        severity=rule.severity,
        subject="notifications",
        message=f"{unknowns} ({'; '.join(sorted(set(listed)))})",
        # What is missing says itself what to do; permissions would not help.
        remedy="; ".join(
            [_ASK] * unknowns.was_not_asked + [rule.remedy] * unknowns.was_refused,
        ),
    )


NOTIFICATION_CYCLE = Rule(
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
    stage=RuleStage.CYCLE,
    find=_cycles,
)

ACKNOWLEDGED_CYCLE = Rule(
    id="FGN102",
    name="acknowledged-cycle",
    severity=Severity.WARNING,
    summary="Notifications run in a circle, and allow_cycle says that this is intended.",
    why="The loop runs until something in it ends it; whoever reads the report should know that "
    "it is there and why.",
    remedy="Nothing, as long as the reason holds.",
    stage=RuleStage.CYCLE,
    find=_acknowledged,
)

NOT_PROVED_ACYCLIC = Rule(
    id="FGN103",
    name="not-proved-acyclic",
    severity=Severity.WARNING,
    summary="It could not be proved that notifications do not run in a circle.",
    why="A target is unknown until apply (it is judged then, right before its config is sent), its "
    "name or its function's is a secret, something live could not be read, or it is not known "
    "where something leads.\n\n"
    "The gate and fgctl graph judge no cycle through a name that is a secret, in the preview or in "
    "the update: a report would show it. With the dynamic provider only the policy pack judges "
    "it. The native plugin does, in its Check, among what one run declares.\n\n"
    "What is followed: the configs of functions and their versions, aliases with all versions that "
    "get requests by share or by rule, the function subscribers of topics, the SMN, OBS and DIS "
    "triggers of functions, and the event notifications of buckets "
    "(obs:bucket:GetBucketNotification; OBS takes access keys only).\n\n"
    "What counts as unknown, because no API that is read here tells where it leads: a subscriber "
    "that is a function flow (protocol functiongraph), a queue (dms) or an API gateway of these "
    "clouds, or of a protocol that this release does not know; a trigger of type EVENTGRID or of "
    "an unknown type, or without a readable source, where its function has a config; a bucket's "
    "notification to anything but a topic or a function; a destination other than FunctionGraph, "
    "OBS, SMN and DIS (such as RocketMQ); an alias whose versions cannot be read; resources that a "
    "preview leaves out.\n\n"
    "What is not read, so that a way through it is not seen: the code of functions, and what "
    "it writes or calls; an HTTP(S) subscriber with a domain of its own, which may be a gateway; "
    "the dump tasks of a DIS stream and its consumers that are no DIS triggers; the replication of "
    "a bucket to another one; EventGrid subscriptions that are no triggers of a function; logs "
    "(LTS) and audit events (CTS) that trigger functions; OBS triggers of functions in projects "
    "that neither the settings nor a declared function names.",
    remedy="Give the credentials the permissions that are named, or "
    "set functiongraph:liveGraph to off to go without.",
    stage=RuleStage.CYCLE,
    find=_not_proved,
)

RULES = (NOTIFICATION_CYCLE, ACKNOWLEDGED_CYCLE, NOT_PROVED_ACYCLIC)
