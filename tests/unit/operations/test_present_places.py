"""Places of unchanged configs: from the source as it is now, else said to be of the past."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_functiongraph.core.stack import Export, parse_export
from pulumi_functiongraph.core.stack.places import declared_at
from pulumi_functiongraph.operations import present_places
from pulumi_functiongraph.operations.present_places import with_present_places
from unit.core.stack.told import export, state

PROJECT = "name: shop\nruntime: python\n"
DECLARED = 'AsyncNotificationConfig(\n    "orders",\n    function_urn="orders",\n)\n'


def told(*names: str, line: int = 3) -> Export:
    """A stack whose configs were declared in lines of the entry file."""
    frames = [{"sourcePosition": f"project:///__main__.py#{line}"}]
    return parse_export(export(*(state(name, stackTrace=frames) for name in names)))


def places(found: Export) -> dict[str, str]:
    resources = found.deployment.resources
    return {each.urn.rpartition("::")[2]: declared_at(each) for each in resources}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str, *, file: str = "__main__.py") -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_declaration_that_moved_is_where_it_is_now(folder: Path) -> None:
    write(folder, f"import pulumi\n\n\n\n{DECLARED}")
    assert places(with_present_places(told("orders"), listed=(), folder=folder)[0]) == {
        "orders": "__main__.py:5"
    }


def test_a_program_in_a_folder_is_read_there(folder: Path) -> None:
    write(folder, f'{PROJECT}main: "infra"  # since June\n', file="Pulumi.yaml")
    write(folder, f"{DECLARED}", file="infra/shop/orders.py")
    write(folder, f"\n{DECLARED}", file="tests/test_orders.py")
    write(folder, f"\n{DECLARED}", file="infra/.venv/orders.py")
    moved, past = with_present_places(told("orders"), listed=(), folder=folder)
    assert (places(moved), past) == ({"orders": "infra/shop/orders.py:1"}, ())


@pytest.mark.parametrize(
    "declared",
    [
        'functiongraph.AsyncNotificationConfig("orders", function_urn="x")',
        'AsyncNotificationConfig(resource_name="orders", function_urn="x")',
        'for name in ["orders"]:\n    AsyncNotificationConfig(name, function_urn="x")',
    ],
)
def test_each_way_to_declare_is_found(folder: Path, declared: str) -> None:
    write(folder, f"\n{declared}")
    line = 3 if declared.startswith("for") else 2
    moved, past = with_present_places(told("orders", line=line), listed=(), folder=folder)
    assert (places(moved), past) == ({"orders": f"__main__.py:{line}"}, ())


@pytest.mark.parametrize(
    "source",
    [
        "print('gone')",
        'AsyncNotificationConfig(f"{name}", function_urn="x")',
        f"{DECLARED}{DECLARED}",
        "this is no Python",
    ],
)
def test_what_the_source_does_not_tell_keeps_its_place_and_is_named(
    folder: Path, source: str
) -> None:
    write(folder, source)
    moved, past = with_present_places(told("orders"), listed=(), folder=folder)
    assert (places(moved), past) == ({"orders": "__main__.py:3"}, ("orders",))


def test_what_the_preview_tells_is_left_as_it_is(folder: Path) -> None:
    write(folder, DECLARED)
    known = told("orders")
    listed = {each.urn for each in known.deployment.resources}
    moved, past = with_present_places(known, listed=listed, folder=folder)
    assert (places(moved), past) == ({"orders": "__main__.py:3"}, ())


def test_another_project_tells_nothing(folder: Path, tmp_path: Path) -> None:
    write(folder, DECLARED)
    known = told("orders")
    assert with_present_places(known, listed=(), folder=tmp_path / "none") == (known, ())
    write(folder, "name: other\n", file="Pulumi.yaml")
    assert with_present_places(known, listed=(), folder=folder) == (known, ())


def test_no_more_files_are_read_than_a_program_has(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "x = 1\n", file="a.py")
    write(folder, DECLARED, file="b.py")
    monkeypatch.setattr(present_places, "MOST_FILES", 1)
    assert with_present_places(told("orders"), listed=(), folder=folder)[1] == ("orders",)
