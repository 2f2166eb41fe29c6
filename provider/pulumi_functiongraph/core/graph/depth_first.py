"""Depth-first walks: an order of the nodes in which as few arcs as easily done run back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_functiongraph.core.graph.components import Component


class DepthFirst:
    """A walk over every node of a component.

    Attributes:
        left: the nodes in the order in which the walk left them for good. In the reverse of it,
            only the arcs that are told as running back do so.
    """

    def __init__(
        self, component: Component, *, root: int = 0, without: Sequence[int] | None = None
    ) -> None:
        """Prepare a walk.

        Args:
            component: where the walk is.
            root: the node that it starts at; where it does not reach all, it starts again.
            without: by arc, whether it is passed over; ``None`` for none of them.
        """
        self.left: list[int] = []
        self._component = component
        self._root = root
        self._without = without

    def running_back(self) -> Iterator[int]:
        """Walk, and tell each arc that closes a cycle with the way on which the walk is."""
        heads, without, left = self._component.heads, self._without, self.left
        is_seen, is_left = (
            bytearray(len(self._component.nodes)),
            bytearray(len(self._component.nodes)),
        )
        for start in (self._root, *range(len(is_seen))):
            if is_seen[start]:
                continue
            is_seen[start] = True
            way, rest = [start], [iter(self._component.leaving(start))]
            while way:
                for arc in rest[-1]:
                    head = heads[arc]
                    if without is not None and without[arc]:
                        continue
                    if not is_seen[head]:
                        is_seen[head] = True
                        way.append(head)
                        rest.append(iter(self._component.leaving(head)))
                        break
                    if not is_left[head]:
                        yield arc
                else:
                    rest.pop()
                    is_left[way[-1]] = True
                    left.append(way.pop())
