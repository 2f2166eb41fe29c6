"""Asynchronous invocations of the local cloud: the decision, the queue, the dispatcher.

Never here: how code runs (`workers`), and how a notification reaches its target (`deliveries`).
"""
