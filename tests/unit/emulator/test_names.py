"""Function URNs: six forms, one meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.emulator.functiongraph.errors import INVALID_URN
from pulumi_functiongraph.emulator.functiongraph.names import (
    ALIAS,
    NAME,
    VERSION,
    format_urn,
    parse_urn,
)
from pulumi_functiongraph.emulator.http.errors import ServiceError

names = st.from_regex(NAME, fullmatch=True)
qualifiers = st.one_of(
    st.just("latest"),
    st.from_regex(VERSION, fullmatch=True),
    st.from_regex(ALIAS, fullmatch=True).map(lambda alias: f"!{alias}"),
)
PROJECT = "0123456789abcdef0123456789abcdef"


@given(package=names, name=names, qualifier=qualifiers)
def test_every_form_of_a_urn_means_the_same_version(
    package: str, name: str, qualifier: str
) -> None:
    full = format_urn(
        region="eu-de", project_id=PROJECT, package=package, name=name, qualifier=qualifier
    )

    for form in (full, f"{PROJECT}:{package}:{name}:{qualifier}"):
        reference = parse_urn(form)
        assert (reference.package, reference.name) == (package, name)
        assert (reference.qualifier, reference.project_id) == (qualifier, PROJECT)


@given(package=names, name=names)
def test_a_urn_without_version_means_latest(package: str, name: str) -> None:
    full = format_urn(region="eu-de", project_id=PROJECT, package=package, name=name)

    for form in (full, f"{PROJECT}:{package}:{name}", f"{package}:{name}"):
        reference = parse_urn(form)
        assert (reference.package, reference.name) == (package, name)
        assert (reference.qualifier, reference.explicit) == ("latest", False)
    assert (parse_urn(name).package, parse_urn(name).name) == ("default", name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "a:",
        "urn:fss:eu-de:p:function:default",
        "urn:fss:eu-de:p:function:default:demo:v1:more",
        "urn:xyz:eu-de:p:function:default:demo",
        "urn:fss::p:function:default:demo",
        "urn:fss:eu-de::function:default:demo",
        "urn:fss:eu-de:p:function:default:demo:",
        "urn:fss:eu-de:p:function:default:demo:!",
        "1demo",
        "demo-",
        "d" * 61,
        "default:démo",
        "a:b:c:d:e",
        "a:b:c:d:e:f",
    ],
)
def test_a_urn_of_no_documented_form_is_refused(text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        parse_urn(text)
    assert caught.value.means(INVALID_URN)


def test_a_urn_longer_than_269_characters_is_refused() -> None:
    fits = format_urn(
        region="eu-de", project_id="p" * (269 - 34), package="a", name="b", qualifier="latest"
    )
    longer = fits.replace(":p", ":pp", 1)

    assert len(fits) == 269
    assert parse_urn(fits).name == "b"
    with pytest.raises(ServiceError, match="longer than 269"):
        parse_urn(longer)
