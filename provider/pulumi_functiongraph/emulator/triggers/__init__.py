"""What triggers of the local cloud hand to functions, and when a timer is due.

Never here: which triggers a function has (`functiongraph`), and how it is run (`invocations`).
"""
