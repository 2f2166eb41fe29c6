"""An order: a request for a control, and how its body is read."""

import asyncio
import re
import sqlite3
import urllib.parse
from types import MappingProxyType
from typing import TypeVar, get_args

import msgspec
from pydantic import BaseModel, ValidationError

from pulumi_functiongraph.emulator.http.exchange import NotJsonError, parse_json
from pulumi_functiongraph.emulator.remedies import with_remedy
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.seeds.problems import problems_of

MAX_VALUES = 10_000
"""In an order that is no seed."""

MAX_PARAMETERS = 20
"""Of a query."""

_NUMBERS = MappingProxyType(
    {int: re.compile("-?[0-9]+"), float: re.compile(r"-?[0-9]+(\.[0-9]+)?")}
)
"""How a number is written in a query; Python takes more, such as 1_0 and other digits."""

Model = TypeVar("Model", bound=BaseModel)


class Order(msgspec.Struct, frozen=True):
    """A request for a control."""

    body: bytes
    url: str
    """Scheme, host and port under which the client reached this server."""
    query: str = ""
    """What follows the question mark."""

    async def json(self) -> object:
        """The body as JSON.

        Raises:
            SeedError: it is none, or has more than MAX_VALUES values.
        """
        try:
            document = await asyncio.to_thread(parse_json, self.body)
        except NotJsonError as error:
            raise SeedError([f"body: {error}"]) from None
        if _has_more_values(document, MAX_VALUES):
            raise SeedError([f"body: the document has more than {MAX_VALUES} values"])
        return document


class UnfinishedError(Exception):
    """The state could not be used any more after a part of an order was done.

    Args:
        done: that part, in words.
        error: what SQLite said.
        facts: that part, as fields of the answer.
    """

    def __init__(self, done: str, error: sqlite3.Error, **facts: object) -> None:
        self.facts = facts
        super().__init__(f"the local cloud cannot use its state, {done}: {with_remedy(error)}")


def read_query(model: type[Model], query: str) -> Model:
    """What the query of an order says; its values are texts, and each is given once.

    Raises:
        SeedError: naming every problem by its parameter.
    """
    try:
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise SeedError([f"query: it has more than {MAX_PARAMETERS} parameters"]) from None
    values = dict(pairs)
    if len(values) != len(pairs):
        raise SeedError(["query: a parameter is given twice"])
    written = {name: text if _can_be_meant(model, name, text) else "" for name, text in pairs}
    return read(model, written, whole="query")


def _can_be_meant(model: type[BaseModel], name: str, text: str) -> bool:
    """Whether a text is a number, where the parameter is one."""
    field = model.model_fields.get(name)
    kinds = () if field is None else (field.annotation, *get_args(field.annotation))
    return all(_NUMBERS[kind].fullmatch(text) for kind in kinds if kind in _NUMBERS)


def _has_more_values(document: object, most: int) -> bool:
    waiting, seen = [document], 1
    while waiting and seen <= most:
        each = waiting.pop()
        if isinstance(each, dict | list):
            seen += len(each)
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return seen > most


def read(model: type[Model], document: object, *, whole: str = "body", root: str = "") -> Model:
    """What an order says.

    Raises:
        SeedError: naming every problem by its path.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise SeedError(problems_of(error, model, whole=whole, root=root)) from None
