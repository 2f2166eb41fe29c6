"""A document of YAML or JSON in a file of credentials, with each key once.

What the parsers say of a mistake may quote a secret, and is not shown; the line is.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_functiongraph.core.errors import SettingsError

if TYPE_CHECKING:
    import yaml


def is_there(path: Path) -> bool:
    """Whether a name is taken, be it by something that cannot be read."""
    return os.path.lexists(path)


def content(path: Path) -> bytes:
    """What a file holds.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(f"{path} cannot be read ({why})") from None


def document(path: Path, *, is_json: bool) -> object:
    """The document in a file, ``None`` when it is empty.

    Raises:
        SettingsError: it cannot be read, or a key is there twice.
    """
    read = _of_json if is_json else _of_yaml
    held = content(path)
    try:
        return read(held)
    except _NotReadError as error:
        line = error.line
    where = f"{path}, line {line}" if line else str(path)
    form = "JSON" if is_json else "YAML"
    raise SettingsError(
        f"{where} cannot be read as {form} in which each key is once: fix it. No other file is "
        "taken in its place"
    )


class _NotReadError(Exception):
    """A document that a parser could not read; the line, 0 where it is not known."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line


def _of_json(held: bytes) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _NotReadError
        return found

    try:
        return json.loads(held, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise _NotReadError(getattr(error, "lineno", 0)) from None


def _of_yaml(held: bytes) -> object:
    import yaml

    try:
        loader = yaml.SafeLoader(held)
        node = loader.get_single_node()
        if node is None:
            return None
        _refuse_keys_twice(node)
        found: object = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _NotReadError(mark.line + 1 if mark else 0) from None
    except (yaml.YAMLError, ValueError, LookupError, TypeError, RecursionError):
        raise _NotReadError from None
    return found


def _refuse_keys_twice(root: yaml.Node) -> None:
    """YAML 1.2, "Mapping": keys are unique; PyYAML takes the last in silence."""
    import yaml

    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, yaml.MappingNode | yaml.SequenceNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
            continue
        names = set[tuple[str, str]]()
        for key, value in node.value:
            waiting.append(value)
            if not isinstance(key, yaml.ScalarNode):
                continue
            if (key.tag, key.value) in names:
                raise _NotReadError(key.start_mark.line + 1)
            names.add((key.tag, key.value))
