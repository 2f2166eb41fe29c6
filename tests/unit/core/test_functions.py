"""What is known of functions and their aliases."""

from factories import function_urn
from pulumi_functiongraph.core.functions import Alias


def test_an_alias_sends_events_to_its_version_and_to_each_further_one_once() -> None:
    alias = Alias(function_urn(version="prod", is_alias=True), "prod", "v2", also=("v1", "v2"))

    assert alias.versions == (function_urn(version="v2"), function_urn(version="v1"))
