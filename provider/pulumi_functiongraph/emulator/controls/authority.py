"""What the grants of an agency come to."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.iam import agencies, evaluation, models
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.state.store import Connection


class Authorize(BaseModel):
    """A question about an agency."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    agency: str
    action: str
    resource: str
    """Five segments, such as `obs:*:*:object:results/a`."""
    project: str | None = None
    """Name or id; the first project when left out."""


async def authorize(cloud: LocalCloud, order: Order) -> object:
    """What the grants of an agency come to for one action on one resource."""
    asked = orders.read(Authorize, await order.json())
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
    question = evaluation.Question(named[0].id, asked.action, asked.resource, project)
    found = evaluation.answer(connection, question, now=now)
    return {
        "decision": found.decision,
        "role": found.role,
        "statement": found.statement,
        "ineffective": list(found.ineffective),
    }
