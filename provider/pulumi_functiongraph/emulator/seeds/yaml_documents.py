"""YAML that others wrote: no deep nesting, no aliases that grow, no key twice.

Aliases cost nothing to read and everything to walk ("billion laughs"), so what they stand for
counts each time.
"""

import math
import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from pulumi_functiongraph.emulator.http.exchange import MAX_DEPTH

MAX_NODES = 200_000
"""Values in a document, aliases resolved; a seed of 10,000 functions has about 100,000."""


MAX_DIGITS = 100
"""Of an integer; no field of a seed has more than ten."""


class NotYamlError(ValueError):
    """A text is no YAML that is taken; the message says where and why."""


def parse_yaml(text: str) -> object:
    """Read a YAML document with standard tags only; None when it is empty.

    Raises:
        NotYamlError: it is not YAML, gives a key twice, nests more than MAX_DEPTH levels, has
            more than MAX_NODES values, or holds a value that its tag does not allow.
    """
    try:
        document: object = yaml.load(text, _Loader)  # noqa: S506 # a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = _QUOTED.sub(
            lambda match: match[1] or "(not shown)", error.problem or "cannot be read"
        )
        raise NotYamlError(f"{place}not YAML: {problem}") from None
    except yaml.reader.ReaderError as error:
        raise NotYamlError(f"character {error.position + 1}: not YAML: {error.reason}") from None
    except _OF_VALUES:
        raise NotYamlError("not YAML: a number, time or flag is not of its form") from None
    return document


_OF_VALUES = (ValueError, OverflowError, LookupError, AttributeError, TypeError)
"""What constructors raise on `!!int ""`, `!!bool maybe`, `2026-13-01` or 5,000 digits."""
_QUOTED = re.compile(r"""('.'|"."|'<[a-z ]+>')|["'].*""", re.DOTALL)
"""What a parser quotes of the document, which may be a secret: more than a character or a token."""
_UNFIT = re.compile("[\0\ud800-\udfff]")


def _refuse(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class _Loader(yaml.SafeLoader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0
        self._sizes: dict[Node, int] = {}
        """Values below each node, itself included."""

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call] # in the stubs
        is_alias = isinstance(event, yaml.AliasEvent)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _refuse(f"the document nests more than {MAX_DEPTH} levels", event.start_mark)
        before = self._nodes
        node = super().compose_node(parent, index)
        self._depth -= 1
        if node is not None:
            if is_alias and node not in self._sizes:
                raise _refuse("the alias stands for a value that holds it", event.start_mark)
            self._nodes += self._sizes[node] if is_alias else 1
            self._sizes[node] = self._nodes - before
        if self._nodes > MAX_NODES:
            problem = f"the document has more than {MAX_NODES} values, aliases resolved"
            raise _refuse(problem, event.start_mark)
        return node

    def compose_scalar_node(self, anchor: Any) -> ScalarNode:
        node = super().compose_scalar_node(anchor)
        if _UNFIT.search(node.value):
            raise _refuse("a text holds NUL or half a surrogate pair", node.start_mark)
        return node

    def compose_mapping_node(self, anchor: Any) -> MappingNode:
        node = super().compose_mapping_node(anchor)
        keys = set()
        for key, _ in node.value:
            if isinstance(key, ScalarNode):
                if (key.tag, key.value) in keys:
                    raise _refuse("a key is given twice", key.start_mark)
                keys.add((key.tag, key.value))
        return node

    def construct_yaml_int(self, node: ScalarNode) -> int:
        if len(node.value) > MAX_DIGITS:
            raise _refuse("a number has too many digits", node.start_mark)
        return super().construct_yaml_int(node)

    def construct_yaml_float(self, node: ScalarNode) -> float:
        number = super().construct_yaml_float(node)
        if not math.isfinite(number):
            raise _refuse("a number is too large, or none", node.start_mark)
        return number


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_float)
