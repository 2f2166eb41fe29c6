"""Whether an answer that a thing is absent is the service's own."""

from __future__ import annotations

from pulumi_functiongraph.cloud.http.http_errors import changed
from pulumi_functiongraph.core.errors import NotFound


def believe(error: NotFound, *, codes: str, service: str) -> None:
    """Take a 404 for an answer of a service only when it has one of that service's codes.

    A wrong endpoint, a proxy and a gateway answer 404 too. Believed, a refresh would forget, and a
    destroy leave behind, what is live, and a walk would miss what is triggered.

    Args:
        error: the 404.
        codes: how the service's codes begin, such as ``FSS.``.
        service: its name, as a person says it.

    Raises:
        NotFound: it says nothing about what was asked for.
    """
    if not error.code.startswith(codes):
        raise changed(
            error,
            hint=f"This 404 has no code of {service}, so it does not say that anything is "
            "gone: check functiongraph:endpoints and what stands between here and the service",
        ) from error
