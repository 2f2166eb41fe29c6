"""HTTP to a cloud: sessions, retries, the limit of requests in flight, errors, redaction.

Never here: what a service's calls are.
"""
