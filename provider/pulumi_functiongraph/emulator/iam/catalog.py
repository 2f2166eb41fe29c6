"""The service catalog: where a client that asks IAM finds the other services."""

from collections.abc import Iterator

import msgspec

from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project
from pulumi_functiongraph.emulator.seeds.models import stable_id

ANYWHERE = "*"
"""Region of an endpoint that serves all regions."""


class ServiceEndpoint(msgspec.Struct, frozen=True):
    """A service as the catalog lists it."""

    type: str
    name: str
    path: str
    """What follows the host; `{project}` is the project's id."""

    @property
    def of_project(self) -> bool:
        """Whether the service works in a project."""
        return self.type not in {"iam", "identity", "object"}


ENTRIES = (
    ServiceEndpoint("compute", "nova", "/v2.1/{project}"),
    ServiceEndpoint("dis", "Data Ingestion Service", ""),
    ServiceEndpoint("disv2", "disv2", "/v2/{project}"),
    ServiceEndpoint("ecs", "ecs", "/v1/{project}"),
    ServiceEndpoint("fgsv2", "fgsv2", "/v2/{project}"),
    ServiceEndpoint("functiongraph", "functiongraph", "/v2/{project}"),
    ServiceEndpoint("iam", "iam", "/v3.0"),
    ServiceEndpoint("identity", "keystone", "/v3"),
    ServiceEndpoint("image", "glance", ""),
    ServiceEndpoint("network", "neutron", ""),
    ServiceEndpoint("object", "objectstorage", ""),
    ServiceEndpoint("smn", "SimpleMessageNotification", "/v2/"),
    ServiceEndpoint("smnv2", "smnv2", "/v2/{project}"),
    ServiceEndpoint("volumev2", "cinderv2", "/v2/{project}"),
    ServiceEndpoint("volumev3", "cinderv3", "/v3/{project}"),
    ServiceEndpoint("vpc", "vpc", "/v1/{project}"),
)
"""Types, names and paths of Open Telekom Cloud's catalog (public image documentation, "API
endpoints"). `iam` is Huawei Cloud's (IAM API reference, "Querying the Service Catalog");
`functiongraph` is what otcextensions looks for, `fgsv2` what golangsdk does. Of services that are
not emulated those are here that clients rename: the Go SDK of Open Telekom Cloud reaches
FunctionGraph by `volumev2`, with "evs" replaced in its host."""


def catalog(base_url: str, *, project: Project | None) -> Iterator[JsonObject]:
    """The services of the catalog; without a project only those that work in none."""
    region = ANYWHERE if project is None else project.region
    for entry in ENTRIES:
        if project is None and entry.of_project:
            continue
        path = entry.path.format(project="" if project is None else project.id)
        endpoint = {
            "id": stable_id("endpoint", entry.type),
            "interface": "public",
            "region": region,
            "region_id": region,
            "url": f"{base_url}{path}",
        }
        yield {
            "id": stable_id("service", entry.type),
            "name": entry.name,
            "type": entry.type,
            "endpoints": [endpoint],
        }
