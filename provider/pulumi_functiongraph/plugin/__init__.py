"""The same core as a native plugin, pulumi-resource-functiongraph, and its resource class.

Never here: behaviour that the dynamic provider does not have too.
"""
