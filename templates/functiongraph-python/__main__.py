"""Keep in a bucket what fails for good."""

import pulumi

import pulumi_functiongraph as functiongraph

settings = pulumi.Config()
function = functiongraph.get_function(settings.get("function") or "orders")

functiongraph.AsyncNotificationConfig(
    function.name,
    function_urn=function.function_urn,
    max_async_retry_attempts=2,
    on_failure=functiongraph.ObsTarget(settings.get("bucket") or "orders-failed"),
)
