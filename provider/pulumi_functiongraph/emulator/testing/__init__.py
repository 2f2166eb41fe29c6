"""What tests and demonstrations see of a local cloud that runs.

The server imports nothing from here.
"""
