"""Bodies that are sent in signed chunks (`aws-chunked`), as S3 clients stream them.

A chunk is its length in hexadecimal digits, `;chunk-signature=` and the signature, and its bytes;
each signature is over the one before. Amazon S3 API reference, "Signature Calculations for the
Authorization Header: Transferring Payload in Multiple Chunks". The OBS SDKs send no such bodies.
"""

import hashlib
import hmac
import re

import msgspec

from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs.signature import (
    CONTENT_HASH,
    V4_ALGORITHM,
    Signature,
    v4_digest,
)

SIGNED = frozenset(
    {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"}
)
UNSIGNED = frozenset({"STREAMING-UNSIGNED-PAYLOAD-TRAILER"})

MAX_CHUNKS = 1 << 14
"""Amazon S3 takes no chunk below 8 KiB but the last; so many hold OBJECT_LIMIT."""
MAX_HEAD = 4096
"""Bytes before the content of a chunk."""

_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}")
_NOTHING = hashlib.sha256(b"").hexdigest()
_TRAILER_SIGNATURE = b"x-amz-trailer-signature:"


class MalformedChunksError(ValueError):
    """A body that is not made of chunks."""


class _Chunk(msgspec.Struct, frozen=True):
    content: bytes
    signature: str


class _Body(msgspec.Struct, frozen=True):
    chunks: tuple[_Chunk, ...]
    """The last one is empty."""
    trailers: tuple[bytes, ...]
    trailer_signature: str


def is_chunked(request: RawRequest) -> bool:
    """Whether the body is in chunks."""
    return request.headers.get(CONTENT_HASH) in SIGNED | UNSIGNED


def content_of(request: RawRequest) -> bytes:
    """The body of a request, put together.

    Raises:
        MalformedChunksError: it should be in chunks, and is not.
    """
    if not is_chunked(request):
        return request.body
    return b"".join(chunk.content for chunk in _parse(request.body).chunks)


def is_signed_by(request: RawRequest, secret_key: str, signature: Signature) -> bool:
    """Whether each chunk, and what trails them, is signed.

    Raises:
        MalformedChunksError: the body is not in chunks.
    """
    body = _parse(request.body)
    if request.headers.get(CONTENT_HASH) not in SIGNED:
        return True
    before = signature.signature
    for chunk in body.chunks:
        digests = (_NOTHING, hashlib.sha256(chunk.content).hexdigest())
        if not _follows(chunk.signature, before, "PAYLOAD", digests, secret_key, signature):
            return False
        before = chunk.signature
    if not body.trailers:
        return True
    digest = hashlib.sha256(b"".join(each + b"\n" for each in body.trailers)).hexdigest()
    given = body.trailer_signature
    return _follows(given, before, "TRAILER", (digest,), secret_key, signature)


def _follows(
    given: str,
    before: str,
    kind: str,
    digests: tuple[str, ...],
    secret_key: str,
    signature: Signature,
) -> bool:
    lines = (f"{V4_ALGORITHM}-{kind}", signature.date, signature.scope, before, *digests)
    return hmac.compare_digest(v4_digest(secret_key, signature, lines).encode(), given.encode())


def _parse(body: bytes) -> _Body:
    chunks: list[_Chunk] = []
    at = 0
    while not chunks or chunks[-1].content:
        end = body.find(b"\r\n", at, at + MAX_HEAD)
        size, _, extension = body[at : max(end, at)].partition(b";")
        begin = end + 2
        length = int(size, 16) if _SIZE.fullmatch(size) else -1
        if end < 0 or length < 0 or len(body) < begin + length:
            raise MalformedChunksError("The body is not made of whole chunks.")
        if len(chunks) > MAX_CHUNKS:
            raise MalformedChunksError(f"The body has more than {MAX_CHUNKS} chunks.")
        signature = extension.removeprefix(b"chunk-signature=").decode("latin-1")
        chunks.append(_Chunk(body[begin : begin + length], signature))
        at = begin + length
        if length and body[at : at + 2] != b"\r\n":
            raise MalformedChunksError("A chunk is longer than it says.")
        at += 2 if length else 0
    lines = [line for line in body[at:].replace(b"\r\n", b"\n").split(b"\n") if line]
    trailers = tuple(line for line in lines if not line.startswith(_TRAILER_SIGNATURE))
    signed = [line for line in lines if line.startswith(_TRAILER_SIGNATURE)]
    ending = signed[-1].removeprefix(_TRAILER_SIGNATURE).decode("latin-1") if signed else ""
    return _Body(tuple(chunks), trailers, ending)
