"""Asynchronous notification configs that were live already, taken over as they are.

Written by `fgctl adopt`. `pulumi up` takes each over without changing it, as long as it is live as
it is declared here; `adopt=True` can go once that is done.
"""

from pulumi_functiongraph import (
    AsyncNotificationConfig,
    ObsTarget,
    SmnTarget,
)

AsyncNotificationConfig(
    "billing",
    function_urn="urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:billing:latest",
    max_async_retry_attempts=1,
    max_async_event_age_in_seconds=600,
    on_success=SmnTarget(
        topic_urn="urn:smn:cn-north-4:0123456789abcdef0123456789abcdef:billed",
    ),
    adopt=True,
)

AsyncNotificationConfig(
    "orders",
    function_urn="urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:orders:latest",
    max_async_retry_attempts=3,
    max_async_event_age_in_seconds=3600,
    on_failure=ObsTarget(
        bucket="orders-failed",
    ),
    adopt=True,
)
