"""How long a list may go on: until its time is over, and for a number of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pulumi_functiongraph.core.errors import NotUnderstood

MOST_PAGES = 1_000
"""Pages of one list. The limit is ours: no quota of these clouds comes near so many functions,
subscriptions or agencies, and a list that never ends would never be known."""

NextPage: TypeAlias = Callable[[str], object]
"""Called before each page but the first with what the list is about; what it raises ends it."""


def any_time(_resource: str) -> None:
    """For lists that may take as long as they take."""


def pages(operation: str, resource: str, *, before_next: NextPage) -> Iterator[int]:
    """The numbers of a list's pages, from 0, for as long as one more may be asked for.

    Args:
        operation: what the pages are read for, as a person says it.
        resource: what the list is about.
        before_next: called before each page but the first.

    Raises:
        NotUnderstood: the list goes on after ``MOST_PAGES``.
    """
    for number in range(MOST_PAGES):
        if number:
            before_next(resource)
        yield number
    raise NotUnderstood(
        operation=operation,
        resource=resource,
        detail=f"the list does not end within {MOST_PAGES:,} pages",
        hint="Check functiongraph:endpoints and what stands between here and the service",
    )
