"""The judge: what a scenario has left behind, counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from e2e.robustness import world
from e2e.robustness.counts import Counts
from e2e.robustness.trial import Ended, Stack, TrialCloud
from e2e.robustness.world import Setting, agree

_TRACEBACK = re.compile(
    r"Traceback \(most recent call last\)|^panic: |goroutine \d+ \[", re.MULTILINE
)

_WAY_OUT = re.compile(r"adopt=True|pulumi refresh|pulumi up|up --refresh|[Rr]un it again|try again")
"""What a refusal names as the next thing to do."""


class Judge:
    """Watches one scenario and counts what it comes to.

    It is made when everything is in place and before anything runs.
    """

    def __init__(self, scenario: str, cloud: TrialCloud, *stacks: Stack) -> None:
        self.counts = Counts(scenario)
        self._cloud = cloud
        self._stacks = stacks
        self._orphans: set[str] = set()
        self._theirs = cloud.their_config()
        assert self._theirs, "the foreign config is seeded"

    def heard(self, *runs: Ended) -> None:
        """Look through what runs have said: tracebacks, secrets, hanging."""
        for run in runs:
            if run.code is None:
                self.counts.hung += 1
                self._note(f"{_short(run)} hung: {run.output[-2000:]}")
            if found := _TRACEBACK.search(run.output):
                self.counts.tracebacks += 1
                self._note(f"traceback: {run.output[found.start() : found.start() + 3000]}")
            self._search(run.command, run.output)

    def ended_well(self, run: Ended, stack: Stack, expected: Mapping[str, Setting]) -> bool:
        """Whether a run says that all is well; where it says so and is wrong, it is counted.

        Args:
            run: what ended.
            stack: its stack.
            expected: what is to be live and in state then.
        """
        self.heard(run)
        if not run.well:
            return False
        for name, problem in self._differences(stack, expected):
            self.counts.lost += 1
            self._note(f"{_short(run)} ended with 0, and {name} {problem}: {run.output[-2000:]}")
        return True

    def taken_over_later(self, stack: Stack) -> None:
        """Count what is live and in no state now, before the next run."""
        self.counts.taken_over += len(self._unowned(stack))

    def settled(self, stack: Stack) -> None:
        """While reads work, a run knows what became of each PUT: it leaves no orphan at all."""
        for name in sorted(self._unowned(stack)):
            self.counts.orphans += 1
            self._note(f"{name} is live and in no state, although it could be read")

    def converges(self, run: Ended, stack: Stack, expected: Mapping[str, Setting]) -> None:
        """The next run, with all faults lifted, is to end well and leave nothing behind."""
        self.heard(run)
        if not run.well:
            self.counts.converged = False
            self._note(f"{_short(run)} ended with {run.code}: {run.output[-3000:]}")
        for name, problem in self._differences(stack, expected):
            self.counts.converged = False
            self._note(f"after {_short(run)}, {name} {problem}")

    def refused_clearly(self, run: Ended) -> None:
        """A refusal is fine when it names a way out."""
        self.heard(run)
        if run.well or run.code is None:
            return
        if _WAY_OUT.search(run.output):
            self.counts.refused += 1
        else:
            self.counts.converged = False
            self._note(f"no way out is named: {run.output[-3000:]}")

    def forgotten(self, stack: Stack, before: Iterable[str]) -> None:
        """What is live and no longer in the state of the stack that owned it is lost to it."""
        live, state = self._cloud.settings(), stack.settings()
        for name in sorted(set(before) & live.keys() - state.keys()):
            self.counts.lost += 1
            self._note(f"{name} is live and has left the state")

    def raced(self, *raced: tuple[Stack, Ended]) -> None:
        """Runs of several stacks that wrote the same configs at once.

        Who ended well has each config live; where it holds the values of another one, that one
        wrote last, and the service offers nothing by which either could have known.
        """
        live = self._cloud.settings()
        for stack, run in raced:
            self.refused_clearly(run)
            if not run.well:
                continue
            for name, setting in stack.settings().items():
                if name not in live:
                    self.counts.lost += 1
                    self._note(f"{name} is gone, and {_short(run)} ended with 0: {run.output}")
                elif not agree(live[name], setting):
                    self.counts.overwritten += 1
                    self._note(f"{name} is {setting} in state and {live[name]} live")

    def no_orphans(self, *, but: Iterable[str] = ()) -> None:
        """Count what is live and in no state, but for what somebody else has set."""
        owned = {name for stack in self._stacks for name in stack.settings()}
        live = self._cloud.settings().keys() - {world.THEIRS}
        found = live - owned - set(but) - self._orphans
        self._orphans |= found
        for name in sorted(found):
            self.counts.orphans += 1
            self._note(f"{name} is live and in no state at the end")

    def keeps_what_is_of(self, stack: Stack, *, destroyed: Stack) -> None:
        """Destroy another stack: what is live as this one holds it stays so."""
        live, state = self._cloud.settings(), stack.settings()
        before = {
            name: live[name] for name in live if name in state and agree(live[name], state[name])
        }
        also = destroyed.settings()
        run = destroyed.operate("destroy")
        self.refused_clearly(run)
        after = self._cloud.settings()
        for name, setting in before.items():
            if after.get(name) != setting:
                self.counts.lost += 1
                self._note(f"{name} is of another stack, and was live as {setting}")
                self._note(f"the destroyed stack held it as {also.get(name)}: {run.output[-2000:]}")

    def disturbed(
        self,
        run: Ended,
        stack: Stack,
        name: str,
        theirs: Setting | None,
        *,
        is_ours: bool,
        written_after: Iterable[str],
    ) -> None:
        """A run in whose middle somebody else has set or deleted a config.

        Args:
            run: what ended.
            stack: its stack.
            name: the function.
            theirs: what somebody else has set, None when it was deleted.
            is_ours: whether the config was in state before.
            written_after: methods of requests about it that began after that.
        """
        self.refused_clearly(run)
        live = self._cloud.settings().get(name)
        kept = stack.settings().get(name)
        if run.well and kept is not None and (live is None or not agree(live, kept)):
            if live == theirs:  # what they did came last, while the request was under way
                self.counts.overwritten += 1
            else:
                self.counts.lost += 1
            self._note(f"{name} is {kept} in state and {live} live: {run.output[-2000:]}")
        if theirs is None or is_ours or live == theirs:
            return
        if written := list(written_after):
            self.counts.foreign += 1
            self._note(f"{name} was set by somebody else to {theirs}, then {written}, is {live}")
        else:
            self.counts.overwritten += 1
            self._note(f"{name} was set by somebody else while the request was under way")

    def closes(self, *, but: Iterable[str] = ()) -> Counts:
        """Look at what is left at the end, and give the counts.

        Args:
            but: functions that may have a config which no state holds.
        """
        self.no_orphans(but=but)
        if self._cloud.their_config() != self._theirs:
            self.counts.foreign += 1
            self._note(f"the foreign config was {self._theirs}, is {self._cloud.their_config()}")
        for call in self._cloud.config_calls("PUT", "DELETE"):
            if f":{world.THEIRS}:" in call["path"]:
                self.counts.foreign += 1
                self._note(f"a request about the foreign config: {call}")
        for stack in self._stacks:
            for name, text in stack.kept_texts().items():
                self._search(name, text)
        self._search("the local cloud's standard error", self._cloud.stderr())
        return self.counts

    def written_by_the_dead(self, calls: list[dict[str, Any]]) -> None:
        """Requests that a process sent whose engine was dead."""
        self.counts.orphans += len(calls)
        for call in calls:
            self._note(f"sent although the engine is dead: {call}")

    def left_running(self, processes: list[str]) -> None:
        """Processes that have outlived their engine."""
        self.counts.left_running += len(processes)
        for each in processes:
            self._note(f"still running: {each}")

    def _differences(self, stack: Stack, expected: Mapping[str, Setting]) -> list[tuple[str, str]]:
        """What is not declared == live == state, of the functions of the stacks."""
        live, state = self._cloud.settings(), stack.settings()
        live.pop(world.THEIRS, None)
        found: list[tuple[str, str]] = []
        for name in sorted({*expected, *live, *state}):
            wanted, is_live, is_kept = (each.get(name) for each in (expected, live, state))
            if wanted != is_live:
                found.append((name, f"is declared as {wanted} and live as {is_live}"))
            if (wanted is None) != (is_kept is None) or not (
                wanted is None or is_kept is None or agree(wanted, is_kept)
            ):
                found.append((name, f"is declared as {wanted} and in state as {is_kept}"))
        return found

    def _unowned(self, stack: Stack) -> set[str]:
        return self._cloud.settings().keys() - stack.settings().keys() - {world.THEIRS}

    def _search(self, name: str, text: str) -> None:
        lines = [line for line in text.splitlines() if world.CANARY in line.casefold()]
        if lines:
            self.counts.secrets += 1
            self._note(f"a secret in {name}: {lines[0][:1000]}")

    def _note(self, note: Any) -> None:
        self.counts.notes.append(str(note))


def _short(run: Ended) -> str:
    """The command without what all have in common."""
    return run.command.partition(" --yes")[0]
