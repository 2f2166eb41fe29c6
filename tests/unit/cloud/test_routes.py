"""Each method of a client names its route above it, and the local cloud serves that route."""

import inspect
import re

import pytest

from pulumi_functiongraph.cloud.services.agencies import Agencies
from pulumi_functiongraph.cloud.services.dis import Dis
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.services.invocations import Invocations
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.emulator.dis import urls as dis_urls
from pulumi_functiongraph.emulator.functiongraph import urls as functiongraph_urls
from pulumi_functiongraph.emulator.iam import urls as iam_urls
from pulumi_functiongraph.emulator.smn import urls as smn_urls

CLIENTS = (Agencies, Dis, FunctionGraph, Iam, Invocations, Smn)
WITHOUT_A_ROUTE = {"project_of", "domain_of"}
"""Methods that ask by other methods of their client."""


def with_blanks(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


SERVED = {
    (route.method, with_blanks(route.path))
    for module in (dis_urls, functiongraph_urls, iam_urls, smn_urls)
    for route in module.ROUTES
}


def routes_of(client: type) -> dict[str, tuple[str, str]]:
    """The route above each method, by the name of the method."""
    found = re.findall(r"# API: (\w+) (\S+)\n    def (\w+)", inspect.getsource(client))
    return {name: (method, with_blanks(path)) for method, path, name in found}


@pytest.mark.parametrize("client", CLIENTS)
def test_every_method_of_a_client_has_its_route_above_it(client: type) -> None:
    methods = {name for name in vars(client) if not name.startswith("_")}

    assert methods - WITHOUT_A_ROUTE == routes_of(client).keys()


@pytest.mark.parametrize("client", CLIENTS)
def test_the_local_cloud_serves_every_route_of_a_client(client: type) -> None:
    assert set(routes_of(client).values()) <= SERVED
