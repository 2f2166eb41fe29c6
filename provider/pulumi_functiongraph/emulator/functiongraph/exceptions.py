"""FunctionGraph's refusals; codes from the API reference, appendix "Error Codes".

No code is documented for asynchronous notification in particular: those calls use the general
ones.
"""

from pulumi_functiongraph.emulator.errors import ServiceError
from pulumi_functiongraph.emulator.exchange import JsonObject


class FunctionGraphError(ServiceError):
    """A refusal in FunctionGraph's shape."""

    def document(self, request_id: str) -> JsonObject:  # noqa: ARG002 # not part of this shape
        """Code and message."""
        return {"error_code": self.code, "error_msg": self.message}


class InvalidParameterError(FunctionGraphError):
    """A field of the body is not allowed."""

    status = 400
    code = "FSS.0400"


class InvalidQueryError(FunctionGraphError):
    """A query parameter is not allowed."""

    status = 400
    code = "FSS.1001"


class InvalidFunctionNameError(InvalidParameterError):
    """The name of a function is not allowed."""

    code = "FSS.1002"


class InvalidHandlerError(InvalidParameterError):
    """The handler is not allowed."""

    code = "FSS.1003"


class InvalidPackageError(InvalidParameterError):
    """The package is not allowed."""

    code = "FSS.1004"


class InvalidRuntimeError(InvalidParameterError):
    """The runtime is not offered."""

    code = "FSS.1005"


class InvalidCodeTypeError(InvalidParameterError):
    """The code type is not offered."""

    code = "FSS.1006"


class InvalidMemoryError(InvalidParameterError):
    """The memory size is not offered."""

    code = "FSS.1007"


class InvalidTimeoutError(InvalidParameterError):
    """The timeout is out of range."""

    code = "FSS.1008"


class InvalidUserDataError(InvalidParameterError):
    """The user data is not allowed."""

    code = "FSS.1009"


class InvalidCodeError(FunctionGraphError):
    """The function's code cannot be read."""

    status = 400
    code = "FSS.1011"

    def document(self, request_id: str) -> JsonObject:  # noqa: ARG002 # not part of this shape
        """Code, message and details."""
        return {
            "error_code": self.code,
            "error_msg": self.message,
            "details": {"error_msg": "Invalid function code."},
        }


class InvalidAliasError(InvalidParameterError):
    """An alias is not allowed."""

    code = "FSS.1014"


class InvalidVersionError(InvalidParameterError):
    """A version is not allowed."""

    code = "FSS.1015"


class InvalidUrnError(InvalidParameterError):
    """A function URN is not allowed."""

    code = "FSS.1309"


class ForbiddenError(FunctionGraphError):
    """The credentials do not reach the project."""

    status = 403
    code = "FSS.0403"


class UnauthorizedQuirkError(FunctionGraphError):
    """How the live trigger API words a missing function on delete."""

    status = 401
    code = "FSS.0401"


class ConfigNotFoundError(FunctionGraphError):
    """A function version has no async config."""

    status = 404
    code = "FSS.0404"


class TriggerNotFoundError(FunctionGraphError):
    """A version or alias has no such trigger."""

    status = 404
    code = "FSS.0404"


class TopicNotFoundError(FunctionGraphError):
    """The topic that a trigger listens to does not exist."""

    status = 404
    code = "FSS.1171"

    def __init__(self) -> None:
        super().__init__("The SMN topic does not exist.")


class FunctionNotFoundError(FunctionGraphError):
    """There is no such function."""

    status = 404
    code = "FSS.1051"

    def __init__(self) -> None:
        super().__init__("Not found the function")


class VersionNotFoundError(FunctionGraphError):
    """There is no such version."""

    status = 404
    code = "FSS.1052"

    def __init__(self) -> None:
        super().__init__("Not found the function version")


class AliasNotFoundError(FunctionGraphError):
    """There is no such alias."""

    status = 404
    code = "FSS.1053"

    def __init__(self) -> None:
        super().__init__("Not found the function version alias")


class NotJsonBodyError(FunctionGraphError):
    """The body is not JSON."""

    status = 406
    code = "FSS.0406"


class VersionInUseError(FunctionGraphError):
    """A version is still named by an alias."""

    status = 409
    code = "FSS.0409"


class FunctionExistsError(FunctionGraphError):
    """There is a function of that name already."""

    status = 409
    code = "FSS.1061"


class VersionExistsError(FunctionGraphError):
    """There is a version of that name already."""

    status = 409
    code = "FSS.1062"


class AliasExistsError(FunctionGraphError):
    """There is an alias of that name already."""

    status = 409
    code = "FSS.1063"


class BodyTooLargeError(FunctionGraphError):
    """The body is too large."""

    status = 413
    code = "FSS.0413"


class InternalError(FunctionGraphError):
    """The service failed."""

    status = 500
    code = "FSS.0500"
