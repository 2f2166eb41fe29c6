"""`fgctl doctor`: whether everything that the other commands and Pulumi need is in place."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cli.clock import looked_at
from pulumi_functiongraph.cli.engine import NoAnswer, ask_pulumi
from pulumi_functiongraph.cli.options import (
    CloudOption,
    FailOn,
    FailOnOption,
    ProjectOption,
    QuietOption,
    RegionOption,
    VerboseOption,
    format_option,
)
from pulumi_functiongraph.cli.outgrown_backend import backend_checks
from pulumi_functiongraph.cli.outputs import Output, parse_outputs, print_lines, write_report
from pulumi_functiongraph.cli.progress import requests_logged
from pulumi_functiongraph.cloud.auth.credentials import AssumedAgency
from pulumi_functiongraph.cloud.endpoints import Service
from pulumi_functiongraph.cloud.http.no_answer import Failure
from pulumi_functiongraph.cloud.http.probe import probe
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.agencies import Agencies
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.settings import Settings
from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.errors import CloudError, NotFound, SettingsError
from pulumi_functiongraph.report.doctor.checks import SelfCheck
from pulumi_functiongraph.report.doctor.text import doctor_lines
from pulumi_functiongraph.report.text import TextLine, dated

FORMS = ("text", "json")

EPILOG = """\b
Exit codes: 0 nothing is broken, 2 something is; it says what to fix.
With --fail-on warning 1 where there is only a warning, with never always 0.
Examples:
  fgctl doctor
  fgctl doctor --format text --format json=doctor.json --fail-on warning
  fgctl doctor --region eu-de --cloud otc"""

_NEEDED: tuple[Service, ...] = ("functiongraph", "iam")
_BESIDE: tuple[Service, ...] = ("smn", "obs", "dis")
"""Services of targets; without them only some pre-checks cannot be made."""

_MOST_SKEW = 900
"""Seconds; Huawei Cloud, "API Signing Guide": a request is valid for 15 minutes."""

_SKEW_TO_WARN_OF = 60
_OLDEST_ENGINE = (3, 259)
"""The oldest engine that this package was tried with; README, "Install"."""


def doctor(
    *,
    forms: Annotated[list[str] | None, format_option(FORMS)] = None,
    fail_on: FailOnOption = FailOn.ERROR,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Look at addresses, credentials, clock, permissions, engine and backend; say what to fix."""
    del quiet  # each check is a line of the report, and there are no others
    now = looked_at()
    outputs = parse_outputs(forms, forms=FORMS)
    shown = Output(None, "text")
    found = []
    for check in _checks(region, project_id, cloud, verbose=verbose):
        found.append(check)
        if shown in outputs:
            print_lines(doctor_lines([check]))
    if shown in outputs:
        print_lines(TextLine(line, "faint") for line in dated(now))
    others = [each for each in outputs if each != shown]
    write_report(found, "doctor", outputs=others, looked_at=now)
    raise typer.Exit(_code({check.state for check in found}, fail_on))


def _code(states: Collection[str], fail_on: FailOn) -> int:
    """What is broken wins over a warning."""
    if "bad" in states and fail_on is not FailOn.NEVER:
        return 2
    return 1 if "warn" in states and fail_on is FailOn.WARNING else 0


def _checks(region: str, project_id: str, cloud: str, *, verbose: bool) -> Iterator[SelfCheck]:
    yield from _versions()
    try:
        settings = settings_of(region=region, project_id=project_id, cloud=cloud, quiet=True)
    except SettingsError as error:
        for line in str(error).splitlines():
            yield SelfCheck("bad", "settings", line)
        return
    yield from _identity(settings)
    reached = yield from _addresses(settings)
    if reached:
        with closing(session_of(settings)) as session, requests_logged(settings, verbose=verbose):
            yield from _account(session)


def _identity(settings: Settings) -> Iterator[SelfCheck]:
    """As whom and where the calls are made, and what says so."""
    yield SelfCheck("ok", "credentials", f"from {settings.source}")
    agency = settings.credentials
    if isinstance(agency, AssumedAgency):
        message = f"{agency.name} of account {agency.account} is assumed, named by"
        yield SelfCheck("ok", "agency", f"{message} {settings.named_by['agency']}")
    yield SelfCheck("ok", "region", f"{settings.region}, named by {settings.named_by['region']}")
    for note in settings.notes:
        yield SelfCheck("warn", "not used", note, "unset what is not meant")


def _versions() -> Iterator[SelfCheck]:
    yield SelfCheck("ok", "pulumi-functiongraph", version("pulumi-functiongraph"))
    sdk = version("pulumi")
    yield SelfCheck("ok", "Pulumi SDK", sdk)
    remedy = "install the pulumi CLI, and put it on PATH; fgctl works with files without it"
    engine = _engine()
    if engine is None:
        yield SelfCheck("warn", "Pulumi engine", "there is no pulumi on PATH that runs", remedy)
    elif _numbers(engine) < _OLDEST_ENGINE:
        oldest = ".".join(map(str, _OLDEST_ENGINE))
        yield SelfCheck("bad", "Pulumi engine", engine, f"it is too old: install {oldest} or later")
    elif _numbers(engine)[0] != _numbers(sdk)[0]:
        message = f"{engine}, and the SDK is {sdk}"
        yield SelfCheck(
            "bad", "Pulumi engine", message, "install an engine of the SDK's major version"
        )
    else:
        yield SelfCheck("ok", "Pulumi engine", engine)
        yield from backend_checks(Path.cwd())


