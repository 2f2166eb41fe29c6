"""HTTP: from a connection to the handler of an operation, and back.

Nothing here knows what a service does.
"""
