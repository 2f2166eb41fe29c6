"""What a cloud has answered, from a table; and the sound world that tests change a little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph.core.agencies import Agency, GrantScope
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig, checked_live_config
from pulumi_functiongraph.core.prechecks.judging import Mending, judge, nobody
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AnswerPending,
    AnyQuestion,
    AskAgency,
    AskedFact,
    AskFunction,
    AskGrants,
    CloudQuestion,
    Unanswered,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckResult
from pulumi_functiongraph.core.targets import Target

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ORDERS = function_urn()
AGENCY = Agency("a1", "writer", "d1", "op_svc_cff")
FOUND = FunctionFacts(ORDERS, xrole="writer")
REFUSED = Unanswered(
    "forbidden", "could not list agencies: HTTP 403", "ask for Security Administrator"
)


@dataclass
class Known:
    """Answers from a table; what is not in it is under way."""

    table: Mapping[AnyQuestion, Any]
    looked: list[AnyQuestion] = field(default_factory=list)

    def look(self, ask: CloudQuestion[AskedFact]) -> AskedFact | Unanswered | AnswerPending | None:
        self.looked.append(ask)
        answer: AskedFact | Unanswered | AnswerPending | None = self.table.get(ask, PENDING)
        return answer


def grants(agency: Agency = AGENCY, **granted: Any) -> dict[AnyQuestion, Any]:
    """The asks for an agency's grants, by the name of the scope; nothing granted elsewhere."""
    return {
        AskGrants(
            agency, scope, REGION, PROJECT if scope is GrantScope.PROJECT else ""
        ): granted.get(scope.name.lower(), ())
        for scope in GrantScope
    }


def world(*, found: Any = FOUND, agency: Any = AGENCY, **granted: Any) -> dict[AnyQuestion, Any]:
    """The function with its agency, and what the agency is granted."""
    table: dict[AnyQuestion, Any] = {
        AskFunction(ORDERS): found,
        AskAgency("writer", REGION): agency,
    }
    if isinstance(agency, Agency):
        table |= grants(agency, **granted)
    return table


def subject(on_success: Target | None = None, on_failure: Target | None = None) -> CheckedConfig:
    config = Config(function_urn=ORDERS, on_success=on_success, on_failure=on_failure)
    return checked_live_config(config, resource="notify", where="__main__.py:7")


def judged(
    table: Mapping[AnyQuestion, Any],
    target: Target | None = None,
    *,
    now: datetime = NOW,
    mended_by: Mending = nobody,
) -> dict[Check, CheckResult]:
    """The results about a config with one target, by question."""
    results = judge(subject(target), Known(table), now=now, mended_by=mended_by)
    found = {result.question: result for result in results}
    assert len(found) == len(results), results
    return found
