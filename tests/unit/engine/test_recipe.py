import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sources.recipe import ENGINE, TYPESCRIPT_SDK, YAML_HOST, Recipe, build_settings

ALL = {recipe.binary: recipe for recipe in (ENGINE, YAML_HOST, TYPESCRIPT_SDK)}


def copy_of(recipe: Recipe, folder: Path) -> Recipe:
    for file in (*recipe.folder.glob("go.*"), *recipe.folder.glob("*.go")):
        shutil.copy(file, folder / file.name)
    return replace(recipe, folder=folder)


@pytest.mark.parametrize(
    ("binary", "version"),
    [("pulumi", "3.259.0"), ("pulumi-language-yaml", "1.25.0"), ("typescript-sdk", "3.259.0")],
)
def test_version_is_the_one_that_go_mod_requires(binary: str, version: str) -> None:
    assert ALL[binary].version == version


def test_go_mod_without_the_engine_is_refused(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module engine\n", encoding="utf-8")

    with pytest.raises(ValueError, match="does not require github"):
        _ = replace(ENGINE, folder=tmp_path).version


def test_build_stamps_the_version_and_changes_no_module_file(tmp_path: Path) -> None:
    arguments = ENGINE.build_arguments(tmp_path / "pulumi")
    settings = build_settings(tmp_path)

    assert arguments[0] == "build"
    assert any(text.endswith("/version.Version=v3.259.0") for text in arguments)
    assert settings["GOFLAGS"] == "-mod=readonly"
    assert all(
        str(tmp_path) in settings[name] for name in ("GOCACHE", "GOMODCACHE", "GOPATH", "GOTMPDIR")
    )


@pytest.mark.parametrize("binary", ALL)
def test_name_changes_with_the_modules_that_are_built(tmp_path: Path, binary: str) -> None:
    recipe = ALL[binary]
    changed = copy_of(recipe, tmp_path)
    assert changed.name == recipe.name

    with (tmp_path / "go.sum").open("a", encoding="utf-8") as sums:
        sums.write("example.com/more v1.0.0 h1:x\n")

    assert changed.name != recipe.name
    assert changed.name.startswith(f"{recipe.version}-")


def test_name_changes_with_a_program_of_our_own(tmp_path: Path) -> None:
    changed = copy_of(TYPESCRIPT_SDK, tmp_path)

    with (tmp_path / "main.go").open("a", encoding="utf-8") as source:
        source.write("// more\n")

    assert changed.name != TYPESCRIPT_SDK.name


def test_no_two_programs_are_kept_under_one_name() -> None:
    assert len({recipe.name for recipe in ALL.values()}) == len(ALL)
