"""What the bodies of requests to OBS are: content of objects, or documents that set something."""

from collections.abc import Set as AbstractSet
from xml.etree.ElementTree import Element, fromstring
from xml.parsers import expat

from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import MAX_DEPTH, NotJsonError, parse_json
from pulumi_functiongraph.emulator.obs import errors
from pulumi_functiongraph.emulator.obs.addressing import Address

_HEADERS = ("x-amz-", "x-obs-", "content-")
"""Names of headers, which a temporary URL may hold in its query."""
_PART = frozenset({"partNumber", "uploadId"})
_CHANGE = frozenset({"append", "position", "modify", "length"})


def is_content(method: str, address: Address, query: AbstractSet[str]) -> bool:
    """Whether the body is the content of an object, or a part of it."""
    if not address.key or method not in {"PUT", "POST"}:
        return False
    rest = {name for name in query if not name.lower().startswith(_HEADERS)} - {"x-id"}
    if method == "PUT" and (not rest or rest == _PART):
        return True
    return bool(rest & {"append", "modify"}) and rest <= _CHANGE


def check_document(body: bytes, *, query: AbstractSet[str]) -> None:
    """See to it that a document can be read without harm, before S3 reads it.

    Raises:
        errors.MALFORMED_XML: it is not XML, nests more than MAX_DEPTH levels, or declares entities.
        errors.MALFORMED_POLICY: a policy is not JSON.
    """
    if "policy" in query:
        try:
            parse_json(body)
        except NotJsonError as error:
            raise errors.MALFORMED_POLICY.error(f"The policy cannot be read: {error}") from None
        return
    parser = expat.ParserCreate()
    depth = 0

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise malformed(f"it nests more than {MAX_DEPTH} levels")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_declaration: object) -> None:
        raise malformed("it has a DOCTYPE")

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = declare
    try:
        parser.Parse(body, True)  # the last part; it has no name
    except expat.ExpatError as error:
        raise malformed(expat.errors.messages[error.code]) from None


def parse_document(body: bytes) -> Element:
    """The root of a document that can be read without harm, with local names.

    Raises:
        errors.MALFORMED_XML: it cannot.
    """
    check_document(body, query=frozenset())
    root = fromstring(body)  # noqa: S314 # without a document type there is nothing to expand
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def malformed(reason: str) -> ServiceError:
    """The refusal of a document."""
    return errors.MALFORMED_XML.error(
        f"The XML you provided was not well-formed or did not validate: {reason}."
    )
