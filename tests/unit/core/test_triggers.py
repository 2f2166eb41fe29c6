"""What leads on from a topic, a bucket or a stream."""

from factories import function_urn
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Publication, Unfollowed, Way


def ways() -> list[Way]:
    bucket = Bucket(bucket="results", prefix="in/")
    return [
        FunctionTrigger(bucket, function_urn(), suffix=".json", events=("ObjectCreated:Put",)),
        FunctionTrigger(bucket, function_urn()),
        Publication(bucket, Topic(topic_urn="urn:smn:eu-de:p:alerts")),
        Unfollowed("custom authorizers", source=Stream),
    ]


def test_ways_are_told_apart_by_what_they_are_and_not_by_who_read_them() -> None:
    assert len({*ways(), *ways()}) == 4
