"""Stands in for ``pulumi_opentelekomcloud``."""

from stand_ins.function import FunctionResource


class FgsFunctionV2(FunctionResource):
    """Has the type and the arguments of that package's class of the same name."""

    pulumi_type = "opentelekomcloud:index/fgsFunctionV2:FgsFunctionV2"
