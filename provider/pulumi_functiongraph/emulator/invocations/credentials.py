"""What the agency of a function gives to its code: a temporary access key and a token.

FunctionGraph user manual, "Configuring Agency Permissions": the execution agency (`app_xrole`),
else the configuration agency (`xrole`); valid for 24 hours.
"""

from datetime import datetime, timedelta

from pulumi_functiongraph.emulator.clock import Clock, random_id
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.iam import agencies, assumed, models, tokens
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.models import AccessKey, Project
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.workers.job import Credentials

LIFETIME = timedelta(hours=24)
RENEWED_BEFORE = timedelta(hours=12)
"""Their end; ours, so that no run of a usual length sees it."""


class AgencyCredentials:
    """Issues credentials, and gives the same ones to later runs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._issued: dict[tuple[str, str], tuple[Credentials, datetime]] = {}

    def forget(self) -> None:
        """Issue new ones from now on."""
        self._issued.clear()

    async def of(self, version: StoredVersion) -> Credentials | None:
        """Those of a version's agency; None when it has none that FunctionGraph may take on."""
        now = self._clock.now()
        found = self._store.read(lambda connection: _agency_of(connection, version, now))
        if found is None:
            return None
        agency, project = found
        key = (agency.id, project.id)
        credentials, expires_at = self._issued.get(key, (None, now))
        if credentials is None or expires_at - now < RENEWED_BEFORE:
            credentials = await self._store.write(lambda c: _issue(c, agency, project, now))
            if credentials is not None:
                self._issued[key] = credentials, now + LIFETIME
        return credentials


def _agency_of(
    connection: Connection, version: StoredVersion, now: datetime
) -> tuple[Agency, Project] | None:
    project = models.find_project(connection, version.project_id)
    name = version.document.get("app_xrole") or version.document.get("xrole")
    if project is None or not name:
        return None
    for agency in agencies.list_agencies(connection, project.domain_id):
        trusts = agency.trust_domain_name == agencies.FUNCTIONGRAPH
        if agency.name == name and trusts and not agency.has_expired(now):
            return agency, project
    return None


def _issue(
    connection: Connection, agency: Agency, project: Project, now: datetime
) -> Credentials | None:
    """Fresh credentials, which act for the agency and not for the user that they are kept under."""
    user = models.first_user(connection, domain_id=agency.domain_id)
    if user is None:
        return None
    issued = Credentials(random_id().upper()[:20], random_id(), random_id(), random_id() * 2)
    models.put_access_key(
        connection,
        AccessKey(issued.access_key, issued.secret_key, issued.security_token, user.id),
    )
    token = tokens.new_token(user, project, method="assume_role", now=now)
    models.add_token(connection, issued.token, token)
    for credential in (issued.access_key, issued.token):
        assumed.remember(connection, credential, agency, expires_at=now + LIFETIME)
    return issued
