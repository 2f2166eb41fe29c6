"""The type tokens of configs."""

from pulumi_functiongraph.core.type_tokens import DYNAMIC_CONFIG, NATIVE_CONFIG, of_other_type

PLACE = "urn:pulumi:dev::shop::"


def test_a_config_has_another_urn_with_the_other_provider_below_any_parent() -> None:
    for within in ("", "acme:index:Shop$", f"{NATIVE_CONFIG}$"):
        dynamic = f"{PLACE}{within}{DYNAMIC_CONFIG}::orders"
        native = f"{PLACE}{within}{NATIVE_CONFIG}::orders"
        assert (of_other_type(dynamic), of_other_type(native)) == (native, dynamic)


def test_another_resource_has_no_other_type() -> None:
    assert of_other_type(f"{PLACE}acme:index:Shop::{NATIVE_CONFIG}") == ""
    assert of_other_type(f"{PLACE}pulumi:providers:functiongraph::orders") == ""
    assert of_other_type("") == ""
