"""The judge counts what went wrong: a table of zeros means something."""

from __future__ import annotations

from typing import Any, cast

from e2e.robustness import world
from e2e.robustness.counts import table
from e2e.robustness.judge import Judge
from e2e.robustness.trial import Ended, Stack, TrialCloud
from e2e.robustness.world import Setting

ONE: Setting = (1, 600, (), ())
OTHER: Setting = (2, 600, (), ())
WELL = Ended("up --yes", 0, "")


class Cloud:
    """A cloud of dictionaries."""

    def __init__(self, **live: Setting) -> None:
        self.live = live
        self.theirs: dict[str, Any] = {"max_async_retry_attempts": 2}

    def settings(self) -> dict[str, Setting]:
        return dict(self.live)

    def their_config(self) -> dict[str, Any]:
        return dict(self.theirs)

    def config_calls(self, *methods: str) -> list[dict[str, Any]]:
        return []

    def stderr(self) -> str:
        return ""


class Kept:
    """A stack of a dictionary."""

    def __init__(self, texts: dict[str, str] | None = None, **state: Setting) -> None:
        self.state = state
        self.texts = texts or {}

    def settings(self) -> dict[str, Setting]:
        return dict(self.state)

    def kept_texts(self) -> dict[str, str]:
        return self.texts


def judge_of(cloud: Cloud, stack: Kept) -> tuple[Judge, Stack]:
    kept = cast("Stack", stack)
    return Judge("trial: one", cast("TrialCloud", cloud), kept), kept


def test_all_as_declared_is_clean() -> None:
    judge, stack = judge_of(Cloud(f0=ONE), Kept(f0=ONE))
    assert judge.ended_well(WELL, stack, {"f0": ONE})
    judge.converges(WELL, stack, {"f0": ONE})
    assert judge.closes().is_clean


def test_what_is_live_and_in_no_state_is_an_orphan() -> None:
    judge, stack = judge_of(Cloud(f0=ONE, f1=ONE), Kept(f0=ONE))
    judge.taken_over_later(stack)
    counts = judge.closes()
    assert (counts.taken_over, counts.orphans, counts.is_clean) == (1, 1, False)


def test_a_run_that_says_all_is_well_and_has_less_than_it_says_has_lost_it() -> None:
    judge, stack = judge_of(Cloud(), Kept(f0=ONE))
    assert judge.ended_well(WELL, stack, {"f0": ONE})
    assert judge.closes().lost == 1


def test_what_leaves_the_state_and_is_live_is_lost() -> None:
    judge, stack = judge_of(Cloud(f0=ONE), Kept())
    judge.forgotten(stack, ["f0", "f1"])
    assert judge.closes().lost == 1


def test_another_value_than_declared_has_not_converged() -> None:
    judge, stack = judge_of(Cloud(f0=OTHER), Kept(f0=ONE))
    judge.converges(WELL, stack, {"f0": ONE})
    assert not judge.closes().converged


def test_a_next_run_that_fails_has_not_converged() -> None:
    judge, stack = judge_of(Cloud(f0=ONE), Kept(f0=ONE))
    judge.converges(Ended("up --yes", 1, "error"), stack, {"f0": ONE})
    assert not judge.closes().converged


def test_a_foreign_config_that_changed_was_touched() -> None:
    cloud = Cloud()
    judge, _ = judge_of(cloud, Kept())
    cloud.theirs = {}
    assert judge.closes().foreign == 1


def test_a_request_after_which_what_somebody_else_set_is_gone_has_touched_it() -> None:
    judge, stack = judge_of(Cloud(), Kept())
    run = Ended("up --yes", 1, "run pulumi up --refresh")
    judge.disturbed(run, stack, "f0", OTHER, is_ours=False, written_after=["DELETE"])
    assert judge.closes().foreign == 1


def test_what_somebody_else_did_last_is_told_apart_from_a_loss() -> None:
    judge, stack = judge_of(Cloud(f0=OTHER), Kept(f0=ONE))
    judge.disturbed(WELL, stack, "f0", OTHER, is_ours=False, written_after=[])
    assert (judge.counts.overwritten, judge.counts.lost) == (1, 0)
    judge.disturbed(WELL, stack, "f0", None, is_ours=True, written_after=[])
    assert judge.counts.lost == 1


def test_a_refusal_without_a_way_out_is_not_clear() -> None:
    judge, _ = judge_of(Cloud(), Kept())
    judge.refused_clearly(Ended("up --yes", 1, "error: adopt=True takes it over"))
    assert (judge.counts.refused, judge.counts.converged) == (1, True)
    judge.refused_clearly(Ended("up --yes", 1, "error: no"))
    assert not judge.closes().converged


def test_tracebacks_secrets_and_hanging_are_heard() -> None:
    said = f"Traceback (most recent call last):\n  bucket {world.BUCKET}"
    judge, _ = judge_of(Cloud(), Kept({"test.json": "CANARY-of-the-state"}))
    judge.heard(Ended("up --yes", None, said))
    counts = judge.closes()
    assert (counts.tracebacks, counts.hung, counts.secrets) == (1, 1, 2)


def test_two_writers_of_one_config_are_told_apart_from_a_loss() -> None:
    cloud = Cloud(f0=OTHER)
    judge, stack = judge_of(cloud, Kept(f0=ONE, f1=ONE))
    judge.raced((stack, WELL))
    assert (judge.counts.overwritten, judge.counts.lost) == (1, 1)


def test_the_table_has_a_line_for_each_group_and_the_total() -> None:
    judges = [judge_of(Cloud(f0=ONE), Kept())[0] for _ in range(2)]
    lines = table(judge.closes().document() for judge in judges)
    assert lines[1].split()[:3] == ["trial", "2", "2"]
    assert lines[2].split()[0] == "total"
    assert table([]) == []
