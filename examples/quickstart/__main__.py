"""An order service: success is told to a topic, failure is kept in a bucket for analysis."""

import pulumi

import pulumi_functiongraph as functiongraph

settings = pulumi.Config("quickstart")
orders = functiongraph.get_function("orders")

config = functiongraph.AsyncNotificationConfig(
    "orders",
    function_urn=orders.function_urn,
    max_async_retry_attempts=int(settings.get("retries") or "2"),
    max_async_event_age_in_seconds=3600,
    on_success=functiongraph.SmnTarget(
        topic_urn=f"urn:smn:{orders.region}:{orders.project_id}:orders-done",
    ),
    on_failure=functiongraph.ObsTarget(bucket="orders-failed", prefix="failures/"),
)

pulumi.export("function_urn", config.function_urn)
pulumi.export("last_modified", config.last_modified)
