"""Declarations: what a program says there ought to be, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_functiongraph.core.clouds import Cloud
from pulumi_functiongraph.core.comments import NO_COMMENTS, Comments
from pulumi_functiongraph.core.config_validation import Examined
from pulumi_functiongraph.core.graph import Verdict
from pulumi_functiongraph.core.prechecks.results import Result


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declared config.

    Attributes:
        name: the resource's logical name in the program.
        examined: its property bag, judged.
        source: the canonical function URN, or while that is unknown an identity of the resource
            and output behind it; ``None`` when not even that is known.
        where: ``file:line`` of the declaration, relative to the project.
    """

    name: str
    examined: Examined
    source: str | None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that is declared, and the account that it is declared for.

    Attributes:
        declarations: every declared config.
        cloud: which cloud the settings name, ``None`` when unknown.
        project_id: the project of the credentials, ``None`` when unknown.
        verdict: what the graph of notifications shows, ``None`` when it was not judged.
        prechecks: what was verified in the cloud; empty when that was not done.
        comments: of the program's source, which may accept findings.
    """

    declarations: tuple[Declaration, ...]
    cloud: Cloud | None = None
    project_id: str | None = None
    verdict: Verdict | None = None
    prechecks: tuple[Result, ...] = ()
    comments: Comments = NO_COMMENTS
