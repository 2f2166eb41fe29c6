"""Where in the user's program something is declared, as ``file:line``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from pulumi_functiongraph.core.one_line import visible

_NOT_THE_USER = frozenset({"pulumi", "pulumi_functiongraph"})
_OTHERS = _NOT_THE_USER | sys.stdlib_module_names


def declared_at(project: Path) -> str:
    """The line that declares what is being constructed.

    It is the first frame outside Pulumi and this package; where that is a helper or a component,
    the line of the entry file is named too.

    Args:
        project: the folder that paths are shown relative to.
    """
    frames = _users_frames()
    if not frames:
        return ""
    entry = _body_among(frames, project)
    nearest = _place(frames[0], project)
    if entry is None or entry is frames[0]:
        return nearest
    return f"{nearest}, from {_place(entry, project)}"


def outermost_frame(project: Path) -> FrameType | None:
    """The outermost frame of the user's program that is known to be one, ``None`` without any.

    It is the entry file's. Inside ``apply`` and after an ``await`` that one does not run any more:
    there it is the last one before those of Pulumi, this package or Python itself.
    """
    return _body_among(_users_frames(), project) or _last_before_others(inspect.currentframe())


def _last_before_others(frame: FrameType | None) -> FrameType | None:
    last = next(_frames_from(frame), None)
    while last is not None and last.f_back is not None and _root(last.f_back) not in _OTHERS:
        last = last.f_back
    return last


def _users_frames() -> list[FrameType]:
    # Not `inspect.stack`, which reads every source file.
    return list(_frames_from(inspect.currentframe()))


def _body_among(frames: list[FrameType], project: Path) -> FrameType | None:
    return next((frame for frame in frames if _is_body_of_the_program(frame, project)), None)


def _frames_from(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if _root(frame) not in _NOT_THE_USER and frame.f_code.co_filename[:1] != "<":
            yield frame
        frame = frame.f_back


def _root(frame: FrameType) -> str:
    """The outermost package of its module."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_body_of_the_program(frame: FrameType, project: Path) -> bool:
    """Whether it is the entry file's; what runs that file is a ``__main__`` too.

    Pulumi's is elsewhere; that of a test runner may be in a virtual environment of the project.
    """
    is_body = frame.f_globals.get("__name__") == "__main__" and frame.f_code.co_name == "<module>"
    path = Path(frame.f_code.co_filename)
    return is_body and path.is_relative_to(project) and "site-packages" not in path.parts


def _place(frame: FrameType, project: Path) -> str:
    path = Path(frame.f_code.co_filename)
    shown = path.relative_to(project) if path.is_relative_to(project) else Path(path.name)
    return f"{visible(str(shown))}:{frame.f_lineno}"
