"""A pre-check in every form.

Never here: what a pre-check asks.
"""
