"""No module imports itself by way of others, and no name is two classes."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import grimp
import networkx as nx

import pulumi_functiongraph

PACKAGE = Path(pulumi_functiongraph.__file__).parent


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


def test_one_name_is_never_two_classes() -> None:
    """The local cloud is a world of its own: its names are those of the services.

    A program that changes to the other provider changes its import alone, so the resource has one
    name with both.
    """
    homes: dict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        if "emulator" in file.relative_to(PACKAGE).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(file.relative_to(PACKAGE)))

    resources = ["dynamic/resource.py", "plugin/program_resource.py"]
    assert homes.pop("AsyncNotificationConfig") == resources
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
