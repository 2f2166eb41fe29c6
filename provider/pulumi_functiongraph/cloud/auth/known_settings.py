"""The variables and keys that tools of these clouds read, and what is done with each here.

The table is known_settings.txt. A test compares it with the tools that are installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Literal, TypeAlias, cast

import msgspec

SettingPart: TypeAlias = Literal[
    "",
    "access_key",
    "secret_key",
    "security_token",
    "token",
    "username",
    "user_id",
    "password",
    "domain_name",
    "domain_id",
    "default_domain_name",
    "default_domain_id",
    "auth_url",
    "region",
    "project_id",
    "project_name",
    "agency_name",
    "agency_domain_name",
    "agency_domain_id",
    "agency_project_id",
    "agency_project_name",
    "agency_duration",
    "auth_type",
    "file",
    "endpoint",
]
"""What the value of a name is, where it is read."""

AGENCY: tuple[SettingPart, ...] = (
    "agency_name",
    "agency_domain_name",
    "agency_domain_id",
    "agency_project_name",
    "agency_project_id",
    "agency_duration",
)
"""What is read of an agency, in the order of `NamedAgency`."""

Decides: TypeAlias = Literal["identity", "place", "neither"]
Handling: TypeAlias = Literal["read", "refused", "ignored"]

OURS, SDK, HW, OS, OTC = "FUNCTIONGRAPH_*", "HUAWEICLOUD_SDK_*", "HW_*", "OS_*", "OTC_*"

FAMILIES = (SDK, HW, OS, OTC)
"""The families of variables that hold credentials, in the order in which they are asked."""

LAST_RESORTS = ("HC_CONTAINER_*", "CLOUD_SDK_*")
"""Families that name an identity which is not supported, and matter where there is no other."""

CLOUDS, INI, KOOCLI = "clouds.yaml", "~/.huaweicloud/credentials", "~/.hcloud/config.json"
"""The files whose keys are known."""

TOOLS = {
    "ours": "pulumi-functiongraph",
    "tf-hw": "Terraform provider huaweicloud, `provider.go` and `docs/index.md`",
    "tf-otc": "Terraform provider opentelekomcloud, `provider.go` and `docs/index.md`",
    "go-otc": "Go SDK of Open Telekom Cloud (gophertelekomcloud), `loader.go` and `auth_env.go`",
    "sdk": "SDKs of Huawei Cloud (huaweicloudsdkcore), `auth/` and `region/`",
    "samples": "samples in the manuals of Huawei Cloud",
    "openstack": "openstacksdk and keystoneauth1, `config/loader.py` and `loading/`",
    "otcext": "otcextensions for openstacksdk, `agency_auth.py` and its configuration page",
    "koocli": "KooCLI (hcloud), user guide, profiles",
    "otc-fg": "function runtimes and samples of the Open Telekom Cloud community",
    "obs": "OBS clients (esdk-obs-python) and S3 clients",
}
"""Where a name is from: the short word of the table → the tool, and where it says so."""

_PLACES: frozenset[SettingPart] = frozenset(
    {
        "auth_url",
        "endpoint",
        "region",
        "project_id",
        "project_name",
        "agency_project_id",
        "agency_project_name",
    }
)


class KnownSetting(msgspec.Struct, frozen=True):
    """A name, who reads it, what it decides, and what is done with it.

    Attributes:
        name: the variable or key; ``auth.`` before a key is the section it stands in.
        group: of variables the family, of keys the file.
        tools: who reads it, as keys of ``TOOLS``.
        decides: whether another value leads to another place or identity.
        handling: what is done with it.
        note: what it says, what to set instead, or why it may be passed over.
        part: what its value is, where it is read.
        harmless: values of a refused name that change nothing, in lower case.
        beside: kinds of credentials that a refused name changes; empty for all.
    """

    name: str
    group: str
    tools: tuple[str, ...]
    decides: Decides
    handling: Handling
    note: str
    part: SettingPart = ""
    harmless: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


def names(group: str, part: SettingPart) -> tuple[str, ...]:
    """The names of a family or file that give one part, in order of preference."""
    return tuple(e.name for e in KNOWN if e.group == group and e.part == part)


def of_group(group: str) -> tuple[KnownSetting, ...]:
    """The names of a family or file."""
    return tuple(entry for entry in KNOWN if entry.group == group)


def is_decisive(variable: str) -> bool:
    """Whether a variable says where to work or as whom."""
    return variable in _DECISIVE or variable.startswith(_OF_ANY_REGION)


def _entries(text: str) -> Iterator[KnownSetting]:
    phrases = dict(re.findall(r"^\$(\w+) = (.*)$", text, re.MULTILINE))
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif " | " in line and not line.startswith("#"):
            yield from _of_row(group, Template(line).substitute(phrases).split(" | "))


def _of_row(group: str, row: list[str]) -> Iterator[KnownSetting]:
    named, done, tools, note, *rest = row
    handling, *more = done.split()
    part = cast("SettingPart", more.pop(0) if handling == "read" else "")
    options = {key: frozenset(values.split()) for key, values in (o.split(": ") for o in rest)}
    for name in named.split():
        yield KnownSetting(
            name,
            group,
            tuple(tools.split()),
            cast("Decides", more[0]) if more else _decides(handling, part),
            cast("Handling", handling),
            note,
            part,
            **options,
        )


def _decides(handling: str, part: SettingPart) -> Decides:
    if handling == "ignored" or part == "agency_duration":
        return "neither"
    return "place" if part in _PLACES else "identity"


KNOWN: tuple[KnownSetting, ...] = tuple(
    _entries(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))
)
"""Every name, once in its family or file."""

_OF_FILES = (CLOUDS, INI, KOOCLI)
FILE_KEYS = tuple(entry for entry in KNOWN if entry.group in _OF_FILES)
VARIABLES = tuple(entry for entry in KNOWN if entry.group not in _OF_FILES)

_PATTERN_BEGINS = "<"
_DECISIVE = frozenset(entry.name for entry in VARIABLES if entry.decides != "neither")
_OF_ANY_REGION = tuple(
    name.partition(_PATTERN_BEGINS)[0] for name in _DECISIVE if _PATTERN_BEGINS in name
)
"""How names begin of which the table has only the form."""
