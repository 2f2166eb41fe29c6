"""OBS: every operation goes to the S3 behind it, and comes back in OBS's words."""

import logging
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl

from pulumi_functiongraph.emulator.functiongraph.configs import is_bucket
from pulumi_functiongraph.emulator.http import asgi
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, is_whole
from pulumi_functiongraph.emulator.http.request_log import READING_METHODS
from pulumi_functiongraph.emulator.iam import models
from pulumi_functiongraph.emulator.obs import buckets, chunked, errors, notifications, translation
from pulumi_functiongraph.emulator.obs.addressing import Address, address_of, region_in_host
from pulumi_functiongraph.emulator.obs.changes import Then
from pulumi_functiongraph.emulator.obs.documents import check_document, is_content
from pulumi_functiongraph.emulator.obs.exchange import S3Answer, S3FailedError, S3Request
from pulumi_functiongraph.emulator.obs.signature import (
    OBS_PREFIX,
    S3_PREFIX,
    signature_of,
    without_credentials,
)
from pulumi_functiongraph.emulator.obs.subresources import NUMBERS
from pulumi_functiongraph.emulator.triggers.objects import Writer, tell

_log = logging.getLogger("functiongraph.emulator")

_DROPPED = frozenset({"content-length", "connection", "x-amzn-requestid", "server", "date"})


async def forward(call: Call) -> Answer:
    """Carry out an operation on buckets or objects."""
    address = address_of(call.request)
    if "\n" in address.key:
        raise errors.INVALID_ARGUMENT.error("The local cloud keeps no key with a line break.")
    _redirect(call, address)
    creates_bucket = _creates_bucket(call, address)
    if creates_bucket and not is_bucket(address.bucket):
        raise errors.INVALID_BUCKET_NAME.error()
    if call.request.method == "GET" and not address.key and "location" in call.query:
        return _location(call, address)
    if address.bucket and not address.key and "notification" in call.query:
        return await _notification(call, address)
    objects = await call.cloud.objects()
    request = S3Request(
        method=call.request.method,
        address=address,
        query_string=without_credentials(call.request),
        headers=translation.headers_of(call.request),
        body=b"" if creates_bucket else translation.body_of(call.request),
    )
    is_document = _check(request)
    region = call.read(models.first_project).region
    try:
        if request.method in READING_METHODS:
            answer = await objects.read(request)
        else:
            answer = await objects.change(
                request, region=region, now=call.now, then=_firing(call, address)
            )
    except S3FailedError as failure:
        _log.warning("the S3 behind OBS failed: %s", failure)
        if is_document:
            raise errors.MALFORMED_XML.error(
                "The XML is not what this operation takes, or the local cloud does not have it."
            ) from None
        raise errors.INVALID_ARGUMENT.error(
            "A header or a parameter is not of its form, or the local cloud does not have "
            "this operation."
        ) from None
    return _answer(call, address, answer)


def _firing(call: Call, address: Address) -> Then:
    """The triggers and notifications that a change to objects fires."""
    writer = Writer(call.known_caller().user.domain_id, call.request_id)
    return lambda c, events: tell(c, address.bucket, events, writer, call.cloud.intake())


def _check(request: S3Request) -> bool:
    """Refuse what would harm the S3 behind, or cannot be answered; is there a document?"""
    query = dict(parse_qsl(request.query_string, keep_blank_values=True))
    is_document = bool(request.body) and not is_content(
        request.method, request.address, query.keys()
    )
    if is_document:
        check_document(request.body, query=query.keys())
    for name, value in query.items():
        if name.startswith("response-") and not asgi.is_header(name, value):
            raise errors.INVALID_ARGUMENT.error(f"{name} holds what a header cannot")
        if name in NUMBERS and not is_whole(value):
            raise errors.INVALID_ARGUMENT.error(f"{name} must be a whole number")
    return is_document


def _redirect(call: Call, address: Address) -> None:
    asked = region_in_host(call.request.headers.get("host", ""))
    bucket = call.read(buckets.find_bucket, address.bucket)
    if asked is not None and bucket is not None and bucket.region != asked:
        raise errors.permanent_redirect(bucket.region)


