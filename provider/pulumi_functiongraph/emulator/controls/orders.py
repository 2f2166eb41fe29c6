"""An order: a request for a control, and how its body is read."""

import asyncio
import urllib.parse
from typing import TypeVar

import msgspec
from pydantic import BaseModel, ValidationError

from pulumi_functiongraph.emulator.http.exchange import NotJsonError, parse_json
from pulumi_functiongraph.emulator.seeds.models import SeedError
from pulumi_functiongraph.emulator.seeds.problems import problems_of

MAX_VALUES = 10_000
"""In an order that is no seed."""

MAX_PARAMETERS = 20
"""Of a query."""

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
    return read(model, values, whole="query")


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
