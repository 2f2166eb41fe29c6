"""Review: what a previewed update would do to notifications.

Never here: how a preview is read, or a report rendered.
"""
