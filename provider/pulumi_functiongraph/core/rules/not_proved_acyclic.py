"""FGN103: something unknown could close a cycle."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.declaration import Program
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Rule, RuleStage


def _find(rule: Rule, program: Program) -> Iterator[Finding]:
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
        remedy=rule.remedy if unknowns.was_refused else "",
    )


RULE = Rule(
    id="FGN103",
    name="not-proved-acyclic",
    severity=Severity.WARNING,
    summary="It could not be proved that notifications do not run in a circle.",
    why="A target is unknown until apply (it is judged then, right before its config is sent), "
    "something live could not be read, or it is not known where something leads.\n\n"
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
    "What is not looked at, so that a way through it is not seen: the code of functions, and what "
    "it writes or calls; an HTTP(S) subscriber with a domain of its own, which may be a gateway; "
    "the dump tasks of a DIS stream and its consumers that are no DIS triggers; the replication of "
    "a bucket to another one; EventGrid subscriptions that are no triggers of a function; logs "
    "(LTS) and audit events (CTS) that trigger functions; OBS triggers of functions in projects "
    "that neither the settings nor a declared function names.",
    remedy="Give the credentials the permissions that are named, or "
    "set functiongraph:liveGraph to off to go without.",
    stage=RuleStage.CYCLE,
    find=_find,
)

RULES = (RULE,)
