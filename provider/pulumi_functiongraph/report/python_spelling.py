"""Properties are spelled for people as in their program, which is Python.

The one class of configs is Python's (its type token begins with ``pulumi-python``), so this needs
no look at the project. Machines get the spelling of state, which no language changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.property_names import in_snake, paths_in_snake

if TYPE_CHECKING:
    from pulumi_functiongraph.core.drift.document import DriftDocument
    from pulumi_functiongraph.core.review.document import ReviewDocument

_Document = TypeVar("_Document", "DriftDocument", "ReviewDocument")

_ABOUT_VALUES = frozenset({"FGN001", "FGN003", "FGN004"})
"""The rules whose messages name properties, and no function, bucket or other thing by its name."""


def only_about_values(finding: Finding) -> bool:
    """Whether a finding is about what is written in a program, and about nothing else."""
    return finding.rule in _ABOUT_VALUES


def finding_in_python(finding: Finding) -> Finding:
    """The finding with the names of properties as a Python program spells them."""
    spell = in_snake if only_about_values(finding) else paths_in_snake
    texts = {"message": spell(finding.message), "remedy": spell(finding.remedy)}
    return finding.model_copy(update={"path": in_snake(finding.path), **texts})


def in_python(document: _Document) -> _Document:
    """The document with its findings as a Python program spells the properties."""
    findings = tuple(map(finding_in_python, document.findings))
    return document.model_copy(update={"findings": findings})


def line_in_python(line: str) -> str:
    """A line that begins with a property path; what follows stays as it is."""
    path, colon, text = line.partition(":")
    return f"{in_snake(path)}{colon}{text}"
