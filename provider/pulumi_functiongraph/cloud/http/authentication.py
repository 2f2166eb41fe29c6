"""What is added to each request, so that a cloud knows who asks.

Access keys sign (SDK-HMAC-SHA256, for OBS with a header of its own); users and tokens go through
keystoneauth1, which is loaded when the first such request is made, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import requests
from requests.auth import AuthBase

from pulumi_functiongraph.cloud.auth.credentials import AccessKey, OwnCredentials, Password, Token
from pulumi_functiongraph.cloud.endpoints import override_hint
from pulumi_functiongraph.cloud.http.call import JSON, AuthScope, Call
from pulumi_functiongraph.cloud.http.key_signature import KeySignature
from pulumi_functiongraph.cloud.http.storage_signature import StorageSignature
from pulumi_functiongraph.core.errors import NotUnderstood, Rejected

if TYPE_CHECKING:
    from keystoneauth1.identity.base import BaseIdentityPlugin


class TokenHeader(AuthBase):
    """Adds a token that keystoneauth1 gets, keeps and renews before it expires."""

    def __init__(
        self, plugin: BaseIdentityPlugin, session: requests.Session, timeout: float
    ) -> None:
        from keystoneauth1.session import Session

        self.plugin = plugin
        self.token = ""
        self._session = Session(session=session, timeout=timeout, redirect=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token, asking IAM for one where there is none.

        Raises:
            NotUnderstood: IAM said yes and sent no token.
        """
        try:
            self.token = str(self.plugin.get_token(self._session))
        except KeyError as error:
            raise NotUnderstood(
                operation="get a token",
                resource=str(self.plugin.auth_url),
                detail="the answer lacks the header X-Subject-Token",
                hint=override_hint("iam"),
            ) from error
        request.headers["X-Auth-Token"] = self.token
        request.headers["Content-Type"] = JSON
        return request

    @property
    def user(self) -> str:
        """Whose token it is, by name and id as IAM said; empty where it did not."""
        issued = self.plugin.auth_ref
        if issued is None:
            return ""
        try:
            return f"{issued.username} ({issued.user_id})"
        except (KeyError, TypeError):  # the answer is kept as it came
            return ""


class GivenToken(AuthBase):
    """Adds a token as it was given."""

    def __init__(self, credentials: Token) -> None:
        self._token = credentials.token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token."""
        request.headers["X-Auth-Token"] = self._token.get_secret_value()
        request.headers["Content-Type"] = JSON
        return request


class Authenticator:
    """Hands out the authentication of each scope; tokens are kept per scope."""

    def __init__(
        self,
        credentials: OwnCredentials,
        *,
        session: requests.Session,
        now: Callable[[], datetime],
        timeout: float,
    ) -> None:
        self._credentials = credentials
        self._session = session
        self._now = now
        self._timeout = timeout
        self._lock = Lock()
        self._tokens: dict[tuple[str, AuthScope | None], TokenHeader] = {}

    def of_own(self, scope: AuthScope | None, *, iam: str) -> AuthBase:
        """The authentication of those who assume an agency, in their own account.

        Access keys need that account as the scope; IAM's address is without a path.
        """
        credentials = self._credentials
        if isinstance(credentials, AccessKey):
            return KeySignature(credentials, scope=scope, now=self._now)
        if isinstance(credentials, Token):
            return GivenToken(credentials)
        return self._kept((iam, None), partial(own_plugin, credentials, iam=iam))

    def of(
        self, scope: AuthScope | None, *, iam: str, home: AuthScope | None, project: str
    ) -> AuthBase:
        """The authentication in a scope.

        Args:
            scope: where the credentials act.
            iam: IAM's address in the call's region, without a path.
            home: the project that an unscoped call by a user acts in.
            project: that project's name, where its id is not known.
        """
        if isinstance(self._credentials, AccessKey):
            return KeySignature(self._credentials, scope=scope, now=self._now)
        place = scope or home
        make = partial(_plugin, self._credentials, scope=place, iam=iam, project=project)
        return self._kept((iam, place), make)

    def _kept(
        self, key: tuple[str, AuthScope | None], make: Callable[[], BaseIdentityPlugin]
    ) -> TokenHeader:
        """The token of a scope, which gets it, keeps it and renews it."""
        with self._lock:
            if key not in self._tokens:
                self._tokens[key] = TokenHeader(make(), self._session, self._timeout)
            return self._tokens[key]

    def of_storage(self, call: Call) -> AuthBase:
        """The authentication of a call to OBS, which takes no tokens.

        Raises:
            Rejected: the credentials are no access keys.
        """
        if isinstance(self._credentials, AccessKey):
            return StorageSignature(
                self._credentials,
                bucket=call.host_label,
                now=self._now,
                subresource=call.subresource,
            )
        what = "a user and password" if isinstance(self._credentials, Password) else "a token"
        raise Rejected(
            operation=call.operation,
            resource=call.resource,
            detail=f"it was not asked: the credentials are {what}, and OBS takes access keys only",
            hint="With access keys it can be: pulumi config set --secret functiongraph:accessKey "
            "(and secretKey), or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK",
        )

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token that is in use, which no message may hold."""
        with self._lock:
            return tuple(header.token for header in self._tokens.values())

    @property
    def user(self) -> str:
        """Whose tokens they are, empty where none was issued or IAM did not say."""
        with self._lock:
            return next((each.user for each in self._tokens.values() if each.user), "")

    def renew(self, auth: AuthBase) -> bool:
        """Forget a token that was refused; whether another try makes sense."""
        return isinstance(auth, TokenHeader) and bool(auth.plugin.invalidate())


def is_from_iam(error: Exception) -> bool:
    """Whether keystoneauth1 raised it; asked by name, so that it is not loaded for nothing."""
    return any(kind.__module__.startswith("keystoneauth1.") for kind in type(error).__mro__)


def _plugin(
    credentials: Password | Token, *, scope: AuthScope | None, iam: str, project: str
) -> BaseIdentityPlugin:
    from keystoneauth1.identity import v3

    place: dict[str, str] = {}
    if scope is not None:
        place[f"{scope.kind}_id"] = scope.id
    else:
        place["project_name"] = project
    if isinstance(credentials, Token):
        token = credentials.token.get_secret_value()
        return v3.Token(auth_url=f"{iam}/v3", token=token, **place)
    return _of_user(credentials, iam=iam, **place)


def own_plugin(credentials: Password, *, iam: str) -> BaseIdentityPlugin:
    """Gets a user's token of their own account, which assumes agencies."""
    if credentials.domain_id:
        return _of_user(credentials, iam=iam, domain_id=credentials.domain_id)
    if credentials.domain_name:
        return _of_user(credentials, iam=iam, domain_name=credentials.domain_name)
    return _of_user(credentials, iam=iam)


def _of_user(credentials: Password, *, iam: str, **place: str) -> BaseIdentityPlugin:
    from keystoneauth1.identity import v3

    return v3.Password(
        auth_url=f"{iam}/v3",
        password=credentials.password.get_secret_value(),
        username=credentials.username or None,
        user_id=credentials.user_id or None,
        user_domain_name=credentials.domain_name or None,
        user_domain_id=credentials.domain_id or None,
        **place,
    )
