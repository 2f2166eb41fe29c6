"""As whom each call is made, and the check that it is who was named.

A call is signed with the credentials, or with a key of the agency that they assume. Before the
first one, the account of the credentials is compared with the one that somebody named.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import requests
from requests.auth import AuthBase

from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    AssumedAgency,
    Credentials,
    OwnCredentials,
    secrets_of,
)
from pulumi_functiongraph.cloud.http.agency_keys import (
    AgencyKeys,
    TemporaryKey,
    assume_call,
    read_key,
)
from pulumi_functiongraph.cloud.http.authentication import Authenticator
from pulumi_functiongraph.cloud.http.call import AuthScope, Call
from pulumi_functiongraph.cloud.http.domains import Domain, OwnAccount, domains_call, read_domains
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.settings import Settings

_Read = TypeVar("_Read")


class AskIam(Protocol):
    """Makes one call, and reads the JSON of its answer."""

    def __call__(self, call: Call, read: Callable[[object], _Read], /) -> _Read:
        """What was read."""


class Identity:
    """As whom a session makes its calls; safe to use from several threads.

    The time-out is in seconds, for one answer of IAM.
    """

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials,
        *,
        session: requests.Session,
        clocks: Clocks,
        timeout: float,
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._http = session
        self._clocks = clocks
        self._timeout = timeout
        self._agency = credentials if isinstance(credentials, AssumedAgency) else None
        self._own = credentials.own if isinstance(credentials, AssumedAgency) else credentials
        self._authenticator = self._authenticator_with(self._own)
        self._keys = AgencyKeys(self._agency, now=clocks.now) if self._agency else None
        self._account = OwnAccount(settings.named_account, source=settings.source)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that no message may hold."""
        keys = self._keys.secrets if self._keys else ()
        return (*secrets_of(self._credentials), *self._authenticator.tokens, *keys)

    @property
    def user(self) -> str:
        """The user of the credentials, as IAM said with a token; empty where it did not."""
        return self._authenticator.user

    def whose(self, call: Call) -> Credentials:
        """What a call is made with."""
        return self._own if call.as_own else self._credentials

    def auth(self, call: Call, ask: AskIam) -> AuthBase:
        """The authentication of a call; IAM is asked first for what has to be known.

        Raises:
            CloudError: the agency cannot be assumed, or the account is not the one that was named.
        """
        if self._account.is_named and not call.as_own:
            self._own_domain(call.region, ask)
        iam = self._settings.endpoints.url("iam", region=call.region)
        if call.as_own and self._keys is not None:
            return self._authenticator.of_own(call.scope, iam=iam)
        authenticator = self._authenticator
        if self._keys is not None:
            key = self._keys.key(iam, lambda: self._assumed(call.region, ask))
            authenticator = self._authenticator_with(key)
        if call.service == "obs":
            return authenticator.of_storage(call)
        project_id = self._settings.project_id
        return authenticator.of(
            call.scope,
            iam=iam,
            home=AuthScope("project", project_id) if project_id else None,
            project=self._settings.project_name_in(call.region),
        )

    def renew(self, call: Call, auth: AuthBase) -> bool:
        """Forget what was refused; whether another try makes sense."""
        if self._keys is not None and not call.as_own:
            self._keys.forget()
            return True
        return self._authenticator.renew(auth)

    def _assumed(self, region: str, ask: AskIam) -> TemporaryKey:
        """A new key of the agency."""
        assert self._agency is not None  # noqa: S101 - only then there are keys of one
        is_key = isinstance(self._agency.own, AccessKey)
        domain_id = self._own_domain(region, ask).id if is_key else ""
        return ask(assume_call(self._agency, region=region, own_domain_id=domain_id), read_key)

    def _own_domain(self, region: str, ask: AskIam) -> Domain:
        """The account of the credentials, which has to be the one that was named."""
        return self._account.found(lambda: ask(domains_call(region, as_own=True), read_domains))

    def _authenticator_with(self, credentials: OwnCredentials) -> Authenticator:
        return Authenticator(
            credentials, session=self._http, now=self._clocks.now, timeout=self._timeout
        )
