"""The context of a handler, and its logger."""
# ruff: noqa: N802, N815 # names of the documented interface

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is not loaded: every start would pay for it
    from typing import Any


class Context:
    """What a handler is given beside its event.

    The methods in camel case are documented (developer guide, "Developing Functions in Python",
    SDK APIs), and those of tracing, aliases and workflows seen in runtimes of the clouds.
    """

    def __init__(self, settings: dict[str, Any], invocation: dict[str, Any]) -> None:
        self._settings = settings
        self._invocation = invocation
        self._started = time.monotonic()
        self._state: Any = None

    def getRequestID(self) -> str:
        """The same for every attempt of a request."""
        return str(self._invocation["request_id"])

    def getRemainingTimeInMilliSeconds(self) -> int:
        """Until the time-out."""
        return int((self._settings["timeout"] - (time.monotonic() - self._started)) * 1000)

    def getRunningTimeInSeconds(self) -> int:
        """The time-out."""
        return int(self._settings["timeout"])

    def getFunctionName(self) -> str:
        """The name of the function."""
        return str(self._settings["function_name"])

    def getVersion(self) -> str:
        """The version of the function."""
        return str(self._settings["version"])

    def getPackage(self) -> str:
        """The group of the function."""
        return str(self._settings["package"])

    def getProjectID(self) -> str:
        """The project of the function."""
        return str(self._settings["project_id"])

    def getMemorySize(self) -> int:
        """In MiB."""
        return int(self._settings["memory"])

    def getCPUNumber(self) -> int:
        """In thousandths of a core."""
        return int(self._settings["cpu"])

    def getUserData(self, key: str) -> str | None:
        """An environment variable of the function."""
        value: str | None = self._settings["user_data"].get(key)
        return value

    def getAccessKey(self) -> str:
        """Of the agency; empty without one."""
        return str(self._invocation["access_key"])

    def getSecretKey(self) -> str:
        """Of the agency; empty without one."""
        return str(self._invocation["secret_key"])

    def getSecurityToken(self) -> str:
        """Goes with both keys."""
        return str(self._invocation["security_token"])

    def getToken(self) -> str:
        """The token of the agency."""
        return str(self._invocation["token"])

    def getLogger(self) -> Any:
        """Writes lines with time, request and level."""
        return logger(self.getRequestID())

    def getAlias(self) -> str:
        """A run is of a version, so there is none."""
        return ""

    getSecurityAccessKey = getAccessKey
    getSecuritySecretKey = getSecretKey
    getTraceID = get_trace_id = getInvokeID = get_invoke_id = getRequestID
    getWorkflowID = getWorkflowRunID = getWorkflowStateID = getAlias
    getInvokeProperty = get_invoke_property = get_instance_id = getAlias

    def get_state(self) -> Any:
        """What `set_state` was given."""
        return self._state

    def set_state(self, state: Any) -> None:
        """For the code's own use."""
        self._state = state


def logger(request_id: str) -> Any:
    """The root logger, as the runtimes of the clouds set it up."""
    import logging

    root = logging.getLogger()
    if not root.handlers:
        root.setLevel(logging.INFO)
        root.addHandler(logging.StreamHandler(sys.stdout))
    form = logging.Formatter(
        f"%(asctime)sZ {request_id} %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    form.converter = time.gmtime
    root.handlers[0].setFormatter(form)
    return root
