"""DIS's refusals; codes from the DIS API reference, appendix "Error Codes".

Which code a request gets that is not what its operation expects (4200), that makes a stream twice
(4307) or that sends to one that does not run (4318) is ours.
"""

from functools import partial

from pulumi_functiongraph.emulator.http.errors import Refusal
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer


def _shape(refusal: Refusal, _request_id: str) -> Answer:
    document = {"errorCode": refusal.code, "message": refusal.text}
    return json_answer(document, status=refusal.status)


_refusal = partial(Refusal, shape=_shape)

FORBIDDEN = _refusal(403, "DIS.4116")
BAD_REQUEST = _refusal(400, "DIS.4200")
BODY_TOO_LARGE = _refusal(413, "DIS.4203")
STREAM_NOT_FOUND = _refusal(400, "DIS.4301", "The stream does not exist.")
"""The status is 400, not 404."""
STREAM_EXISTS = _refusal(400, "DIS.4307", "The stream already exists.")
STREAM_NOT_RUNNING = _refusal(400, "DIS.4318")
