"""Nothing but ``bridge/sdk_internals`` touches what Pulumi's SDK does not publish."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "provider" / "pulumi_functiongraph"
ALLOWED = PACKAGE / "bridge" / "sdk_internals"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if ALLOWED not in path.parents)
PROTOCOL = "pulumi.runtime.proto"
"""The classes that are generated from Pulumi's protocol, which a plugin has to speak (ADR 6)."""
SPEAKS_IT = PACKAGE / "plugin"
PUBLISHED = ("pulumi", "pulumi.runtime", "pulumi.dynamic")
MODULES = (*PUBLISHED, "pulumi.log")
BY_NAME = ("getattr", "setattr", "hasattr", "delattr")


def touches(source: str, *, speaks_protocol: bool = False) -> list[str]:
    """What a module uses of the SDK, and of anybody else, that is not published."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = [
        name
        for module, name in _imported(nodes)
        if not (speaks_protocol and f"{module}.".startswith(f"{PROTOCOL}."))
    ]
    return [*imported, *_attributes(nodes), *_by_name(nodes)]


def _imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            of_pulumi = [each.name for each in node.names if each.name.startswith("pulumi.")]
            yield from ((name, name) for name in of_pulumi if name not in PUBLISHED)
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "pulumi":
            module = str(node.module)
            names = (each.name for each in node.names)
            yield from ((module, name) for name in names if not is_published(module, name))


def _attributes(nodes: Sequence[ast.AST]) -> Iterator[str]:
    own = set(_own(nodes))
    for node in nodes:
        if not isinstance(node, ast.Attribute):
            continue
        owner = ast.unparse(node.value)
        is_private = node.attr.startswith("_") and not node.attr.startswith("__")
        is_foreign = is_private and owner not in {"self", "cls", "os"} and node.attr not in own
        if is_foreign or (owner in PUBLISHED and not is_published(owner, node.attr)):
            yield f"{owner}.{node.attr}"


def _own(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What the module's classes have, which they may use of each other."""
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def _by_name(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=function), args=[_, ast.Constant(value=str(name)), *_]):
                is_private = name.startswith("_") and not name.startswith("__")
                if function in BY_NAME and is_private:
                    yield f"{function}(…, {name!r})"


def is_published(module: str, name: str) -> bool:
    names = import_module(module).__all__ if module in PUBLISHED else []
    return name in names or f"{module}.{name}" in MODULES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_uses_only_what_is_published(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert touches(source, speaks_protocol=SPEAKS_IT in path.parents) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pulumi._types",
        "from pulumi._types import is_input_type",
        "from pulumi.runtime.settings import get_monitor",
        "from pulumi.runtime import _stack",
        "import pulumi.runtime.proto.provider_pb2",
        "from pulumi.runtime.proto import provider_pb2",
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
    ("source", "is_touch"),
    [
        ("import pulumi.runtime.proto.provider_pb2", False),
        ("from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer", False),
        ("from pulumi.runtime.protocols import Any", True),
        ("from pulumi.runtime.settings import get_monitor", True),
    ],
)
def test_the_plugin_may_use_the_classes_of_the_protocol(source: str, *, is_touch: bool) -> None:
    assert bool(touches(source, speaks_protocol=True)) is is_touch


@pytest.mark.parametrize(
    "source",
    [
        "import pulumi",
        "from pulumi.dynamic import Resource",
        "pulumi.runtime.is_dry_run()",
        "self._own",
        "def same(self, other):\n    self._own = other._own",
        "found.__dict__",
    ],
)
def test_what_is_published_is_no_touch(source: str) -> None:
    assert not touches(source)
