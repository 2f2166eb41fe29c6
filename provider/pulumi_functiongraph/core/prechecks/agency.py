"""Whether FunctionGraph may act through an agency: who may assume it, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from pulumi_functiongraph.core.agencies import Agency
from pulumi_functiongraph.core.prechecks import cloud_objects
from pulumi_functiongraph.core.prechecks.answer import CheckAnswer, allowed, denied, unknown
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.questions import Unanswered
from pulumi_functiongraph.core.prechecks.results import Check

FUNCTIONGRAPH = "op_svc_cff"
"""Who an agency of FunctionGraph is delegated to; FunctionGraph user guide, "Configuring Agency
Permissions" (in the console: cloud service FunctionGraph)."""


def judge_agency(agency: Agency, *, now: datetime, function: str) -> Iterator[CheckAnswer]:
    """What the agency of a function says itself; `now` has a time zone."""
    name, about = agency.name, (cloud_objects.agency(agency.name), cloud_objects.function(function))
    yield allowed(Check.AGENCY_EXISTS, f"agency {name} is there")
    trusted = agency.trust_domain_name
    if trusted == FUNCTIONGRAPH:
        yield allowed(Check.TRUST, f"agency {name} is delegated to FunctionGraph")
    else:
        whom = trusted or "nobody that IAM names"
        why = f"agency {name} is delegated to {whom}, not to FunctionGraph ({FUNCTIONGRAPH})"
        remedy = "in IAM, make an agency of type cloud service for FunctionGraph, and set that one"
        yield denied(Check.TRUST, why, remedy, about=about)
    yield _validity(agency, now, about)


def judge_by_name(
    name: str, *, trusted: tuple[str, ...] | Unanswered | None, unread: Unanswered
) -> Iterator[CheckAnswer]:
    """What can be said of an agency that IAM does not show.

    Args:
        name: the agency's.
        trusted: those that FunctionGraph lists as delegated to it; no document describes the
            list, so an agency that is not in it proves nothing.
        unread: why IAM does not show it.
    """
    if isinstance(trusted, Unanswered) or trusted is None or name not in trusted:
        yield unknown(Check.AGENCY_EXISTS, unread)
        return
    said = f"FunctionGraph lists agency {name} among those that it may assume"
    yield allowed(Check.AGENCY_EXISTS, said)
    yield allowed(Check.TRUST, said)
    yield unknown(Check.PERMISSION, unread)


def _validity(agency: Agency, now: datetime, about: tuple[CloudObject, ...]) -> CheckAnswer:
    name = agency.name
    if agency.expire_time is None:
        return allowed(Check.EXPIRY, f"agency {name} never expires")
    end = _moment(agency.expire_time)
    if end is None:
        why = f"IAM gives the end of agency {name} in a form that is not understood"
        remedy = "look at its validity period in IAM"
        return unknown(Check.EXPIRY, Unanswered("agency's end", why, remedy))
    if end > now:
        return allowed(Check.EXPIRY, f"agency {name} is valid until {agency.expire_time}")
    why = f"agency {name} expired at {agency.expire_time} (UTC)"
    return denied(Check.EXPIRY, why, "in IAM, prolong its validity period", about=about)


def _moment(text: str) -> datetime | None:
    """A time as IAM writes it; without an offset it is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
