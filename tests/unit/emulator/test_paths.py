"""Endpoints are found by method and path."""

from pulumi_functiongraph.emulator.http.paths import Paths

PATHS = Paths(
    [
        ("GET", "/v2/functions", "list"),
        ("GET", "/v2/functions/{name}", "show"),
        ("GET", "/v2/{kind}/{name}", "other"),
        ("HEAD", "/v2/objects", "look"),
        ("GET", "/v2/objects", "read"),
    ]
)


def test_parameters_are_whole_segments() -> None:
    assert PATHS.find("GET", "/v2/functions/a:b") == ("show", {"name": "a:b"})
    assert PATHS.find("GET", "/v2/functions/a/b") is None


def test_the_first_template_that_matches_counts() -> None:
    assert PATHS.find("GET", "/v2/functions/orders") == ("show", {"name": "orders"})
    assert PATHS.find("GET", "/v2/topics/orders") == ("other", {"kind": "topics", "name": "orders"})


def test_an_empty_segment_is_no_parameter() -> None:
    assert PATHS.find("GET", "/v2/functions/") is None


def test_a_head_is_answered_as_a_get_unless_it_has_an_endpoint_of_its_own() -> None:
    assert PATHS.find("HEAD", "/v2/functions") == ("list", {})
    assert PATHS.find("HEAD", "/v2/objects") == ("look", {})


def test_another_method_finds_nothing() -> None:
    assert PATHS.find("POST", "/v2/functions") is None
