"""Who is calling: tokens and signatures, verified.

What a caller may do is in `iam/`.
"""
