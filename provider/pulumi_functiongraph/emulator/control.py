"""The emulator's own controls under `/_emulator/`; no cloud has these.

They need no credentials, since the server listens on loopback only.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pulumi_functiongraph.emulator import dump, environment, wire
from pulumi_functiongraph.emulator.faults import Fault
from pulumi_functiongraph.emulator.iam import agencies, judgement, models
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.seed import SeedError, read_seed
from pulumi_functiongraph.emulator.store import Connection

ROOT = "_emulator"

_Control = Callable[[LocalCloud, Request], Awaitable[object]]
_FAULTS: TypeAdapter[Fault | list[Fault]] = TypeAdapter(Fault | list[Fault])


class Advance(BaseModel):
    """A step of the clock."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(allow_inf_nan=False, ge=-1e9, le=1e9)


class Authorize(BaseModel):
    """A question about an agency."""

    model_config = ConfigDict(extra="forbid")

    agency: str
    action: str
    resource: str
    """Five segments, such as `obs:*:*:object:results/a`."""
    project: str | None = None
    """Name or id; the first project when left out."""


async def reset(cloud: LocalCloud, _request: Request) -> object:
    """Back to the seed: state, faults, options, clock and log."""
    await cloud.reset()
    return {"reset": True}


async def seed(cloud: LocalCloud, request: Request) -> object:
    """Add what a seed (YAML or JSON) describes."""
    await cloud.add(read_seed((await request.body()).decode("utf-8", "replace")))
    return dump.document(cloud)


async def state(cloud: LocalCloud, _request: Request) -> object:
    """All that the cloud holds, without secrets."""
    return dump.document(cloud)


async def requests(cloud: LocalCloud, _request: Request) -> object:
    """The log of requests."""
    return {"requests": cloud.journal.documents()}


async def forget_requests(cloud: LocalCloud, _request: Request) -> object:
    """Empty the log of requests."""
    cloud.journal.clear()
    return {"requests": []}


async def show_faults(cloud: LocalCloud, _request: Request) -> object:
    """The faults in force."""
    return {"faults": cloud.faults.documents()}


async def set_faults(cloud: LocalCloud, request: Request) -> object:
    """Add one fault, or a list of them."""
    wanted = _FAULTS.validate_json(await request.body())
    for fault in wanted if isinstance(wanted, list) else [wanted]:
        cloud.faults.add(fault)
    return {"faults": cloud.faults.documents()}


async def lift_faults(cloud: LocalCloud, _request: Request) -> object:
    """Remove every fault."""
    cloud.faults.clear()
    return {"faults": []}


async def show_clock(cloud: LocalCloud, _request: Request) -> object:
    """The cloud's time."""
    return {"now": cloud.clock.now().isoformat()}


async def advance_clock(cloud: LocalCloud, request: Request) -> object:
    """Move the cloud's time; signatures made with the real time fail beyond 15 minutes."""
    step = Advance.model_validate_json(await request.body())
    cloud.clock.advance(timedelta(seconds=step.seconds))
    return {"now": cloud.clock.now().isoformat()}


async def show_options(cloud: LocalCloud, _request: Request) -> object:
    """The options in force."""
    return cloud.options.model_dump(mode="json")


async def set_options(cloud: LocalCloud, request: Request) -> object:
    """Change the options that the body names."""
    Options.model_validate_json(await request.body())
    changes = await request.json()
    cloud.options = Options.model_validate({**cloud.options.model_dump(), **changes})
    return cloud.options.model_dump(mode="json")


async def show_environment(cloud: LocalCloud, request: Request) -> object:
    """The environment variables with which clients reach this cloud."""
    url, name = str(request.base_url), cloud.flavour.name
    return cloud.store.read(lambda c: environment.variables(c, cloud=name, url=url))


async def authorize(cloud: LocalCloud, request: Request) -> object:
    """What the grants of an agency come to for one action on one resource."""
    asked = Authorize.model_validate_json(await request.body())
    now = cloud.clock.now()
    return cloud.store.read(lambda connection: _decide(connection, asked, now))


def _decide(connection: Connection, asked: Authorize, now: datetime) -> dict[str, object]:
    named = [each for each in agencies.list_agencies(connection) if each.name == asked.agency]
    if not named:
        raise SeedError([f"agency: there is no agency {asked.agency}"])
    if asked.project is None:
        project: models.Project | None = models.first_project(connection)
    else:
        project = models.find_named_project(connection, asked.project)
    if project is None:
        raise SeedError([f"project: there is no project {asked.project}"])
    if named[0].has_expired(now):
        return {"decision": "Denied", "reason": "the agency has expired"}
    question = judgement.Question(named[0].id, asked.action, asked.resource, project)
    found = judgement.answer(connection, question, now=now)
    return {
        "decision": found.decision,
        "role": found.role,
        "statement": found.statement,
        "ineffective": list(found.ineffective),
    }


CONTROLS: tuple[tuple[str, str, _Control], ...] = (
    ("POST", "reset", reset),
    ("POST", "seed", seed),
    ("GET", "state", state),
    ("GET", "requests", requests),
    ("DELETE", "requests", forget_requests),
    ("GET", "faults", show_faults),
    ("POST", "faults", set_faults),
    ("DELETE", "faults", lift_faults),
    ("GET", "clock", show_clock),
    ("POST", "clock", advance_clock),
    ("GET", "options", show_options),
    ("POST", "options", set_options),
    ("POST", "authorize", authorize),
    ("GET", "environment", show_environment),
)


def path_routes(cloud: LocalCloud) -> list[Route]:
    """The controls as routes of the web framework."""
    return [
        Route(f"/{ROOT}/{name}", _endpoint(cloud, control), methods=[method])
        for method, name, control in CONTROLS
    ]


def _endpoint(cloud: LocalCloud, control: _Control) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await control(cloud, request), headers=_dated(cloud))
        except ValidationError as error:
            problems = [
                f"{'.'.join(map(str, problem['loc'])) or 'body'}: {problem['msg']}"
                for problem in error.errors(include_input=False)
            ]
        except SeedError as error:
            problems = error.problems
        return JSONResponse({"problems": problems}, status_code=400, headers=_dated(cloud))

    return endpoint


def _dated(cloud: LocalCloud) -> dict[str, str]:
    return {"Date": wire.http_date(cloud.clock.now())}
