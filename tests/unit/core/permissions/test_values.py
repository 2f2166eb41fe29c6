"""What grants and policies are judged with and judged to be can be kept in sets."""

from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.permissions import Decision
from pulumi_functiongraph.core.permissions.needs import Need
from pulumi_functiongraph.core.permissions.policy_documents import Evaluation
from pulumi_functiongraph.core.permissions.verdict_parts import Verdict

STATEMENT = {"Effect": "Allow", "Action": ["smn:topic:publish"]}
NEED = Need("smn:topic:publish", "smn:*:*:topic:alerts", GrantScope.PROJECT)


def test_equal_values_with_a_document_are_one_in_a_set() -> None:
    for kind in (
        lambda: Role("1", "custom", policy={"Statement": [dict(STATEMENT)]}),
        lambda: Grant(Role("1", "custom", policy={"Statement": []}), GrantScope.PROJECT, "p"),
        lambda: Evaluation(Decision.ALLOWED, dict(STATEMENT), 0),
        lambda: Verdict(NEED, Decision.ALLOWED, statement=dict(STATEMENT)),
    ):
        assert len({kind(), kind()}) == 1
