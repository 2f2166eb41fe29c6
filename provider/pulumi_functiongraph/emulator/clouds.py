"""How Huawei Cloud and Open Telekom Cloud differ, as data."""

from datetime import timedelta
from types import MappingProxyType
from typing import Literal

import msgspec

CloudName = Literal["huawei", "otc"]


class Flavour(msgspec.Struct, frozen=True):
    """One cloud's observable differences."""

    name: CloudName
    region: str
    """Region of the built-in seed."""
    dis: bool
    """DIS as destination. Huawei Cloud API reference: yes. Open Telekom Cloud: not in the
    reference, yet accepted by the live service in October 2024."""
    status_log: bool
    """Whether `enable_async_status_log` works. On Open Telekom Cloud sending the key ends in
    a 500 (opentelekomcloud/terraform-provider-opentelekomcloud issue 3067)."""
    utc_offset: timedelta
    """Offset in which times are shown."""
    agency_urn: bool
    """Whether IAM answers `agency_urn` (Huawei Cloud only)."""
    enterprise_projects: bool
    """Whether roles can be granted on enterprise projects (Huawei Cloud only)."""


FLAVOURS = MappingProxyType(
    {
        "huawei": Flavour(
            name="huawei",
            region="cn-north-4",
            dis=True,
            status_log=True,
            utc_offset=timedelta(hours=8),
            agency_urn=True,
            enterprise_projects=True,
        ),
        "otc": Flavour(
            name="otc",
            region="eu-de",
            dis=True,
            status_log=False,
            utc_offset=timedelta(),
            agency_urn=False,
            enterprise_projects=False,
        ),
    }
)
