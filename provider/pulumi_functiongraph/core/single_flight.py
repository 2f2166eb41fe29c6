"""A cache in which each value is found out once, by the first who asks; the others wait for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future
from threading import Lock
from types import NoneType
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class SingleFlight(Generic[_Key, _Value]):
    """What is found out once a key, however many threads ask.

    A failure is kept too: whoever asks for the same gets the same answer.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[_Key, Future[_Value]] = {}
        self._values: dict[_Key, _Value] = {}

    def get(self, key: _Key, find: Callable[[], _Value]) -> _Value:
        """What is known of a key, found out by the first who asks.

        Raises:
            BaseException: whatever the first who asked got.
        """
        with self._lock:
            is_first = key not in self._found
            future = self._found.setdefault(key, Future())
        if is_first:
            try:
                value = find()
            except BaseException as error:  # the others must not wait for ever, whatever happened
                future.set_exception(error)
                raise
            with self._lock:
                if self._found.get(key) is future:
                    self._values[key] = value
            future.set_result(value)
        return future.result()

    def peek(self, key: _Key, default: _Value) -> _Value:
        """What has been found out of a key, else the default; finds out nothing."""
        return self._values.get(key, default)

    def keep(self, key: _Key, value: _Value) -> None:
        """Remember what was found out by the way; what is known or under way stays."""
        with self._lock:
            if key not in self._found:
                self._found[key] = Future()
                self._found[key].set_result(value)
                self._values[key] = value

    def forget(self, keys: Iterable[_Key]) -> None:
        """Let these be found out again; what is under way is not kept."""
        with self._lock:
            for key in keys:
                self._found.pop(key, None)
                self._values.pop(key, None)

    def asked_for(self) -> tuple[_Key, ...]:
        """The keys that somebody has asked for."""
        with self._lock:
            return tuple(self._found)

    def renewed(self, *final: type[BaseException]) -> SingleFlight[_Key, _Value]:
        """Another one that knows what this one has found out, and finds out the rest.

        The given failures are kept as well.
        """
        other: SingleFlight[_Key, _Value] = SingleFlight()
        with self._lock:
            for key, future in self._found.items():
                if future.done() and isinstance(future.exception(), (NoneType, *final)):
                    other._found[key] = future
            other._values.update(self._values)
        return other
