"""The tables of routes, which other tests compare client methods with."""

import re

from pulumi_functiongraph.emulator.http.application import ROUTES


def test_no_two_routes_are_the_same() -> None:
    places = [(route.method, re.sub(r"\{\w+\}", "{}", route.path)) for route in ROUTES]

    assert len(places) == len(set(places))


def test_every_route_has_a_documented_form() -> None:
    for route in ROUTES:
        assert route.method in {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}
        assert re.fullmatch(r"/|(/[A-Za-z0-9._-]+|/\{[a-z_]+\})+", route.path), route.path
        assert re.fullmatch(r"[A-Z][A-Za-z]+", route.operation), route.operation
        assert route.writing == (route.method not in {"GET", "HEAD"}) or route.changes_nothing


def test_the_async_config_routes_are_the_documented_ones() -> None:
    path = "/v2/{project_id}/fgs/functions/{function_urn}/async-invoke-config"

    found = {(route.method, route.path) for route in ROUTES if "async-invoke" in route.path}

    assert found == {("GET", path), ("PUT", path), ("DELETE", path), ("GET", f"{path}s")}
