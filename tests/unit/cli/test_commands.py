import json

import pytest
from typer.testing import CliRunner, Result

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.core.schemas import SCHEMAS
from pulumi_functiongraph.emulator import command
from pulumi_functiongraph.report.rules.page import rule_section, rules_page
from pulumi_functiongraph.report.rules.text import rule_text


def fgctl(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="fgctl")


def test_help_lists_every_command_in_its_group() -> None:
    shown = fgctl("--help")

    assert shown.exit_code == 0
    lines = [line.strip() for line in shown.stdout.splitlines()]
    places = [
        next(number for number, line in enumerate(lines) if line.startswith(start))
        for start in (
            "Look at a stack",
            "graph ",
            "drift ",
            "precheck ",
            "invoke ",
            "Without a cloud:",
            "rules ",
            "emulator ",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "name",
    ["graph", "drift", "adopt", "doctor", "precheck", "invoke", "emulator", "rules", "schema"],
)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_help_of_each_command_has_an_example(name: str, option: str) -> None:
    shown = fgctl(name, option)

    assert shown.exit_code == 0
    assert f"fgctl {name} " in shown.stdout.partition("Example")[2]


def test_help_fits_a_screen() -> None:
    lines = fgctl("--help").stdout.splitlines()

    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_no_arguments_show_the_help_as_bad_usage() -> None:
    shown = fgctl()

    assert shown.exit_code == 2
    assert "Without a cloud:" in shown.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ruels",), "rules"),
        (("--nonsense",), "--nonsense"),
        (("schema",), "config"),
        (("schema", "state"), "'event', 'config'"),
        (("rules", "FGN999"), "there is no rule FGN999; there are FGN001, "),
        (("emulator", "--port", "70000"), "65535"),
    ],
)
def test_bad_usage_exits_with_2_and_says_what_is_allowed(
    arguments: tuple[str, ...], said: str
) -> None:
    refused = fgctl(*arguments)

    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_printed_as_json(name: str) -> None:
    shown = fgctl("schema", name)

    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == SCHEMAS[name]()


def test_rules_are_listed() -> None:
    shown = fgctl("rules")

    assert [line.split()[0] for line in shown.stdout.splitlines()] == [rule.id for rule in RULES]


@pytest.mark.parametrize("named", ["FGN002", "fgn002", "declared-twice", "Declared-Twice"])
def test_a_rule_is_explained_by_its_id_or_its_name(named: str) -> None:
    assert fgctl("rules", named).stdout == rule_text(RULES[1])


def test_rules_are_printed_as_markdown() -> None:
    assert fgctl("rules", "--format", "markdown").stdout == rules_page(RULES)
    assert fgctl("rules", "FGN001", "--format", "markdown").stdout == rule_section(RULES[0])


def test_the_version_is_shown_whatever_comes_after_it() -> None:
    assert fgctl("--version", "rules").stdout.startswith("fgctl ")


def test_a_module_of_our_own_that_is_missing_is_no_missing_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(**_: object) -> None:
        raise ModuleNotFoundError(name="pulumi_functiongraph.emulator.gone")

    assert fgctl("emulator", "-h").exit_code == 0  # what is loaded has the real command's options
    monkeypatch.setattr(command, "emulator", broken)

    failed = fgctl("emulator")

    assert isinstance(failed.exception, ModuleNotFoundError)
    assert "pip install" not in failed.output
