"""The package itself: its public names, and what importing it loads."""

from __future__ import annotations

import contextvars
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_overloads, is_typeddict

import mypy.api
import pulumi
import pytest
from pulumi.runtime import stack

import pulumi_functiongraph
from pulumi_functiongraph import native
from pulumi_functiongraph.bridge.sdk_internals import program_start
from unit.program.programs import Engine


def python(program: str) -> str:
    """What a fresh interpreter prints."""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_every_public_name_can_be_had_and_is_listed_once() -> None:
    names = pulumi_functiongraph.__all__
    assert len(set(names)) == len(names)
    assert set(names) == set(pulumi_functiongraph._HOME)
    for name in names:
        value = getattr(pulumi_functiongraph, name)
        assert value.__name__ == name
        assert value.__module__ == f"pulumi_functiongraph.{pulumi_functiongraph._HOME[name]}"
    assert dir(pulumi_functiongraph) == sorted(names)


def test_a_type_checker_sees_just_the_names_that_are_loaded_lazily() -> None:
    source = inspect.getsource(pulumi_functiongraph)
    block = source.partition("if TYPE_CHECKING:")[2].partition("\n_HOME")[0]
    for name, home in pulumi_functiongraph._HOME.items():
        assert f"    from pulumi_functiongraph.{home} import" in block
        assert name in block


ROOT = Path(__file__).parents[3]
PUBLIC = [getattr(pulumi_functiongraph, name) for name in pulumi_functiongraph.__all__]
TAKE_KEYWORDS = [*(each for each in PUBLIC if not is_typeddict(each)), native.Provider]


@pytest.mark.parametrize("named", TAKE_KEYWORDS, ids=lambda named: named.__name__)
def test_what_an_editor_shows_has_a_line_for_each_keyword(named: Any) -> None:
    made = named.__init__ if inspect.isclass(named) else named
    *_, called = [*get_overloads(made), made][:2]  # of overloads the one with keywords
    shown = f"{inspect.getdoc(named)}\n{inspect.getdoc(called)}"

    for keyword, each in inspect.signature(called).parameters.items():
        if keyword != "self" and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            assert re.search(rf"^ *{keyword}: \S", shown, re.MULTILINE), keyword


def test_another_name_is_refused_as_python_does_it() -> None:
    module: Any = pulumi_functiongraph
    with pytest.raises(AttributeError, match="has no attribute 'AsyncConfig'"):
        _ = module.AsyncConfig


def test_a_name_that_only_the_native_module_has_is_answered_with_that_module() -> None:
    for name in set(native.__all__) - set(pulumi_functiongraph.__all__):
        with pytest.raises(AttributeError, match=rf"{name}.*pulumi_functiongraph\.native"):
            getattr(pulumi_functiongraph, name)


def test_a_plain_import_loads_neither_pulumi_nor_a_client() -> None:
    heavy = ("pulumi", "grpc", "requests", "openstack", "huaweicloudsdkcore", "dill")
    loaded = python(
        "import pulumi_functiongraph, sys\n"
        "assert pulumi_functiongraph.NotificationEvent\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    assert loaded == "[]"


def test_a_provider_process_loads_nothing_of_what_lives_inside_a_program() -> None:
    program = (
        "import sys, pulumi.dynamic, pulumi_functiongraph.dynamic.provider\n"
        "print([name for name in sys.modules if name.startswith('pulumi_functiongraph.program')])"
    )
    assert python(program) == "[]"


def test_beside_pulumi_where_no_program_runs_nothing_is_armed() -> None:
    program = (
        "import pulumi, sys, pulumi_functiongraph\n"
        "print('pulumi_functiongraph.program.gate' in sys.modules)"
    )
    assert python(program) == "False"


def test_inside_a_running_program_the_import_arms_the_gate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pulumi_functiongraph.program import gate

    armed: list[bool] = []
    monkeypatch.setattr(gate, "arm", lambda: armed.append(True))
    monkeypatch.setattr(stack, "set_root_resource", program_start._make_known)

    def program() -> None:
        pulumi.runtime.set_mocks(Engine())
        assert armed == []
        pulumi_functiongraph._arm()

    contextvars.Context().run(program)
    assert armed == [True]
    contextvars.Context().run(pulumi_functiongraph._arm)
    assert armed == [True]


def test_after_the_import_the_gate_is_armed_with_each_program_that_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pulumi_functiongraph.program import gate

    armed: list[bool] = []
    monkeypatch.setattr(gate, "arm", lambda *, at_start: armed.append(at_start))
    pulumi_functiongraph._arm()
    for _ in range(2):
        contextvars.Context().run(pulumi.runtime.set_mocks, Engine())
    assert armed == [True, True]


def test_where_the_sdk_tells_of_no_start_nothing_is_watched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program_start, "_make_known", None)
    monkeypatch.delattr(stack, "set_root_resource")
    pulumi_functiongraph._arm()
    assert not hasattr(stack, "set_root_resource")


def test_a_type_checker_names_keywords_that_are_misspelled_and_names_that_are_absent() -> None:
    program = """\
import pulumi_functiongraph as functiongraph
from pulumi_functiongraph import AsyncNotificationConfig, ObsTarget, get_function, native
AsyncNotificationConfig("a", function_urn="b", max_async_retry_attemps=2)
ObsTarget("failed", prefx="a/")
get_function("orders", pakage="shop")
native.Provider("elsewhere", regoin="eu-de")
functiongraph.Provider("elsewhere")
native.Provide("elsewhere")
"""
    options = [
        "--config-file",
        str(ROOT / "pyproject.toml"),
        "--cache-dir",
        str(ROOT / ".mypy_cache"),
    ]

    told, _, _ = mypy.api.run([*options, "-c", program])

    meant = re.findall(r'did you mean "(\w+)"', told)
    assert meant == ["max_async_retry_attempts", "prefix", "package", "region"], told
    absent = re.findall(r'Module has no attribute "(\w+)"', told)
    assert absent == ["Provider", "Provide"], told
