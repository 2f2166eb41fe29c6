"""The seed that the local cloud is filled with when there is no other."""

from pulumi_functiongraph.emulator.clouds import Flavour
from pulumi_functiongraph.emulator.seeds.models import (
    Seed,
    SeedAccessKey,
    SeedAgency,
    SeedBucket,
    SeedDomain,
    SeedFunction,
    SeedGrant,
    SeedProject,
    SeedStream,
    SeedTopic,
    SeedUser,
    stable_id,
)

DEFAULT_PROJECT_ID = "0123456789abcdef0123456789abcdef"
DEFAULT_ACCESS_KEY = "LOCALCLOUDACCESSKEY0"
DEFAULT_SECRET_KEY = "local-cloud-secret-key-good-nowhere-else"  # noqa: S105 # opens nothing
DEFAULT_PASSWORD = "local-cloud-password"  # noqa: S105 # opens nothing

_ENOUGH = (
    "Tenant Guest",
    "SMN Administrator",
    "OBS Administrator",
    "DIS Administrator",
    "FunctionGraph FullAccess",
)
"""Roles that let an agency send every notification."""


def default_seed(flavour: Flavour) -> Seed:
    """The built-in seed: one project and one of everything that a notification needs."""
    grants = tuple(SeedGrant(role=role) for role in _ENOUGH)
    return Seed(
        cloud=flavour.name,
        domain=SeedDomain(name="local-cloud", id=stable_id("domain", "local-cloud")),
        projects=(SeedProject(name=flavour.region, id=DEFAULT_PROJECT_ID),),
        users=(SeedUser(name="developer", password=DEFAULT_PASSWORD),),
        credentials=(SeedAccessKey(access_key=DEFAULT_ACCESS_KEY, secret_key=DEFAULT_SECRET_KEY),),
        agencies=(SeedAgency(name="functiongraph-notifications", grants=grants),),
        functions=(
            SeedFunction(name="orders", xrole="functiongraph-notifications"),
            SeedFunction(name="audit", xrole="functiongraph-notifications"),
        ),
        topics=(SeedTopic(name="order-events"),),
        buckets=(SeedBucket(name="order-failures"),),
        streams=(SeedStream(name="order-stream"),),
    )
