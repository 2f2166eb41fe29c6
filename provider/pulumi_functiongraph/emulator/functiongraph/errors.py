"""FunctionGraph's refusals; codes from the API reference, appendix "Error Codes".

No code is documented for asynchronous notification in particular: those calls use the general
ones.
"""

from functools import partial

from pulumi_functiongraph.emulator.http.errors import Refusal
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer


def _shape(refusal: Refusal, _request_id: str) -> Answer:
    document = {"error_code": refusal.code, "error_msg": refusal.text}
    return json_answer(document, status=refusal.status)


def _shape_of_code(refusal: Refusal, _request_id: str) -> Answer:
    document = {
        "error_code": refusal.code,
        "error_msg": refusal.text,
        "details": {"error_msg": "Invalid function code."},
    }
    return json_answer(document, status=refusal.status)


_refusal = partial(Refusal, shape=_shape)

INVALID_PARAMETER = _refusal(400, "FSS.0400")
INVALID_QUERY = _refusal(400, "FSS.1001")
INVALID_FUNCTION_NAME = _refusal(400, "FSS.1002")
INVALID_HANDLER = _refusal(400, "FSS.1003")
INVALID_PACKAGE = _refusal(400, "FSS.1004")
INVALID_RUNTIME = _refusal(400, "FSS.1005")
INVALID_CODE_TYPE = _refusal(400, "FSS.1006")
INVALID_MEMORY = _refusal(400, "FSS.1007")
INVALID_TIMEOUT = _refusal(400, "FSS.1008")
INVALID_USER_DATA = _refusal(400, "FSS.1009")
INVALID_CODE = Refusal(400, "FSS.1011", shape=_shape_of_code)
INVALID_ALIAS = _refusal(400, "FSS.1014")
INVALID_VERSION = _refusal(400, "FSS.1015")
INVALID_URN = _refusal(400, "FSS.1309")

UNAUTHORIZED_QUIRK = _refusal(401, "FSS.0401", "not permit")
"""How the live trigger API words a missing function on delete."""
FORBIDDEN = _refusal(403, "FSS.0403")

CONFIG_NOT_FOUND = _refusal(
    404, "FSS.0404", "can not find asynchronous notification settings of the function version"
)
FUNCTION_OF_REQUESTS_NOT_FOUND = _refusal(404, "FSS.0404", "can not find function")
"""As the queries and the stopping of asynchronous requests word a missing function."""
TRIGGER_NOT_FOUND = _refusal(404, "FSS.0404", "Not found the trigger")
FUNCTION_NOT_FOUND = _refusal(404, "FSS.1051", "Not found the function")
VERSION_NOT_FOUND = _refusal(404, "FSS.1052", "Not found the function version")
ALIAS_NOT_FOUND = _refusal(404, "FSS.1053", "Not found the function version alias")
TOPIC_NOT_FOUND = _refusal(404, "FSS.1171", "The SMN topic does not exist.")

NOT_JSON_BODY = _refusal(406, "FSS.0406", "Not acceptable: the request body is not JSON")
VERSION_IN_USE = _refusal(409, "FSS.0409")
FUNCTION_EXISTS = _refusal(409, "FSS.1061")
VERSION_EXISTS = _refusal(409, "FSS.1062")
ALIAS_EXISTS = _refusal(409, "FSS.1063")
BODY_TOO_LARGE = _refusal(413, "FSS.0413")
CANNOT_RUN = _refusal(428, "FSS.0428")
"""The local cloud cannot run the function; the code is documented, its use here is ours."""
INTERNAL = _refusal(500, "FSS.0500")
