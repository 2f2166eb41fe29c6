"""Which of many endpoints a method and a path mean; templates are as the vendors document them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

Endpoint = TypeVar("Endpoint")


class Paths(Generic[Endpoint]):
    """Endpoints by method and template, such as `/v2/{project_id}/fgs/functions`.

    A parameter is a whole segment, and never empty. Where two templates match, the first counts.
    """

    def __init__(self, endpoints: Iterable[tuple[str, str, Endpoint]]) -> None:
        self._found = defaultdict[tuple[str, int], list[tuple[list[str], Endpoint]]](list)
        for method, template, endpoint in endpoints:
            segments = template.split("/")
            self._found[method, len(segments)].append((segments, endpoint))

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        """The endpoint and its parameters; None without one. A HEAD is answered as a GET is."""
        segments = path.split("/")
        for template, endpoint in self._found.get((method, len(segments)), ()):
            parameters = _parameters(template, segments)
            if parameters is not None:
                return endpoint, parameters
        return self.find("GET", path) if method == "HEAD" else None


def _parameters(template: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted == given:
            continue
        if not (given and wanted.startswith("{")):
            return None
        parameters[wanted[1:-1]] = given
    return parameters
