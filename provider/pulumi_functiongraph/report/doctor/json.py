"""What `fgctl doctor` found as JSON: every check, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.report.doctor.checks import SelfCheck
from pulumi_functiongraph.report.json_text import json_text


def doctor_json(checks: Sequence[SelfCheck], *, looked_at: datetime | None = None) -> str:
    """All checks; a remedy is empty where there is nothing to do."""
    when = {"lookedAt": f"{looked_at:%Y-%m-%dT%H:%M:%SZ}"} if looked_at else {}
    fields = {
        **when,
        "isBroken": any(each.state == "bad" for each in checks),
        "checks": [
            {
                "state": each.state,
                "what": each.what,
                "message": visible(each.message),
                "remedy": "" if each.state == "ok" else visible(each.remedy),
            }
            for each in checks
        ],
    }
    return json_text(fields)
