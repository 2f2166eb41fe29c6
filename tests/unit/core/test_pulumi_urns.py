"""What Pulumi's URNs say."""

import pytest

from pulumi_functiongraph.core.pulumi_urns import (
    is_default_name,
    is_default_provider,
    name_in,
    type_in,
    types_in,
    with_type,
)

PLACE = "urn:pulumi:dev::shop::"
CONFIG = "functiongraph:index:AsyncNotificationConfig"


@pytest.mark.parametrize("name", ["orders", "a::b", "::", "a::b::c", "a$b", "a::b$c", ""])
@pytest.mark.parametrize("parents", ["", "acme:index:Shop$", "acme:index:Shop$acme:a/b:C$"])
def test_a_name_may_hold_what_divides_the_other_fields(parents: str, name: str) -> None:
    urn = f"{PLACE}{parents}{CONFIG}::{name}"

    assert (name_in(urn), types_in(urn), type_in(urn)) == (name, f"{parents}{CONFIG}", CONFIG)
    assert with_type(urn, "other:index:T") == f"{PLACE}{parents}other:index:T::{name}"


@pytest.mark.parametrize("text", ["", "orders", "a::b", "a::b::c::d::e"])
def test_another_text_is_a_name_without_a_type(text: str) -> None:
    assert (name_in(text), types_in(text), type_in(text)) == (text, "", "")


def test_a_urn_that_is_cut_off_has_no_type() -> None:
    assert types_in("urn:pulumi:dev::shop::acme:index:Shop") == ""


@pytest.mark.parametrize(
    ("name", "is_default"),
    [
        ("default", True),
        ("default_1_2_3", True),
        ("default_0_17_7_dev_1555435978_gb7030aa4_dirty", True),
        ("default_1_2_3_https_/example.com/plugins", True),
        ("default_https_/example.com/plugins", True),
        ("default-eu", False),
        ("default_eu", False),
        ("default_1", False),
        ("defaults", False),
        ("my default", False),
        ("default::1", False),
        ("", False),
    ],
)
def test_a_default_provider_is_named_by_the_engine(name: str, *, is_default: bool) -> None:
    assert is_default_name(name) is is_default
    urn = f"{PLACE}pulumi:providers:functiongraph::{name}"
    assert is_default_provider(urn) is is_default
    assert not is_default_provider(f"{PLACE}acme:index:Shop::{name}")
