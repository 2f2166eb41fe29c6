"""Whether a target is there and takes events."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.agencies import BucketFacts, StreamFacts
from pulumi_functiongraph.core.names import FunctionUrn, other_reading
from pulumi_functiongraph.core.prechecks import cloud_objects
from pulumi_functiongraph.core.prechecks.answer import CheckAnswer, allowed, denied, unknown
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AskBucket,
    AskFunction,
    AskStream,
    AskTopic,
    Known,
    Unanswered,
)
from pulumi_functiongraph.core.prechecks.results import Check
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic

RUNNING = "RUNNING"
"""The one state in which a stream takes records; DIS API reference, "Querying Stream Details"."""

_TARGET, _READINESS = Check.TARGET, Check.READINESS


def is_elsewhere(target: Target, *, at: FunctionUrn) -> bool:
    """Whether a target is in another project, where neither side can be looked at."""
    match target:
        case Function():
            return target.function_urn.project_id != at.project_id
        case Topic():
            return target.project_id != at.project_id
    return False


def judge_target(target: Target, *, at: FunctionUrn, known: Known) -> Iterator[CheckAnswer]:
    """What is known of the target itself, where the results of a function version go."""
    if is_elsewhere(target, at=at):
        yield unknown(_TARGET, ANOTHER_PROJECT)
        return
    match target:
        case Function(function_urn=urn):
            what = "alias" if urn.is_alias else "function"
            missing = f"there is no {what} {urn} to notify", create_or_mend(urn, "its URN")
            found, thing = known.look(AskFunction(urn)), cloud_objects.function(urn.name)
            yield from _presence(found, f"function {urn}", missing, thing)
        case Topic(topic_urn=topic):
            missing = f"there is no topic {topic}", "create it first, or fix its URN"
            found_topic, thing = known.look(AskTopic(topic)), cloud_objects.topic(topic)
            yield from _presence(found_topic, f"topic {topic}", missing, thing)
        case Stream():
            yield from _stream(target, at, known)
        case Bucket():
            yield from _bucket(target, at, known)
        case _:
            yield unknown(_TARGET, _unknown_service(target.destination))


def _stream(target: Stream, at: FunctionUrn, known: Known) -> Iterator[CheckAnswer]:
    name, stream = target.stream_name, cloud_objects.stream(target.stream_name)
    found = known.look(AskStream(name, at.region, at.project_id))
    why = f"there is no stream {name} in the function's project in {at.region}"
    missing = why, "create it first, or fix its name"
    yield from _presence(found, f"stream {name}", missing, stream)
    if isinstance(found, StreamFacts):
        if found.status == RUNNING:
            yield allowed(_READINESS, f"stream {name} is {RUNNING}")
        else:
            why = f"stream {name} is {found.status or 'in no known state'}, not {RUNNING}"
            remedy = "wait until it is, or see in DIS why it is not"
            yield denied(_READINESS, why, remedy, about=(stream,))


def _bucket(target: Bucket, at: FunctionUrn, known: Known) -> Iterator[CheckAnswer]:
    name = target.bucket
    found = known.look(AskBucket(name, at.region))
    missing = f"there is no bucket {name}", "create it first, or fix its name"
    yield from _presence(found, f"bucket {name}", missing, cloud_objects.bucket(name))
    if isinstance(found, BucketFacts):
        if not found.region:
            yield unknown(_READINESS, _NO_REGION)
        elif found.region == at.region:
            yield allowed(_READINESS, f"bucket {name} is in {found.region}")
        else:
            yield unknown(_READINESS, _elsewhere(name, found.region, at.region))


def _presence(
    found: object, what: str, missing: tuple[str, str], target: CloudObject
) -> Iterator[CheckAnswer]:
    """Whether a target is there; of one that is not, why that is said and what to do."""
    if isinstance(found, Unanswered):
        yield unknown(_TARGET, found)
    elif found is None:
        yield denied(_TARGET, *missing, about=(target,))
    elif found is not PENDING:
        yield allowed(_TARGET, f"{what} is there")


def _elsewhere(bucket: str, region: str, wanted: str) -> Unanswered:
    return Unanswered(
        "bucket in another region",
        f"bucket {bucket} is in region {region}, the function in {wanted}, and no document says "
        "whether notifications reach it",
        f"use a bucket in {wanted}, or try it with a test event",
    )


_NO_REGION = Unanswered(
    "bucket without a region",
    "OBS does not say in which region the bucket lies, and it has to be the function's",
    "see the bucket's page in the console, or try it with a test event",
)


def create_or_mend(urn: FunctionUrn, parts: str) -> str:
    """What to do about a function that is not there, or parts of whose declaration are wrong."""
    meant = other_reading(urn)
    return f"create it first, or fix {parts}{f'; {meant}' if meant else ''}"


ANOTHER_PROJECT = Unanswered(
    "another project",
    "the target is in another project than the function, where these credentials cannot tell "
    "whether it is there and whether the agency may write to it",
    "try it with a test event",
)


def _unknown_service(destination: str) -> Unanswered:
    why = f"this release does not know the target service {destination}, nor what it needs"
    return Unanswered(f"service {destination}", why, "try it with a test event")
