"""Which permission would let us look."""

import pytest

from pulumi_functiongraph.core.errors import CloudError, Forbidden, Throttled, Unauthorized
from pulumi_functiongraph.core.read_permissions import NEEDED, Fact, unread


def test_every_fact_names_an_action_to_ask_for() -> None:
    assert set(NEEDED) == set(Fact)
    assert all(":" in permission for permission in NEEDED.values())


@pytest.mark.parametrize(
    ("kind", "helps"), [(Forbidden, True), (Unauthorized, True), (Throttled, False)]
)
def test_a_permission_is_named_where_one_would_help(kind: type[CloudError], *, helps: bool) -> None:
    error = kind(operation="read the topic", resource="alerts")

    told = unread(error, NEEDED[Fact.TOPIC])

    assert told.startswith(str(error))
    assert ("smn:topic:list" in told) == helps
