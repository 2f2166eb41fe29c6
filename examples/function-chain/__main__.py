"""An order goes from function to function; what fails on the way is kept in one bucket."""

from itertools import pairwise

import pulumi_functiongraph as functiongraph

CHAIN = ("orders", "billing", "shipping")
RETRIES = {"billing": 3}

dead_letters = {
    name: functiongraph.ObsTarget("order-dead-letters", prefix=f"{name}/", expires=30)
    for name in CHAIN
}
urns = {name: functiongraph.get_function(name).function_urn for name in CHAIN}
following = dict(pairwise(CHAIN))

for name in CHAIN:
    after = following.get(name)
    functiongraph.AsyncNotificationConfig(
        name,
        function_urn=urns[name],
        max_async_retry_attempts=RETRIES.get(name, 1),
        on_success=functiongraph.FunctionTarget(urns[after]) if after else None,
        on_failure=dead_letters[name],
    )
