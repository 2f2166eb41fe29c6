"""Lists that are answered as null: empty, unless something beside them says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.agencies import Agencies
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.core.agencies import Agency
from pulumi_functiongraph.core.errors import CloudError
from unit.cloud.doubles import session_to
from unit.cloud.loopback import Loopback, Reply

URN = function_urn()
AGENCY = Agency("a1", "notify", "d0", "op_svc_cff")


@dataclass(frozen=True)
class Reader:
    """Who reads a list.

    Attributes:
        read: all of the list.
        key: its name in the answer; of a bare list none, so that nothing stands beside it.
        total: the name of a total that the answer has.
    """

    read: Callable[[Session], object]
    key: str = ""
    total: str = ""


READERS = {
    "triggers": Reader(lambda s: FunctionGraph(s).list_triggers(URN)),
    "aliases": Reader(lambda s: FunctionGraph(s).list_aliases(URN), "aliases"),
    "aliases, bare": Reader(lambda s: FunctionGraph(s).list_aliases(URN)),
    "trusted agencies": Reader(
        lambda s: FunctionGraph(s).list_trusted_agencies(region=REGION, project_id=PROJECT)
    ),
    "functions": Reader(
        lambda s: tuple(FunctionGraph(s).list_functions(region=REGION, project_id=PROJECT)),
        "functions",
        "count",
    ),
    "configs": Reader(
        lambda s: tuple(FunctionGraph(s).list_async_configs(URN)), "async_invoke_configs", "count"
    ),
    "subscriptions": Reader(
        lambda s: Smn(s).list_subscriptions(TOPIC), "subscriptions", "subscription_count"
    ),
    "projects": Reader(lambda s: tuple(Iam(s).projects("x", region=REGION)), "projects"),
    "domains": Reader(lambda s: Iam(s).domains(region=REGION), "domains"),
    "agencies": Reader(
        lambda s: Agencies(s).list_agencies("d0", region=REGION), "agencies", "total_number"
    ),
    "roles": Reader(
        lambda s: Agencies(s).domain_roles(AGENCY, region=REGION), "roles", "total_num"
    ),
}
KEYED = {name: reader for name, reader in READERS.items() if reader.key}


@pytest.mark.parametrize("name", READERS)
def test_null_where_a_list_is_documented_is_an_empty_list(server: Loopback, name: str) -> None:
    reader = READERS[name]
    server.replies(Reply(content={reader.key: None} if reader.key else None))

    assert reader.read(session_to(server.url)) == ()


@pytest.mark.parametrize("name", READERS)
def test_an_answer_without_a_body_is_no_empty_list(server: Loopback, name: str) -> None:
    server.replies(Reply(raw=b""))

    with pytest.raises(CloudError):
        READERS[name].read(session_to(server.url))


@pytest.mark.parametrize("name", KEYED)
def test_null_beside_an_error_is_no_empty_list(server: Loopback, name: str) -> None:
    server.replies(Reply(content={KEYED[name].key: None, "error_code": "FSS.0500"}))

    with pytest.raises(CloudError, match="is null, and beside it is error_code"):
        KEYED[name].read(session_to(server.url))


@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if reader.total])
def test_null_beside_a_total_that_was_not_reached_is_no_empty_list(
    server: Loopback, name: str
) -> None:
    server.replies(Reply(content={READERS[name].key: None, READERS[name].total: 3}))

    with pytest.raises(CloudError):
        READERS[name].read(session_to(server.url))
