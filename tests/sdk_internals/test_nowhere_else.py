"""Nothing but ``bridge/sdk_internals`` touches what Pulumi's SDK does not publish."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "provider" / "pulumi_functiongraph"
ALLOWED = PACKAGE / "bridge" / "sdk_internals"
FILES = sorted(
    path
    for folder in ("bridge", "dynamic", "program", "policy")
    for path in (PACKAGE / folder).rglob("*.py")
    if ALLOWED not in path.parents
)
PUBLISHED = ("pulumi", "pulumi.runtime", "pulumi.dynamic")
MODULES = (*PUBLISHED, "pulumi.log")
BY_NAME = ("getattr", "setattr", "hasattr", "delattr")


def touches(source: str) -> list[str]:
    """What a module uses of the SDK, and of anybody else, that is not published."""
    nodes = list(ast.walk(ast.parse(source)))
    return [*_imported(nodes), *_attributes(nodes), *_by_name(nodes)]


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            of_pulumi = [each.name for each in node.names if each.name.startswith("pulumi.")]
            yield from (name for name in of_pulumi if name not in PUBLISHED)
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "pulumi":
            module = str(node.module)
            yield from (each.name for each in node.names if not is_published(module, each.name))


def _attributes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node, ast.Attribute):
            continue
        owner = ast.unparse(node.value)
        is_private = node.attr.startswith("_") and not node.attr.startswith("__")
        is_foreign = is_private and owner not in {"self", "cls", "os"}
        if is_foreign or (owner in PUBLISHED and not is_published(owner, node.attr)):
            yield f"{owner}.{node.attr}"


def _by_name(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=function), args=[_, ast.Constant(value=str(name)), *_]):
                if function in BY_NAME and name.startswith("_"):
                    yield f"{function}(…, {name!r})"


def is_published(module: str, name: str) -> bool:
    names = import_module(module).__all__ if module in PUBLISHED else []
    return name in names or f"{module}.{name}" in MODULES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_uses_only_what_is_published(path: Path) -> None:
    assert touches(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pulumi._types",
        "from pulumi._types import is_input_type",
        "from pulumi.runtime.settings import get_monitor",
        "from pulumi.runtime import _stack",
        "pulumi.output._data",
        "pulumi.runtime.settings",
        "resource._transformations",
        "made().urn._data",
        "getattr(resource, '_name')",
        "setattr(stack, '_root', root)",
    ],
)
def test_a_touch_is_found(source: str) -> None:
    assert touches(source)


@pytest.mark.parametrize(
    "source",
    [
        "import pulumi",
        "from pulumi.dynamic import Resource",
        "pulumi.runtime.is_dry_run()",
        "self._own",
        "found.__dict__",
    ],
)
def test_what_is_published_is_no_touch(source: str) -> None:
    assert not touches(source)
