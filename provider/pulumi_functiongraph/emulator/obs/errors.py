"""OBS's refusals, in XML; codes from the OBS API reference, appendix "Error Codes"."""

from functools import partial
from xml.sax.saxutils import escape

from pulumi_functiongraph.emulator.http.errors import Refusal, ServiceError
from pulumi_functiongraph.emulator.http.exchange import Answer


def _shape(refusal: Refusal, request_id: str) -> Answer:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refusal.code}</Code><Message>{escape(refusal.text)}</Message>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )
    headers = (
        ("Content-Type", "application/xml"),
        ("x-obs-request-id", request_id),
        *refusal.headers,
    )
    return Answer(refusal.status, body.encode(), headers)


_refusal = partial(Refusal, shape=_shape)

ACCESS_DENIED = _refusal(403, "AccessDenied")
BAD_DIGEST = _refusal(
    400, "BadDigest", "The Content-MD5 you specified did not match what was received."
)
CONTENT_MISMATCH = _refusal(
    400, "XAmzContentSHA256Mismatch", "The body is not the one that was signed."
)
ENTITY_TOO_LARGE = _refusal(400, "EntityTooLarge")
INCOMPLETE_BODY = _refusal(400, "IncompleteBody")
INTERNAL = _refusal(500, "InternalError")
INVALID_ACCESS_KEY_ID = _refusal(
    403, "InvalidAccessKeyId", "The access key ID you provided does not exist in our records."
)
INVALID_ARGUMENT = _refusal(400, "InvalidArgument")
INVALID_BUCKET_NAME = _refusal(400, "InvalidBucketName", "The specified bucket is not valid.")
INVALID_DIGEST = _refusal(400, "InvalidDigest", "The Content-MD5 you specified is not valid.")
INVALID_SECURITY_TOKEN = _refusal(
    403, "InvalidSecurity", "The security token is missing or is not that of the access key."
)
MALFORMED_POLICY = _refusal(400, "MalformedPolicy")
MALFORMED_XML = _refusal(400, "MalformedXML")
METHOD_NOT_ALLOWED = _refusal(405, "MethodNotAllowed", "The specified method is not allowed")
NO_SUCH_BUCKET = _refusal(404, "NoSuchBucket", "The specified bucket does not exist")
PERMANENT_REDIRECT = _refusal(301, "PermanentRedirect", "The bucket is in another region.")
REQUEST_TIME_TOO_SKEWED = _refusal(
    403,
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
)
SIGNATURE_DOES_NOT_MATCH = _refusal(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
)


def permanent_redirect(region: str) -> ServiceError:
    """The refusal of a bucket that lies in another region than the one that was asked."""
    return PERMANENT_REDIRECT.error(headers=(("x-obs-bucket-location", region),))
