"""No module imports itself by way of others, annotations and imports inside functions included."""

from __future__ import annotations

import grimp
import networkx as nx


def test_no_import_runs_in_a_circle() -> None:
    modules = grimp.build_graph("pulumi_functiongraph", cache_dir=None)
    imports: nx.DiGraph[str] = nx.DiGraph(
        (module, imported)
        for module in modules.modules
        for imported in modules.find_modules_directly_imported_by(module)
    )
    components = nx.strongly_connected_components(imports)
    assert [sorted(each) for each in components if len(each) > 1] == []
