"""A drift report in every form.

Never here: what counts as drift.
"""
