"""SMN's refusals; codes from the SMN API reference, appendix "Error Code"."""

from functools import partial

from pulumi_functiongraph.emulator.http.errors import Refusal
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer


def _shape(refusal: Refusal, request_id: str) -> Answer:
    document = {"request_id": request_id, "code": refusal.code, "message": refusal.text}
    return json_answer(document, status=refusal.status)


_refusal = partial(Refusal, shape=_shape)

FORBIDDEN = _refusal(403, "SMN.0001")
INVALID_PARAMETER = _refusal(400, "SMN.0002")
BODY_TOO_LARGE = _refusal(413, "SMN.0002")
INVALID_TOPIC_URN = _refusal(400, "SMN.0005", "Invalid topic URN.")
TOPIC_NOT_FOUND = _refusal(404, "SMN.0006", "Topic not found.")
INVALID_PROTOCOL = _refusal(400, "SMN.0011")
INVALID_ENDPOINT = _refusal(400, "SMN.0012")
SUBSCRIPTION_NOT_FOUND = _refusal(404, "SMN.0013", "Subscription resource not found.")
