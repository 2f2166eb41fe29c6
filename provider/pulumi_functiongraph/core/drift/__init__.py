"""Drift: what stacks declare beside what is live.

Never here: how either is read.
"""
