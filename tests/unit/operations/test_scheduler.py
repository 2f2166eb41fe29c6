"""The scheduler: so many tasks at once, in the order of those who wait, until a deadline."""

import itertools
import threading

import pytest

from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.operations.scheduler import Scheduler

PATIENCE = 10.0
"""Seconds after which a test that hangs fails."""


def halved(number: int) -> int:
    return number // 2


def test_nothing_to_do_ends_at_once() -> None:
    with Scheduler(halved) as scheduler:
        assert list(scheduler.ended()) == []


def test_each_task_is_handed_out_with_its_result_and_those_that_it_leads_to() -> None:
    found = {}
    with Scheduler(halved) as scheduler:
        scheduler.add([8])
        for task, result in scheduler.ended():
            found[task] = result
            scheduler.add([result] if result else [])
    assert found == {8: 4, 4: 2, 2: 1, 1: 0}
    assert scheduler.added == 4


@pytest.mark.parametrize("at_once", [1, 3, REQUESTS_IN_FLIGHT])
def test_so_many_are_under_way_at_once_and_no_more(at_once: int) -> None:
    """Each task waits until as many are under way as may be; one more would be seen."""
    lock = threading.Condition()
    under_way, most = 0, 0

    def do(_task: int) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            lock.notify_all()
            assert lock.wait_for(lambda: most >= at_once, timeout=PATIENCE)
            under_way -= 1

    with Scheduler(do, at_once=at_once) as scheduler:
        scheduler.add(range(4 * REQUESTS_IN_FLIGHT))
        assert len(list(scheduler.ended())) == 4 * REQUESTS_IN_FLIGHT
    assert most == at_once


def test_what_a_result_leads_to_may_begin_before_what_waits() -> None:
    class LastFirst(list[int]):
        def add(self, task: int, /) -> None:
            self.append(task)

        def take(self) -> int | None:
            return self.pop() if self else None

        def ended(self, task: int, /) -> None:
            pass

    done = []
    with Scheduler(halved, waiting=LastFirst(), at_once=1) as scheduler:
        scheduler.add([8, 5, 4])
        for task, result in scheduler.ended():
            done.append(task)
            scheduler.add([result] if result > 1 else [])
    assert done == [4, 2, 5, 2, 8, 4, 2]


def test_who_waits_decides_what_is_next_and_what_has_to_wait_for_another() -> None:
    class OddOnesAlone:
        """The highest first, and no two odd ones at the same time."""

        def __init__(self) -> None:
            self.waiting, self.odd = set[int](), 0

        def add(self, task: int, /) -> None:
            self.waiting.add(task)

        def take(self) -> int | None:
            found = max((t for t in self.waiting if not (t % 2 and self.odd)), default=None)
            if found is not None:
                self.waiting.discard(found)
                self.odd += found % 2
            return found

        def ended(self, task: int, /) -> None:
            self.odd -= task % 2

    begun, may_end = list[int](), threading.Event()

    def do(task: int) -> None:
        begun.append(task)
        if task == 7:
            assert may_end.wait(PATIENCE)

    with Scheduler(do, waiting=OddOnesAlone(), at_once=2) as scheduler:
        scheduler.add([7, 5, 2, 4])
        ended = [task for task, _ in itertools.islice(scheduler.ended(), 2)]
        assert set(ended) == {2, 4}
        may_end.set()
        assert {task for task, _ in scheduler.ended()} == {5, 7}
    assert begun.index(5) == 3


def test_nothing_is_waited_for_after_the_deadline_and_nothing_more_begins() -> None:
    begun, over = list[int](), threading.Event()

    def do(task: int) -> None:
        begun.append(task)
        assert over.wait(PATIENCE)

    with Scheduler(do, at_once=1) as scheduler:
        scheduler.add([1, 2])
        assert list(scheduler.ended(deadline=10.0, clock=lambda: 11.0)) == []
    over.set()
    assert begun == [1]


def test_an_error_is_raised_where_the_task_is_received() -> None:
    scheduler: Scheduler[int, int] = Scheduler(lambda number: 1 // number)
    with scheduler:
        scheduler.add([0])
        with pytest.raises(ZeroDivisionError):
            list(scheduler.ended())
