"""What Pulumi's SDK and unittest do not publish: one touch a file, why, and what holds without.

Never here: what the SDK publishes, and decisions of ours. ``tests/sdk_internals`` fails when a
release of the SDK changes one of them, and when a touch stands anywhere else.
"""
