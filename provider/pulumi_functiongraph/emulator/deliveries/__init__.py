"""Notifications of the local cloud: the event, the queue, and the delivery to each kind of target.

Never here: when a request is over (`invocations`).
"""
