"""What each cloud lists: the target services per cloud and region, each with its source.

Data for warnings, never for refusals: the lists of the vendors lag behind their services.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Cloud: TypeAlias = Literal["huawei", "otc"]
"""Which vendor's cloud it is."""

OTC_REGIONS = frozenset({"eu-de", "eu-nl", "eu-ch2"})


class Listing(msgspec.Struct, frozen=True):
    """The target services that a document lists, in the spelling of the API."""

    destinations: frozenset[str]
    source: str


_FEW = frozenset({"FunctionGraph", "OBS"})
_ALL = frozenset({"FunctionGraph", "OBS", "SMN", "DIS"})

BY_CLOUD: dict[Cloud, Listing] = {
    "huawei": Listing(_ALL, "Huawei Cloud FunctionGraph API reference"),
    "otc": Listing(_ALL - {"DIS"}, "Open Telekom Cloud FunctionGraph API reference, April 2026"),
}

BY_REGION: dict[str, Listing] = {
    "ae-ad-1": Listing(_FEW, "FunctionGraph user guide of region ae-ad-1, November 2023"),
    "my-kualalumpur-1": Listing(
        _FEW, "FunctionGraph user guide of region my-kualalumpur-1, July 2023"
    ),
}


def cloud_of(region: str) -> Cloud:
    """The cloud that a region belongs to."""
    return "otc" if region in OTC_REGIONS else "huawei"


def listing(region: str, cloud: Cloud | None = None) -> Listing:
    """What is listed for a region, the more special document first."""
    return BY_REGION.get(region) or BY_CLOUD[cloud or cloud_of(region)]
