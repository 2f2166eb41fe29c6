"""The request for a token: who asks, and for which scope."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from pulumi_functiongraph.emulator.auth.authentication import Caller, authenticate, caller_of_token
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject, RawRequest
from pulumi_functiongraph.emulator.iam import errors, evaluation, models, restrictions
from pulumi_functiongraph.emulator.iam.agencies import Agency, list_agencies
from pulumi_functiongraph.emulator.iam.models import Domain, Project, Token, User
from pulumi_functiongraph.emulator.state.store import Connection

SERVICES = "op_svc_"
"""How the names of cloud services begin where they are trusted as an account is."""

LIFETIME = timedelta(hours=24)
"""IAM API reference, "Obtaining a User Token"."""

Scope = Project | Domain | None


def authenticate_user(
    connection: Connection, auth: JsonObject, *, request: RawRequest, now: datetime
) -> tuple[Caller, str]:
    """The caller that an `auth` object proves to be, and the method of proof.

    Who proves it by a token of an agency acts for the agency still.

    Raises:
        errors.UNAUTHORIZED: the proof does not hold.
        errors.BAD_REQUEST: there is none, or of a method that is not offered.
    """
    identity = _object(auth, "identity", "auth")
    methods = identity.get("methods")
    if methods == ["password"]:
        user = _object(_object(identity, "password", "auth.identity"), "user", "password")
        proven = _user_of_password(connection, user)
        is_restricted = restrictions.is_restricted(connection, proven.id)
        caller = Caller(user=proven, project_id=None, token=None, is_restricted=is_restricted)
        return caller, "password"
    if methods == ["token"]:
        token = str(_object(identity, "token", "auth.identity").get("id", ""))
        try:
            return caller_of_token(token, connection=connection, now=now), "token"
        except ServiceError:
            raise errors.UNAUTHORIZED.error() from None
    if methods == ["assume_role"]:
        return authenticate(request, connection=connection, now=now), "assume_role"
    raise errors.BAD_REQUEST.error('auth.identity.methods must be ["password"] or ["token"]')


def read_assumed(
    connection: Connection, auth: JsonObject, caller: Caller, *, now: datetime
) -> Agency | None:
    """The agency that an `auth` object asks to act for; None with every other method.

    An agency may be assumed by users of the account that it trusts. Those of its own account may
    take the part of a service that it trusts: the local cloud has no services that could. A
    restricted user needs to be granted `iam:agencies:assume`, and an agency may not assume another.

    Raises:
        errors.BAD_REQUEST: no agency or no account is named.
        errors.FORBIDDEN: the account has no such agency, it has expired, it does not trust the
            caller's account, or the caller may not assume it.
    """
    identity = _object(auth, "identity", "auth")
    if identity.get("methods") != ["assume_role"]:
        return None
    given = _object(identity, "assume_role", "auth.identity")
    name = given.get("agency_name") or given.get("xrole_name")
    if not isinstance(name, str):
        raise errors.BAD_REQUEST.error("auth.identity.assume_role needs agency_name")
    if not (given.get("domain_id") or given.get("domain_name")):
        raise errors.BAD_REQUEST.error(
            "auth.identity.assume_role needs domain_id or domain_name, the account of the agency"
        )
    account = {"id": given.get("domain_id"), "name": given.get("domain_name", "")}
    domain = _domain(connection, account)
    found = [] if domain is None else list_agencies(connection, domain.id)
    named = [agency for agency in found if agency.name == name]
    if not named:
        raise errors.FORBIDDEN.error(f"The account has no agency {name}")
    if named[0].has_expired(now):
        raise errors.FORBIDDEN.error(f"The agency {name} has expired")
    if not _trusts(connection, named[0], caller):
        raise errors.FORBIDDEN.error(f"The agency {name} does not trust your account")
    if caller.agency is not None or not evaluation.may_assume(
        connection, caller, named[0], now=now
    ):
        raise errors.FORBIDDEN.error(
            f"You are not authorized to perform the requested action: {evaluation.ASSUME}"
        )
    return named[0]


def _trusts(connection: Connection, agency: Agency, caller: Caller) -> bool:
    own = models.find_domain(connection, caller.user.domain_id)
    trusted = agency.trust_domain_name
    if own is not None and trusted in {own.name, own.id}:
        return True
    return agency.domain_id == caller.user.domain_id and trusted.startswith(SERVICES)


def _user_of_password(connection: Connection, given: JsonObject) -> User:
    password = given.get("password")
    if not isinstance(password, str):
        raise errors.BAD_REQUEST.error("auth.identity.password.user.password must be a string")
    user = _named_user(connection, given)
    known = None if user is None else models.password_of(connection, user)
    if user is None or known is None or not hmac.compare_digest(known.encode(), password.encode()):
        raise errors.UNAUTHORIZED.error()
    return user


def _named_user(connection: Connection, given: JsonObject) -> User | None:
    if isinstance(given.get("id"), str):
        return models.find_user(connection, str(given["id"]))
    domain = _domain(connection, _object(given, "domain", "auth.identity.password.user"))
    if domain is None:
        return None
    return models.find_user_by_name(connection, str(given.get("name", "")), domain_id=domain.id)


def temporary_lifetime(auth: JsonObject) -> timedelta:
    """How long temporary keys are asked to last: 15 minutes, or what is given up to a day.

    Raises:
        errors.BAD_REQUEST: it is given and is no number of seconds in that range.
    """
    given = _object(_object(auth, "identity", "auth"), "assume_role", "auth.identity")
    seconds = given.get("duration_seconds", 900)
    if not isinstance(seconds, int) or not 900 <= seconds <= 86400:  # noqa: PLR2004 # documented
        raise errors.BAD_REQUEST.error("duration_seconds must be 900 to 86400")
    return timedelta(seconds=seconds)


def read_scope(connection: Connection, auth: JsonObject, domain_id: str) -> Scope:
    """The scope that an `auth` object asks for; None is an unscoped token.

    Raises:
        errors.UNAUTHORIZED: the scope is not one of the account that the token is for.
        errors.BAD_REQUEST: it is neither a project nor a domain.
    """
    scope = auth.get("scope")
    if scope in (None, "unscoped", {}):
        return None
    if not isinstance(scope, dict):
        raise errors.BAD_REQUEST.error("auth.scope must be an object")
    found: Scope = None
    if "project" in scope:
        found = _project(connection, _object(scope, "project", "auth.scope"), domain_id)
        owner = found.domain_id if found is not None else None
    elif "domain" in scope:
        found = _domain(connection, _object(scope, "domain", "auth.scope"))
        owner = found.id if found is not None else None
    else:
        raise errors.BAD_REQUEST.error("auth.scope must hold project or domain")
    if found is None or owner != domain_id:
        raise errors.UNAUTHORIZED.error()
    return found


def _project(connection: Connection, given: JsonObject, domain_id: str) -> Project | None:
    if isinstance(given.get("id"), str):
        return models.find_project(connection, str(given["id"]))
    named = str(given.get("name", ""))
    found = models.list_projects(connection, domain_id=domain_id, name=named)
    return found[0] if found else None


def _domain(connection: Connection, given: JsonObject) -> Domain | None:
    if isinstance(given.get("id"), str):
        return models.find_domain(connection, str(given["id"]))
    return models.find_domain_by_name(connection, str(given.get("name", "")))


def _object(fields: Mapping[str, object], name: str, where: str) -> JsonObject:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise errors.BAD_REQUEST.error(f"{where}.{name} must be an object")
    return value


def new_token(user: User, scope: Scope, *, method: str, now: datetime) -> Token:
    """The record of a token that is issued now."""
    return Token(
        user_id=user.id,
        project_id=scope.id if isinstance(scope, Project) else None,
        domain_id=scope.id if isinstance(scope, Domain) else None,
        method=method,
        issued_at=now,
        expires_at=now + LIFETIME,
    )
