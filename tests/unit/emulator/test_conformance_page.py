"""docs/conformance.md names everything that the local cloud has, and nothing else."""

import re
from pathlib import Path

from pulumi_functiongraph.emulator.controls import urls as controls
from pulumi_functiongraph.emulator.http.application import ROUTES
from pulumi_functiongraph.emulator.http.faults import Fault
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.seeds.documents import read_seed
from unit.emulator.client import local_cloud

PAGE = (Path(__file__).parents[3] / "docs" / "conformance.md").read_text(encoding="utf-8")
FIRST_CELLS = re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE)


def in_code(cells: list[str], pattern: str) -> set[str]:
    return {name for cell in cells for name in re.findall(rf"`({pattern})`", cell)}


def test_every_operation_is_on_the_page() -> None:
    served = {f"{route.method} {route.path}" for route in ROUTES}
    served |= {f"{method} /{controls.ROOT}/{name}" for method, name, _ in controls.CONTROLS}

    assert in_code(FIRST_CELLS, r"[A-Z]+ /\S*") == served


def test_every_option_is_on_the_page_with_its_default_first() -> None:
    section = PAGE.partition("\nOptions (")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (`[^|]+) \|", section, re.MULTILINE))

    defaults = {name: str(value).lower() for name, value in Options()}
    first = {name: re.findall(r"`(\w+)`", values)[0] for name, values in rows.items()}
    assert first == {**defaults, "dis": "null"}


def test_every_field_of_a_fault_is_on_the_page() -> None:
    after = PAGE.partition("\nA fault:\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", after, re.MULTILINE)

    assert in_code(cells, r"\w+") == set(Fault.model_fields)


def test_the_sample_seed_is_one() -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    with local_cloud(name="otc", seed=read_seed(text)) as client:
        [function] = client.control("GET", "state")["functions"]

    assert function["async_configs"]["latest"]["max_async_retry_attempts"] == 2
    triggers = {each["trigger_type_code"]: each for each in function["triggers"]}
    assert triggers.keys() == {"OBS", "SMN", "DIS"}
    assert (triggers["OBS"]["version"], triggers["DIS"]["trigger_status"]) == ("!prod", "DISABLED")
