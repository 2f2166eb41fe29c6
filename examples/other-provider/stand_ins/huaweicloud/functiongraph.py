"""Stands in for ``pulumi_huaweicloud.functiongraph``."""

from stand_ins.function import FunctionResource


class Function(FunctionResource):
    """Has the type and the arguments of that package's class of the same name."""

    pulumi_type = "huaweicloud:FunctionGraph/function:Function"
