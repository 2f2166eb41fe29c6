"""A review in every form.

Never here: what a review finds.
"""
