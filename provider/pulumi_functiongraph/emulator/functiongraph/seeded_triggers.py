"""Triggers of a seed, in the words of the API."""

from datetime import datetime
from difflib import get_close_matches

from msgspec.structs import replace

from pulumi_functiongraph.emulator.functiongraph import errors, models
from pulumi_functiongraph.emulator.functiongraph.configs import is_topic_urn
from pulumi_functiongraph.emulator.functiongraph.event_data import LATEST_RECORD
from pulumi_functiongraph.emulator.functiongraph.event_sources import attach
from pulumi_functiongraph.emulator.functiongraph.names import parse_urn
from pulumi_functiongraph.emulator.functiongraph.triggers import ACTIVE, read_trigger
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.seeds.models import (
    NO_VERSION,
    SeedFunction,
    SeedTrigger,
    stable_id,
)
from pulumi_functiongraph.emulator.smn.models import list_topics
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


def problem_of(
    connection: Connection, project: Project, trigger: SeedTrigger, error: ServiceError
) -> str:
    """What a service refuses of a trigger, in the words of the seed."""
    if error.means(errors.TOPIC_NOT_FOUND):
        names = [topic.name for topic in list_topics(connection, project)]
        near = get_close_matches(str(trigger.topic), names, n=1)
        remedy = f"did you mean {near[0]}?" if near else "name it under topics"
        return f".topic: there is no topic {trigger.topic}; {remedy}"
    if trigger.topic and not is_topic_urn(_topic_urn(trigger.topic, project)):
        return ".topic: must be the name of a topic, or its URN"
    if error.means(errors.VERSION_NOT_FOUND):
        return f".version: {NO_VERSION.format(trigger.version)}"
    return f": {error}"


def _topic_urn(named: str, project: Project) -> str:
    is_urn = named.startswith("urn:")
    return named if is_urn else f"urn:smn:{project.region}:{project.id}:{named}"


def _words_of(seed: SeedTrigger, project: Project) -> tuple[str, JsonObject]:
    """The type and the event data."""
    if seed.bucket:
        keys = {"bucket": seed.bucket, "events": list(seed.events)}
        return "OBS", {**keys, "prefix": seed.prefix, "suffix": seed.suffix}
    if seed.topic:
        return "SMN", {"topic_urn": _topic_urn(seed.topic, project)}
    if seed.stream:
        place = {"stream_name": seed.stream, "sharditerator_type": LATEST_RECORD}
        return "DIS", {**place, "batch_size": seed.batch_size}
    schedule = seed.schedule or ""
    kind = "Cron" if schedule.startswith(_CRON) else "Rate"
    timer: JsonObject = {"name": "timer", "schedule_type": kind}
    return "TIMER", {**timer, "schedule": schedule.removeprefix(_CRON).strip()}
