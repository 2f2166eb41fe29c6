"""The address of each service, per cloud and region; each can be overridden.

Sources: FunctionGraph API reference and the other services' references, "Endpoints"; region lists
of the vendor's Python SDK (huaweicloudsdkfunctiongraph, -iam, -smn); Open Telekom Cloud,
"Regions and Endpoints".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from pulumi_functiongraph.core.clouds import Cloud, cloud_of

Service: TypeAlias = Literal["functiongraph", "iam", "smn", "dis", "obs"]
SERVICES: tuple[Service, ...] = ("functiongraph", "iam", "smn", "dis", "obs")

BY_CLOUD: Mapping[Cloud, str] = MappingProxyType(
    {
        "huawei": "https://{service}.{region}.myhuaweicloud.com",
        "otc": "https://{service}.{region}.otc.t-systems.com",
    }
)
"""What holds for every service and region that has no entry of its own."""

EXCEPTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        # huaweicloudsdkiam and -smn list myhuaweicloud.eu for eu-west-101, and
        # huaweicloudsdkfunctiongraph lists myhuaweicloud.com for it.
        ("functiongraph", "eu-west-101"): BY_CLOUD["huawei"],
        ("*", "eu-west-101"): "https://{service}.eu-west-101.myhuaweicloud.eu",
        # The Swiss part of Open Telekom Cloud has names of its own.
        ("iam", "eu-ch2"): "https://iam-pub.eu-ch2.sc.otc.t-systems.com",
        ("*", "eu-ch2"): "https://{service}.eu-ch2.sc.otc.t-systems.com",
    }
)
"""By service (``*`` for any) and region, where the general form does not hold."""

_VENDOR_OVERRIDE = "HUAWEICLOUD_SDK_REGION_"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._{}:\[\]-]+(?:/[A-Za-z0-9._~/{}-]*)?\Z")


class Endpoints(msgspec.Struct, frozen=True):
    """The addresses of the services.

    Attributes:
        cloud: the cloud, ``None`` to go by each region.
        overrides: service → address; ``{region}`` in it stands for the region.
        vendor: the environment variables ``HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>`` that the
            vendor's SDK reads; of several addresses, separated by commas, the first counts.
    """

    cloud: Cloud | None = None
    overrides: Mapping[str, str] = msgspec.field(default_factory=dict)
    vendor: Mapping[str, str] = msgspec.field(default_factory=dict)

    def url(self, service: Service, *, region: str) -> str:
        """The address of a service in a region, without a slash at its end."""
        special = EXCEPTIONS.get((service, region)) or EXCEPTIONS.get(("*", region))
        template = (
            self.overrides.get(service)
            or self._of_vendor(service, region)
            or special
            or BY_CLOUD[self.cloud or cloud_of(region)]
        )
        return template.replace("{service}", service).replace("{region}", region).rstrip("/")

    def _of_vendor(self, service: Service, region: str) -> str:
        name = f"{_VENDOR_OVERRIDE}{service.upper()}_{region.replace('-', '_').upper()}"
        return self.vendor.get(name, "").split(",")[0].strip()


def vendor_overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """The vendor's own override variables of an environment."""
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(_VENDOR_OVERRIDE) and value.strip()
    }


def problem_with(address: object) -> str:
    """What is wrong with an address that a person gave, empty when nothing is."""
    if not isinstance(address, str) or not _ADDRESS.match(address):
        return "is no address such as https://functiongraph.eu-de.example.com"
    try:
        parts = urlsplit(address.replace("{region}", "region"))
        if not parts.hostname or parts.port == 0:
            return "names no host"
    except ValueError:
        return "has a port or host that is not one"
    return ""


def override_hint(service: Service) -> str:
    """How a person sets the address of a service."""
    example = f'{{"{service}": "https://…"}}'
    return (
        f"set its address with: pulumi config set functiongraph:endpoints '{example}', "
        f"or for one run FUNCTIONGRAPH_ENDPOINTS='{example}'"
    )
