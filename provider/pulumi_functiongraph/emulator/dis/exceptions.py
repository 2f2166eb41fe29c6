"""DIS's refusals; codes from the DIS API reference, appendix "Error Codes"."""

from pulumi_functiongraph.emulator.errors import ServiceError
from pulumi_functiongraph.emulator.exchange import JsonObject


class DisError(ServiceError):
    """A refusal in DIS's shape."""

    def document(self, request_id: str) -> JsonObject:  # noqa: ARG002 # not part of this shape
        """Code and message."""
        return {"errorCode": self.code, "message": self.message}


class ForbiddenError(DisError):
    """The credentials do not reach the project."""

    status = 403
    code = "DIS.4116"


class StreamNotFoundError(DisError):
    """There is no such stream; the status is 400, not 404."""

    status = 400
    code = "DIS.4301"

    def __init__(self) -> None:
        super().__init__("The stream does not exist.")


class BadRequestError(DisError):
    """The request is not what the operation expects; the choice of the code is ours."""

    status = 400
    code = "DIS.4200"


class StreamExistsError(DisError):
    """There is a stream of that name; the choice of the code is ours."""

    status = 400
    code = "DIS.4307"

    def __init__(self) -> None:
        super().__init__("The stream already exists.")


class StreamNotRunningError(DisError):
    """The stream takes no records; the choice of the code is ours."""

    status = 400
    code = "DIS.4318"


class BodyTooLargeError(DisError):
    """The body is too large."""

    status = 413
    code = "DIS.4203"
