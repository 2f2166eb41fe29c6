"""IAM of the local cloud: accounts, projects, users, keys, tokens and agencies.

Never here: HTTP outside responses.py and urls.py.
"""
