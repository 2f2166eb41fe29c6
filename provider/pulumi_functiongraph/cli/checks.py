"""What commands check of the cloud: whether the notifications of some configs would arrive."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.settings import Settings
    from pulumi_functiongraph.core.drift.inputs import Live
    from pulumi_functiongraph.core.prechecks.checked_configs import Subject
    from pulumi_functiongraph.core.prechecks.judging import Mending
    from pulumi_functiongraph.core.prechecks.results import Result
    from pulumi_functiongraph.core.stack import Stack


@dataclass(frozen=True, slots=True)
class Asked:
    """What is checked.

    Attributes:
        subjects: the configs.
        missing: what it cannot be said of, and why, for a person.
        notes: what else limits the result.
    """

    subjects: Sequence[Subject]
    missing: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything could be read that the command was asked to read."""
        return not self.missing


ACCEPT = " (--partial-ok: no exit code 2 for it)"
"""How to go on where it is normal that something cannot be said."""


def wanted(told: str, known: Sequence[str]) -> frozenset[str]:
    """What ``--with`` asks for beside the rest.

    Args:
        told: words with commas between them.
        known: the words that mean something to the command.

    Raises:
        typer.BadParameter: another word.
    """
    words = frozenset(word.strip() for word in told.split(",") if told)
    unknown = sorted(words.difference(known))
    if unknown:
        verb = "are" if len(known) > 1 else "is"
        message = f"there is no {', '.join(unknown)}; there {verb} {', '.join(known)}."
        raise typer.BadParameter(message, param_hint="--with")
    return words


def declared_subjects(told: Stack) -> Asked:
    """The configs of a stack that are there after its update, as far as they are known."""
    from pulumi_functiongraph.core.prechecks.checked_configs import subject_of

    staying = [config for config in told.configs if not config.is_removed]
    found = [
        (subject, bool(config.secret))
        for number, config in enumerate(staying)
        if (subject := subject_of(config.declaration, number=number)) is not None
    ]
    is_open = [is_secret for subject, is_secret in found if subject.is_open]
    late, hidden = is_open.count(False), is_open.count(True)
    missing: list[str] = []
    if late:
        missing.append(
            f"{_having(late)} values that are known only during the update; pulumi up checks those "
            f"right before they are sent{ACCEPT}"
        )
    if hidden:
        missing.append(
            f"{_having(hidden)} names that are secret; secrets are not looked into, so it is not "
            f"known whether those notifications arrive{ACCEPT}"
        )
    subjects = [subject for subject, _ in found]
    return Asked(subjects, missing)


def _having(number: int) -> str:
    from pulumi_functiongraph.core.amounts import counted

    return f"{counted(number, 'config')} {'has' if number == 1 else 'have'}"


def live_subjects(live: Live) -> list[Subject]:
    """The configs that were read of what is live, as a pre-check asks about them."""
    from pulumi_functiongraph.core.config import LiveConfig
    from pulumi_functiongraph.core.prechecks.checked_configs import subject_of_config

    return [
        replace(subject_of_config(found.config, resource=str(urn)), number=number)
        for number, (urn, found) in enumerate(live.configs.items())
        if isinstance(found, LiveConfig)
    ]


def checked(
    settings: Settings, subjects: Sequence[Subject], *, mended_by: Mending | None = None
) -> tuple[Result, ...]:
    """Look at everything that some configs need, within the time that the settings give.

    Args:
        settings: whose cloud is asked, by a client that only reads.
        subjects: the configs.
        mended_by: what else in the program may make or change a thing; nothing otherwise.

    Raises:
        CloudError: a project or an endpoint could not be found out.
    """
    from pulumi_functiongraph.cloud.precheck_client import of_settings
    from pulumi_functiongraph.core.prechecks.checked_configs import functions_of
    from pulumi_functiongraph.core.prechecks.judging import nobody
    from pulumi_functiongraph.operations.answers import Answers
    from pulumi_functiongraph.operations.precheck import precheck as check

    deadline = time.monotonic() + settings.precheck_timeout
    functions = [urn for subject in subjects for urn in functions_of(subject)]
    facts = of_settings(settings, functions=functions, deadline=deadline)
    return check(
        subjects,
        Answers(facts),
        now=datetime.now(UTC),
        deadline=deadline,
        clock=time.monotonic,
        mended_by=mended_by or nobody,
    )
