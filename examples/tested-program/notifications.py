"""What the program declares, as a function that tests can call."""

import pulumi

import pulumi_functiongraph as functiongraph


def declare(function_urn: pulumi.Input[str]) -> functiongraph.AsyncNotificationConfig:
    """Keep the failures of the order service for a month."""
    return functiongraph.AsyncNotificationConfig(
        "orders",
        function_urn=function_urn,
        max_async_retry_attempts=2,
        on_failure=functiongraph.ObsTarget("orders-failed", prefix="failures/", expires=30),
    )
