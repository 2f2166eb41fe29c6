"""The domains (accounts) that credentials may use, and whether they are the named one.

Source: IAM API reference, "Querying the Accounts Accessible to Users"; the providers of Terraform
look the account of an access key up with the same call.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import msgspec

from pulumi_functiongraph.cloud.http.call import Call, path_of
from pulumi_functiongraph.cloud.http.json_fields import JsonFields
from pulumi_functiongraph.cloud.settings import NamedAccount
from pulumi_functiongraph.core.errors import Rejected


class Domain(msgspec.Struct, frozen=True, order=True):
    """A domain (account)."""

    name: str
    id: str

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.name else self.id


def domains_call(region: str, *, as_own: bool = False) -> Call:
    """The call that lists them, as the credentials themselves or as the agency that they assume."""
    path = path_of("v3", "auth", "domains")
    return Call("look up the account", "the credentials", "GET", "iam", region, path, as_own=as_own)


def read_domains(content: object) -> tuple[Domain, ...]:
    """The domains in an answer.

    Raises:
        Misread: it is not of the documented form.
    """
    listed = JsonFields.of(content).listed("domains")
    return tuple(sorted(Domain(each.optional("name"), each.text("id")) for each in listed))


class OwnAccount:
    """The account of the credentials: looked up once, and compared with the one that was named."""

    def __init__(self, named: NamedAccount, *, source: str) -> None:
        self._named = named
        self._source = source
        self._lock = Lock()
        self._found: Domain | None = None

    @property
    def is_named(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(self._named)

    def found(self, look_up: Callable[[], tuple[Domain, ...]]) -> Domain:
        """The account; `look_up` asks which it is.

        Raises:
            Rejected: it is another one than was named, or there is not exactly one.
        """
        with self._lock:
            if self._found is None:
                self._found = self._compared(look_up())
            return self._found

    def _compared(self, listed: tuple[Domain, ...]) -> Domain:
        named = self._named
        fitting = [
            each
            for each in listed
            if (not named.id or each.id == named.id.value)
            and (not named.name or each.name == named.name.value)
        ]
        if len(fitting) == 1:
            return fitting[0]
        there = ", ".join(map(str, listed)) or "none"
        wanted = " and ".join(
            f"{given.by} names {given.value}" for given in (named.name, named.id) if given
        )
        raise Rejected(
            operation="work with credentials" if wanted else "tell the account",
            resource=f"the account that was named ({wanted})" if wanted else "the credentials",
            detail=f"the credentials from {self._source} belong to {there}; nothing else was asked",
            hint="Set credentials of the account, or fix or unset what names it. To work in "
            "another account with your own credentials, name its agency: OS_AGENCY_NAME and "
            "OS_AGENCY_DOMAIN_NAME",
        )
