"""Which permission would let us look."""

from pulumi_functiongraph.core.read_permissions import NEEDED, Fact


def test_every_fact_names_an_action_to_ask_for() -> None:
    assert set(NEEDED) == set(Fact)
    assert all(":" in permission for permission in NEEDED.values())
