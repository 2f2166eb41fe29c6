"""SMN v2 of the local cloud: topics, and the messages published to them.

Never here: HTTP outside responses.py and urls.py.
"""
