"""How many calls a second that read grants IAM takes."""

from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.iam import errors


def keep_pace(call: Call) -> None:
    """Count one call that reads grants, their records or custom policies.

    Raises:
        errors.TOO_MANY_REQUESTS: there were as many as the option allows within the last second.
    """
    limit = call.cloud.options.iam_grants_per_second
    if not call.cloud.grants_asked.admit(call.now, limit):
        raise errors.TOO_MANY_REQUESTS.error()