def _location(call: Call, address: Address) -> Answer:
    bucket = call.read(buckets.find_bucket, address.bucket)
    if bucket is None:
        raise errors.NO_SUCH_BUCKET.error()
    region = bucket.region
    if _speaks_obs(call):
        document = f"<Location>{region}</Location>"
    else:
        document = f"<LocationConstraint>{region}</LocationConstraint>"
    return Answer(200, document.encode(), (("Content-Type", "application/xml"),))


async def _notification(call: Call, address: Address) -> Answer:
    """A bucket's own event notifications; OBS has no way to delete them but an empty PUT."""
    bucket = call.read(buckets.find_bucket, address.bucket)
    if bucket is None:
        raise errors.NO_SUCH_BUCKET.error()
    if call.request.method == "GET":
        kept = call.read(notifications.list_notifications, bucket.name)
        namespace, holder = _WORDS[_speaks_obs(call)]
        document = notifications.document_of(kept, namespace=namespace, holder=holder)
        return _told(call, Answer(200, document, (("Content-Type", "application/xml"),)))
    if call.request.method != "PUT":
        raise errors.METHOD_NOT_ALLOWED.error()
    wanted = notifications.read_notifications(chunked.content_of(call.request))
    await call.write(notifications.put_notifications, bucket.name, wanted)
    return _told(call, Answer(200))


def _told(call: Call, answer: Answer) -> Answer:
    """The answer with the request's id in the words of the client's protocol."""
    prefix = OBS_PREFIX if _speaks_obs(call) else S3_PREFIX
    header = (f"{prefix}request-id", call.request_id)
    return Answer(answer.status, answer.body, (*answer.headers, header))


_WORDS = {
    True: ("http://obs.myhwclouds.com/doc/2015-06-30/", "Object"),
    False: ("http://s3.amazonaws.com/doc/2006-03-01/", "S3Key"),
}
"""The namespace, and what is around the rules of a filter, by whether the client speaks OBS's own
protocol; OBS API reference, samples, and the vendor's OBS client, which speaks both."""


def _creates_bucket(call: Call, address: Address) -> bool:
    return (
        call.request.method == "PUT"
        and bool(address.bucket)
        and not address.key
        and not without_credentials(call.request)
    )


def _speaks_obs(call: Call) -> bool:
    signed = signature_of(call.request)
    return signed is not None and signed.prefix == OBS_PREFIX


def _renamed(name: str, old: str, new: str) -> str:
    return new + name.removeprefix(old) if name.startswith(old) else name


def _expiration(call: Call, address: Address, changed: str | None) -> dict[str, str]:
    """When an object ends that was put with `x-obs-expires`; nothing is deleted here."""
    kept = call.read(buckets.find_headers, address.bucket, address.key)
    if buckets.EXPIRES not in kept or changed is None:
        return {}
    ends = parsedate_to_datetime(changed) + timedelta(days=int(kept[buckets.EXPIRES]))
    return {"x-amz-expiration": f'expiry-date="{format_datetime(ends, usegmt=True)}"'}


def _answer(call: Call, address: Address, answer: S3Answer) -> Answer:
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in _DROPPED and not name.startswith("access-control-")
    }
    headers["x-amz-request-id"] = call.request_id
    # A page that lies in a bucket is of the controls' origin; so a browser gives it none.
    headers["content-security-policy"] = "sandbox"
    if address.bucket:
        bucket = call.read(buckets.find_bucket, address.bucket)
        if bucket is not None and not address.key:
            headers["x-amz-bucket-region"] = bucket.region
            headers["x-obs-bucket-location"] = bucket.region
    if address.key and call.request.method in READING_METHODS:
        headers |= _expiration(call, address, headers.get("last-modified"))
    if _speaks_obs(call):
        headers = {_renamed(name, S3_PREFIX, OBS_PREFIX): value for name, value in headers.items()}
    if call.request.method == "HEAD":
        headers["content-length"] = answer.headers.get("content-length", "0")
        return Answer(answer.status, b"", tuple(headers.items()))
    return Answer(answer.status, answer.body, tuple(headers.items()))
