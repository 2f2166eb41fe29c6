"""Authentication: the credentials, where they come from, and what signs a request.

Never here: what a service's calls are.
"""
