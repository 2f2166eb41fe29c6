from pathlib import Path

import pytest

from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.severities import AS_WRITTEN
from pulumi_functiongraph.operations.project_file import grades_of

RULES = '[tool.pulumi-functiongraph.rules]\n{} = {{severity = "off", reason = "as agreed"}}\n'
OF_OTHERS = '[project]\nname = "shop"\n[tool.other]\nrules = 1\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "shop" / "infrastructure"
    inner.mkdir(parents=True)
    return inner


def write(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def test_the_nearest_file_with_settings_of_this_package_counts(folder: Path) -> None:
    write(folder.parents[1], RULES.format("FGN302"))
    write(folder.parent, RULES.format("FGN301"))
    write(folder, OF_OTHERS)

    assert grades_of(folder).notes == ("pyproject.toml sets FGN301 to off: as agreed",)


def test_without_such_a_file_every_rule_keeps_its_severity(folder: Path) -> None:
    (folder / "pyproject.toml").mkdir()
    write(folder.parent, OF_OTHERS)

    assert grades_of(folder) == AS_WRITTEN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULES.format("FGN999"), "tool.pulumi-functiongraph.rules.FGN999: is no rule"),
        ("[tool", "is not TOML"),
        ("[tool]\npulumi-functiongraph = 1", "is no table"),
    ],
)
def test_a_file_that_means_nothing_is_refused_by_name(folder: Path, text: str, said: str) -> None:
    write(folder, text)

    with pytest.raises(SettingsError) as refused:
        grades_of(folder)

    assert str(refused.value).startswith(f"{folder / 'pyproject.toml'}: ")
    assert said in str(refused.value)


def test_a_file_that_may_not_be_read_is_refused_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    write(folder, OF_OTHERS)
    monkeypatch.setattr(Path, "read_text", refuse)

    with pytest.raises(SettingsError, match=r"pyproject\.toml: Permission denied"):
        grades_of(folder)
