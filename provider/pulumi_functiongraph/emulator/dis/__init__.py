"""DIS v2 of the local cloud: streams and their records.

Never here: HTTP outside responses.py and urls.py.
"""
