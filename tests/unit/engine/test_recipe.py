import shutil
from pathlib import Path

import pytest

from sources import recipe


def copy_recipe(folder: Path) -> Path:
    for name in ("go.mod", "go.sum"):
        shutil.copy(recipe.MODULE_FOLDER / name, folder / name)
    return folder


def test_version_is_the_one_that_go_mod_requires() -> None:
    assert recipe.version() == "3.259.0"


def test_go_mod_without_the_engine_is_refused(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module engine\n", encoding="utf-8")

    with pytest.raises(ValueError, match="does not require github"):
        recipe.version(tmp_path)


def test_build_stamps_the_version_and_changes_no_module_file(tmp_path: Path) -> None:
    arguments = recipe.build_arguments(tmp_path / "pulumi")
    settings = recipe.build_settings(tmp_path)

    assert arguments[0] == "build"
    assert any(text.endswith("/version.Version=v3.259.0") for text in arguments)
    assert settings["GOFLAGS"] == "-mod=readonly"
    assert all(
        str(tmp_path) in settings[name] for name in ("GOCACHE", "GOMODCACHE", "GOPATH", "GOTMPDIR")
    )


def test_name_changes_with_the_modules_that_are_built(tmp_path: Path) -> None:
    changed = copy_recipe(tmp_path)
    assert recipe.name(changed) == recipe.name()

    with (changed / "go.sum").open("a", encoding="utf-8") as sums:
        sums.write("example.com/more v1.0.0 h1:x\n")

    assert recipe.name(changed) != recipe.name()
    assert recipe.name(changed).startswith("3.259.0-")
