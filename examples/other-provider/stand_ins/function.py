"""What both packages have in common: a function with the arguments of Terraform's resource."""

from typing import ClassVar

import pulumi


class FunctionResource(pulumi.CustomResource):
    """A function; its ``id`` is the URN of its version ``latest``.

    Args:
        resource_name: Pulumi's name of it.
        opts: options of the resource.
        arguments: the fields of the function, as Terraform spells them.
    """

    pulumi_type: ClassVar[str]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: pulumi.Input[str | int],
    ) -> None:
        super().__init__(self.pulumi_type, resource_name, arguments, opts)

    def translate_input_property(self, prop: str) -> str:
        """The name that the provider has of an argument."""
        first, *rest = prop.split("_")
        return first + "".join(map(str.capitalize, rest))
