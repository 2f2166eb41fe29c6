"""OBS's refusals, in XML; codes from the OBS API reference, appendix "Error Codes"."""

from xml.sax.saxutils import escape

from pulumi_functiongraph.emulator.errors import ServiceError
from pulumi_functiongraph.emulator.exchange import Answer


class ObsError(ServiceError):
    """A refusal in OBS's shape."""

    def answer(self, request_id: str) -> Answer:
        """An XML document with code, message and request id."""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message>"
            f"<RequestId>{request_id}</RequestId></Error>"
        )
        headers = (
            ("Content-Type", "application/xml"),
            ("x-obs-request-id", request_id),
            *self.headers,
        )
        return Answer(self.status, body.encode(), headers)


class AccessDeniedError(ObsError):
    """There are no credentials, or of a kind that is not offered."""

    status = 403
    code = "AccessDenied"


class InvalidAccessKeyIdError(ObsError):
    """The access key does not exist."""

    status = 403
    code = "InvalidAccessKeyId"


class InvalidSecurityTokenError(ObsError):
    """A temporary key's token is missing or wrong."""

    status = 403
    code = "InvalidSecurity"


class SignatureDoesNotMatchError(ObsError):
    """The signature is not what the owner of the key makes of the request."""

    status = 403
    code = "SignatureDoesNotMatch"


class RequestTimeTooSkewedError(ObsError):
    """The request's date is too far from the cloud's time."""

    status = 403
    code = "RequestTimeTooSkewed"


class ContentMismatchError(ObsError):
    """The body is not the one that was signed."""

    status = 400
    code = "XAmzContentSHA256Mismatch"


class BadDigestError(ObsError):
    """The body is not the one that `Content-MD5` is of."""

    status = 400
    code = "BadDigest"


class InvalidDigestError(ObsError):
    """`Content-MD5` is no digest."""

    status = 400
    code = "InvalidDigest"


class IncompleteBodyError(ObsError):
    """The body is not made of whole chunks."""

    status = 400
    code = "IncompleteBody"


class EntityTooLargeError(ObsError):
    """The object is too large."""

    status = 400
    code = "EntityTooLarge"


class MalformedXmlError(ObsError):
    """The document in the body cannot be read."""

    status = 400
    code = "MalformedXML"


class MalformedPolicyError(ObsError):
    """The policy in the body cannot be read."""

    status = 400
    code = "MalformedPolicy"


class InvalidArgumentError(ObsError):
    """A value that is not allowed where it stands."""

    status = 400
    code = "InvalidArgument"


class InvalidBucketNameError(ObsError):
    """OBS does not allow this name for a bucket."""

    status = 400
    code = "InvalidBucketName"


class MethodNotAllowedError(ObsError):
    """The operation is not one of the resource."""

    status = 405
    code = "MethodNotAllowed"


class PermanentRedirectError(ObsError):
    """The bucket lies in another region than the one that was asked."""

    status = 301
    code = "PermanentRedirect"

    def __init__(self, region: str) -> None:
        super().__init__("The bucket is in another region.")
        self.headers = (("x-obs-bucket-location", region),)


class NoSuchBucketError(ObsError):
    """There is no such bucket."""

    status = 404
    code = "NoSuchBucket"
