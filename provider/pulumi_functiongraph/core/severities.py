"""The severity that a project gives a rule, and why.

Never here: files. The gate inside a program does not know them: what a file beside the program
disables without a word at `pulumi up` would be no gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.findings import Finding, Severity, in_order
from pulumi_functiongraph.core.validation import is_text, printable

TABLE = "tool.pulumi-functiongraph"
"""Where in a pyproject.toml the settings of this package are."""

OFF = "off"
"""The severity of a rule that is disabled."""

_GRADES: Mapping[object, Severity | None] = {
    OFF: None,
    **{severity.value: severity for severity in Severity},
}
_KEYS = ("severity", "reason")


class Grade(msgspec.Struct, frozen=True):
    """What a project says of a rule, with its reason in one line; ``None`` disables the rule."""

    severity: Severity | None
    reason: str


class Severities(msgspec.Struct, frozen=True):
    """What a project says of rules.

    Attributes:
        by_rule: by the id of a rule; a rule that is not there keeps its own severity.
        source: the file that says so, as it is shown.
    """

    by_rule: Mapping[str, Grade] = msgspec.field(default_factory=dict)
    source: str = ""

    def severity_of(self, rule: str, *, otherwise: Severity) -> Severity | None:
        """The severity of a rule; ``None`` when it is disabled."""
        grade = self.by_rule.get(rule)
        return otherwise if grade is None else grade.severity

    def applied(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings as they are graded, without those of disabled rules."""
        return in_order(
            found.model_copy(update={"severity": severity})
            for found in findings
            if (severity := self.severity_of(found.rule, otherwise=found.severity))
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for each rule that is graded, so that nothing is disabled in silence."""
        return tuple(
            f"{self.source} sets {rule} to {grade.severity or OFF}: {grade.reason}"
            for rule, grade in sorted(self.by_rule.items())
        )


AS_WRITTEN = Severities()
"""Every rule keeps its own severity."""


def parse_grades(table: object, *, source: str) -> Severities:
    """Read the settings of this package, the table ``[tool.pulumi-functiongraph]`` of a file.

    Raises:
        InvalidInput: a rule or a severity that there is not, a grade without a reason, or a key
            that means nothing; every problem at once.
    """
    problems: list[Problem] = []
    settings = _table(table, TABLE, problems)
    problems += [
        Problem(f"{TABLE}.{key}", "is no setting", "there is rules")
        for key in settings
        if key != "rules"
    ]
    rules = _table(settings.get("rules", {}), f"{TABLE}.rules", problems)
    by_rule = {rule: _grade(rule, told, problems) for rule, told in rules.items()}
    if problems:
        raise InvalidInput(problems)
    return Severities(by_rule, source)


def _grade(rule: str, told: object, problems: list[Problem]) -> Grade:
    # Most projects grade nothing, and start without the rules.
    from pulumi_functiongraph.core.rules import RULES

    path = f"{TABLE}.rules.{rule}"
    ids = [known.id for known in RULES]
    if rule not in ids:
        problems.append(Problem(path, "is no rule", f"there are {', '.join(ids)}"))
    grade = _table(told, path, problems)
    problems += [
        Problem(f"{path}.{key}", "is no setting", f"there are {', '.join(_KEYS)}")
        for key in grade
        if key not in _KEYS
    ]
    severity, reason = (grade.get(key) for key in _KEYS)
    if not isinstance(severity, str) or severity not in _GRADES:
        allowed = f"allowed: {', '.join(map(str, _GRADES))}"
        problems.append(Problem(f"{path}.severity", "is missing or no severity", allowed))
    if not isinstance(reason, str) or not reason.strip() or not is_text(reason):
        allowed = "expected a text that says why the rule is graded so here"
        problems.append(Problem(f"{path}.reason", "gives no reason", allowed))
    return Grade(_GRADES.get(severity), printable(" ".join(str(reason).split())))


def _table(told: object, path: str, problems: list[Problem]) -> Mapping[str, object]:
    if isinstance(told, dict):
        return told
    problems.append(Problem(path, "is no table", 'expected { severity = "off", reason = "…" }'))
    return {}
