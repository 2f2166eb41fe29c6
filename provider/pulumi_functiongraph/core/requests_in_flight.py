"""The one limit on how much is asked of a cloud at the same time."""

REQUESTS_IN_FLIGHT = 16
"""Requests under way at the same time; as many connections are kept open for each host."""
