"""The documented form of clouds.yaml, secure.yaml and clouds-public.yaml.

What has another form would be passed over or end in a traceback of openstacksdk, and with it what
was written of the account. Source: openstacksdk, "Configuring OpenStack SDK Applications".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pulumi_functiongraph.cloud.auth.known_settings import CLOUDS, of_group

_READ = frozenset(entry.name for entry in of_group(CLOUDS) if entry.handling == "read")


def problems_of(document: object, section: str) -> Iterator[str]:
    """What has another form in a file, a line each, without a value.

    The section is the key that its clouds or profiles are under.
    """
    if not isinstance(document, dict):
        yield f"the file is {_kind(document)}, and has to hold keys"
    elif not all(isinstance(key, str) for key in document):
        yield "a key of the file is no text"
    elif document and section not in document:
        yield f"{section} is missing"
    elif not isinstance(clouds := document.get(section) or {}, dict):
        yield f"{section} is {_kind(clouds)}, and has to hold the clouds by name"
    else:
        for name, cloud in clouds.items():
            if not isinstance(name, str):
                yield f"{section}: the name of a cloud is {_kind(name)}: put it in quotes"
                continue
            yield from _of_cloud(f"{section}.{name}", cloud)


def _of_cloud(where: str, cloud: object) -> Iterator[str]:
    if not isinstance(cloud, dict) or not all(isinstance(key, str) for key in cloud):
        yield f"{where} is {_kind(cloud)}, and has to hold keys that are text"
        return
    for key, value in cloud.items():
        name = key.replace("-", "_")
        if name == "auth":
            yield from _of_auth(f"{where}.{key}", value)
        elif name == "regions":
            yield from _of_regions(f"{where}.{key}", value)
        elif name == "region_name" and isinstance(value, list):
            if not all(isinstance(each, str) for each in value):
                yield f"{where}.{key} is a list, and not one of text"
        elif name in _READ or f"auth.{name}" in _READ:
            yield from _of_text(f"{where}.{key}", value)


def _of_auth(where: str, auth: object) -> Iterator[str]:
    if auth is None:
        return
    if not isinstance(auth, dict) or not all(isinstance(key, str) for key in auth):
        yield f"{where} is {_kind(auth)}, and has to hold keys that are text"
        return
    for key, value in auth.items():
        if f"auth.{key.replace('-', '_')}" in _READ:
            yield from _of_text(f"{where}.{key}", value)


def _of_regions(where: str, regions: object) -> Iterator[str]:
    if not isinstance(regions, list):
        yield f"{where} is {_kind(regions)}, and has to be a list"
        return
    for each in regions:
        if isinstance(each, str):
            continue
        is_whole = isinstance(each, dict) and isinstance(each.get("name"), str)
        if not is_whole or set(each) - {"name", "values"}:
            yield f"{where} has to hold names, or a name and values each"
        elif "values" in each:
            yield from _of_cloud(f"{where}.values", each["values"])


def _of_text(where: str, value: object) -> Iterator[str]:
    is_text = value is None or isinstance(value, str | int | float | date)
    if not is_text or isinstance(value, bool):
        yield f"{where} is {_kind(value)}, and has to be text: put it in quotes"


def _kind(value: object) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (type(None), "empty"),
        (bool, "true or false"),
        (dict, "a group of keys"),
        (list, "a list"),
        (str, "text"),
        ((int, float), "a number"),
    )
    return next((given for kind, given in kinds if isinstance(value, kind)), "something else")
