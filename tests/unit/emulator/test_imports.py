"""How the emulator's modules depend on each other."""

import subprocess
import sys

import grimp
import networkx as nx

PACKAGE = "pulumi_functiongraph.emulator"
HEAVY = ("httpx", "rich", "boto3", "moto")


def test_no_module_of_the_emulator_imports_itself_through_others() -> None:
    """Imports inside functions and those for types count, too."""
    graph = grimp.build_graph("pulumi_functiongraph", cache_dir=None)
    modules = {each for each in graph.modules if each.startswith(PACKAGE)}
    imports: nx.DiGraph[str] = nx.DiGraph(
        (each, found)
        for each in modules
        for found in graph.find_modules_directly_imported_by(each) & modules
    )

    circles = nx.strongly_connected_components(imports)

    assert len(imports) > 50
    assert [sorted(circle) for circle in circles if len(circle) > 1] == []


def test_starting_loads_no_http_client_and_nothing_that_paints() -> None:
    """They cost a start a fifth of a second, and few runs need them."""
    modules = ["command", "local_cloud", "server", "http.application"]
    imports = "; ".join(f"import {PACKAGE}.{each}" for each in modules)
    script = f"import sys; {imports}; print([m for m in {HEAVY} if m in sys.modules])"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert found.stdout.strip() == b"[]"
