"""IAM's refusals, in the shape of the Identity API."""

from functools import partial
from http import HTTPStatus

from pulumi_functiongraph.emulator.http.errors import Refusal
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer


def _shape(refusal: Refusal, _request_id: str) -> Answer:
    title = HTTPStatus(refusal.status).phrase
    fields = {"message": refusal.text, "code": refusal.status, "title": title}
    return json_answer({"error": fields}, status=refusal.status)


_refusal = partial(Refusal, code="", shape=_shape)

BAD_REQUEST = _refusal(400)
UNAUTHORIZED = _refusal(401, text="The username or password is wrong.")
FORBIDDEN = _refusal(403)
NOT_FOUND = _refusal(404)
CONFLICT = _refusal(409)
BODY_TOO_LARGE = _refusal(413)
TOO_MANY_REQUESTS = _refusal(429, text="Too many requests, please try again later.")
