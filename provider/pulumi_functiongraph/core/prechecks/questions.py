"""The questions that a pre-check asks a cloud, as values: equal questions are one request."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

import msgspec

from pulumi_functiongraph.core.agencies import (
    Agency,
    BucketFacts,
    Grant,
    GrantScope,
    StreamFacts,
    TopicFacts,
)
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn

AskedFact = TypeVar("AskedFact")
Answer_co = TypeVar("Answer_co", covariant=True)


class CloudQuestion(msgspec.Struct, Generic[Answer_co], frozen=True):
    """One question to a cloud; the type says what a known answer is."""


class AskFunction(CloudQuestion[FunctionFacts], frozen=True):
    """Is there this function version, or that of this alias, and which agencies does it have?"""

    urn: FunctionUrn


class AskAgency(CloudQuestion[Agency], frozen=True):
    """Is there an agency of this name in the caller's own account?"""

    name: str
    region: str


class AskTrusted(CloudQuestion[tuple[str, ...]], frozen=True):
    """Which agencies does FunctionGraph itself say that it may assume?"""

    region: str
    project_id: str


class AskGrants(CloudQuestion[tuple[Grant, ...]], frozen=True):
    """What is an agency granted in one scope? ``project_id`` is empty for the other scopes."""

    agency: Agency
    scope: GrantScope
    region: str
    project_id: str = ""


class AskTopic(CloudQuestion[TopicFacts], frozen=True):
    """Is there this topic?"""

    topic_urn: str


class AskStream(CloudQuestion[StreamFacts], frozen=True):
    """Is there this stream, and does it take records?"""

    name: str
    region: str
    project_id: str


class AskBucket(CloudQuestion[BucketFacts], frozen=True):
    """Is there this bucket, and where does it lie?"""

    name: str
    region: str


class Unanswered(msgspec.Struct, frozen=True):
    """Why the cloud did not answer a question.

    Attributes:
        kind: the same for everything that failed in the same way, so that it is reported once.
        why: the whole reason, with the request id where there was one.
        remedy: what would let us look.
    """

    kind: str
    why: str
    remedy: str = ""


class AnswerPending(Enum):
    """The type of ``PENDING``, so that type checkers can tell it apart."""

    PENDING = "asked, and not answered yet"


PENDING: Final = AnswerPending.PENDING
"""Stands for an answer that is under way."""

AnyQuestion: TypeAlias = CloudQuestion[Any]


class Known(Protocol):
    """What has been answered so far."""

    def look(self, ask: CloudQuestion[AskedFact]) -> AskedFact | Unanswered | AnswerPending | None:
        """The answer; ``None`` when the cloud said that there is no such thing."""
