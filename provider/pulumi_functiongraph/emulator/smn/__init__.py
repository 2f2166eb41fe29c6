"""SMN v2 of the local cloud: topics, their subscriptions, and the messages published to them.

Never here: HTTP outside responses, requests and urls.
"""
