"""HTTP to a cloud: sessions, who asks and what signs it, retries, limits, errors, redaction.

Never here: what a service's calls are.
"""
