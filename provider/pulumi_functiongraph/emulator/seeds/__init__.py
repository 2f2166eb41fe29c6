"""Seeds: what the local cloud holds when it starts, from YAML to the state.

What a service makes of its part is in its own folder.
"""
