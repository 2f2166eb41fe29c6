"""Pages as IAM counts them: `page` from 1 on, `per_page` items each; without `page`, everything."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pulumi_functiongraph.emulator.iam import errors

Item = TypeVar("Item")

_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)


def page_of(items: Sequence[Item], query: Mapping[str, str], *, most: int) -> Sequence[Item]:
    """The items that a query asks for.

    Args:
        items: all of them.
        query: of the request.
        most: largest `per_page`.

    Raises:
        errors.BAD_REQUEST: `page` or `per_page` is no number of the range.
    """
    if not query.get("page"):
        return items
    page = _number(query["page"], "page", most=1 << 31)
    size = _number(query.get("per_page") or str(most), "per_page", most=most)
    return items[(page - 1) * size : page * size]


def _number(text: str, name: str, *, most: int) -> int:
    if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= most:
        raise errors.BAD_REQUEST.error(f"{name} must be a number from 1 to {most}")
    return int(text)
