"""DIS v2 of the local cloud: streams, as far as looking them up.

Never here: HTTP outside responses.py and urls.py.
"""
