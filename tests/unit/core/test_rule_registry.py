import importlib
import pkgutil
import re
from types import ModuleType

import pytest

from pulumi_functiongraph.core import rules
from pulumi_functiongraph.core.rules import RULES, Rule, RuleStage


def modules() -> dict[str, ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    return {name: importlib.import_module(f"{rules.__name__}.{name}") for name in names}


def test_ids_are_unique_well_formed_and_in_order() -> None:
    ids = [rule.id for rule in RULES]

    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"FGN[0-3]\d\d", rule_id) for rule_id in ids)


def test_names_are_unique_words_with_hyphens() -> None:
    names = [rule.name for rule in RULES]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


def test_a_module_of_one_rule_has_its_name() -> None:
    alone = {name: module.RULE for name, module in modules().items() if hasattr(module, "RULE")}

    assert {name: rule.name.replace("-", "_") for name, rule in alone.items()} == {
        name: name for name in alone
    }


def test_every_rule_of_the_folder_is_found_and_its_module_names_it_first() -> None:
    for name, module in modules().items():
        first_line = (module.__doc__ or "").split("\n", maxsplit=1)[0]
        for rule in getattr(module, "RULES", ()):
            assert rule in RULES
            assert first_line.startswith("FGN"), name


def test_the_stage_of_a_rule_goes_with_the_range_of_its_id() -> None:
    stages = {rule.id[3]: rule.stage for rule in RULES}

    assert stages == dict(zip("0123", RuleStage, strict=True))
    assert all(rule.stage is stages[rule.id[3]] for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_each_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    for said in (rule.summary, rule.why, rule.remedy):
        assert said.endswith(".")
        assert len(said) > 20
