"""Triggers of a seed, in the words of the API."""

from dataclasses import replace
from datetime import datetime

from pulumi_functiongraph.emulator.functiongraph import models
from pulumi_functiongraph.emulator.functiongraph.event_sources import attach
from pulumi_functiongraph.emulator.functiongraph.names import parse_urn
from pulumi_functiongraph.emulator.functiongraph.triggers import ACTIVE, LATEST_RECORD, read_trigger
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.seeds.models import SeedFunction, SeedTrigger, stable_id
from pulumi_functiongraph.emulator.state.store import Connection

_CRON = "Cron:"


def add_trigger(
    connection: Connection, project: Project, seed: SeedFunction, index: int, *, now: datetime
) -> None:
    """Keep one of a function's triggers; unlike a client, a seed may disable any of them.

    Raises:
        ServiceError: the trigger names what does not exist, or is not allowed.
    """
    trigger = seed.triggers[index]
    function = f"{project.id}:{seed.package}:{seed.name}:{trigger.version}"
    kind, event_data = _words_of(trigger, project)
    active = {"trigger_type_code": kind, "trigger_status": ACTIVE, "event_data": event_data}
    attach(
        connection,
        models.resolve(connection, project, parse_urn(function)),
        project,
        trigger.version,
        replace(read_trigger(active), status=trigger.status),
        identifier=stable_id("trigger", function, str(index)),
        now=now,
    )


def _words_of(seed: SeedTrigger, project: Project) -> tuple[str, JsonObject]:
    """The type and the event data."""
    if seed.bucket:
        keys = {"bucket": seed.bucket, "events": list(seed.events)}
        return "OBS", {**keys, "prefix": seed.prefix, "suffix": seed.suffix}
    if seed.topic:
        named = seed.topic.startswith("urn:")
        urn = seed.topic if named else f"urn:smn:{project.region}:{project.id}:{seed.topic}"
        return "SMN", {"topic_urn": urn}
    if seed.stream:
        place = {"stream_name": seed.stream, "sharditerator_type": LATEST_RECORD}
        return "DIS", {**place, "batch_size": seed.batch_size}
    schedule = seed.schedule or ""
    kind = "Cron" if schedule.startswith(_CRON) else "Rate"
    timer: JsonObject = {"name": "timer", "schedule_type": kind}
    return "TIMER", {**timer, "schedule": schedule.removeprefix(_CRON).strip()}
