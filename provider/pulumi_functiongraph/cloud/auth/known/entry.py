"""One variable or key that other tools of these clouds read, and what is done with it here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal[
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

Decides: TypeAlias = Literal["identity", "place", "neither"]
Handling: TypeAlias = Literal["read", "refused", "ignored"]

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
"""Where a name is from: the short word of the tables → the tool, and where it says so."""


@dataclass(frozen=True, slots=True)
class Entry:
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
    part: Part = ""
    harmless: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """Makes the entries of one family of variables or one file."""

    name: str

    def read(
        self, names: str, part: Part, tools: str, note: str, *, decides: Decides
    ) -> Iterator[Entry]:
        """Names that are read, in their order of preference.

        Args:
            names: separated by blanks.
            part: what their value is.
            tools: who reads them, separated by blanks.
            note: what they say.
            decides: what another value changes.
        """
        for name in names.split():
            yield Entry(name, self.name, tuple(tools.split()), decides, "read", note, part)

    def refused(
        self,
        names: str,
        tools: str,
        note: str,
        *,
        decides: Decides = "identity",
        harmless: str = "",
        beside: str = "",
    ) -> Iterator[Entry]:
        """Names that end the run before anything is asked.

        Args:
            names: separated by blanks.
            tools: who reads them, separated by blanks.
            note: what to set instead.
            decides: what another value changes.
            harmless: values that change nothing, separated by blanks.
            beside: kinds of credentials that they change, separated by blanks; all when empty.
        """
        for name in names.split():
            yield Entry(
                name,
                self.name,
                tuple(tools.split()),
                decides,
                "refused",
                note,
                harmless=frozenset(harmless.split()),
                beside=frozenset(beside.split()),
            )

    def ignored(self, names: str, tools: str, note: str) -> Iterator[Entry]:
        """Names that are passed over, since they decide neither place nor identity.

        Args:
            names: separated by blanks.
            tools: who reads them, separated by blanks.
            note: why.
        """
        for name in names.split():
            yield Entry(name, self.name, tuple(tools.split()), "neither", "ignored", note)
