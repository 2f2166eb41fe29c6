"""Refusals that every service can give; each service shapes its own bodies."""

from typing import ClassVar

from pulumi_functiongraph.emulator.exchange import Answer, HeaderPairs, JsonObject, json_answer


class ServiceError(Exception):
    """A request that is answered with an error.

    Subclasses set `status` and `code` and shape the body in the manner of their service.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = ""
    headers: HeaderPairs = ()

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def document(self, request_id: str) -> JsonObject:
        """The JSON body."""
        raise NotImplementedError

    def answer(self, request_id: str) -> Answer:
        """The whole answer."""
        return json_answer(self.document(request_id), status=self.status, headers=self.headers)


class GatewayError(ServiceError):
    """A refusal by the API gateway that stands before every service."""

    def document(self, request_id: str) -> JsonObject:
        """The gateway's shape: message, code and request id in the body."""
        return {"error_msg": self.message, "error_code": self.code, "request_id": request_id}


class UnauthenticatedError(GatewayError):
    """Credentials are missing or wrong."""

    status = 401
    code = "APIGW.0301"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Incorrect IAM authentication information: {reason}")


class UnknownApiError(GatewayError):
    """No API has this path and method."""

    status = 404
    code = "APIGW.0101"

    def __init__(self) -> None:
        super().__init__("The API does not exist or has not been published in the environment")


class ForbiddenError(GatewayError):
    """The credentials do not reach what the request names."""

    status = 403
    code = "APIGW.0302"


class BodyTooLargeError(GatewayError):
    """The body of the request exceeds the operation's limit."""

    status = 413
    code = "APIGW.0201"


class BrokenBackendError(GatewayError):
    """The emulator itself failed; the traceback is in its log."""

    status = 500
    code = "APIGW.0500"
