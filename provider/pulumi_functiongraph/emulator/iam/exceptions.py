"""IAM's refusals, in the shape of the Identity API."""

from http import HTTPStatus

from pulumi_functiongraph.emulator.errors import ServiceError
from pulumi_functiongraph.emulator.exchange import JsonObject


class IamError(ServiceError):
    """A refusal in IAM's shape."""

    def document(self, request_id: str) -> JsonObject:  # noqa: ARG002 # not part of this shape
        """An `error` object with message, status and title."""
        title = HTTPStatus(self.status).phrase
        return {"error": {"message": self.message, "code": self.status, "title": title}}


class BadRequestError(IamError):
    """The body is not what the operation expects."""

    status = 400


class UnauthorizedError(IamError):
    """The user or the password is wrong."""

    status = 401

    def __init__(self) -> None:
        super().__init__("The username or password is wrong.")


class ForbiddenError(IamError):
    """The caller may not do this."""

    status = 403


class NotFoundError(IamError):
    """There is no such thing."""

    status = 404


class ConflictError(IamError):
    """There is one of that name already."""

    status = 409


class TooManyRequestsError(IamError):
    """More calls than IAM takes in a second."""

    status = 429


class BodyTooLargeError(IamError):
    """The body is too large."""

    status = 413
