"""Agencies: one handler an operation."""

import re
from datetime import datetime, timedelta

from msgspec.structs import replace

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import (
    Answer,
    JsonObject,
    json_answer,
)
from pulumi_functiongraph.emulator.iam import agencies, errors, grants
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.requests import (
    check_own_account,
    own_agency,
    page_of,
    read_object,
)
from pulumi_functiongraph.emulator.seeds.models import stable_id
from pulumi_functiongraph.emulator.state.store import Connection

MOST_A_PAGE = 500
"""IAM API reference of Huawei Cloud, "Querying an Agency List"."""

MOST_NAME = 64
"""Characters of an agency's name; IAM API reference, "Creating an Agency"."""

_HOURS = {"ONEDAY": 24}
_DAYS = re.compile(r"[0-9]{1,5}", re.ASCII)


async def list_agencies(call: Call) -> Answer:
    """Agencies of the caller's account; `domain_id` is required."""
    domain_id = call.query.get("domain_id")
    if not domain_id:
        raise errors.BAD_REQUEST.error("domain_id is required")
    check_own_account(call, domain_id, action="identity:list_agencies")
    found = call.read(agencies.list_agencies, domain_id)
    name, trust = call.query.get("name"), call.query.get("trust_domain_id")
    chosen = [
        agency
        for agency in found
        if name in {None, "", agency.name} and trust in {None, "", _trust_domain_id(agency)}
    ]
    shown = page_of(chosen, call.query, most=MOST_A_PAGE)
    return json_answer({"agencies": [agency_document(call, agency) for agency in shown]})


async def show_agency(call: Call) -> Answer:
    """One agency of the caller's account."""
    return json_answer({"agency": agency_document(call, _own(call))})


async def create_agency(call: Call) -> Answer:
    """Make an agency."""
    given, domain_id = read_object(call, "agency"), call.known_caller().domain_id
    check_own_account(call, str(given.get("domain_id")), action="identity:create_agency")
    name = given.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= MOST_NAME:
        raise errors.BAD_REQUEST.error(f"agency.name must have 1 to {MOST_NAME} characters")
    if not isinstance(given.get("trust_domain_name"), str):
        raise errors.BAD_REQUEST.error("agency.trust_domain_name is required")
    draft = _agency(given, Agency("", name, domain_id, call.now, "", "", None, None))

    def change(connection: Connection) -> Agency:
        if any(each.name == name for each in agencies.list_agencies(connection, domain_id)):
            raise errors.CONFLICT.error("The agency name already exists.")
        made = replace(draft, id=call.cloud.new_id())
        agencies.put_agency(connection, made)
        return made

    made = await call.cloud.store.write(change)
    return json_answer({"agency": agency_document(call, made)}, status=201)


async def update_agency(call: Call) -> Answer:
    """Change what an agency trusts, for how long, and its description."""
    changed = _agency(read_object(call, "agency"), _own(call))
    await call.write(agencies.put_agency, changed)
    return json_answer({"agency": agency_document(call, changed)})


async def delete_agency(call: Call) -> Answer:
    """Forget an agency and what it was granted."""
    agency = _own(call)

    def change(connection: Connection) -> None:
        grants.forget_agency(connection, agency.id)
        agencies.delete_agency(connection, agency.id)

    await call.cloud.store.write(change)
    return Answer(204)


def agency_document(call: Call, agency: Agency) -> JsonObject:
    """An agency as IAM shows it."""
    document: JsonObject = {
        "id": agency.id,
        "name": agency.name,
        "domain_id": agency.domain_id,
        "trust_domain_id": _trust_domain_id(agency),
        "trust_domain_name": agency.trust_domain_name,
        "description": agency.description,
        "duration": agency.duration,
        "expire_time": agency.expire_time,
        "create_time": f"{agency.created_at:%Y-%m-%dT%H:%M:%S.%f}",
    }
    if call.cloud.flavour.agency_urn:
        document["agency_urn"] = f"iam::{agency.domain_id}:agency:{agency.name}"
    return document


def _trust_domain_id(agency: Agency) -> str:
    return stable_id("domain", agency.trust_domain_name)


def _own(call: Call) -> Agency:
    return own_agency(call, call.path["agency_id"])


def _agency(given: JsonObject, old: Agency) -> Agency:
    trust = str(given.get("trust_domain_name") or old.trust_domain_name)
    duration, expire_time = old.duration, old.expire_time
    if "duration" in given:
        duration, expire_time = _duration(given["duration"], old.created_at)
    return replace(
        old,
        trust_domain_name=trust,
        description=str(given.get("description", old.description) or ""),
        duration=duration,
        expire_time=expire_time,
    )


def _duration(given: object, since: datetime) -> tuple[str | None, str | None]:
    """How IAM keeps a duration: hours as text, and the time when it ends."""
    if given in (None, "", "FOREVER"):
        return (None if given is None else "FOREVER"), None
    days = int(str(given)) if _DAYS.fullmatch(str(given)) else 0
    hours = _HOURS.get(str(given), 24 * days)
    if not hours:
        raise errors.BAD_REQUEST.error("agency.duration must be FOREVER, ONEDAY or days")
    return str(hours), f"{since + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S.%fZ}"
