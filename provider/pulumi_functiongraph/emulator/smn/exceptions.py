"""SMN's refusals; codes from the SMN API reference, appendix "Error Code"."""

from pulumi_functiongraph.emulator.errors import ServiceError
from pulumi_functiongraph.emulator.exchange import JsonObject


class SmnError(ServiceError):
    """A refusal in SMN's shape."""

    def document(self, request_id: str) -> JsonObject:
        """Request id, code and message."""
        return {"request_id": request_id, "code": self.code, "message": self.message}


class ForbiddenError(SmnError):
    """The credentials do not reach the project."""

    status = 403
    code = "SMN.0001"


class InvalidParameterError(SmnError):
    """A parameter is not allowed."""

    status = 400
    code = "SMN.0002"


class InvalidTopicUrnError(SmnError):
    """The URN of a topic is malformed."""

    status = 400
    code = "SMN.0005"


class TopicNotFoundError(SmnError):
    """There is no such topic."""

    status = 404
    code = "SMN.0006"

    def __init__(self) -> None:
        super().__init__("Topic not found.")


class InvalidProtocolError(InvalidParameterError):
    """A subscription has no protocol that SMN knows."""

    code = "SMN.0011"


class InvalidEndpointError(InvalidParameterError):
    """The endpoint of a subscription does not fit its protocol."""

    code = "SMN.0012"


class SubscriptionNotFoundError(SmnError):
    """There is no such subscription."""

    status = 404
    code = "SMN.0013"

    def __init__(self) -> None:
        super().__init__("Subscription resource not found.")


class BodyTooLargeError(SmnError):
    """The body is too large."""

    status = 413
    code = "SMN.0002"