def _engine() -> str | None:
    """The version of the engine on PATH, ``None`` when there is none that says one."""
    try:
        message = ask_pulumi("version", timeout=30).decode(errors="replace")
    except NoAnswer:
        return None
    found = message.strip().removeprefix("v")
    return found if _numbers(found) else None


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.partition("-")[0].split(".")
    return tuple(int(part) for part in parts[:2] if part.isdecimal())


def _addresses(settings: Settings) -> Generator[SelfCheck, None, bool]:
    """Whether each service answers; returns whether those that are needed do."""
    all_needed = True
    skews = []
    for service in (*_NEEDED, *_BESIDE):
        endpoint = settings.endpoints.url(service, region=settings.region)
        found = probe(service, endpoint, region=settings.region, now=lambda: datetime.now(UTC))
        if isinstance(found, Failure):
            all_needed = all_needed and service not in _NEEDED
            state: Literal["warn", "bad"] = "bad" if service in _NEEDED else "warn"
            yield SelfCheck(state, f"address of {service}", found.what, found.hint)
        else:
            skews.append(found)
            yield SelfCheck("ok", f"address of {service}", f"{endpoint} answers")
    if skews:
        yield _clock(max(skews, key=abs))
    return all_needed


def _clock(skew: int) -> SelfCheck:
    side = "ahead of" if skew > 0 else "behind"
    message = f"{counted(abs(skew), 'second')} {side} the cloud's" if skew else "as the cloud's"
    remedy = "set the clock of this machine: signatures of another time are refused"
    if abs(skew) >= _MOST_SKEW:
        return SelfCheck("bad", "clock", message, remedy)
    return SelfCheck("warn" if abs(skew) >= _SKEW_TO_WARN_OF else "ok", "clock", message, remedy)


def _account(session: Session) -> Iterator[SelfCheck]:
    """Project, account and permissions of the credentials."""
    try:
        region, project_id = project_of(session)
    except CloudError as error:
        yield _failed("bad", "project", error)
        return
    yield _project(session, region, project_id)
    unknown = "not known: IAM names the owner of an access key only with rights on access keys"
    yield SelfCheck("ok", "user", session.user or unknown)
    yield from _functions(session, region, project_id)
    yield from _agencies(session, region)


def _project(session: Session, region: str, project_id: str) -> SelfCheck:
    """The project by id and name, and what names it."""
    by = session.settings.named_by["project"]
    why = f"named by {by}" if by else "the region's own"
    try:
        project = Iam(session).project(project_id, region=region)
    except NotFound as error:
        remedy = f"{why}: name a project of the account that the credentials act in"
        return SelfCheck("bad", "project", str(error), remedy)
    except CloudError:
        return SelfCheck(
            "ok", "project", f"{project_id} in {region}, {why}; its name could not be read"
        )
    if project.name.partition("_")[0] != region:
        message = f"{project.name} ({project_id}), {why}, is not one of region {region}"
        return SelfCheck("bad", "project", message, "fix the region, or what names the project")
    return SelfCheck("ok", "project", f"{project.name} ({project_id}) in {region}, {why}")


def _functions(session: Session, region: str, project_id: str) -> Iterator[SelfCheck]:
    """Whether functions can be listed, and the config of one read."""
    client = FunctionGraph(session)
    try:
        listed = list(islice(client.list_functions(region=region, project_id=project_id), 1))
    except CloudError as error:
        yield _failed("bad", "permission to list functions", error)
        return
    yield SelfCheck("ok", "permission to list functions", "given")
    what = "permission to read async configs"
    if not listed:
        message = "not tried, there is no function in the project"
        yield SelfCheck("warn", what, message, "run fgctl doctor again once there is one")
        return
    serves = listed[0].urn.region
    if serves != region:
        message = f"the address of functiongraph serves {serves}, not {region}"
        yield SelfCheck("bad", "region", message, "fix the region, or functiongraph:endpoints")
        return
    try:
        client.get_async_config(listed[0].urn)
    except CloudError as error:
        yield _failed("bad", what, error)
    else:
        yield SelfCheck("ok", what, "given")


def _agencies(session: Session, region: str) -> Iterator[SelfCheck]:
    """What only pre-checks need: the account, and to list its agencies."""
    try:
        domain_id = Iam(session).domain_of(region)
    except CloudError as error:
        yield _failed("warn", "account", error)
        return
    yield SelfCheck("ok", "account", _account_of(session, region, domain_id))
    try:
        Agencies(session).list_agencies(domain_id, region=region)
    except CloudError as error:
        yield _failed("warn", "permission to list agencies", error)
    else:
        yield SelfCheck("ok", "permission to list agencies", "given")


def _account_of(session: Session, region: str, domain_id: str) -> str:
    """The account that the calls are made in, by name and id."""
    try:
        found = [each for each in Iam(session).domains(region=region) if each.id == domain_id]
    except CloudError:
        return domain_id
    return str(found[0]) if found else domain_id


def _failed(state: Literal["warn", "bad"], what: str, error: CloudError) -> SelfCheck:
    remedy = "only pre-checks of agencies need it" if state == "warn" else ""
    return SelfCheck(state, what, str(error), remedy)
