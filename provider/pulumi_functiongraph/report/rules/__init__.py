"""The rules as text and as a page.

Never here: what a rule finds.
"""
