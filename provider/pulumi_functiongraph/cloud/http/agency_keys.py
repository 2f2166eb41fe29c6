"""Temporary access keys of an assumed agency; they are renewed before they expire.

Source: IAM API reference of both clouds, "Obtaining a Temporary Access Key and Security Token
Through an Agency"; Terraform's provider of Huawei Cloud assumes agencies so. A key acts in every
project of the agency's account and signs for OBS too, which a token of the agency does not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

import msgspec

from pulumi_functiongraph.cloud.auth.credentials import AccessKey, AssumedAgency
from pulumi_functiongraph.cloud.http.call import AuthScope, Call, path_of
from pulumi_functiongraph.cloud.http.http_errors import changed
from pulumi_functiongraph.cloud.http.json_fields import JsonFields, Misread
from pulumi_functiongraph.core.errors import CloudError, Forbidden, NotFound, Rejected

AHEAD = timedelta(minutes=2)
"""A key is renewed so long before it expires."""

PATH = path_of("v3.0", "OS-CREDENTIAL", "securitytokens")


class TemporaryKey(msgspec.Struct, frozen=True):
    """A key, and when it expires by IAM's clock."""

    key: AccessKey
    expires: datetime


def read_key(content: object) -> TemporaryKey:
    """The key in IAM's answer.

    Raises:
        Misread: it is not of the documented form.
    """
    fields = JsonFields.of(JsonFields.of(content).values.get("credential"), at="credential.")
    key = AccessKey.of(*map(fields.text, ("access", "secret", "securitytoken")))
    return TemporaryKey(key, _time(fields.text("expires_at")))


class AgencyKeys:
    """The key of one agency, per IAM; safe to use from several threads. `now` has a zone."""

    def __init__(self, agency: AssumedAgency, *, now: Callable[[], datetime]) -> None:
        self._agency = agency
        self._now = now
        self._lock = Lock()
        self._kept: dict[str, TemporaryKey] = {}

    def key(self, iam: str, ask: Callable[[], TemporaryKey]) -> AccessKey:
        """The key that is valid now; `ask` sends `assume_call` to the IAM of that address.

        Raises:
            CloudError: the agency could not be assumed.
        """
        with self._lock:
            kept = self._kept.get(iam)
            if kept is None or self._now() >= kept.expires:
                kept = self._kept[iam] = self._asked(ask)
            return kept.key

    def forget(self) -> None:
        """Ask for another key next time."""
        with self._lock:
            self._kept.clear()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may hold."""
        return tuple(
            secret.get_secret_value()
            for kept in list(self._kept.values())
            for secret in (kept.key.access_key, kept.key.secret_key, kept.key.security_token)
            if secret is not None
        )

    def _asked(self, ask: Callable[[], TemporaryKey]) -> TemporaryKey:
        try:
            found = ask()
        except (Forbidden, NotFound, Rejected) as error:
            raise _explained(error, self._agency) from None
        # Of two clocks that differ, ours tells when it was asked for.
        by_our_clock = self._now() + timedelta(seconds=self._agency.duration)
        return TemporaryKey(found.key, min(found.expires, by_our_clock) - AHEAD)


def assume_call(agency: AssumedAgency, *, region: str, own_domain_id: str) -> Call:
    """The call that assumes an agency, made with the credentials that it trusts.

    Their own account is empty where a token tells it.
    """
    account = (
        {"domain_id": agency.domain_id} if agency.domain_id else {"domain_name": agency.domain_name}
    )
    role = {"agency_name": agency.name, **account, "duration_seconds": agency.duration}
    return Call(
        "get a temporary key",
        f"agency {agency.name} of account {agency.account}",
        "POST",
        "iam",
        region,
        PATH,
        body={"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}},
        scope=AuthScope("domain", own_domain_id) if own_domain_id else None,
        as_own=True,
        is_repeatable=True,
    )


def _explained(error: CloudError, agency: AssumedAgency) -> CloudError:
    return changed(
        error,
        hint=f"Check that account {agency.account} has an agency {agency.name}, that it trusts the "
        "account of your credentials and has not expired, and that your user is granted Agent "
        "Operator (te_agency, or iam:agencies:assume); an agency cannot assume another one, and "
        "trust agencies of IAM 5 are not assumed",
    )


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Misread("credential.expires_at", "is no time") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
