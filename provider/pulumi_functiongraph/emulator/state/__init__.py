"""The state: SQLite with one writer, its folder, and what is done about damage.

The rows of a service are in its own folder.
"""
