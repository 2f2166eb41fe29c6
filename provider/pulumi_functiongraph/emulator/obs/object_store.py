"""The S3 behind OBS: moto's, filled from what is kept, with every change kept in turn.

Kept of an object are its content, its content headers and its metadata; versions, access lists,
tags and bucket settings last as long as the process.
"""

import asyncio
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import moto.backends
import moto.s3.models as s3_models
from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY
from moto.moto_server.werkzeug_app import BackendRequest, create_backend_app
from msgspec.structs import replace

from pulumi_functiongraph.emulator.obs import buckets
from pulumi_functiongraph.emulator.obs.addressing import Address
from pulumi_functiongraph.emulator.obs.buckets import EXPIRES, Bucket, StoredObject
from pulumi_functiongraph.emulator.obs.changes import Events, Then, event_of
from pulumi_functiongraph.emulator.obs.exchange import S3Answer, S3FailedError, S3Request
from pulumi_functiongraph.emulator.obs.translation import METADATA_PREFIX
from pulumi_functiongraph.emulator.state.store import Connection, Store
from pulumi_functiongraph.emulator.state.waiting_changes import Change

KEPT_HEADERS = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        "expires",
    }
)
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=none"
)
"""Tells moto that a caller is known: who it is was verified before."""

_DAYS = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
"""Days that still end in a year of four digits."""


def _days(request: S3Request, before: Mapping[str, str]) -> dict[str, str]:
    """The days that an object is kept: as a new one says, else what was said before."""
    is_new = request.method == "PUT" and not request.query_string
    days = (request.headers if is_new else before).get(EXPIRES, "")
    return {EXPIRES: days} if _DAYS.fullmatch(days) else {}


class _Request(BackendRequest):  # type: ignore[misc] # moto has no types
    """A request whose body is content, whatever its type; a form would be taken apart."""

    @property
    def want_form_data_parsed(self) -> bool:
        """Never."""
        return False


class ObjectStore:
    """Buckets and objects; changes are made one at a time and kept before they are answered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changing = asyncio.Lock()
        self._application = create_backend_app("s3")
        self._application.request_class = _Request

    @classmethod
    async def load(cls, store: Store, now: Callable[[], datetime]) -> Self:
        """The S3 of this process, with the buckets and objects that `store` keeps and no others.

        It dates changes by `now`, for which moto asks nobody else.
        """
        s3_models.utcnow = lambda: now().replace(tzinfo=None)
        objects = cls(store)
        await objects._go_back()
        return objects

    async def read(self, request: S3Request) -> S3Answer:
        """Carry out a request that changes nothing."""
        return await asyncio.to_thread(self._send, request)

    async def change(
        self, request: S3Request, *, region: str, now: datetime, then: Then
    ) -> S3Answer:
        """Carry out a request, and keep what it changed, with what follows from it.

        Args:
            request: what is asked for.
            region: of a bucket that is made.
            now: when it is made.
            then: is told the events that it comes to.
        """
        async with self._changing:
            answer = await asyncio.to_thread(self._send, request)
            if answer.succeeded:
                try:
                    keep = await self._kept(request, answer, region, now)
                    await self._store.write(lambda c: then(c, keep(c)))
                except BaseException:
                    await self._go_back()
                    raise
            return answer

    async def _go_back(self) -> None:
        """Hold what is kept, and no change that could not be."""
        kept, objects = self._store.read(
            lambda c: (buckets.list_buckets(c), buckets.list_objects(c))
        )
        names = {bucket.name for bucket in kept}  # the row of a bucket may be damaged
        inside = [stored for stored in objects if stored.bucket in names]
        await asyncio.to_thread(self._fill, kept, inside)

    async def _kept(
        self, request: S3Request, answer: S3Answer, region: str, now: datetime
    ) -> Change[Events]:
        """What has to be kept of a request that was carried out."""
        if not request.address.key and "delete" not in request.query_string:
            return self._kept_bucket(request, region, now)
        return await self._kept_objects(request, answer)

    def _kept_bucket(self, request: S3Request, region: str, now: datetime) -> Change[Events]:
        name = request.address.bucket

        def change(connection: Connection) -> Events:
            if not request.query_string and request.method == "PUT":
                buckets.put_bucket(connection, name, region, now)
            if not request.query_string and request.method == "DELETE":
                buckets.delete_bucket(connection, name)
            return ()

        return change

    async def _kept_objects(self, request: S3Request, answer: S3Answer) -> Change[Events]:
        bucket, key = request.address.bucket, request.address.key
        keys = [key] if key else self._store.read(lambda c: buckets.list_keys(c, bucket))
        found = await asyncio.to_thread(lambda: [(key, self._load(bucket, key)) for key in keys])

        def change(connection: Connection) -> Events:
            events = []
            for key, stored in found:
                existed = buckets.has_object(connection, bucket, key)
                events.append(event_of(request, answer, key, stored, existed=existed))
                if stored is None:
                    buckets.delete_object(connection, bucket, key)
                else:
                    days = _days(request, buckets.find_headers(connection, bucket, key))
                    headers = {**stored.headers, **days}
                    buckets.put_object(connection, replace(stored, headers=headers))
            return tuple(event for event in events if event is not None)

        return change

    def _load(self, bucket: str, key: str) -> StoredObject | None:
        answer = self._send(S3Request("GET", Address(bucket, key)))
        if not answer.succeeded:
            return None
        headers = {
            name: value
            for name, value in answer.headers.items()
            if name in KEPT_HEADERS or name.startswith(METADATA_PREFIX)
        }
        return StoredObject(bucket, key, headers, answer.body)

    def _fill(self, kept: Iterable[Bucket], objects: Iterable[StoredObject]) -> None:
        moto.backends.get_backend("s3").reset()
        requests = [S3Request("PUT", Address(bucket.name, "")) for bucket in kept]
        requests.extend(
            S3Request(
                "PUT",
                Address(stored.bucket, stored.key),
                headers=stored.headers,
                body=stored.content,
            )
            for stored in objects
        )
        for request in requests:
            answer = self._send(request)
            if not answer.succeeded:
                where = request.address.path.decode()
                raise RuntimeError(f"{where} could not be restored: status {answer.status}")

    def _send(self, request: S3Request) -> S3Answer:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": request.address.path.decode("utf-8").encode().decode("latin-1"),
            # Encoded, since it is decoded once more: "%41" in a key must not become "A".
            "RAW_URI": quote(request.address.path),
            "QUERY_STRING": request.query_string,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": AUTHORIZATION,
            PRESERVED_HEADER_NAMES_ENVIRON_KEY: {},
        }
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
            if "_" in name:
                environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY][f"HTTP_{key}"] = name
        status, headers = 500, {}

        def start_response(line: str, pairs: list[tuple[str, str]], _: object = None) -> None:
            nonlocal status, headers
            status = int(line.split(" ", 1)[0])
            headers = {name.lower(): value for name, value in pairs}

        try:
            chunks = self._application(environ, start_response)
        except Exception as error:
            raise S3FailedError(f"{type(error).__name__}: {error}") from error
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        if status >= HTTPStatus.BAD_REQUEST and body[:9].lower() == b"<!doctype":
            raise S3FailedError(f"no operation of S3: status {status}")
        return S3Answer(status, headers, body)
