"""Refusals as values, and those of the API gateway that stands before every service."""

from collections.abc import Callable
from functools import partial

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.emulator.http.exchange import Answer, HeaderPairs, json_answer


class Refusal(msgspec.Struct, frozen=True):
    """What a service says instead of doing what it is asked for."""

    status: int
    code: str
    text: str = ""
    headers: HeaderPairs = ()
    shape: Callable[["Refusal", str], Answer] = lambda refusal, _: Answer(refusal.status)
    """Makes the answer out of the refusal and the id of the request, as its service does."""

    def error(self, text: str | None = None, *, headers: HeaderPairs = ()) -> "ServiceError":
        """The exception to raise, with a text of its own where it is given one."""
        return ServiceError(
            replace(self, text=self.text if text is None else text, headers=headers)
        )

    def answer(self, request_id: str) -> Answer:
        """The whole answer."""
        return self.shape(self, request_id)


class ServiceError(Exception):
    """A request is refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal

    def means(self, refusal: Refusal) -> bool:
        """Whether it was made of `refusal`, whatever its text."""
        return (self.refusal.status, self.refusal.code) == (refusal.status, refusal.code)


def _shape(refusal: Refusal, request_id: str) -> Answer:
    document = {
        "error_msg": refusal.text,
        "error_code": refusal.code,
        "request_id": request_id,
    }
    return json_answer(document, status=refusal.status)


_gateway = partial(Refusal, shape=_shape)

UNAUTHENTICATED = _gateway(401, "APIGW.0301")
UNKNOWN_API = _gateway(
    404, "APIGW.0101", "The API does not exist or has not been published in the environment"
)
FORBIDDEN = _gateway(403, "APIGW.0302")
BODY_TOO_LARGE = _gateway(413, "APIGW.0201")
BROKEN_BACKEND = _gateway(500, "APIGW.0500", "the emulator failed, see its log")


def unauthenticated(reason: str) -> ServiceError:
    """The gateway's refusal of credentials that are missing or do not hold."""
    return UNAUTHENTICATED.error(f"Incorrect IAM authentication information: {reason}")
