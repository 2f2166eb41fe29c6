"""The limit of requests under way."""

from pathlib import Path

import pytest

from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("page", ["cycles.md", "prechecks.md"])
def test_the_pages_say_how_many_requests_are_under_way_at_a_time(page: str) -> None:
    text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
    assert f"{REQUESTS_IN_FLIGHT} at a time" in text or f"{REQUESTS_IN_FLIGHT} requests at" in text
