"""A component: whatever a team runs asynchronously, its failures go to the team's own topic."""

from collections.abc import Iterable

import pulumi

import pulumi_functiongraph as functiongraph


class TeamFunctions(pulumi.ComponentResource):
    """Gives each function of a team the same retries and the same failure target.

    Args:
        name: of the team, which is the name of its SMN topic too.
        functions: names of the functions.
        retries: after a failed run, 0 to 3.
        opts: of the component.
    """

    def __init__(
        self,
        name: str,
        functions: Iterable[str],
        *,
        retries: int = 2,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("example:index:TeamFunctions", name, opts=opts)
        for function in functions:
            found = functiongraph.get_function(function)
            functiongraph.AsyncNotificationConfig(
                f"{name}-{function}",
                pulumi.ResourceOptions(parent=self),
                function_urn=found.function_urn,
                max_async_retry_attempts=retries,
                on_failure=functiongraph.SmnTarget(
                    f"urn:smn:{found.region}:{found.project_id}:{name}"
                ),
            )
        self.register_outputs({})
