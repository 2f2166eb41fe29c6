"""A seed out of the YAML (or JSON) that describes it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from pulumi_functiongraph.emulator.seeds.models import (
    MAX_PROBLEMS,
    AccountContents,
    Seed,
    SeedError,
)
from pulumi_functiongraph.emulator.seeds.problems import problems_of
from pulumi_functiongraph.emulator.seeds.yaml_documents import NotYamlError, parse_yaml

MANY_PROBLEMS = 5000
"""From here on, only the beginning of each list is looked at again for what to tell."""


def read_seed(text: str, *, source: str = "seed") -> Seed:
    """Read a seed from YAML (or JSON, which is YAML too).

    Raises:
        SeedError: naming every problem by its path.
    """
    try:
        document = parse_yaml(text)
    except NotYamlError as error:
        raise SeedError([str(error)], source=source) from None
    return check_seed({} if document is None else document, source=source)


def check_seed(document: object, *, source: str = "seed") -> Seed:
    """Turn a parsed document into a seed.

    Raises:
        SeedError: naming every problem by its path.
    """
    try:
        seed = Seed.model_validate(document)
    except ValidationError as error:
        if error.error_count() > MANY_PROBLEMS:
            check_seed(_beginning(document), source=source)
            problems = [
                f"seed: {error.error_count()} problems, none in the beginnings of its lists"
            ]
        else:
            problems = problems_of(error, Seed, whole="seed")
        raise SeedError(problems, source=source) from None
    if doubles := _doubles(seed):
        raise SeedError(doubles, source=source)
    return seed


def _beginning(document: object) -> object:
    """The same, with the first items of each list and object."""
    if isinstance(document, dict):
        return {key: _beginning(value) for key, value in islice(document.items(), MAX_PROBLEMS)}
    if isinstance(document, list):
        return [_beginning(each) for each in document[:MAX_PROBLEMS]]
    return document


def _doubles(seed: Seed) -> list[str]:
    """Problems of entries that describe one thing; only one of them could be kept."""
    seen: set[tuple[object, ...]] = set()
    problems = []
    for path, part in seed.each_account():
        for kind, field, names in _entries(part):
            whose = () if kind in {"credentials", "buckets"} else (path,)
            for index, name in enumerate(names):
                if (kind, *whose, *name) in seen:
                    problems.append(f"{path}{kind}[{index}].{field}: is given twice")
                seen.add((kind, *whose, *name))
    return problems


def _entries(part: AccountContents) -> Iterator[tuple[str, str, list[tuple[str | None, ...]]]]:
    """Each kind of entry, the field that tells its entries apart, and what that is of each."""
    yield "credentials", "access_key", [(each.access_key,) for each in part.credentials]
    for kind in ("projects", "users", "agencies", "buckets"):
        yield kind, "name", [(each.name,) for each in getattr(part, kind)]
    yield "functions", "name", [(each.project, each.package, each.name) for each in part.functions]
    for kind in ("topics", "streams"):
        yield kind, "name", [(each.project, each.name) for each in getattr(part, kind)]


def load_seed(file: Path) -> Seed:
    """Read a seed file.

    Raises:
        SeedError: it cannot be read, or holds problems.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError([f"cannot read the file: {error}"], source=str(file)) from None
    return read_seed(text, source=str(file))
