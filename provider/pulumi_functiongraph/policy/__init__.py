"""The rules as a CrossGuard policy pack (extra policy).

Never here: rules of its own; they are in core.
"""
