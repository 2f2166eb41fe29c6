"""The grants that a seed describes in a few words."""

from collections.abc import Callable
from datetime import datetime

from pulumi_functiongraph.emulator.iam import grants, roles
from pulumi_functiongraph.emulator.iam.agencies import Agency
from pulumi_functiongraph.emulator.iam.grants import Grant, Scope
from pulumi_functiongraph.emulator.iam.models import Project, User
from pulumi_functiongraph.emulator.iam.roles import CUSTOM, Role
from pulumi_functiongraph.emulator.iam.system_roles import ACCOUNT, PROJECT
from pulumi_functiongraph.emulator.seeds.models import SeedGrant, stable_id
from pulumi_functiongraph.emulator.state.store import Connection

_GLOBAL = ("obs:", "iam:")
"""Services that are the same in every region, so that their grants are on the account."""


def add_grants(
    connection: Connection,
    agency: Agency | User,
    seeds: tuple[SeedGrant, ...],
    *,
    project_of: Callable[[str | None], Project | None],
    now: datetime,
) -> list[str]:
    """Grant what a seed says; what it says wrongly comes back, each with its path."""
    problems = []
    for index, seed in enumerate(seeds):
        path = f"grants[{index}]"
        role = _role(connection, agency, seed, index, now)
        if role is None:
            problems.append(f"{path}.role: there is no role or policy {seed.role}")
            continue
        scope = _scope(seed, role)
        place = _place(scope, seed, agency, project_of)
        if place is None:
            problems.append(f"{path}.project: there is no project {seed.project}")
            continue
        grants.put_grant(connection, Grant(agency.id, role.id, scope, place))
    return problems


def _role(
    connection: Connection, agency: Agency | User, seed: SeedGrant, index: int, now: datetime
) -> Role | None:
    if seed.policy is None:
        return roles.find_role_by_title(connection, str(seed.role), domain_id=agency.domain_id)
    policy = seed.policy.document()
    role = Role(
        id=stable_id("policy", agency.name, str(index)),
        name=f"custom_{agency.domain_id}_{agency.name}_{index}",
        display_name=f"{agency.name}-{index}",
        catalog=CUSTOM,
        domain_id=agency.domain_id,
        type=ACCOUNT if _is_global(policy) else PROJECT,
        description="",
        policy=policy,
        created_at=now,
        updated_at=now,
    )
    roles.put_role(connection, role)
    return role


def _is_global(policy: object) -> bool:
    """Whether every action is one of a global service."""
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    listed = [each for each in statements if isinstance(each, dict)] if statements else []
    actions = [str(action).lower() for each in listed for action in each.get("Action", ())]
    return bool(actions) and all(action.startswith(_GLOBAL) for action in actions)


def _scope(seed: SeedGrant, role: Role) -> Scope:
    if seed.scope is not None:
        return Scope(seed.scope)
    return Scope.DOMAIN if role.type == ACCOUNT else Scope.PROJECT


def _place(
    scope: Scope,
    seed: SeedGrant,
    agency: Agency | User,
    project_of: Callable[[str | None], Project | None],
) -> str | None:
    if scope is Scope.ENTERPRISE_PROJECT:
        return seed.enterprise_project
    if scope is not Scope.PROJECT:
        return agency.domain_id
    project = project_of(seed.project)
    return None if project is None else project.id
