"""The state of an earlier release, and the config that its program declares."""

from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "golden"
STATE = GOLDEN / "state_0_1_0.json"

DECLARED = """\
AsyncNotificationConfig(
    "orders",
    function_urn="urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:orders",
    max_async_retry_attempts={retries},
    max_async_event_age_in_seconds=3600,
    on_success=SmnTarget(
        "urn:smn:cn-north-4:0123456789abcdef0123456789abcdef:orders-done"
    ),
    on_failure=ObsTarget("orders-failed", "failures/", 30),
)
"""
