"""How the emulator's modules depend on each other."""

import grimp
import networkx as nx

PACKAGE = "pulumi_functiongraph.emulator"


def test_no_module_of_the_emulator_imports_itself_through_others() -> None:
    """Imports inside functions and those for types count, too."""
    graph = grimp.build_graph("pulumi_functiongraph", cache_dir=None)
    modules = {each for each in graph.modules if each.startswith(PACKAGE)}
    imports = nx.DiGraph(
        (each, found)
        for each in modules
        for found in graph.find_modules_directly_imported_by(each) & modules
    )

    circles = nx.strongly_connected_components(imports)

    assert len(imports) > 50
    assert [sorted(circle) for circle in circles if len(circle) > 1] == []
