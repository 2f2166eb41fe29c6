"""Two functions that notify each other for ever: the preview stops, and nothing is changed."""

import pulumi_functiongraph as functiongraph

orders = functiongraph.get_function("orders")
billing = functiongraph.get_function("billing")

functiongraph.AsyncNotificationConfig(
    "orders",
    function_urn=orders.function_urn,
    on_success=functiongraph.FunctionTarget(billing.function_urn),
)
functiongraph.AsyncNotificationConfig(
    "billing",
    function_urn=billing.function_urn,
    on_failure=functiongraph.FunctionTarget(orders.function_urn),
)
