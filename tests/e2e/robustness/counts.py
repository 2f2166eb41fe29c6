"""What a scenario comes to, in numbers, and the table of all scenarios at the end of a test run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields

PROPERTY = "robustness"
"""Name under which a test hands its counts to the report."""

COLUMNS: Mapping[str, str] = {
    "scenarios": "scenarios",
    "converged": "converged",
    "refused": "refused",
    "taken_over": "taken over",
    "orphans": "orphans",
    "lost": "lost",
    "foreign": "foreign touched",
    "overwritten": "overwritten",
    "left_running": "left running",
    "hung": "hung",
    "tracebacks": "tracebacks",
    "secrets": "secrets",
}

BAD = ("orphans", "lost", "foreign", "left_running", "hung", "tracebacks", "secrets")
"""Columns in which every number but 0 is a failure."""

LEGEND = (
    "refused: an update that ended with 1 and named the way out",
    "taken over: live and in no state after the disturbed run, in state after the next",
    "overwritten: two wrote at the same instant; the service has no conditional PUT",
    'rerun one: scripts/test --long "tests/e2e/robustness/<file>::<test>[<id>]"',
    "kill at other instants: TRIAL_SEED=<number>",
)


@dataclass
class Counts:
    """The counts of one scenario.

    Attributes:
        scenario: group and id, as in `faults: create PUT 503 always`.
        converged: whether the next undisturbed run has made all as declared.
        refused: runs that were refused and named a way out.
        taken_over: configs that were live and in no state until the next run.
        orphans: configs that are live and in no state at the end.
        lost: configs that are gone or differ where a run has said that all is well.
        foreign: configs of somebody else that were changed or deleted.
        overwritten: configs that two wrote at the same instant, and the later one has.
        left_running: processes that outlived their engine.
        hung: runs that did not end.
        tracebacks: outputs with a traceback.
        secrets: texts with a secret in clear.
        notes: what is behind the numbers.
    """

    scenario: str
    converged: bool = True
    refused: int = 0
    taken_over: int = 0
    orphans: int = 0
    lost: int = 0
    foreign: int = 0
    overwritten: int = 0
    left_running: int = 0
    hung: int = 0
    tracebacks: int = 0
    secrets: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.converged and not any(getattr(self, name) for name in BAD)

    @property
    def group(self) -> str:
        return self.scenario.partition(":")[0]

    def __str__(self) -> str:
        numbers = ", ".join(
            f"{each.name} {getattr(self, each.name)}"
            for each in fields(self)
            if each.name not in {"scenario", "notes"}
        )
        return "\n".join([f"{self.scenario}: {numbers}", *self.notes])

    def document(self) -> dict[str, object]:
        """As plain values, which another process can send."""
        return asdict(self)


def table(documents: Iterable[Mapping[str, object]]) -> list[str]:
    """Lines of a table, one for each group and one for all of them."""
    groups: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for document in documents:
        groups[str(document["scenario"]).partition(":")[0]].append(document)
    if not groups:
        return []
    rows = [(group, _sums(groups[group])) for group in sorted(groups)]
    rows.append(("total", _sums([each for found in groups.values() for each in found])))
    widest = max(len(name) for name, _ in rows)
    lines = ["  ".join([" " * widest, *COLUMNS.values()])]
    for name, sums in rows:
        cells = [str(sums[key]).rjust(len(title)) for key, title in COLUMNS.items()]
        lines.append("  ".join([name.ljust(widest), *cells]))
    return [*lines, *LEGEND]


def _sums(documents: list[Mapping[str, object]]) -> dict[str, int]:
    def summed(key: str) -> int:
        values = (document[key] for document in documents)
        return sum(value for value in values if isinstance(value, int))

    return {"scenarios": len(documents)} | {key: summed(key) for key in list(COLUMNS)[1:]}
