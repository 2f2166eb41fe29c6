"""Functions, versions and aliases, as far as notifications need them.

Source: FunctionGraph API reference, "Querying the Metadata of a Function", "Querying Functions",
"Querying the Versions of a Function", "Querying the Aliases of a Function".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from pulumi_functiongraph.cloud.http.json_fields import JsonFields, Page, as_whole, objects
from pulumi_functiongraph.core.functions import Alias, FunctionFacts
from pulumi_functiongraph.core.names import LATEST, FunctionUrn


def function_facts(content: object) -> FunctionFacts:
    """One function version."""
    return _facts(JsonFields.of(content))


def page_of_functions(content: object) -> Page[FunctionFacts]:
    """One page of functions."""
    fields = JsonFields.of(content)
    items: Iterable[FunctionFacts] = (_facts(each) for each in fields.listed("functions"))
    return Page.read(fields, items, marker_in=fields)


def aliases(content: object, *, of: FunctionUrn) -> tuple[Alias, ...]:
    """The aliases of a function, by name; the answer is a bare list, or one under ``aliases``."""
    is_bare = not isinstance(content, Mapping)
    listed = objects(content, at="aliases") if is_bare else JsonFields.of(content).listed("aliases")
    found = (_alias(each, of) for each in listed)
    return tuple(sorted(found, key=lambda alias: alias.name))


def trusted_agencies(content: object) -> tuple[str, ...]:
    """The names of agencies; the answer is a bare list."""
    return tuple(sorted(each.text("name") for each in objects(content, at="")))


def _alias(fields: JsonFields, of: FunctionUrn) -> Alias:
    name = fields.text("name").removeprefix("!")
    shares = _named(fields.values.get(_WEIGHTS), counts=lambda share: as_whole(share) != 0)
    by_rule = _named(fields.values.get(_STRATEGY), counts=lambda _rules: True)
    odd = [key for key, names in ((_WEIGHTS, shares), (_STRATEGY, by_rule)) if names is None]
    if any(_may_name_versions(key, value) for key, value in fields.values.items()):
        odd.append("a field that this release does not know")
    return Alias(
        urn=replace(of, version=name, is_alias=True),
        name=name,
        version=fields.text("version"),
        also=tuple(sorted({*(shares or ()), *(by_rule or ())})),
        unread=f"which versions {' and '.join(odd)} names could not be read" if odd else "",
    )


_WEIGHTS = "additional_version_weights"
"""By version, its share of the traffic in percent."""

_STRATEGY = "additional_version_strategy"
"""By version, the rules by which a request is sent to it (huaweicloudsdkfunctiongraph, model
VersionStrategy); Huawei Cloud's Terraform provider has it as a list with the version inside."""


_OF_AN_ALIAS = frozenset(
    {"name", "version", "description", "last_modified", "alias_urn", _WEIGHTS, _STRATEGY}
)
"""The fields that the same source and the API reference have."""


def _may_name_versions(key: str, value: object) -> bool:
    """Whether a field that no document has may send traffic to a further version."""
    if key in _OF_AN_ALIAS or value in (None, "", 0):
        return False
    is_named_so = any(word in key.lower() for word in ("version", "additional"))
    return is_named_so or (isinstance(value, Mapping | list) and bool(value))


def _named(listed: object, *, counts: Callable[[object], bool]) -> list[str] | None:
    """The versions that get something, ``None`` where they are not known.

    A share that is no number counts, one of nothing does not, and rules always do.
    """
    if listed is None:
        return []
    if isinstance(listed, Mapping):
        return [name for name, how in listed.items() if counts(how)]
    if not isinstance(listed, list):
        return None
    found = [each.get("version") if isinstance(each, Mapping) else None for each in listed]
    names = [name for name in found if isinstance(name, str) and name]
    return names if len(names) == len(found) else None


def _facts(fields: JsonFields) -> FunctionFacts:
    named = fields.function_urn("func_urn")
    version = fields.optional("version") or (LATEST if named.is_alias else named.version)
    return FunctionFacts(
        # Lists leave the version out of the URN and give it beside.
        urn=replace(named, version=version, is_alias=False),
        xrole=fields.optional("xrole") or None,
        app_xrole=fields.optional("app_xrole") or None,
        version=version,
        runtime=fields.optional("runtime"),
        timeout=fields.optional_whole("timeout"),
    )
