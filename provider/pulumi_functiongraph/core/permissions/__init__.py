"""Permissions: what policy documents and grants allow, in three values: allowed, denied, unknown.

Never here: reading IAM, and what is said of a config.
"""

from __future__ import annotations

from pulumi_functiongraph.core.permissions.effects import Granted
from pulumi_functiongraph.core.permissions.needs import Need, needs_of
from pulumi_functiongraph.core.permissions.policy_documents import (
    Decision,
    Evaluation,
    evaluate,
    evaluate_beginning,
)
from pulumi_functiongraph.core.permissions.request import request_at
from pulumi_functiongraph.core.permissions.verdict import judge_need, snippet
from pulumi_functiongraph.core.permissions.verdict_parts import Doubt, Verdict

__all__ = [
    "Decision",
    "Doubt",
    "Evaluation",
    "Granted",
    "Need",
    "Verdict",
    "evaluate",
    "evaluate_beginning",
    "judge_need",
    "needs_of",
    "request_at",
    "snippet",
]
