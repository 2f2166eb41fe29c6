"""What the cloud is asked at each stage of a run."""

from __future__ import annotations

from threading import Event

import pulumi
import pytest

from factories import TOPIC, URN
from pulumi_functiongraph import AsyncNotificationConfig, SmnTarget
from pulumi_functiongraph.program import cloud_reads
from unit.operations.cloud_of_facts import Account as Facts
from unit.program.programs import run


def to_the_topic() -> None:
    AsyncNotificationConfig("config", function_urn=URN, on_success=SmnTarget(TOPIC))


def test_what_is_waited_for_is_logged(cloud: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    answers = Event()

    def tell(text: str) -> None:
        said.append(text)
        answers.set()

    cloud.before = lambda _what: answers.wait(timeout=30)
    monkeypatch.setattr(pulumi.log, "info", tell)
    monkeypatch.setattr(cloud_reads, "PATIENCE", 0.0)

    run(to_the_topic)

    (told,) = said
    assert "whether notifications would reach them, for at most 60 s" in told
