"""Functions that other providers make, and where their notifications go, in one program.

Yours imports one of ``pulumi_huaweicloud`` and ``pulumi_opentelekomcloud``, without stand-ins.
"""

import pulumi_functiongraph as functiongraph
from stand_ins import huaweicloud, opentelekomcloud

CODE = "def handler(event, context):\n    return event\n"

invoices = opentelekomcloud.FgsFunctionV2(
    "invoices",
    name="invoices",
    app="default",
    agency="notify",
    runtime="Python3.9",
    handler="index.handler",
    memory_size=128,
    timeout=3,
    code_type="inline",
    func_code=CODE,
)
checkout = huaweicloud.functiongraph.Function(
    "checkout",
    name="checkout",
    app="default",
    agency="notify",
    runtime="Python3.9",
    handler="index.handler",
    memory_size=128,
    timeout=3,
    code_type="inline",
    func_code=CODE,
)
functiongraph.AsyncNotificationConfig(
    "checkout",
    function_urn=checkout.id,  # checkout.urn is Pulumi's name of the resource
    max_async_retry_attempts=2,
    on_success=functiongraph.FunctionTarget(invoices.id),
    on_failure=functiongraph.ObsTarget("checkout-failed"),
)
