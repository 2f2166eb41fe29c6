"""What a 404 says: that a thing is absent only where the service itself answers so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from factories import PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.dis import Dis
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.errors import CloudError
from pulumi_functiongraph.core.graph import nodes
from unit.cloud.doubles import session_to
from unit.cloud.loopback import Loopback, Reply

URN = function_urn()
SMN_SAYS: dict[str, object] = {"request_id": "r", "code": "SMN.0006", "message": "Topic not found."}


@dataclass(frozen=True)
class Reader:
    """Who reads what may be absent.

    Attributes:
        read: asks.
        says: the body of the service's own 404.
        absent: what then is read.
    """

    read: Callable[[Session], object]
    says: dict[str, object]
    absent: object = None


def _of_functiongraph(read: Callable[[FunctionGraph], object], absent: object = None) -> Reader:
    return Reader(lambda s: read(FunctionGraph(s)), {"error_code": "FSS.1051"}, absent)


READERS = {
    "config": _of_functiongraph(lambda c: c.get_async_config(URN)),
    "configs": _of_functiongraph(lambda c: c.list_async_configs(URN), ()),
    "deletion": _of_functiongraph(lambda c: c.delete_async_config(URN)),
    "function": _of_functiongraph(lambda c: c.get_function(URN)),
    "aliases": _of_functiongraph(lambda c: c.list_aliases(URN), ()),
    "triggers": _of_functiongraph(lambda c: c.list_triggers(URN), ()),
    "topic": Reader(lambda s: Smn(s).get_topic(TOPIC), SMN_SAYS),
    "subscriptions": Reader(
        lambda s: WalkClient(s, places={URN.place}).triggered_by(nodes.topic(TOPIC)), SMN_SAYS, ()
    ),
}
OTHERS: dict[str, Callable[[Session], object]] = {
    "stream": lambda s: Dis(s).get_stream("events", region=REGION, project_id=PROJECT),
    "bucket": lambda s: Obs(s).get_bucket("results", region=REGION),
    "notifications of a bucket": lambda s: Obs(s).list_notifications("results", region=REGION),
}


@pytest.mark.parametrize("name", READERS)
def test_the_services_own_404_says_that_there_is_nothing(server: Loopback, name: str) -> None:
    server.replies(Reply(404, READERS[name].says))

    assert READERS[name].read(session_to(server.url)) == READERS[name].absent


@pytest.mark.parametrize("name", [*READERS, *OTHERS])
@pytest.mark.parametrize(
    "reply",
    [Reply(404, {"detail": "Not Found"}), Reply(404, raw=b""), Reply(410, {"error_code": "X.1"})],
    ids=["of a proxy", "empty", "with a code of somebody else"],
)
def test_a_404_of_somebody_else_does_not_say_that_there_is_nothing(
    server: Loopback, name: str, reply: Reply
) -> None:
    server.replies(reply)
    read = READERS[name].read if name in READERS else OTHERS[name]

    with pytest.raises(CloudError):
        read(session_to(server.url))
