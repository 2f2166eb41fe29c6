"""No module imports itself by way of others, none imports tests, and no name is two types."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
import networkx as nx

import pulumi_functiongraph

PACKAGE = Path(pulumi_functiongraph.__file__).parent
TESTS = Path(__file__).parents[1]


def test_no_import_runs_in_a_circle() -> None:
    """Annotations and imports inside functions included."""
    modules = grimp.build_graph("pulumi_functiongraph", cache_dir=None)
    imports: nx.DiGraph[str] = nx.DiGraph(
        (module, imported)
        for module in modules.modules
        for imported in modules.find_modules_directly_imported_by(module)
    )
    components = nx.strongly_connected_components(imports)
    assert [sorted(each) for each in components if len(each) > 1] == []


def types_in(module: ast.Module) -> Iterator[str]:
    """The classes of a module, and its names for other types, with no mark of what is private.

    Type variables are not among them: they stand for any type.
    """
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield node.name.lstrip("_")
    for statement in module.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                yield name.lstrip("_")
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp()):
                if name.strip("_")[0].isupper() and not name.isupper():
                    yield name.lstrip("_")


def test_one_name_is_never_two_types() -> None:
    """The local cloud is a world of its own: its names are those of the services.

    A program that changes to the other provider changes its import alone, so the resource has one
    name with both.
    """
    homes: dict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        if "emulator" in file.relative_to(PACKAGE).parts:
            continue
        for name in types_in(ast.parse(file.read_text(encoding="utf-8"))):
            homes[name].append(str(file.relative_to(PACKAGE)))

    resources = ["dynamic/resource.py", "plugin/program_resource.py"]
    assert homes.pop("AsyncNotificationConfig") == resources
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


def test_no_module_imports_tests_of_another_one() -> None:
    """What two of them share stands in a module that has no tests."""
    found = [
        f"{file.relative_to(TESTS)}: {module}"
        for file in sorted(TESTS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for module in _imported(node)
        if any(part.startswith("test_") for part in module.split("."))
    ]
    assert found == []


def _imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports, and whatever else it may import from one."""
    match node:
        case ast.Import(names=names):
            return [each.name for each in names]
        case ast.ImportFrom(module=module, names=names):
            return [f"{module}.{each.name}" for each in names]
    return []
