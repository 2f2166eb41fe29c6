"""The clients: the only place that speaks HTTP to a cloud; they take and return core values.

Never here: decisions about what ought to be, and anything of Pulumi.
"""
