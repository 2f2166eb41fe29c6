"""Stands in for ``pulumi_huaweicloud``."""

from stand_ins.huaweicloud import functiongraph as functiongraph
