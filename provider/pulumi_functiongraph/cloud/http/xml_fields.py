"""Reads XML without document types, so that no entity can be expanded or fetched."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from pulumi_functiongraph.cloud.http.json_fields import Misread

_DEEPEST = 32
"""Elements within each other; OBS nests six."""


def element_of(body: bytes) -> Element:
    """The root of a document; names are local ones, without namespace.

    Raises:
        Misread: it is no XML, or XML that no service of these clouds writes.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Misread("the XML", "is nested too deep")
        builder.start(_local(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Misread("the answer", "is not XML") from error
    return builder.close()


def _refuse(*_doctype: object) -> None:
    raise Misread("the XML", "has a document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
