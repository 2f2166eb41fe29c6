"""What is known beforehand of the request with which FunctionGraph writes to a target.

The global condition keys are those of the IAM user guide, "Policy Syntax", Table 1. One of them is
known: ``g:CurrentTime``, the time when the request is received, in the form of ISO 8601. The guide
does not say what the others are when a service acts through an agency: whose name ``g:DomainName``,
``g:UserName`` and ``g:UserId`` are, whether ``g:ServiceName`` is who asks or who is asked, which
project ``g:ProjectName`` is, or whether ``g:MFAPresent`` is there at all. They stay unknown.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pulumi_functiongraph.core.permissions.conditions import Context


def request_at(moment: datetime) -> Context:
    """What is known of a request at a time, which has a zone; to the second."""
    time = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return {"g:CurrentTime": f"{time.isoformat()}Z"}
