"""What the texts of a seed may hold, where not every text will do."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

MAX_PROJECT = 64
"""Characters of a project's name; IAM API reference, "Creating a Project", `name`."""

_REGION = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9_-]+")


def _without_colon(value: str) -> str:
    if ":" in value or not value.strip() or not value.isprintable():
        raise ValueError("must not be empty or hold ':' or control characters")
    return value


def _access_key(value: str) -> str:
    if not value or "," in value or " " in value:
        raise ValueError("must not be empty or hold a comma or a blank")
    return _printable(value)


def _printable(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("must hold printable ASCII characters only")
    return value


def _region(value: str) -> str:
    if len(value) > MAX_PROJECT or not _REGION.fullmatch(value):
        raise ValueError("must be a region, such as eu-de: letters, digits and '-'")
    return value


def _project(value: str) -> str:
    region = value.partition("_")[0]
    if len(value) > MAX_PROJECT or not (_REGION.fullmatch(region) and _ID.fullmatch(value)):
        raise ValueError(
            "must be a region, or a region, '_' and more: letters, digits, '-' and '_', "
            f"at most {MAX_PROJECT}"
        )
    return value


def _id(value: str) -> str:
    if value and not _ID.fullmatch(value):
        raise ValueError("must be letters, digits, '-' and '_'")
    return value


def _without_surrogates(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a surrogate pair") from None
    return value


def _time(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a time such as 2026-02-01T00:00:00.000000") from None
    return value


Name = Annotated[str, AfterValidator(_without_colon)]
ProjectName = Annotated[str, AfterValidator(_project)]
Region = Annotated[str, AfterValidator(_region)]
Id = Annotated[str, AfterValidator(_id)]
AccessKeyId = Annotated[str, AfterValidator(_access_key)]
Printable = Annotated[str, AfterValidator(_printable)]
Instant = Annotated[str, AfterValidator(_time)]
Code = Annotated[str, AfterValidator(_without_surrogates)]
