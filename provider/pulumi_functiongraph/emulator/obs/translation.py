"""What a request to OBS means: said once, for the check of grants and for the S3 behind.

S3's parsers read much in two ways (a name in an unknown namespace, a source with two slashes). So
what means something is read here, and goes on in the one form that nothing else can be read from.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import msgspec

from pulumi_functiongraph.emulator.functiongraph.configs import is_bucket
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.http.request_log import READING_METHODS
from pulumi_functiongraph.emulator.obs import chunked, errors
from pulumi_functiongraph.emulator.obs.addressing import Address, address_of
from pulumi_functiongraph.emulator.obs.documents import malformed, parse_document
from pulumi_functiongraph.emulator.obs.signature import (
    OBS_PREFIX,
    S3_PREFIX,
    signature_of,
    without_credentials,
)

COPY_SOURCE = f"{S3_PREFIX}copy-source"
METADATA_PREFIX = f"{S3_PREFIX}meta-"
MAX_DELETED = 1000
"""Keys in one deletion; OBS API reference, "Batch Deleting Objects"."""

_HIDDEN = frozenset(
    {
        "authorization",
        "host",
        "content-length",
        "connection",
        "transfer-encoding",
        "x-amz-content-sha256",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
    }
)


class Version(msgspec.Struct, frozen=True):
    """An object, or one version of it."""

    address: Address
    version_id: str = ""


def headers_of(request: RawRequest) -> dict[str, str]:
    """The headers that mean something, in S3's names; a source of a copy in its one form.

    Raises:
        errors.INVALID_ARGUMENT: the source of a copy cannot be read.
    """
    signed = signature_of(request)
    own = S3_PREFIX if signed is None else signed.prefix
    found = {}
    for name, value in request.headers.items():
        if name.startswith((OBS_PREFIX, S3_PREFIX)) and not name.startswith(own):
            continue
        renamed = S3_PREFIX + name.removeprefix(own) if name.startswith(own) else name
        if renamed not in _HIDDEN and ("_" not in name or renamed.startswith(METADATA_PREFIX)):
            found[renamed] = value
    if request.method not in READING_METHODS:
        found.pop("range", None)
    source = _source(found)
    if source is not None:
        version = f"?versionId={quote(source.version_id, safe='')}" if source.version_id else ""
        key = quote(source.address.key, safe="")
        found[COPY_SOURCE] = f"/{source.address.bucket}/{key}{version}"
    if chunked.is_chunked(request):
        encodings = [each.strip() for each in found.pop("content-encoding", "").split(",")]
        kept = ",".join(each for each in encodings if each not in {"", "aws-chunked"})
        found |= {"content-encoding": kept} if kept else {}
    return found


def source_of(request: RawRequest) -> Version | None:
    """What a request copies.

    Raises:
        errors.INVALID_ARGUMENT: it cannot be read.
    """
    return _source(headers_of(request))


def _source(headers: Mapping[str, str]) -> Version | None:
    given = headers.get(COPY_SOURCE)
    if given is None:
        return None
    path, _, query = given.partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    fields = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in fields]
    if not is_bucket(bucket) or not key or names not in ([], ["versionId"]):
        raise errors.INVALID_ARGUMENT.error(
            "The source of a copy must be /<bucket>/<key>, percent-encoded, and ?versionId= at most"
        )
    return Version(Address(bucket, key), fields[0][1] if fields else "")


def body_of(request: RawRequest) -> bytes:
    """The body of a request, put together; a deletion of many objects in its one form.

    Raises:
        errors.MALFORMED_XML: such a deletion cannot be read.
    """
    if not deletes_many(request):
        return chunked.content_of(request)
    objects = "".join(
        f"<Object><Key>{_escaped(each.address.key)}</Key>"
        + (f"<VersionId>{_escaped(each.version_id)}</VersionId>" if each.version_id else "")
        + "</Object>"
        for each in deletions_of(request)
    )
    return f"<Delete>{objects}</Delete>".encode()


def deletes_many(request: RawRequest) -> bool:
    """Whether a request deletes what its body lists."""
    address = address_of(request)
    query = dict(parse_qsl(without_credentials(request), keep_blank_values=True))
    return request.method == "POST" and not address.key and "delete" in query


def deletions_of(request: RawRequest) -> tuple[Version, ...]:
    """What a request deletes that deletes many objects.

    Raises:
        errors.MALFORMED_XML: its body cannot be read.
    """
    body = chunked.content_of(request)
    if not body:
        return ()
    root = parse_document(body)
    listed = [each for each in root if each.tag != "Quiet"]
    if root.tag != "Delete" or len(listed) > MAX_DELETED:
        raise malformed(f"it must be a Delete of up to {MAX_DELETED} objects")
    bucket = address_of(request).bucket
    return tuple(_deletion(each, bucket) for each in listed)


def _deletion(element: Element, bucket: str) -> Version:
    fields = {each.tag: each for each in element}
    unknown = sorted(fields.keys() - {"Key", "VersionId"})
    if element.tag != "Object" or unknown:
        raise malformed(f"{', '.join(unknown) or element.tag} is not known here")
    texts = {name: "".join(each.itertext()) for name, each in fields.items()}
    nested = any(len(each) for each in element)
    if nested or len(fields) != len(element) or not texts.get("Key"):
        raise malformed("each Object needs one Key, and one VersionId at most")
    return Version(Address(bucket, texts["Key"]), texts.get("VersionId", "").strip())


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})
