"""The pre-check answers whether each notification would arrive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

import msgspec

from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
from pulumi_functiongraph.core.prechecks.judging import (
    Mending,
    judge,
    nobody,
)
from pulumi_functiongraph.core.prechecks.questions import (
    PENDING,
    AnswerPending,
    AnyQuestion,
    AskAgency,
    AskBucket,
    AskedFact,
    AskFunction,
    AskGrants,
    AskStream,
    AskTopic,
    AskTrusted,
    CloudQuestion,
    Unanswered,
)
from pulumi_functiongraph.core.prechecks.results import CheckOutcome, CheckResult
from pulumi_functiongraph.operations.answers import Answers, AnyFact, Facts
from pulumi_functiongraph.operations.scheduler import Progress, Scheduler

GRANTS_AT_ONCE = 6
"""Lists of grants under way, which wait for IAM's rate; other threads are left to the targets."""

LATE = Unanswered(
    "deadline",
    "the cloud had not answered before the deadline",
    "give it more time: pulumi config set functiongraph:precheckTimeout <seconds>",
)


class _View(msgspec.Struct):
    """What is known to one judgement; remembers what it asked for."""

    answers: Answers
    instead: Unanswered | AnswerPending = PENDING
    looked: set[AnyQuestion] = msgspec.field(default_factory=set)
    missing: set[AnyQuestion] = msgspec.field(default_factory=set)

    def look(self, ask: CloudQuestion[AskedFact]) -> AskedFact | Unanswered | AnswerPending | None:
        """The answer, or what stands for one that is not here."""
        self.looked.add(ask)
        answer: AskedFact | Unanswered | AnswerPending | None = self.answers.peek(ask)
        if answer is not PENDING:
            return answer
        self.missing.add(ask)
        return self.instead


class _PrecheckRun(msgspec.Struct):
    """One run of the pre-check, driven by a single thread."""

    subjects: Sequence[CheckedConfig]
    answers: Answers
    mended_by: Mending
    results: dict[int, tuple[CheckResult, ...]] = msgspec.field(default_factory=dict)
    looked: dict[int, set[AnyQuestion]] = msgspec.field(default_factory=dict)
    waiting: dict[AnyQuestion, dict[int, None]] = msgspec.field(default_factory=dict)
    missing: dict[int, set[AnyQuestion]] = msgspec.field(default_factory=dict)

    def advance(
        self, number: int, *, instead: Unanswered | AnswerPending = PENDING
    ) -> Iterator[AnyQuestion]:
        """Judge a subject again; yields what nobody has asked for yet."""
        view = _View(self.answers, instead)
        subject = self.subjects[number]
        found = judge(subject, view, now=self.answers.now(), mended_by=self.mended_by)
        if not view.missing or instead is not PENDING:
            self.results[number] = found
            self.looked[number] = view.looked
            return
        self.missing[number] = view.missing
        for ask in sorted(view.missing, key=repr):
            if ask not in self.waiting:
                self.waiting[ask] = {}
                yield ask
            self.waiting[ask][number] = None

    def answered(self, ask: AnyQuestion) -> Iterator[AnyQuestion]:
        """Judge those again that waited for an answer; yields what they want to know next.

        What leads to no other question is only counted off until it is the last answer.
        """
        for number in self.waiting.pop(ask):
            if number not in self.results:
                self.missing[number].discard(ask)
                if not (self.missing[number] and isinstance(ask, _LAST_QUESTIONS)):
                    yield from self.advance(number)


_LAST_QUESTIONS = (AskGrants, AskTrusted, AskTopic, AskStream, AskBucket)
"""Answers to these raise no further question."""


class _Queue(msgspec.Struct):
    """Asks that wait for a thread, those first that others hang on."""

    waiting: tuple[deque[AnyQuestion], ...] = msgspec.field(
        default_factory=lambda: tuple(deque() for _ in (*_FIRST, None))
    )
    grants: int = 0

    def add(self, ask: AnyQuestion, /) -> None:
        """Let one wait."""
        ranks = (rank for rank, kind in enumerate(_FIRST) if isinstance(ask, kind))
        self.waiting[next(ranks, -1)].append(ask)

    def take(self) -> AnyQuestion | None:
        """The next that may be asked, ``None`` when none may before another is answered."""
        for asks in self.waiting:
            if asks and not (isinstance(asks[0], AskGrants) and self.grants >= GRANTS_AT_ONCE):
                ask = asks.popleft()
                self.grants += isinstance(ask, AskGrants)
                return ask
        return None

    def ended(self, ask: AnyQuestion, /) -> None:
        """One is answered."""
        self.grants -= isinstance(ask, AskGrants)


_FIRST: tuple[type[AnyQuestion] | tuple[type[AnyQuestion], ...], ...] = (
    (AskAgency, AskTrusted),
    AskGrants,
    AskFunction,
)
"""Which asks come before the others: IAM's, which take the longest, then what leads to them."""


def precheck(
    subjects: Sequence[CheckedConfig],
    answers: Answers,
    *,
    deadline: float,
    clock: Callable[[], float],
    mended_by: Mending = nobody,
    progress: Progress = lambda _done, _all: None,
) -> tuple[CheckResult, ...]:
    """Answer every question about every config, as far as a cloud answers in time.

    Args:
        subjects: the configs.
        answers: what has been answered in this run already, and where more comes from.
        deadline: a time of the clock; what is not answered by then is unknown.
        clock: seconds from any fixed point, never going back.
        mended_by: what else in the program may make or change a thing.
        progress: called with each answer, in the thread of the caller.

    Returns:
        In order of the subjects.
    """
    check = _PrecheckRun(subjects, answers, mended_by)
    _run(check, deadline=deadline, clock=clock, progress=progress)
    return tuple(result for number in range(len(subjects)) for result in check.results[number])


def precheck_again(
    subject: CheckedConfig,
    answers: Answers,
    *,
    renewed: Callable[[], Facts],
    deadline: float,
    clock: Callable[[], float],
) -> tuple[CheckResult, ...]:
    """Judge one config right before it is sent, when the program may have changed what it needs.

    Good answers of the same run are believed; before a bad one is believed, all are asked for
    again.

    Args:
        subject: the config.
        answers: what has been answered in this run already.
        renewed: makes a source that has kept no answer.
        deadline: a time of the clock.
        clock: seconds from any fixed point, never going back.
    """
    check = _PrecheckRun((subject,), answers, nobody)
    _run(check, deadline=deadline, clock=clock)
    if any(result.outcome is CheckOutcome.DENIED for result in check.results[0]):
        answers.turn_to(renewed())
        answers.forget(check.looked[0])
        check = _PrecheckRun((subject,), answers, nobody)
        _run(check, deadline=deadline, clock=clock)
    return check.results[0]


def _run(
    check: _PrecheckRun,
    *,
    deadline: float,
    clock: Callable[[], float],
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Ask and judge until every subject is judged."""
    requests: Scheduler[AnyQuestion, AnyFact]
    with Scheduler(check.answers.fetch, waiting=_Queue()) as requests:
        numbers = range(len(check.subjects))
        requests.add(ask for number in numbers for ask in check.advance(number))
        for done, (ask, _) in enumerate(requests.ended(deadline=deadline, clock=clock), 1):
            requests.add(check.answered(ask))
            progress(done, done + len(check.waiting))
    for number in range(len(check.subjects)):
        if number not in check.results:
            list(check.advance(number, instead=LATE))
