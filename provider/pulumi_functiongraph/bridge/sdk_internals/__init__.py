"""Every touch of what Pulumi's SDK, or unittest, does not publish: one a file, why, and what holds without it.

Never here: what the SDK publishes, and decisions of ours. ``tests/sdk_internals`` fails when a
release of the SDK changes one of them, and when a touch stands anywhere else.
"""
