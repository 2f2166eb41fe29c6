import importlib
import pkgutil
import re
from types import ModuleType

import pytest

from pulumi_functiongraph.core import rules
from pulumi_functiongraph.core.rules import RULES, Rule

NO_RULE = {"rule", "known", "answered"}


def rule_files() -> dict[str, ModuleType]:
    names = {module.name for module in pkgutil.iter_modules(rules.__path__)} - NO_RULE
    return {name: importlib.import_module(f"{rules.__name__}.{name}") for name in names}


def test_ids_are_unique_well_formed_and_in_order() -> None:
    ids = [rule.id for rule in RULES]

    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"FGN[0-3]\d\d", rule_id) for rule_id in ids)


def test_names_are_unique_words_with_hyphens() -> None:
    names = [rule.name for rule in RULES]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


def test_each_rule_has_a_file_of_its_name_and_each_file_is_registered() -> None:
    by_file = {name: module.RULE for name, module in rule_files().items()}

    assert by_file == {rule.name.replace("-", "_"): rule for rule in RULES}


def test_the_first_word_of_each_rule_file_is_its_id() -> None:
    first_words = {
        name: (module.__doc__ or "").split(":")[0] for name, module in rule_files().items()
    }

    assert first_words == {rule.name.replace("-", "_"): rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_each_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    for said in (rule.summary, rule.why, rule.remedy):
        assert said.endswith(".")
        assert len(said) > 20
