"""The places where a Pulumi engine may come from, one module each.

Each is a function that answers with an ``Engine``, or with ``PassedOver`` and the reason; none
raises because an engine is not to be had, and none prints anything but progress.
"""
