"""The time zones of the clouds' regions.

FunctionGraph reads cron expressions and shows times in the time zone of its region (FunctionGraph
user guide of Huawei Cloud, "Cron Expressions for a Function Timer Trigger", Table 2). No document
lists the zones: each is the one of the city or country that the region is named after.
"""

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

_ZONES: Mapping[str, str] = MappingProxyType(
    {
        "ae-ad-1": "Asia/Dubai",
        "af-south-1": "Africa/Johannesburg",
        "ap-southeast-1": "Asia/Hong_Kong",
        "ap-southeast-2": "Asia/Bangkok",
        "ap-southeast-3": "Asia/Singapore",
        "ap-southeast-4": "Asia/Jakarta",
        "ap-southeast-5": "Asia/Manila",
        "eu-ch2": "Europe/Zurich",
        "eu-de": "Europe/Berlin",
        "eu-nl": "Europe/Amsterdam",
        "eu-west-101": "Europe/Dublin",
        "la-north-2": "America/Mexico_City",
        "la-south-2": "America/Santiago",
        "me-east-1": "Asia/Riyadh",
        "my-kualalumpur-1": "Asia/Kuala_Lumpur",
        "na-mexico-1": "America/Mexico_City",
        "ru-moscow-1": "Europe/Moscow",
        "sa-brazil-1": "America/Sao_Paulo",
        "tr-west-1": "Europe/Istanbul",
    }
)
_CHINA = "cn-"
_CHINA_ZONE = "Asia/Shanghai"
_ELSEWHERE = "UTC"


def zone_of(region: str) -> ZoneInfo:
    """The time zone of a region; UTC for one that is not known here."""
    if region.startswith(_CHINA):
        return ZoneInfo(_CHINA_ZONE)
    return ZoneInfo(_ZONES.get(region, _ELSEWHERE))
