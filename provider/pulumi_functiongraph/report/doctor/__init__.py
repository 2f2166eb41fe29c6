"""What `fgctl doctor` found, in every form.

Never here: what it checks.
"""
