"""Credentials: what they are, and where they come from.

Never here: requests; what signs them and as whom they are made is in `http`.
"""
